"""What people type into a page is what a program would have sent, and nothing that is typed breaks the reader."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.plumbing import forms, typed
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Invalid

ZURICH = "Europe/Zurich"
QUESTION = (
    Field("id"),
    Field("label"),
    Field("type", options=("text", "choice")),
    Field("required", "boolean"),
    Field("options", many=True),
)
FIELDS = (
    Field("start", "instant", required=False),
    Field("end", "instant", required=False, closing=True),
    Field("price_rappen", "integer", required=False),
    Field("ids", many=True, required=False, default=[]),
    Field("active", "boolean", required=False),
    Field("weekly", "object", required=False),
    Field("dates", "object", required=False),
    Field("questions", "object", required=False, many=True, parts=QUESTION),
)


def read(**sent: Any) -> dict[str, Any]:
    return typed.untyped(FIELDS, {name.replace("__", "."): value for name, value in sent.items()})


# Names with dots ------------------------------------------------------------------------------------------------------


def test_a_name_with_dots_is_a_place_in_objects_and_lists() -> None:
    sent = {"weekly.mon.0.0": "08:00", "weekly.mon.0.1": "12:00", "weekly.mon.1.0": "13:00", "weekly.mon.1.1": "18:00"}

    assert typed.untyped(FIELDS, sent) == {"weekly": {"mon": [["08:00", "12:00"], ["13:00", "18:00"]]}}


def test_rows_in_which_nothing_was_typed_are_left_out_and_the_others_stay_in_their_order() -> None:
    sent = {
        "weekly.mon.2.0": "13:00", "weekly.mon.2.1": "18:00", "weekly.mon.0.0": "08:00", "weekly.mon.0.1": "12:00",
        "weekly.mon.1.0": "", "weekly.mon.1.1": " ", "weekly.sun.0.0": "", "weekly.sun.0.1": "",
    }  # fmt: skip

    assert typed.untyped(FIELDS, sent) == {"weekly": {"mon": [["08:00", "12:00"], ["13:00", "18:00"]], "sun": []}}


def test_the_tenth_row_comes_after_the_second() -> None:
    sent = {f"weekly.mon.{row}.{end}": f"{row:02}:{end}0" for row in (10, 2) for end in (0, 1)}

    assert typed.untyped(FIELDS, sent)["weekly"]["mon"] == [["02:00", "02:10"], ["10:00", "10:10"]]


def test_a_choice_and_a_box_alone_do_not_make_a_row() -> None:
    made = read(
        questions__0__label="Wie lang?", questions__0__type="text", questions__0__required="true",
        questions__1__label="", questions__1__type="text", questions__1__options=" \r\n",
        questions__2__label="Farbe", questions__2__type="choice", questions__2__options="rot\r\n\r\n blau \r\n",
    )  # fmt: skip

    assert made["questions"] == [
        {"label": "Wie lang?", "type": "text", "required": True},
        {"label": "Farbe", "type": "choice", "options": ["rot", "blau"]},
    ]


def test_a_page_on_which_every_row_was_emptied_wants_no_row() -> None:
    made = read(
        questions__0__id="q1",
        questions__0__label="",
        questions__0__type="text",
        dates__0__key="",
        dates__0__value__0__0="",
    )

    assert made == {"questions": [], "dates": {}}


def test_rows_of_key_and_value_are_an_object_and_one_key_may_have_several_rows() -> None:
    made = read(
        dates__0__key="2026-12-24", dates__0__value__0__0="08:00", dates__0__value__0__1="12:00",
        dates__1__key="2026-12-31", dates__1__value__0__0="", dates__1__value__0__1="",
        dates__2__key="2026-12-24", dates__2__value__0__0="13:00", dates__2__value__0__1="14:00",
    )  # fmt: skip

    assert made == {"dates": {"2026-12-24": [["08:00", "12:00"], ["13:00", "14:00"]], "2026-12-31": []}}


def test_times_without_their_key_are_kept_to_be_refused() -> None:
    assert read(dates__0__key="", dates__0__value__0__0="08:00", dates__0__value__0__1="12:00") == {
        "dates": {"": [["08:00", "12:00"]]}
    }


@pytest.mark.parametrize(
    "name",
    [
        "weekly." + "0." * 50 + "0",
        "weekly." + "9" * 5000,
        "weekly..",
        ".",
        "weekly.٣.0",
        "weekly.-1.0",
        "weekly.__class__.x",
        "questions.0.0.0.0.0",
    ],
)
def test_hostile_names_are_read_without_harm(name: str) -> None:
    made = typed.untyped(FIELDS, {name: "08:00", "weekly.mon.0.0": "08:00"})

    assert set(made) <= {"weekly", "questions", ""}


def test_a_name_that_is_both_a_value_and_an_object_keeps_what_came_first() -> None:
    assert typed.untyped(FIELDS, {"weekly.mon": "x", "weekly.mon.0.0": "08:00"}) == {"weekly": {"mon": "x"}}
    assert typed.untyped(FIELDS, {"weekly.mon.0": "08:00", "weekly.mon": "x"}) == {"weekly": {"mon": ["08:00"]}}
    assert typed.untyped(FIELDS, {"weekly": "{}", "weekly.mon": "x"}) == {"weekly": "{}"}


# Boxes, lists, francs -------------------------------------------------------------------------------------------------


def test_a_box_is_true_when_ticked_and_false_when_only_the_hidden_value_came() -> None:
    assert read(active=["false", "true"]) == {"active": "true"}
    assert read(active="false") == {"active": "false"}


def test_the_empty_line_of_a_list_is_none_of_its_entries_and_an_emptied_list_is_empty() -> None:
    optional = forms.optional(FIELDS)

    assert read(ids=["a", "", "b"]) == {"ids": ["a", "b"]}
    assert forms.read(FIELDS, read(ids=""), as_text=True)["ids"] == []
    assert forms.read(optional, read(ids=""), as_text=True) == {"ids": []}
    assert forms.read(optional, read(), as_text=True) == {}


@pytest.mark.parametrize(
    ("written", "rappen"),
    [("85", "8500"), ("85.5", "8550"), ("85,05", "8505"), (" 85.00 ", "8500"), ("85.-", "8500"), ("85.–", "8500"), ("0", "0")],
)  # fmt: skip
def test_francs_are_rappen(written: str, rappen: str) -> None:
    assert read(price_chf=written) == {"price_rappen": rappen}


@pytest.mark.parametrize("written", ["", "viel", "-5", "1'000", "85.555", "12345678", "٨٥"])
def test_what_are_no_francs_stays_as_it_was_typed(written: str) -> None:
    assert read(price_chf=written) == {"price_rappen": written}


@given(st.integers(min_value=0, max_value=999_999_999))
def test_every_amount_survives_being_written_in_francs(rappen: int) -> None:
    assert read(price_chf=f"{rappen // 100}.{rappen % 100:02}") == {"price_rappen": str(rappen)}


# Clocks on walls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-12-24T09:00", "2026-12-24T09:00:00+01:00"),
        ("2027-07-01T09:00", "2027-07-01T09:00:00+02:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),  # comes twice: the first is meant
        ("2026-12-24T09:00+05:00", "2026-12-24T09:00:00+05:00"),
        ("2027-03-28T02:30", "2027-03-28T02:30[Europe/Zurich]"),  # is never shown
        ("2027-03-28T03:00", "2027-03-28T03:00:00+02:00"),
        ("", ""),
        ("soon", "soon"),
    ],
)
def test_a_wall_clock_in_a_zone_is_an_instant(local: str, instant: str) -> None:
    assert read(start_local=local, start_zone=ZURICH) == {"start": instant}


def test_an_hour_that_clocks_skip_has_a_refusal_of_its_own() -> None:
    sent = read(start_day="2027-03-28", start_time="02:30", start_zone=ZURICH)

    with pytest.raises(Invalid) as refused:
        forms.read(FIELDS, sent, as_text=True)

    assert [(one.field, one.code) for one in refused.value.problems] == [("start", "skipped_hour")]


def test_a_day_and_a_time_may_be_typed_apart_and_a_day_alone_is_the_whole_of_it() -> None:
    zones = {"start_zone": ZURICH, "end_zone": ZURICH}
    exact = read(start_day="2026-12-24", start_time="09:00", end_day="2026-12-24", end_time="12:30", **zones)
    whole = read(start_day="2026-12-24", start_time="", end_day="2027-01-02", end_time="", **zones)
    nothing = read(start_day="", start_time="09:00", end_day="", end_time="", **zones)

    assert exact == {"start": "2026-12-24T09:00:00+01:00", "end": "2026-12-24T12:30:00+01:00"}
    assert whole == {"start": "2026-12-24T00:00:00+01:00", "end": "2027-01-03T00:00:00+01:00"}
    assert nothing == {"start": "", "end": ""}


def test_a_whole_day_begins_with_its_first_instant_where_midnight_is_skipped() -> None:
    assert read(start_day="2026-09-06", start_zone="America/Santiago")["start"] == "2026-09-06T01:00:00-03:00"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "\0", "x" * 5000])
def test_a_zone_that_there_is_not_leaves_the_time_as_it_was_typed(zone: str) -> None:
    assert read(start_local="2026-12-24T09:00", start_zone=zone) == {"start": "2026-12-24T09:00"}


@given(
    st.datetimes(),
    st.sampled_from([ZURICH, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]),
)
def test_an_instant_shown_on_a_wall_and_typed_again_is_shown_alike(wall: datetime, zone: str) -> None:
    at = wall.replace(year=1990 + wall.year % 70, day=min(wall.day, 28), tzinfo=UTC)
    shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)

    made = read(start_local=shown.isoformat(timespec="minutes"), start_zone=zone)["start"]

    assert datetime.fromisoformat(made).replace(tzinfo=None) == shown


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(min_value=0, max_value=400))
def test_whole_days_are_as_long_as_the_calendar_says(first: date, more: int) -> None:
    last = first + timedelta(days=more)

    made = read(start_day=str(first), start_zone=ZURICH, end_day=str(last), end_zone=ZURICH)

    start, end = (datetime.fromisoformat(made[name]).replace(tzinfo=None) for name in ("start", "end"))
    assert end - start == timedelta(days=more + 1)
    assert start.time().isoformat() == end.time().isoformat() == "00:00:00"


# Anything -------------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["start", "end", "weekly", "dates", "questions", "mon", "0", "1", "07", "key", "value", "options", "required", "", "ids"]
)  # fmt: skip
NAMES = st.lists(PIECES, min_size=1, max_size=8).map(".".join) | st.sampled_from(
    [f"{name}_{what}" for name in ("start", "end", "price") for what in ("local", "day", "time", "zone", "chf")]
)
VALUES = st.text(max_size=20) | st.sampled_from([ZURICH, "2027-03-28", "02:30", "true", "9999-12-31"])


@given(st.dictionaries(NAMES | st.text(max_size=30), VALUES | st.lists(VALUES, max_size=3), max_size=12))
def test_nothing_that_is_typed_breaks_the_reader(sent: dict[str, Any]) -> None:
    made = typed.untyped(FIELDS, sent)

    assert all("." not in name for name in made if name not in sent)
    with suppress(Invalid):
        forms.read(FIELDS, made, as_text=True)


@given(st.dictionaries(st.sampled_from([one.name for one in FIELDS]), st.text(max_size=10)))
def test_what_a_program_sends_as_text_stays_what_it_is(sent: dict[str, str]) -> None:
    made = typed.untyped(FIELDS, sent)

    assert made == {
        name: [each for each in [value] if each] if name in ("ids", "questions") else value
        for name, value in sent.items()
    }
