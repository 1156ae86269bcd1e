"""Calendars kept elsewhere: the simulator under the CalDAV client that people use, what we fetch from it, and hostile files."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import caldav
import pytest

from chalicelib.calendars import fetch, read_apart, rules
from chalicelib.calendars.records import SourceRow
from chalicelib.calendars.source_rules import Unreadable, Window
from chalicelib.plumbing import egress, reach, settings, web
from infra.local.providers import calendars
from tests.fakes import listener, providers
from tests.fakes import settings as fake_settings

FIRST = date(2026, 11, 22)
WINDOW = Window(FIRST, rules.READ_DAYS, "Europe/Zurich", "@zeitfenster.example")
EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:{start}\r\nDURATION:PT1H\r\n{more}SUMMARY:Geheim\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    here = fake_settings.Settings(webhooks_local=True)
    monkeypatch.setattr(settings, "get", lambda: here)
    monkeypatch.setattr(read_apart, "WALL_SECONDS", 120.0)
    monkeypatch.setattr(web, "FETCH_TIMEOUT_S", 60.0)


@pytest.fixture
def desk() -> Iterator[providers.Desk]:
    with providers.running() as running:
        yield running


def base(desk: providers.Desk) -> str:
    return f"http://127.0.0.1:{urlsplit(desk.url).port}/calendar"


def source(url: str, kind: str = "ics", username: str | None = None, password: str | None = None) -> SourceRow:
    row = SourceRow("01m83pph00m9s1kqs16ejmfkn2#calendars", "source#e#s", kind=kind, state="new", failures=0)
    row.attribute_values |= {"url": url, "username": username, "password": password}
    return row


def fetched(row: SourceRow, known: str | None = None) -> fetch.Fetched:
    return fetch.calendar(row, FIRST, known=known)


def client(desk: providers.Desk) -> Any:
    return caldav.DAVClient(f"{base(desk)}/dav/", username=calendars.USERNAME, password=calendars.PASSWORD)


def test_the_simulator_is_a_calendar_server_to_the_client_that_people_use(desk: providers.Desk) -> None:
    principal = client(desk).principal()
    made = principal.make_calendar(name="privat", cal_id="privat")

    made.save_event(EVENT.format(uid="one@x", start="20261124T090000Z", more=""))
    made.save_event(EVENT.format(uid="two@x", start="20200101T090000Z", more="RRULE:FREQ=WEEKLY\r\n"))
    made.save_event(EVENT.format(uid="old@x", start="20200101T090000Z", more=""))

    assert sorted(str(one.url).rstrip("/").rpartition("/")[2] for one in principal.calendars()) == ["demo", "privat"]
    found = made.search(start=datetime(2026, 11, 23, tzinfo=UTC), end=datetime(2026, 11, 30, tzinfo=UTC), event=True)
    assert sorted(str(one.icalendar_component["uid"]) for one in found) == ["one@x", "two@x"]
    found[0].delete()
    assert len(made.events()) == 2


def test_what_a_client_put_there_is_what_we_read_by_caldav_and_as_a_file(desk: providers.Desk) -> None:
    made = client(desk).principal().make_calendar(name="privat", cal_id="privat")
    made.save_event(EVENT.format(uid="one@x", start="20261124T090000Z", more=""))
    made.save_event(EVENT.format(uid="two@x", start="20200101T140000Z", more="RRULE:FREQ=WEEKLY\r\n"))
    made.save_event(EVENT.format(uid="old@x", start="20200101T090000Z", more=""))
    by_dav = source(f"{base(desk)}/dav/anna/privat/", "caldav", calendars.USERNAME, calendars.PASSWORD)

    came = fetched(by_dav)

    assert came.content is not None
    assert b"old@x" not in came.content  # only what touches the days that are asked for
    mask = read_apart.busy(came.content, WINDOW)
    assert mask.bit_count() == 12 + 12 * 57
    file = fetched(source(f"{base(desk)}/files/privat.ics"))
    assert file.content is not None
    assert read_apart.busy(file.content, WINDOW) == mask
    assert fetched(by_dav, came.mark) == fetch.Fetched(None, came.mark)
    assert fetched(source(f"{base(desk)}/files/privat.ics"), file.mark) == fetch.Fetched(None, file.mark)
    made.save_event(EVENT.format(uid="new@x", start="20261125T090000Z", more=""))
    assert fetched(by_dav, came.mark).content != came.content


@pytest.mark.parametrize(
    ("path", "kind", "password", "code"),
    [
        ("/dav/anna/demo/", "caldav", "wrong", "refused"),
        ("/dav/anna/", "caldav", calendars.PASSWORD, "not_a_calendar"),
        ("/dav/anna/none/", "caldav", calendars.PASSWORD, "not_there"),
        ("/files/demo.ics", "caldav", calendars.PASSWORD, "not_there"),
        ("/files/none.ics", "ics", calendars.PASSWORD, "not_there"),
    ],
)
def test_what_is_not_there_or_not_open_is_told_apart(
    desk: providers.Desk, path: str, kind: str, password: str, code: str
) -> None:
    with pytest.raises(fetch.Failed) as failed:
        fetched(source(f"{base(desk)}{path}", kind, calendars.USERNAME, password))

    assert failed.value.code == code


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"status": 200, "body": "<not xml"}])
def test_a_server_in_trouble_is_tried_again_later(desk: providers.Desk, fault: dict[str, Any]) -> None:
    desk.fail("calendar", times=1, **fault)
    row = source(f"{base(desk)}/dav/anna/demo/", "caldav", calendars.USERNAME, calendars.PASSWORD)

    with pytest.raises(fetch.Failed) as failed:
        fetched(row)

    assert failed.value.code in ("busy", "no_answer", "not_a_calendar")
    assert fetched(row).content


@pytest.mark.parametrize(
    "answer",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        b"<d:multistatus xmlns:d='DAV:'>",
        b"<d:manystatus xmlns:d='DAV:'><d:resourcetype><c:calendar xmlns:c='urn:ietf:params:xml:ns:caldav'/></d:resourcetype></d:manystatus>",
        b"\x00",
    ],
)
def test_hostile_xml_is_no_answer(answer: bytes) -> None:
    head = f"HTTP/1.1 207 Multi-Status\r\nContent-Length: {len(answer)}\r\n\r\n".encode()
    with listener.listening(head + answer) as there, pytest.raises(fetch.Failed) as failed:
        fetched(source(f"{there.url}/dav/", "caldav", "anna", "pw"))

    assert failed.value.code == "answer"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"hello"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\n\r\nhello", b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + b"x" * 20, web.TooLong),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", web.Ambiguous),
        (b"SSH-2.0-OpenSSH\r\n", web.Ambiguous),
        (b"", web.Ambiguous),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", web.Ambiguous),
    ],
)
def test_a_whole_answer_of_bounded_size_comes_back_or_none(answer: bytes, expected: bytes | type[Exception]) -> None:
    def ask(url: str) -> bytes:
        own = egress.OWN_CALENDAR
        told = egress.Disclosure(own.vendor, own.purpose, own.legal_basis, ("ids",), "calendar_source", "s")
        return web.fetch(told, "GET", url, headers={}, most_bytes=10).body

    with listener.listening(answer) as there:
        if isinstance(expected, bytes):
            assert ask(f"{there.url}/a.ics") == expected
            assert there.requests.get(timeout=5).startswith(b"GET /a.ics HTTP/1.1\r\nHost: 127.0.0.1:")
        else:
            with pytest.raises(expected):
                ask(f"{there.url}/a.ics")


def test_a_server_that_drips_is_cut_off_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    own = egress.OWN_CALENDAR
    told = egress.Disclosure(own.vendor, own.purpose, own.legal_basis, ("ids",), "calendar_source", "s")
    waits: list[float] = []

    class Dripping:
        def settimeout(self, seconds: float) -> None:
            waits.append(seconds)

        def recv_into(self, buffer: Any) -> int:
            buffer[0:1] = b"H"
            return 1

    now = iter(number / 10 for number in range(1000))
    monkeypatch.setattr(web.time, "monotonic", lambda: next(now))
    file = web._InTime(Dripping(), 5.0).makefile("rb")  # type: ignore[arg-type]

    with pytest.raises(TimeoutError):
        file.readline(65_537)

    assert waits == sorted(waits, reverse=True)
    assert told.recipient == "own_calendar"


def test_an_address_inside_is_not_called_and_a_foreign_vendor_is_no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 443))])

    with pytest.raises(fetch.Failed) as failed:
        fetched(source("https://kalender.example.org/a.ics"))

    assert failed.value.code == "inside"
    with pytest.raises(reach.Hostile):
        egress.own_target("https://127.0.0.1/a.ics")
    told = egress.Disclosure("smsapi", "x", "y", ("ids",), "calendar_source", "s")
    with pytest.raises(egress.NotAllowed):
        web.fetch(told, "GET", "https://kalender.example.org/", headers={}, most_bytes=10)


def a_rule(rule: str, start: str = "19700101T000000Z") -> bytes:
    return EVENT.format(uid="a@x", start=start, more=f"RRULE:{rule}\r\n").encode()


@pytest.mark.parametrize(
    ("raw", "wall_s"),
    [
        (a_rule("FREQ=SECONDLY"), 1.5),
        (a_rule("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,5,10,15,20,25,30;COUNT=99999999"), 1.5),
        (a_rule("FREQ=MINUTELY;BYSETPOS=1", "20261124T000000Z"), 1.5),
        (a_rule("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"), 120.0),  # here the limit of its own time has to end it
    ],
    ids=["billions", "many a day", "every minute", "never"],
)
def test_a_rule_that_asks_for_billions_is_given_up_and_the_worker_lives(
    raw: bytes, wall_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_apart, "WALL_SECONDS", wall_s)

    with pytest.raises(Unreadable) as refused:
        read_apart.busy(raw, WINDOW)

    assert refused.value.code == "too_heavy"


def test_the_reading_process_has_no_key_to_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    run = read_apart.subprocess.run

    def noted(*args: Any, **more: Any) -> Any:
        seen.append(more["env"])
        return run(*args, **more)

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    monkeypatch.setattr(read_apart.subprocess, "run", noted)

    assert read_apart.busy(EVENT.format(uid="a", start="20261124T090000Z", more="").encode(), WINDOW).bit_count() == 12

    assert set(seen[0]) <= {"PYTHONPATH", "LANG", "LD_LIBRARY_PATH"}


def test_old_repetitions_of_a_big_calendar_are_read_in_time() -> None:
    weekly = "".join(
        EVENT.format(uid=f"{number}@x", start="20121120T090000Z", more="RRULE:FREQ=WEEKLY\r\n").partition("PRODID:-//T//EN\r\n")[2]
        .removesuffix("END:VCALENDAR\r\n") for number in range(50)
    )  # fmt: skip
    once = "".join(
        f"BEGIN:VEVENT\r\nUID:o{number}\r\nDTSTART:20150101T090000Z\r\nDURATION:PT1H\r\nDESCRIPTION:{'x' * 300}\r\nEND:VEVENT\r\n"
        for number in range(8000)
    )
    raw = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{weekly}{once}END:VCALENDAR\r\n".encode()
    assert 2_000_000 < len(raw) < rules.MOST_BYTES

    assert read_apart.busy(raw, WINDOW).bit_count() == 12 * 58
    assert timedelta(days=rules.HORIZON_DAYS) < WINDOW.end - WINDOW.start
