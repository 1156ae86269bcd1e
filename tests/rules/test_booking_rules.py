"""Free starts against two second opinions, the reasons why not, what is taken, and what an appointment may become."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking import bitmap
from chalicelib.booking import rules as booking
from chalicelib.offering import hours_rules, rules
from tests.oracles import naive, sweep

OFFICE = [["08:00", "12:00"], ["13:00", "18:00"]]
LONG = [["00:00", "06:00"], ["07:00", "15:30"], ["20:00", "23:55"]]
RAGGED = [["00:05", "02:25"], ["02:40", "09:50"], ["09:55", "24:00"]]
ALWAYS = [["00:00", "24:00"]]

# Local dates around a change of the clock, a leap day, an odd offset, an ordinary Monday.
SCENES = [
    ("Europe/Zurich", date(2027, 3, 27)),
    ("Europe/Zurich", date(2027, 10, 30)),
    ("Europe/Zurich", date(2028, 2, 28)),
    ("Asia/Kathmandu", date(2027, 5, 3)),
    ("Asia/Jerusalem", date(2027, 3, 25)),
    ("Asia/Jerusalem", date(2027, 10, 30)),
    ("Africa/Cairo", date(2027, 4, 29)),
    ("Africa/Cairo", date(2027, 10, 27)),
    ("America/Sao_Paulo", date(2018, 11, 3)),
    ("America/Sao_Paulo", date(2018, 2, 16)),
    ("Australia/Lord_Howe", date(2027, 4, 3)),
    ("America/St_Johns", date(2027, 11, 6)),
]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FOREVER = 365 * 100


def epoch_minutes(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


def midnight(utc_day: date) -> datetime:
    return datetime.combine(utc_day, time(), UTC)


def offsets_by_asking(zone: str, first_utc_day: date, days: int) -> list[tuple[int, int, int]]:
    """For the sweep: from minute, until minute, minutes ahead; found by asking the clock every five minutes."""
    first = epoch_minutes(midnight(first_utc_day))
    pieces: list[tuple[int, int, int]] = []
    for minute in range(first, first + days * 1440, 5):
        offset = datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).utcoffset()
        assert offset is not None
        ahead = int(offset.total_seconds()) // 60
        if pieces and pieces[-1][2] == ahead:
            pieces[-1] = (pieces[-1][0], minute + 5, ahead)
        else:
            pieces.append((minute, minute + 5, ahead))
    return pieces


terms_of_any_service = st.builds(
    booking.Terms,
    duration_minutes=st.sampled_from([5, 15, 20, 45, 60, 90, 240, 720]),
    buffer_before_minutes=st.sampled_from([0, 0, 5, 15, 240]),
    buffer_after_minutes=st.sampled_from([0, 0, 5, 10, 240]),
    interval_minutes=st.sampled_from([5, 15, 20, 25, 30, 45, 60]),
    lead_time_minutes=st.just(0),
    horizon_days=st.just(FOREVER),
)


@st.composite
def bookings(draw: st.DrawFn, days: int) -> list[tuple[int, int]]:
    """Disjoint periods in atoms of `days` days, on the quarter hour or ragged."""
    step = draw(st.sampled_from([1, 3]))
    edges = sorted(draw(st.sets(st.integers(0, days * 288 // step), max_size=50)))
    return [(start * step, end * step) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@given(
    scene=st.sampled_from(SCENES),
    days=st.integers(1, 3),
    day_hours=st.sampled_from([OFFICE, LONG, RAGGED, ALWAYS]),
    terms=terms_of_any_service,
    ahead=st.integers(-2000, 6000),
    horizon=st.integers(1, 4),
    data=st.data(),
)
def test_free_starts_are_those_of_the_plain_loop_and_of_the_sweep(
    scene: tuple[str, date],
    days: int,
    day_hours: list[list[str]],
    terms: booking.Terms,
    ahead: int,
    horizon: int,
    data: st.DataObject,
) -> None:
    zone, first_on = scene
    last_on = first_on + timedelta(days=days - 1)
    terms = replace(terms, horizon_days=horizon, lead_time_minutes=data.draw(st.sampled_from([0, 1, 60])))
    reach = booking.reach(first_on, last_on, zone=zone, terms=terms)
    first = midnight(reach.first_utc_day)
    now = first + timedelta(minutes=ahead, seconds=data.draw(st.sampled_from([0, 0, 30])))
    week = dict.fromkeys(rules.WEEKDAYS, day_hours)
    # Bookings and second opinions reach two days further on each side: they see what a range too narrow would miss.
    wide_day, wide_days = reach.first_utc_day - timedelta(days=2), reach.days + 4
    booked = data.draw(bookings(wide_days))
    every_day = bitmap.split(sum(bitmap.span(start, end - start) for start, end in booked), wide_days)
    taken = bitmap.join(every_day[2:-2])
    geometry = {"first_utc_day": reach.first_utc_day, "days": reach.days, "zone": zone}

    free = booking.free_starts(
        hours_rules.open_mask(rules.read_hours({"weekly": week}), **geometry),
        taken,
        terms,
        grid=hours_rules.grid_mask(terms.interval_minutes, **geometry),
        window_mask=booking.window(now, terms, first_utc_day=reach.first_utc_day, days=reach.days) & reach.asked,
    )
    listed = booking.times([("ana", free)], **geometry)

    opening = naive.opening(wide_day, wide_days, weekly=week, dates={}, zone=ZoneInfo(zone))
    earliest, latest = now + timedelta(minutes=terms.lead_time_minutes), now + timedelta(days=terms.horizon_days)
    wide = midnight(wide_day)
    periods = [(wide + timedelta(minutes=5 * start), wide + timedelta(minutes=5 * end)) for start, end in booked]
    plain = naive.free_starts(
        opening,
        periods,
        starts=naive.candidates(first_on, last_on, interval_minutes=terms.interval_minutes, zone=ZoneInfo(zone)),
        duration=timedelta(minutes=terms.duration_minutes),
        before=timedelta(minutes=terms.buffer_before_minutes),
        after=timedelta(minutes=terms.buffer_after_minutes),
        earliest=earliest,
        latest=latest,
    )
    swept = sweep.free_starts(
        [(epoch_minutes(start), epoch_minutes(end)) for start, end in opening],
        [(epoch_minutes(start), epoch_minutes(end)) for start, end in periods],
        duration=terms.duration_minutes,
        interval=terms.interval_minutes,
        offsets=offsets_by_asking(zone, wide_day, wide_days),
        before=terms.buffer_before_minutes,
        after=terms.buffer_after_minutes,
    )
    ours = [epoch_minutes(first) + atom * 5 for atom in bitmap.atoms_of(free)]
    assert ours == [epoch_minutes(start) for start in plain]
    asked = [
        minute
        for minute in swept
        if first_on <= datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).date() <= last_on
        and earliest.timestamp() <= minute * 60 <= latest.timestamp()
    ]
    assert ours == asked
    starts = [time["start"] for day in listed for time in day["times"]]
    assert starts == [start.astimezone(ZoneInfo(zone)).isoformat() for start in plain]
    assert [day["date"] for day in listed] == sorted({start[:10] for start in starts})


@given(
    scene=st.sampled_from(SCENES),
    terms=terms_of_any_service,
    day_hours=st.sampled_from([OFFICE, LONG, RAGGED]),
    capacity=st.integers(1, 3),
    data=st.data(),
)
def test_a_start_is_listed_exactly_if_nothing_speaks_against_it(
    scene: tuple[str, date],
    terms: booking.Terms,
    day_hours: list[list[str]],
    capacity: int,
    data: st.DataObject,
) -> None:
    zone, on = scene
    terms = replace(terms, lead_time_minutes=90, horizon_days=1, capacity=capacity)
    reach = booking.reach(on, on + timedelta(days=1), zone=zone, terms=terms)
    first = midnight(reach.first_utc_day)
    now = first + timedelta(hours=data.draw(st.integers(0, 40)), seconds=data.draw(st.integers(0, 600)))
    taken = sum(bitmap.span(start, end - start) for start, end in data.draw(bookings(reach.days)))
    sessions = data.draw(st.dictionaries(st.integers(0, reach.days * 288 - 1), st.integers(0, 3), max_size=5))
    for atom, seats in sessions.items():
        taken |= bitmap.span(atom, 1) if seats else 0
    geometry = {"first_utc_day": reach.first_utc_day, "days": reach.days, "zone": zone}
    opened = hours_rules.open_mask(rules.read_hours({"weekly": dict.fromkeys(rules.WEEKDAYS, day_hours)}), **geometry)
    grid = hours_rules.grid_mask(terms.interval_minutes, **geometry)
    window = booking.window(now, terms, first_utc_day=reach.first_utc_day, days=reach.days)

    free = booking.free_starts_group(opened, taken, sessions, terms=terms, grid=grid, window_mask=window)

    allowed = [
        atom
        for atom in range(reach.days * 288)
        if booking.why_not(
            first + timedelta(minutes=5 * atom),
            now=now,
            terms=terms,
            open_mask=opened,
            taken=taken,
            grid=grid,
            first_utc_day=reach.first_utc_day,
            sessions=sessions,
        )
        == "allowed"
    ]
    assert bitmap.atoms_of(free) == allowed


@given(
    terms=terms_of_any_service,
    minutes=st.integers(0, 4 * 24 * 60 // 5).map(lambda atom: atom * 5),
)
def test_what_a_booking_takes_is_its_span_with_buffers_over_every_day_it_touches(
    terms: booking.Terms, minutes: int
) -> None:
    start = datetime(2028, 2, 27, tzinfo=UTC) + timedelta(minutes=minutes)

    parts = booking.span_to_take(start.astimezone(ZoneInfo("Asia/Kathmandu")), terms)

    first_day, days = booking.days_of(start, terms)
    assert [day for day, _ in parts] == [first_day + timedelta(days=number) for number in range(days)]
    atoms = [midnight(day) + timedelta(minutes=5 * atom) for day, mask in parts for atom in bitmap.atoms_of(mask)]
    begin = start - timedelta(minutes=terms.buffer_before_minutes)
    assert atoms == [begin + timedelta(minutes=5 * number) for number in range(terms.total_atoms)]
    assert all(mask for _, mask in parts)


@given(
    terms=terms_of_any_service,
    wishes=st.lists(st.integers(0, 3 * 288), max_size=40),
)
def test_no_two_accepted_bookings_overlap_and_cancelling_them_empties_the_calendar(
    terms: booking.Terms, wishes: list[int]
) -> None:
    first = date(2027, 10, 30)
    rows: dict[date, int] = {}
    accepted = []
    for wish in wishes:
        start = midnight(first) + timedelta(minutes=5 * wish)
        day, days = booking.days_of(start, terms)
        taken = bitmap.join([rows.get(day + timedelta(days=number), 0) for number in range(days)])
        if not booking.is_taken(start, taken, terms, first_utc_day=day):
            accepted.append(start)
            for on, mask in booking.span_to_take(start, terms):
                rows[on] = bitmap.take(rows.get(on, 0), mask)

    length = timedelta(minutes=terms.total_atoms * 5)
    in_order = sorted(accepted)
    assert all(earlier + length <= later for earlier, later in pairwise(in_order))
    assert bool(accepted) == bool(wishes)
    for start in accepted:
        for on, mask in booking.span_to_take(start, terms):
            rows[on] = bitmap.release(rows[on], mask)
    assert not any(rows.values())


def test_a_booking_over_two_midnights_touches_three_days() -> None:
    terms = booking.Terms(duration_minutes=720, buffer_before_minutes=24 * 60, buffer_after_minutes=0)

    parts = booking.span_to_take(datetime(2027, 5, 4, 23, tzinfo=UTC), terms)

    assert [(day.day, mask.bit_count()) for day, mask in parts] == [(3, 12), (4, 288), (5, 132)]


def test_a_booking_off_the_five_minute_marks_takes_nothing() -> None:
    terms = booking.Terms(duration_minutes=30)

    with pytest.raises(ValueError, match="five-minute mark"):
        booking.span_to_take(datetime(2027, 5, 4, 9, 2, tzinfo=UTC), terms)


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_minutes": 47},
        {"duration_minutes": 0},
        {"duration_minutes": 30, "buffer_after_minutes": 3},
        {"duration_minutes": 30, "buffer_before_minutes": -5},
        {"duration_minutes": 30, "interval_minutes": 0},
        {"duration_minutes": 30, "capacity": 0},
    ],
)
def test_terms_that_no_service_can_have_are_an_error(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"multiples of 5|at least once"):
        booking.Terms(**wrong)


# The edges ------------------------------------------------------------------------------------------------------------

DAY = date(2027, 5, 4)
GEOMETRY = {"first_utc_day": DAY, "days": 1, "zone": "UTC"}
HALF_HOUR = booking.Terms(duration_minutes=30, interval_minutes=15, horizon_days=FOREVER)


def at(hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2027, 5, 4, hour, minute, second, tzinfo=UTC)


def answer(start: datetime, *, now: datetime = LONG_AGO, terms: booking.Terms = HALF_HOUR, taken: int = 0) -> str:
    opened = hours_rules.open_mask(rules.read_hours({"weekly": {"tue": [["08:00", "12:00"]]}}), **GEOMETRY)
    return booking.why_not(
        start,
        now=now,
        terms=terms,
        open_mask=opened,
        taken=taken,
        grid=hours_rules.grid_mask(terms.interval_minutes, **GEOMETRY),
        first_utc_day=DAY,
    )


def test_the_last_start_before_closing_is_offered_although_its_buffer_is_not_open() -> None:
    buffered = replace(HALF_HOUR, buffer_before_minutes=30, buffer_after_minutes=30)

    assert answer(at(8), terms=buffered) == "allowed"
    assert answer(at(11, 30), terms=buffered) == "allowed"
    assert answer(at(11, 45), terms=buffered) == "closed"


def test_a_buffer_that_meets_a_booking_is_in_the_way_to_the_minute() -> None:
    ten_to_half_past = bitmap.span(10 * 12, 6)
    after, before = replace(HALF_HOUR, buffer_after_minutes=15), replace(HALF_HOUR, buffer_before_minutes=15)

    assert answer(at(9, 15), taken=ten_to_half_past, terms=after) == "allowed"
    assert answer(at(9, 30), taken=ten_to_half_past, terms=after) == "taken"
    assert answer(at(9, 30), taken=ten_to_half_past) == "allowed"
    assert answer(at(10, 45), taken=ten_to_half_past, terms=before) == "allowed"
    assert answer(at(10, 30), taken=ten_to_half_past, terms=before) == "taken"
    assert answer(at(10, 30), taken=ten_to_half_past) == "allowed"


def test_the_lead_time_and_the_horizon_are_exact_to_the_second() -> None:
    terms = replace(HALF_HOUR, lead_time_minutes=60, horizon_days=1)

    assert answer(at(9), now=at(8), terms=terms) == "allowed"
    assert answer(at(9), now=at(8, 0, 1), terms=terms) == "too_soon"
    assert answer(at(9), now=at(9), terms=terms) == "too_soon"
    assert answer(at(9), now=at(9, 0, 1), terms=terms) == "in_the_past"
    assert answer(at(9), now=at(9) - timedelta(days=1), terms=terms) == "allowed"
    assert answer(at(9), now=at(9) - timedelta(days=1, seconds=1), terms=terms) == "beyond_horizon"
    assert answer(at(9), now=at(9)) == "allowed"


def test_a_start_off_the_grid_or_outside_the_hours_says_so() -> None:
    assert answer(at(8, 15)) == "allowed"
    assert answer(at(8, 10)) == "off_grid"
    assert answer(at(8, 15, 1)) == "off_grid"
    assert answer(at(7, 45)) == "closed"
    assert answer(at(12)) == "closed"


def test_the_window_holds_no_start_when_all_are_too_soon_or_too_far() -> None:
    terms = replace(HALF_HOUR, horizon_days=1)

    def starts_at(now: datetime) -> int:
        return booking.window(now, terms, first_utc_day=DAY, days=1).bit_count()

    assert starts_at(at(0)) == 288
    assert starts_at(at(0) + timedelta(days=1)) == 0
    assert starts_at(at(0) - timedelta(days=1)) == 1
    assert starts_at(at(0) - timedelta(days=1, seconds=1)) == 0


def test_a_local_date_that_was_skipped_has_no_starts() -> None:
    reach = booking.reach(date(2011, 12, 30), date(2011, 12, 30), zone="Pacific/Apia", terms=HALF_HOUR)
    neighbours = booking.reach(date(2011, 12, 29), date(2011, 12, 31), zone="Pacific/Apia", terms=HALF_HOUR)

    assert reach.asked == 0
    assert neighbours.asked.bit_count() == 2 * 288


def test_a_booking_of_the_evening_before_is_seen_through_the_buffer() -> None:
    terms = replace(HALF_HOUR, buffer_before_minutes=240, buffer_after_minutes=240)

    reach = booking.reach(DAY, DAY, zone="UTC", terms=terms)

    assert (reach.first_utc_day, reach.days) == (DAY - timedelta(days=1), 3)
    assert reach.asked == bitmap.span(288, 288)


def test_a_month_of_searching_needs_no_more_days_than_it_touches() -> None:
    plain = booking.reach(date(2027, 3, 15), date(2027, 4, 14), zone="Europe/Zurich", terms=HALF_HOUR)
    in_utc = booking.reach(DAY, DAY, zone="UTC", terms=replace(HALF_HOUR, duration_minutes=5))

    assert (plain.first_utc_day, plain.days) == (date(2027, 3, 14), 32)
    assert (in_utc.first_utc_day, in_utc.days, in_utc.asked) == (DAY, 1, bitmap.span(0, 288))


# The answer -----------------------------------------------------------------------------------------------------------


def test_the_hour_that_comes_twice_is_listed_twice_with_its_two_offsets() -> None:
    geometry = {"first_utc_day": date(2027, 10, 31), "days": 1, "zone": "Europe/Zurich"}
    half_hours = hours_rules.grid_mask(30, **geometry) & bitmap.span(0, 24)

    listed = booking.times([("ana", half_hours), ("ben", bitmap.span(12, 1))], **geometry)

    assert listed == [
        {
            "date": "2027-10-31",
            "times": [
                {"start": "2027-10-31T02:00:00+02:00", "employee_ids": ["ana"]},
                {"start": "2027-10-31T02:30:00+02:00", "employee_ids": ["ana"]},
                {"start": "2027-10-31T02:00:00+01:00", "employee_ids": ["ana", "ben"]},
                {"start": "2027-10-31T02:30:00+01:00", "employee_ids": ["ana"]},
            ],
        }
    ]


def test_a_date_that_returns_after_its_midnight_is_listed_once() -> None:
    geometry = {"first_utc_day": date(2018, 2, 17), "days": 2, "zone": "America/Sao_Paulo"}

    listed = booking.times([("ana", hours_rules.grid_mask(60, **geometry))], **geometry)

    assert [(day["date"], len(day["times"])) for day in listed] == [
        ("2018-02-16", 2),
        ("2018-02-17", 25),
        ("2018-02-18", 21),
    ]
    assert [time["start"][11:] for time in listed[1]["times"]][-2:] == ["23:00:00-02:00", "23:00:00-03:00"]


def test_the_times_of_a_team_are_in_order_whoever_is_free() -> None:
    noon, one = bitmap.span(144, 1), bitmap.span(156, 1)

    listed = booking.times([("ben", one), ("ana", noon | one)], **GEOMETRY)

    assert [(time["start"], time["employee_ids"]) for time in listed[0]["times"]] == [
        ("2027-05-04T12:00:00+00:00", ["ana"]),
        ("2027-05-04T13:00:00+00:00", ["ben", "ana"]),
    ]


def test_nobody_free_is_an_empty_answer() -> None:
    assert booking.times([("ana", 1)], **GEOMETRY) != []
    assert booking.times([("ana", 0)], **GEOMETRY) == []
    assert booking.times([], **GEOMETRY) == []


# Groups ---------------------------------------------------------------------------------------------------------------


def test_a_session_is_offered_until_its_last_seat_is_taken() -> None:
    terms = replace(HALF_HOUR, capacity=2)
    nine = 9 * 12
    taken = bitmap.span(nine, 6)

    def free(sessions: dict[int, int], calendar: int = taken) -> int:
        mask = booking.free_starts_group(
            bitmap.span(96, 48),
            calendar,
            sessions,
            terms=terms,
            grid=bitmap.span(0, 288),
            window_mask=bitmap.span(0, 288),
        )
        return mask >> nine & 1

    assert free({nine: 1}) == 1
    assert free({nine: 2}) == 0
    assert free({nine + 6: 1}) == 0
    assert free({}, calendar=0) == 1
    assert free({nine: 0}) == 0
    assert free({nine: 2}, calendar=0) == 0


# Who, and what next ---------------------------------------------------------------------------------------------------


def test_any_means_the_least_booked_that_day_and_then_the_order_of_ids() -> None:
    assert booking.pick({"ben": 12, "ana": 12, "cleo": 13}) == "ana"
    assert booking.pick({"ben": 11, "ana": 12}) == "ben"
    assert booking.pick({}) is None


def test_a_customer_may_change_until_the_very_second_the_window_closes() -> None:
    assert booking.may_change(at(9) - timedelta(hours=24), at(9), 24)
    assert not booking.may_change(at(9) - timedelta(hours=24) + timedelta(seconds=1), at(9), 24)
    assert booking.may_change(at(9), at(9), 0)
    assert not booking.may_change(at(9, 0, 1), at(9), 0)


ALLOWED = {
    ("requested", "confirmed"),
    ("requested", "declined"),
    ("requested", "cancelled_by_customer"),
    ("requested", "cancelled_by_partner"),
    ("requested", "expired"),
    ("confirmed", "cancelled_by_customer"),
    ("confirmed", "cancelled_by_partner"),
    ("confirmed", "completed"),
    ("confirmed", "no_show"),
    ("completed", "no_show"),
    ("no_show", "completed"),
}


@pytest.mark.parametrize(("old", "new"), list(product(booking.NEXT, booking.NEXT)))
def test_an_appointment_becomes_only_what_the_table_allows(old: booking.Status, new: booking.Status) -> None:
    assert (booking.may_become(old, new, now=at(10), start=at(9)) == "allowed") == ((old, new) in ALLOWED)


def test_nobody_has_come_or_stayed_away_before_the_start() -> None:
    assert booking.may_become("confirmed", "no_show", now=at(9), start=at(9)) == "allowed"
    assert booking.may_become("confirmed", "no_show", now=at(8, 59), start=at(9)) == "not_before_start"
    assert booking.may_become("confirmed", "completed", now=at(8, 59), start=at(9)) == "not_before_start"
    assert booking.may_become("confirmed", "cancelled_by_partner", now=at(8, 59), start=at(9)) == "allowed"


def test_only_what_still_stands_holds_its_time() -> None:
    gone = set(booking.NEXT) - booking.HOLDING

    assert gone == {"declined", "cancelled_by_customer", "cancelled_by_partner", "expired"}
    assert all(not booking.NEXT[status] for status in gone)
