"""Busy times of calendar files: cases as programs write them, and a library made for this as the oracle."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.calendars import source_rules
from chalicelib.calendars.source_rules import Unreadable, Window

FIRST = date(2026, 3, 1)
WINDOW = Window(FIRST, 400, "Europe/Zurich", "@zeitfenster.example")


def a_file(*events: str, zones: str = "") -> bytes:
    made = "".join(
        f"BEGIN:VEVENT\r\n{'' if 'UID:' in one else f'UID:{number}@x{chr(13)}{chr(10)}'}{one}\r\nEND:VEVENT\r\n"
        for number, one in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n{zones}{made}END:VCALENDAR\r\n".encode()


def busy(*events: str, zones: str = "", window: Window = WINDOW) -> list[str]:
    """Every busy time, as `MM-DD HH:MM-HH:MM` in UTC, in order."""
    found = sorted(source_rules.intervals(a_file(*events, zones=zones), window))
    return [f"{start:%m-%d %H:%M}-{end:%H:%M}" for start, end in found]


WEEKLY = "DTSTART;TZID=Europe/Zurich:20260324T090000\r\nDTEND;TZID=Europe/Zurich:20260324T100000\r\nRRULE:FREQ=WEEKLY;COUNT=3"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (("DTSTART:20260324T080000Z\r\nDTEND:20260324T090000Z",), ["03-24 08:00-09:00"]),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H30M",), ["03-24 08:00-09:30"]),
        # Wall time stays: 9 o'clock is 8 in UTC before the change of the clocks and 7 after it.
        ((WEEKLY,), ["03-24 08:00-09:00", "03-31 07:00-08:00", "04-07 07:00-08:00"]),
        ((f"{WEEKLY}\r\nEXDATE;TZID=Europe/Zurich:20260331T090000",), ["03-24 08:00-09:00", "04-07 07:00-08:00"]),
        ((f"{WEEKLY}\r\nEXDATE:20260331T070000Z,20260407T070000Z",), ["03-24 08:00-09:00"]),
        # One of them is moved, one called off; the later version of a change wins, wherever it stands in the file.
        (
            (
                f"UID:a\r\n{WEEKLY}",
                ("UID:a\r\nSEQUENCE:2\r\nRECURRENCE-ID;TZID=Europe/Zurich:20260331T090000\r\n"
                "DTSTART:20260401T120000Z\r\nDTEND:20260401T121500Z"),
                "UID:a\r\nSEQUENCE:1\r\nRECURRENCE-ID:20260331T070000Z\r\nDTSTART:20260402T120000Z\r\nDURATION:PT1H",
                "UID:a\r\nRECURRENCE-ID:20260407T070000Z\r\nDTSTART:20260407T070000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED",
            ),
            ["03-24 08:00-09:00", "04-01 12:00-12:15"],
        ),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT",), []),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED",), []),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nX-MICROSOFT-CDO-BUSYSTATUS:FREE",), []),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF",), ["03-24 08:00-09:00"]),
        # Whole days are the partner's: the 29th of March has 23 hours there.
        (("DTSTART;VALUE=DATE:20260329",), ["03-28 23:00-22:00"]),
        (("DTSTART;VALUE=DATE:20260328\r\nDTEND;VALUE=DATE:20260330",), ["03-27 23:00-22:00"]),
        (("DTSTART:20260324T090000\r\nDTEND:20260324T100000",), ["03-24 08:00-09:00"]),  # no zone: the partner's
        (("DTSTART;TZID=America/New_York:20260324T090000\r\nDURATION:PT1H",), ["03-24 13:00-14:00"]),
        (("DTSTART;TZID=W. Europe Standard Time:20260324T090000\r\nDURATION:PT1H",), ["03-24 08:00-09:00"]),
        (('DTSTART;TZID="Europe/Zurich":20260324T090000\r\nDURATION:PT1H',), ["03-24 08:00-09:00"]),
        (("DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Zurich:20260324T090000\r\nDURATION:PT1H",), ["03-24 08:00-09:00"]),
        (("DTSTART:20260324T080000Z",), []),  # an instant without length takes no time
        (("DTSTART:20260324T080000Z\r\nDTEND:20260324T070000Z",), []),
        (("DTSTART:20260230T080000Z\r\nDURATION:PT1H",), []),
        (("DTSTART:garbage\r\nDURATION:PT1H", "DTSTART:20260324T080000Z\r\nDURATION:PT1H"), ["03-24 08:00-09:00"]),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=NEVER;BYDAY=XX",), ["03-24 08:00-09:00"]),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nRDATE:20260401T080000Z,20260402T080000Z",),
         ["03-24 08:00-09:00", "04-01 08:00-09:00", "04-02 08:00-09:00"]),
        (("UID:01abc@zeitfenster.example\r\nDTSTART:20260324T080000Z\r\nDURATION:PT1H",), []),  # our own, come back
        (("DTSTART:20200101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL=20251231T235959Z",), []),
        (("DTSTART:20260224T080000Z\r\nDURATION:P10D",), ["02-24 08:00-08:00"]),  # it reaches into the window
        (("DTSTART:20260101T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;UNTIL=20260302",), ["03-01 08:00-09:00", "03-02 08:00-09:00"]),
        (("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nBEGIN:VALARM\r\nDTSTART:20260325T080000Z\r\nDURATION:PT9H\r\nEND:VALARM",),
         ["03-24 08:00-09:00"]),
    ],
)  # fmt: skip
def test_what_programs_write_is_understood(events: tuple[str, ...], expected: list[str]) -> None:
    assert busy(*events) == expected


def test_a_zone_that_only_the_file_knows_is_taken_from_it() -> None:
    zones = (
        "BEGIN:VTIMEZONE\r\nTZID:Customized\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\n"
        "TZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
        "DTSTART:19700329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"
        "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )

    assert busy(
        "DTSTART;TZID=Customized:20260324T090000\r\nDURATION:PT1H", "DTSTART;TZID=Customized:20260401T090000\r\nDURATION:PT1H",
        zones=zones,
    ) == ["03-24 08:00-09:00", "04-01 07:00-08:00"]  # fmt: skip


def test_a_free_busy_object_is_understood_too() -> None:
    raw = (
        b"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20260324T080000Z/PT1H,\n"
        b" 20260325T080000Z/20260325T083000Z\nFREEBUSY;FBTYPE=FREE:20260326T080000Z/PT1H\nEND:VFREEBUSY\nEND:VCALENDAR"
    )

    found = sorted(source_rules.intervals(raw, WINDOW))

    assert [(start.day, (end - start).seconds // 60) for start, end in found] == [(24, 60), (25, 30)]


def test_the_mask_rounds_outwards_and_stays_within_the_window() -> None:
    window = Window(date(2026, 3, 24), 2, "Europe/Zurich", "")
    raw = a_file(
        "DTSTART:20260324T080200Z\r\nDTEND:20260324T080700Z", "DTSTART:20260323T230000Z\r\nDTEND:20260324T001000Z",
        "DTSTART:20260325T235500Z\r\nDURATION:PT1H",
    )  # fmt: skip

    mask = source_rules.mask(raw, window)

    assert [atom for atom in range(600) if mask >> atom & 1] == [0, 1, 96, 97, 575]
    assert mask.bit_length() <= 2 * 288


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not_a_calendar"),
        (b"\xff\xfe\x00B\x00E", "not_a_calendar"),
        (b"<html>BEGIN:VCALENDAR END:VCALENDAR</html>", "not_a_calendar"),
        (a_file("DTSTART:20260324T080000Z")[:-20], "cut_short"),
        (a_file(*["DTSTART:20260324T080000Z"] * 20_001), "too_many"),
        (a_file(f"DTSTART:20260324T080000Z\r\nRDATE:{'20260324T080000Z,' * 10_000}"), "too_long"),
        (a_file("DTSTART;TZID=Mars/Olympus:20260324T080000\r\nDURATION:PT1H"), "wrong_zone"),
        (a_file("DTSTART;TZID=../../etc/passwd:20260324T080000\r\nDURATION:PT1H"), "wrong_zone"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_a_reason(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        source_rules.mask(raw, WINDOW)

    assert refused.value.code == code


def test_broken_letters_and_huge_titles_do_not_matter() -> None:
    raw = a_file("DTSTART:20260324T080000Z\r\nDURATION:PT1H\r\nSUMMARY:?" + "x" * 1_000_000).replace(
        b"?", b"\xc3\x28\xff"
    )

    assert source_rules.mask(raw, WINDOW).bit_count() == 12


_DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


@st.composite
def _rules(draw: Any) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 4))}"]
    if frequency == "WEEKLY" and draw(st.booleans()):
        parts.append("BYDAY=" + ",".join(sorted(draw(st.sets(_DAYS, min_size=1, max_size=4)))))
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if frequency == "MONTHLY" and draw(st.booleans()):
        parts.append(f"BYDAY={draw(st.sampled_from(['1', '2', '-1']))}{draw(_DAYS)}")
    ending = draw(st.sampled_from(["none", "count", "until"]))
    if ending == "count":
        parts.append(f"COUNT={draw(st.integers(1, 60))}")
    if ending == "until":
        parts.append(f"UNTIL=2026{draw(st.integers(1, 12)):02}15T120000Z")
    return ";".join(parts)


@given(
    rule=_rules(),
    start=st.datetimes(datetime(2019, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - wall time
    zone=st.sampled_from(["Europe/Zurich", "America/New_York", "UTC", "Pacific/Auckland"]),
    minutes=st.integers(5, 600),
    exceptions=st.integers(0, 3),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_repetitions_are_those_of_a_library_made_for_them(
    rule: str, start: datetime, zone: str, minutes: int, exceptions: int
) -> None:
    start = start.replace(second=0, microsecond=0)
    until = re.search(r"UNTIL=(\d{8})", rule)
    assume(
        until is None or f"{start:%Y%m%d}" < until[1]
    )  # a rule that ends before its event begins: ours keeps the event
    if "BYDAY" in rule:  # a first event beside its own rule is nobody's agreement (RFC 5545 3.8.5.3)
        from dateutil.rrule import rrulestr

        first = rrulestr(";".join(one for one in rule.split(";") if one[:5] not in ("COUNT", "UNTIL")), dtstart=start)[
            0
        ]
        start = first
    written = f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}\r\nDURATION:PT{minutes}M\r\nRRULE:{rule}"
    for number in range(exceptions):
        written += f"\r\nEXDATE;TZID={zone}:{start + timedelta(days=7 * (number + 1)):%Y%m%dT%H%M%S}"
    raw = a_file(written)

    found = {(a, b) for a, b in source_rules.intervals(raw, WINDOW)}

    oracle = recurring_ical_events.of(icalendar.Calendar.from_ical(raw)).between(WINDOW.start, WINDOW.end)
    starts = {one["dtstart"].dt.astimezone(UTC) for one in oracle}
    # The library ends on the wall clock; minutes are exact, also in the night that is longer or shorter (RFC 5545, 3.3.6).
    length = timedelta(minutes=minutes)
    near = {one for one in starts if WINDOW.start < one < WINDOW.end - timedelta(days=1)}
    assert {(a, b) for a, b in found if a in near} == {(one, one + length) for one in near}
    assert {a for a, _ in found if WINDOW.start < a < WINDOW.end - timedelta(days=1)} == near
