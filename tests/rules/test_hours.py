"""Opening hours: what is refused, and what the wall clock makes of them on ordinary and on odd days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking import bitmap
from chalicelib.offering import hours_rules, rules
from tests.oracles import naive

ALL_DAY = [["00:00", "24:00"]]
ALL_WEEK = {"weekly": dict.fromkeys(rules.WEEKDAYS, ALL_DAY)}
OFFICE = [["08:00", "12:00"], ["13:00", "18:00"]]

# A UTC day before something happens to the clock of that zone within the three days that follow.
ODD_RANGES = [
    ("Europe/Zurich", date(2027, 3, 27)),
    ("Europe/Zurich", date(2027, 10, 30)),
    ("Europe/Zurich", date(2028, 2, 28)),
    ("Asia/Kathmandu", date(2027, 5, 4)),
    ("Asia/Jerusalem", date(2027, 3, 25)),
    ("Asia/Jerusalem", date(2027, 10, 30)),
    ("Africa/Cairo", date(2027, 4, 29)),
    ("Africa/Cairo", date(2027, 10, 28)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("America/Sao_Paulo", date(2018, 2, 16)),
    ("Australia/Lord_Howe", date(2027, 4, 2)),
    ("Australia/Lord_Howe", date(2027, 10, 1)),
    ("Pacific/Chatham", date(2027, 4, 2)),
    ("Pacific/Apia", date(2011, 12, 29)),
    ("America/St_Johns", date(2027, 3, 13)),
    ("America/St_Johns", date(2027, 11, 6)),
]


def marks(step: int) -> st.SearchStrategy[list[list[str]]]:
    def paired(atoms: set[int]) -> list[list[str]]:
        shown = [f"{atom * step // 60:02}:{atom * step % 60:02}" for atom in sorted(atoms)]
        return [[start, end] for start, end in zip(shown[::2], shown[1::2], strict=False)]

    return st.sets(st.integers(0, 24 * 60 // step), max_size=10).map(paired)


def day_hours() -> st.SearchStrategy[list[list[str]]]:
    return marks(15) | marks(5) | st.just(ALL_DAY)


def as_mask(periods: list[naive.Period], first_utc_day: date) -> int:
    midnight = datetime.combine(first_utc_day, datetime.min.time(), UTC)
    mask = 0
    for start, end in periods:
        mask |= bitmap.span((start - midnight) // timedelta(minutes=5), (end - start) // timedelta(minutes=5))
    return mask


@given(
    odd=st.sampled_from(ODD_RANGES),
    week=st.dictionaries(st.sampled_from(rules.WEEKDAYS), day_hours()),
    exception=st.none() | st.tuples(st.integers(0, 2), day_hours()),
    holiday=st.none() | st.integers(0, 2),
    absence=st.none() | st.tuples(st.integers(-600, 5000), st.integers(1, 3000)),
)
def test_an_instant_is_open_exactly_if_the_wall_clock_shows_an_hour_that_is(
    odd: tuple[str, date],
    week: dict[str, list[list[str]]],
    exception: tuple[int, list[list[str]]] | None,
    holiday: int | None,
    absence: tuple[int, int] | None,
) -> None:
    zone, first = odd
    dates = {} if exception is None else {(first + timedelta(days=exception[0])).isoformat(): exception[1]}
    holidays = frozenset() if holiday is None else frozenset({first + timedelta(days=holiday)})
    absences = []
    if absence is not None:
        start = datetime.combine(first, datetime.min.time(), UTC) + timedelta(minutes=absence[0], seconds=7)
        absences = [(start, start + timedelta(minutes=absence[1]))]
    hours = rules.read_hours({"weekly": week, "dates": dates})

    opened = hours_rules.open_mask(hours, first_utc_day=first, days=3, zone=zone, holidays=holidays, absences=absences)

    expected = naive.opening(
        first, 3, weekly=week, dates=dates, zone=ZoneInfo(zone), holidays=holidays, absences=absences
    )
    assert opened == as_mask(expected, first)


@given(odd=st.sampled_from(ODD_RANGES), interval=st.sampled_from([5, 10, 15, 20, 25, 30, 45, 60, 90, 120, 235, 240]))
def test_the_grid_counts_from_local_midnight_through_every_change_of_the_clock(
    odd: tuple[str, date], interval: int
) -> None:
    zone, first = odd

    grid = hours_rules.grid_mask(interval, first_utc_day=first, days=3, zone=zone)

    starts = naive.candidates(
        first - timedelta(days=1), first + timedelta(days=4), interval_minutes=interval, zone=ZoneInfo(zone)
    )
    midnight = datetime.combine(first, datetime.min.time(), UTC)
    atoms = [(start - midnight) // timedelta(minutes=5) for start in starts]
    assert bitmap.atoms_of(grid) == [atom for atom in atoms if 0 <= atom < 3 * 288]


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/Zurich", date(2027, 3, 28), 23),
        ("Europe/Zurich", date(2027, 10, 31), 25),
        ("Europe/Zurich", date(2028, 2, 29), 24),
        ("Africa/Cairo", date(2027, 4, 30), 23),
        ("Africa/Cairo", date(2027, 10, 28), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2018, 2, 17), 25),
        ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_local_date_has_as_many_hours_as_its_clock_shows(zone: str, on: date, hours: float) -> None:
    first = on - timedelta(days=2)

    mask = hours_rules.dates_mask(on, on, first_utc_day=first, days=5, zone=zone)
    opened = hours_rules.open_mask(rules.read_hours(ALL_WEEK), first_utc_day=first, days=5, zone=zone)

    assert mask.bit_count() == hours * 12
    assert opened == bitmap.span(0, 5 * 288)


def test_the_hour_that_is_left_out_in_spring_opens_nothing() -> None:
    hours = rules.read_hours({"weekly": {"sun": [["02:00", "03:00"]]}})

    spring = hours_rules.open_mask(hours, first_utc_day=date(2027, 3, 27), days=3, zone="Europe/Zurich")
    week_before = hours_rules.open_mask(hours, first_utc_day=date(2027, 3, 20), days=3, zone="Europe/Zurich")

    assert week_before.bit_count() == 12
    assert spring == 0


def test_the_hour_that_comes_twice_in_autumn_is_open_twice_and_ends_twice() -> None:
    first = date(2027, 10, 31)
    hours = rules.read_hours({"weekly": {"sun": [["01:00", "02:30"]]}})

    opened = hours_rules.open_mask(hours, first_utc_day=first, days=1, zone="Europe/Zurich")

    assert opened == bitmap.span(0, 6) | bitmap.span(12, 6)


def test_an_exception_beats_a_public_holiday_and_a_public_holiday_beats_the_week() -> None:
    hours = rules.read_hours({"weekly": {"thu": OFFICE, "fri": OFFICE}, "dates": {"2026-12-24": [["08:00", "12:00"]]}})
    holidays = frozenset({date(2026, 12, 24), date(2026, 12, 25)})

    ordinary = hours_rules.open_mask(hours, first_utc_day=date(2026, 12, 24), days=2, zone="UTC")
    festive = hours_rules.open_mask(hours, first_utc_day=date(2026, 12, 24), days=2, zone="UTC", holidays=holidays)

    assert ordinary == bitmap.span(96, 48) | bitmap.span(288 + 96, 48) | bitmap.span(288 + 156, 60)
    assert festive == bitmap.span(96, 48)


def test_an_exception_without_intervals_closes_its_date() -> None:
    hours = rules.read_hours({"weekly": {"thu": OFFICE}, "dates": {"2026-12-24": []}})

    assert hours_rules.open_mask(hours, first_utc_day=date(2026, 12, 24), days=1, zone="UTC") == 0


def test_an_absence_closes_every_atom_it_touches_and_no_other() -> None:
    hours = rules.read_hours(ALL_WEEK)
    noon = datetime(2027, 5, 4, 12, tzinfo=UTC)
    absence = (noon + timedelta(seconds=1), noon + timedelta(minutes=5, seconds=1))

    opened = hours_rules.open_mask(hours, first_utc_day=date(2027, 5, 4), days=1, zone="UTC", absences=[absence])
    far_away = hours_rules.open_mask(hours, first_utc_day=date(2027, 6, 4), days=1, zone="UTC", absences=[absence])

    assert opened == bitmap.span(0, 288) ^ bitmap.span(144, 2)
    assert far_away == bitmap.span(0, 288)


def test_an_end_at_midnight_and_a_start_at_midnight_are_one_night() -> None:
    hours = rules.read_hours({"weekly": {"fri": [["22:00", "24:00"]], "sat": [["00:00", "03:00"]]}})

    opened = hours_rules.open_mask(hours, first_utc_day=date(2027, 7, 2), days=2, zone="UTC")

    assert opened == bitmap.span(22 * 12, 5 * 12)


def test_unknown_zones_and_clocks_off_the_five_minute_marks_are_errors() -> None:
    with pytest.raises(KeyError):
        hours_rules.stretches(date(2027, 1, 1), 1, "Europe/Nowhere")

    with pytest.raises(ValueError, match="five-minute mark"):
        hours_rules.stretches(date(1890, 1, 1), 1, "Europe/Zurich")


@pytest.mark.parametrize("interval", [0, -15, 7])
def test_a_grid_needs_whole_atoms(interval: int) -> None:
    with pytest.raises(ValueError, match="multiple of 5"):
        hours_rules.grid_mask(interval, first_utc_day=date(2027, 1, 1), days=1, zone="UTC")


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "path", "code"),
    [
        (None, "", "not_an_object"),
        ({}, "weekly", "required"),
        ({"weekly": []}, "weekly", "not_an_object"),
        ({"weekly": {}, "dates": None}, "dates", "not_an_object"),
        ({"weekly": {}, "Dates": {}}, "Dates", "unknown_field"),
        ({"weekly": {"monday": []}}, "weekly.monday", "unknown_weekday"),
        ({"weekly": {"mon": {}}}, "weekly.mon", "not_a_list"),
        ({"weekly": {"mon": "08:00-12:00"}}, "weekly.mon", "not_a_list"),
        ({"weekly": {"mon": ["08:00"]}}, "weekly.mon[0]", "not_an_interval"),
        ({"weekly": {"mon": [["08:00", "12:00", "13:00"]]}}, "weekly.mon[0]", "not_an_interval"),
        ({"weekly": {"mon": [[8, 12]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["8:00", "12:00"]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["08:00", "24:05"]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["08:00", "12:60"]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["٠٨:٠٠", "12:00"]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["08:00\n", "12:00"]]}}, "weekly.mon[0]", "not_a_time"),
        ({"weekly": {"mon": [["08:00", "12:03"]]}}, "weekly.mon[0]", "off_step"),
        ({"weekly": {"mon": [["12:00", "12:00"]]}}, "weekly.mon[0]", "end_before_start"),
        ({"weekly": {"mon": [["22:00", "02:00"]]}}, "weekly.mon[0]", "end_before_start"),
        ({"weekly": {"mon": [["13:00", "18:00"], ["08:00", "13:05"]]}}, "weekly.mon[0]", "overlap"),
        ({"weekly": {"mon": [["08:00", "08:05"]] * 11}}, "weekly.mon", "too_many"),
        ({"weekly": {}, "dates": {"2027-02-29": []}}, "dates.2027-02-29", "not_a_date"),
        ({"weekly": {}, "dates": {"20270228": []}}, "dates.20270228", "not_a_date"),
        ({"weekly": {}, "dates": {"2027-W08-7": []}}, "dates.2027-W08-7", "not_a_date"),
        ({"weekly": {}, "dates": {"2027-02-28": [["a", "b"]]}}, "dates.2027-02-28[0]", "not_a_time"),
        (
            {"weekly": {}, "dates": {str(date(2027, 1, 1) + timedelta(days=day)): [] for day in range(401)}},
            "dates",
            "too_many",
        ),
    ],
)
def test_hours_that_cannot_be_meant_are_refused_by_place_and_code(sent: object, path: str, code: str) -> None:
    problems = rules.check_hours(sent)

    assert [(problem.path, problem.code) for problem in problems] == [(path, code)]
    with pytest.raises(ValueError, match=problems[0].message[:10]):
        rules.read_hours(sent)


def test_the_limits_of_hours_themselves_are_allowed() -> None:
    sent = {
        "weekly": {"mon": [[f"{hour:02}:00", f"{hour:02}:05"] for hour in range(10)], "tue": ALL_DAY, "wed": []},
        "dates": {str(date(2027, 1, 1) + timedelta(days=day)): OFFICE for day in range(400)},
    }

    assert rules.check_hours(sent) == []


def test_everything_that_is_wrong_is_said_at_once_but_never_more_than_fifty_times() -> None:
    two = rules.check_hours({"weekly": {"mon": [["x", "y"]], "tue": [["10:00", "09:00"]]}})
    endless = rules.check_hours({"weekly": {f"day{number}" * 100: [] for number in range(1000)}})

    assert [problem.path for problem in two] == ["weekly.mon[0]", "weekly.tue[0]"]
    assert len(endless) == 50
    assert max(len(problem.path) for problem in endless) < 40


@given(
    st.dictionaries(st.sampled_from(rules.WEEKDAYS), day_hours()), st.dictionaries(st.dates(), day_hours(), max_size=5)
)
def test_hours_are_given_back_as_they_were_sent(
    week: dict[str, list[list[str]]], dates: dict[date, list[list[str]]]
) -> None:
    hours = rules.read_hours({"weekly": week, "dates": {on.isoformat(): day for on, day in dates.items()}})

    sent = rules.hours_as_sent(hours)

    assert sent["weekly"] == {name: week.get(name, []) for name in rules.WEEKDAYS}
    assert rules.read_hours(sent) == hours
    assert hash(rules.read_hours(sent)) == hash(hours)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(["weekly", "dates", "mon"]), inner, max_size=3)
    ),
)


@given(json_values)
def test_whatever_is_sent_as_hours_gets_an_answer(sent: object) -> None:
    problems = rules.check_hours(sent)

    assert all(problem.code and problem.message for problem in problems)


@pytest.mark.parametrize("name", list(rules.SERVICE_BOUNDS))
def test_a_number_of_a_service_is_allowed_up_to_its_bounds_and_not_beyond(name: str) -> None:
    bounds = rules.SERVICE_BOUNDS[name]

    def codes(value: object) -> list[str]:
        return [problem.code for problem in rules.check_service({name: value})]

    assert codes(bounds.lowest) == codes(bounds.highest) == []
    assert codes(bounds.lowest - 1) == ["too_small"]
    assert codes(bounds.highest + 1) == ["too_large"]
    assert codes(True) == codes(None) == codes("15") == codes(15.0) == ["not_a_whole_number"]
    if bounds.step > 1:
        assert codes(bounds.lowest + 1) == ["off_step"]


def test_a_change_of_a_service_is_judged_by_the_fields_it_names() -> None:
    assert rules.check_service({"name": "Cut"}) == []
    assert [problem.path for problem in rules.check_service({"duration_minutes": 47, "capacity": 0})] == [
        "duration_minutes",
        "capacity",
    ]
