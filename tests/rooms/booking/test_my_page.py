"""The customer's page without scripts: what it says in each state, and every way from it followed to its end."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest

from chalicelib.booking import forms
from chalicelib.booking.records import AppointmentRow
from chalicelib.plumbing import words
from chalicelib.plumbing.egress import SMSAPI
from tests.worlds import bookings
from tests.worlds.browser import Opened, open_page, read
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

START = bookings.START  # Thursday, 26 November 2026, 14:30 in Zürich
FRIDAY = "2026-11-27"


@pytest.fixture
def practice(table: Any, clock: Any) -> World:
    return a_partner(table, clock, company="Praxis <Morgenrot>", embed_origins=["https://www.example.ch"])


def booked(practice: World, start: datetime = START, **values: Any) -> tuple[str, str]:
    """Somebody has booked: the id of the appointment and the path of its page."""
    made = bookings.book(practice, start, **values)
    return made["id"], urlsplit(made["link"]).path


def row(table: Any, practice: World, appointment_id: str) -> AppointmentRow:
    found = table.get(AppointmentRow, f"{practice.id}#appointments", appointment_id)
    assert isinstance(found, AppointmentRow)
    return found


def way(page: Opened, part: str) -> str:
    """Where the link leads whose address holds `part`."""
    found = [one for one in re.findall(r'href="([^"]+)"', page.text) if part in one]
    assert found, f"no way to {part!r}:\n{page.text}"
    return found[0].replace("&amp;", "&")


def test_the_page_says_what_with_whom_when_where_and_until_when(practice: World) -> None:
    _, path = booked(practice, first_name="<script>alert(1)</script>", note="<b>Klingel</b>")

    page = open_page(Visitor(), f"{path}?booked=1")

    assert page.reply.status == 200
    for said in (
        "Bis bald, &lt;script&gt;alert(1)&lt;/script&gt;!", "Beratung", "Donnerstag, 26. November 2026", "14:30–15:15 Uhr",
        "Praxis &lt;Morgenrot&gt;", "Seestrasse 1", "CHF 120.00", "bestätigt", "&lt;b&gt;Klingel&lt;/b&gt;",
        "Mittwoch, 25. November 2026, 14:30 Uhr: 1 Tag vor dem Termin", "Sonntag, 26. November 2028",
    ):  # fmt: skip
        assert said in page.text, said
    assert "alert(1)</script>" not in page.text
    assert way(page, "tel:").startswith("tel:+41")
    for part in ("/calendar.ics", "/forms/link-move", "/forms/link-cancel", "/data", f"/book/{practice.booking_name}"):
        assert way(page, part)


def test_a_partner_who_says_du_is_heard_on_every_page(practice: World) -> None:
    practice.change_partner(salutation="du")
    _, path = booked(practice)
    token = path.rpartition("/")[2]

    for address in (
        path,
        f"{path}/data",
        *(f"/forms/link-{form}?token={token}" for form in ("move", "cancel", "erase")),
    ):
        main = open_page(Visitor(), address).text.partition("<main")[2].partition("</main>")[0]
        assert re.search(r"\b[Dd](ein|eine|einen|u|ich|ir)\b", main), address
        assert not re.search(r"\b(Ihr|Ihre|Ihren|Ihnen)\b", main), address


def test_a_customer_moves_by_month_day_and_time(practice: World, table: Any) -> None:
    appointment_id, path = booked(practice)
    visitor = Visitor()

    month = open_page(visitor, way(open_page(visitor, path), "/forms/link-move"))
    day = open_page(visitor, way(month, f"day={FRIDAY}").partition("#")[0])
    reply = day.send("/move", start=f"{FRIDAY}T09:00:00+01:00")
    after = open_page(visitor, reply.headers["Location"][0])

    assert row(table, practice, appointment_id).start_at == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert reply.status == 303
    assert reply.headers["Location"][0].startswith(f"{path}?done=")
    assert 'role="status"' in after.text
    assert "Freitag, 27. November 2026" in after.text


def test_a_time_taken_meanwhile_keeps_the_old_one_and_offers_the_nearest(practice: World, table: Any) -> None:
    appointment_id, path = booked(practice)
    visitor = Visitor()
    page = open_page(visitor, f"/forms/link-move?token={path.rpartition('/')[2]}&day={FRIDAY}")
    practice.take(practice.employee_id, datetime(2026, 11, 27, 8, 0, tzinfo=UTC), 45)

    refused = read(visitor, page.send("/move", start=f"{FRIDAY}T09:00:00+01:00"))

    assert refused.reply.status == 409
    assert 'role="alert"' in refused.text
    assert way(refused, f"day={FRIDAY}")
    assert "09:45" in refused.text
    assert row(table, practice, appointment_id).start_at == START
    again = refused.send("/move", start=f"{FRIDAY}T10:00:00+01:00")
    assert again.status == 303


def test_a_customer_calls_off_with_a_reason_and_can_book_again(practice: World, table: Any) -> None:
    appointment_id, path = booked(practice)
    visitor = Visitor()

    ask = open_page(visitor, way(open_page(visitor, path), "/forms/link-cancel"))
    before = row(table, practice, appointment_id).status
    reply = ask.send("/cancellation", reason="Krank")
    after = open_page(visitor, reply.headers["Location"][0])

    assert before == "confirmed"  # looking at the question is no answer
    assert (row(table, practice, appointment_id).status, row(table, practice, appointment_id).reason) == (
        "cancelled_by_customer", "Krank",
    )  # fmt: skip
    assert "Dieser Termin ist abgesagt" in after.text
    assert way(after, f"/book/{practice.booking_name}")
    assert "/forms/link-move" not in after.text


def test_inside_a_site_of_the_partner_every_way_stays_inside(practice: World) -> None:
    _, path = booked(practice)
    visitor = Visitor()

    page = open_page(visitor, f"{path}?embed=1")
    ask = open_page(visitor, way(page, "/forms/link-cancel"))
    reply = ask.send("/cancellation")

    for opened in (page, ask):
        assert "frame-ancestors 'self' https://www.example.ch" in opened.reply.headers["Content-Security-Policy"][0]
        assert "<header" not in opened.text
    assert reply.headers["Location"][0].partition("?")[2].startswith("embed=1&done=")


def test_when_it_is_too_late_there_is_a_number_to_call_and_no_form(practice: World, clock: Any) -> None:
    _, path = booked(practice)
    token = path.rpartition("/")[2]
    assert open_page(Visitor(), f"/forms/link-cancel?token={token}").form("/cancellation")
    clock.set(START - timedelta(hours=23))

    pages = [
        open_page(Visitor(), at)
        for at in (path, f"/forms/link-move?token={token}", f"/forms/link-cancel?token={token}")
    ]

    for page in pages:
        assert page.reply.status == 200
        assert way(page, "tel:")
        assert "sealed" not in page.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("minutes", "said"), [(10, "Ihr Termin läuft gerade"), (46, "Dieser Termin ist vorbei")], ids=["begun", "over"]
)
def test_once_it_has_begun_nothing_can_be_changed(practice: World, clock: Any, minutes: int, said: str) -> None:
    _, path = booked(practice)
    clock.set(START + timedelta(minutes=minutes))

    page = open_page(Visitor(), path)

    assert said in page.text
    assert "/forms/link-cancel" not in page.text
    assert way(page, f"/book/{practice.booking_name}")


def test_everything_held_is_told_and_can_be_erased_and_then_the_link_is_over(practice: World, table: Any) -> None:
    appointment_id, path = booked(practice, phone="+41791234567", note="Rückenschmerzen")
    visitor = Visitor()

    data = open_page(visitor, f"{path}/data")
    ask = open_page(visitor, way(data, "/forms/link-erase"))
    done = read(visitor, ask.send("/erasure"))
    over = open_page(visitor, path)

    for said in ("Lea Keller", "lea@example.org", "+41 79 123 45 67", "Rückenschmerzen", "Sonntag, 26. November 2028"):
        assert said in data.text, said
    assert done.reply.status == 202
    assert "Ihre Daten sind gelöscht" in done.text
    assert "Keller" not in done.text
    assert row(table, practice, appointment_id).note is None
    assert over.reply.status == 410
    assert "Bestätigungsmail" in over.text


def test_the_calendar_file_is_the_entry_of_the_mails(practice: World, table: Any) -> None:
    appointment_id, path = booked(practice)

    first, again = (Visitor().get(f"{path}/calendar.ics") for _ in range(2))
    bookings.move(practice, appointment_id, START + timedelta(days=1))
    moved = Visitor().get(f"{path}/calendar.ics")
    bookings.cancel(practice, appointment_id)
    off = Visitor().get(f"{path}/calendar.ics")

    assert first.headers["Content-Type"][0] == "text/calendar; charset=utf-8"
    assert first.text == again.text
    events = [icalendar.Calendar.from_ical(one.text).walk("VEVENT")[0] for one in (first, moved, off)]
    assert len({str(one["UID"]) for one in events}) == 1
    assert str(events[0]["UID"]).startswith(f"{appointment_id}@")
    assert [one["SEQUENCE"] for one in events] == [0, 1, 2]
    assert [str(one["STATUS"]) for one in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[1]["DTSTART"].dt == START + timedelta(days=1)
    assert "ATTENDEE" not in events[0]  # a file names nobody


@pytest.mark.parametrize("query", ["month=2026-13", "month=1", "day=gestern", "day=2026-02-31", "day=%00"])
def test_a_month_or_a_day_that_is_none_opens_the_first_day_with_free_times(practice: World, query: str) -> None:
    _, path = booked(practice)

    page = open_page(Visitor(), f"/forms/link-move?token={path.rpartition('/')[2]}&{query}")

    assert page.reply.status == 200
    assert "November 2026" in page.text
    assert 'aria-current="date"' in page.text


def test_a_month_without_free_times_says_so_and_jumps_to_the_next_that_has_some(practice: World) -> None:
    _, path = booked(practice)
    practice.add_absence(None, datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2027, 1, 10, 23, tzinfo=UTC))
    ask = f"/forms/link-move?token={path.rpartition('/')[2]}"

    page = open_page(Visitor(), f"{ask}&month=2026-12")

    after = open_page(Visitor(), way(page, "since=2027-01-01").partition("#")[0])

    assert "In diesem Monat ist nichts frei." in page.text
    assert "sealed" not in page.text.partition("<main")[2]
    assert "Montag, 11. Januar 2027" in after.text
    assert after.form("/move")


def test_whatever_the_page_of_data_can_name_has_a_word(practice: World) -> None:
    named = {
        "recipient": [SMSAPI.vendor],
        "disclosed": [SMSAPI.vendor],
        "category": ["phone", "appointment"],
        "channel": ["mail", "sms"],
        "ended": ["waiting", "claimed", "done", "failed", "dropped"],
        "history": ["booked", "moved", "cancelled", "confirmed", "declined", "expired", "completed", "missed"],
        "by": ["web", "widget", "partner", "api", "job", "webhook", "import"],
    }

    missing = [
        f"{kind}.{one}"
        for kind, all_ in named.items()
        for one in all_
        if not words.has("booking", f"my_data.{kind}.{one}")
    ]

    assert missing == []
    assert [one for one in forms.STATUSES if not words.has("booking", f"my.status.{one}")] == []


def test_a_link_that_is_over_says_so_in_the_partners_words_and_inside_its_site(table: Any, clock: Any) -> None:
    salon = a_partner(table, clock, salutation="du", embed_origins=["https://www.salon.example"])
    _, path = booked(salon)
    clock.set(START + timedelta(days=9))

    over = open_page(Visitor(), f"{path}?embed=1")
    form = open_page(Visitor(), f"/forms/link-move?token={path.rpartition('/')[2]}&embed=1")
    forged = open_page(Visitor(), f"{path[:-4]}AAAA?embed=1")

    for page in (over, form):
        assert page.reply.status == 410
        assert "Hast du eine Frage zum Termin?" in page.text
        assert salon.company in page.text
        assert "frame-ancestors 'self' https://www.salon.example;" in str(page.reply.header("content-security-policy"))
    assert forged.reply.status == 404
    assert "frame-ancestors 'none'" in str(forged.reply.header("content-security-policy"))
