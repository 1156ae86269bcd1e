"""From a booking at the public page to mails, SMS and reminders in the vendors' journals."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import icalendar

from chalicelib.messaging import own
from chalicelib.messaging.records import TextRow
from tests.conftest import NOW
from tests.fakes.providers import Desk
from tests.worlds import bookings, outbox
from tests.worlds.bookings import START, book
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.partners import World
from tests.worlds.visitor import Visitor


def mails_to(desk: Desk, address: str) -> list[dict[str, Any]]:
    return [item["body"] for item in desk.journal("mail") if item["effects"] and address in item["body"]["to"]]


def sms(desk: Desk) -> list[dict[str, Any]]:
    return [item["body"] for item in desk.journal("smsapi") if item["effects"]]


def entry(mail: dict[str, Any]) -> tuple[str, icalendar.Event]:
    (attachment,) = mail["attachments"]
    content = attachment["content"]
    raw = base64.b64decode(content) if attachment["encoding"] == "base64" else content.encode()
    calendar = icalendar.Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    assert attachment["method"] == str(calendar["METHOD"])
    return str(calendar["METHOD"]), event


def test_a_booking_is_confirmed_by_mail_with_an_entry_for_the_calendar(
    practice: World, queue: Queue, desk: Desk
) -> None:
    booked = book(practice)

    queue.drain()

    (mail,) = mails_to(desk, "lea@example.org")
    assert mail["from"] == "Praxis Morgenrot via Zeitfenster <termine@zeitfenster.example>"
    assert mail["headers"]["Reply-To"] == practice.emails[practice.owner_id]
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert "Donnerstag, 26. November 2026, 14:30 Uhr" in mail["subject"]
    assert "Guten Tag Lea Keller" in mail["text"]
    assert booked["link"] in mail["text"]
    assert f'href="{booked["link"]}"' in mail["html"]
    method, event = entry(mail)
    assert method == "REQUEST"
    assert str(event["UID"]).startswith(booked["id"] + "@")
    assert (event["SEQUENCE"], str(event["STATUS"])) == (0, "CONFIRMED")
    assert event["DTSTART"].dt == START
    assert event["DTEND"].dt == START + timedelta(minutes=45)
    assert str(event["ORGANIZER"]) == f"mailto:{practice.emails[practice.owner_id]}"
    assert str(event["ATTENDEE"]) == "mailto:lea@example.org"
    assert str(event["URL"]) == booked["link"]
    assert "Seestrasse 1" in str(event["LOCATION"])


def test_whoever_serves_the_appointment_hears_of_it_without_the_customers_name(
    practice: World, queue: Queue, desk: Desk
) -> None:
    book(practice)

    queue.drain()

    (notice,) = mails_to(desk, practice.emails[practice.owner_id])
    assert "Neue Buchung: Beratung" in notice["subject"]
    assert "Keller" not in notice["raw"]


def test_nobody_is_told_of_what_the_practice_books_itself(practice: World, queue: Queue, desk: Desk) -> None:
    bookings.book_by_partner(practice)

    queue.drain()

    assert len(mails_to(desk, "lea@example.org")) == 1
    assert mails_to(desk, practice.emails[practice.owner_id]) == []


def test_sms_goes_only_to_those_who_wished_it(practice: World, queue: Queue, desk: Desk) -> None:
    book(practice, sms=True, phone="+41791234567")
    book(practice, START + timedelta(hours=1), email="ida@example.org", sms=False, phone="+41791234568")

    queue.drain()

    (text,) = sms(desk)
    assert text["to"] == "41791234567"
    assert text["message"].startswith(
        "Ihr Termin: Do 26.11. 14:30, Praxis Morgenrot. Ändern: http://localhost:8000/my/"
    )
    assert "Lea" not in text["message"]
    assert len(mails_to(desk, "ida@example.org")) == 1


def test_a_practice_that_switches_sms_off_sends_none_that_were_planned_before(
    practice: World, queue: Queue, desk: Desk
) -> None:
    book(practice, sms=True, phone="+41791234567")
    queue.drain()
    assert len(sms(desk)) == 1
    practice.change_partner(sms_enabled=False)

    queue.until(START - timedelta(hours=24))

    assert len(sms(desk)) == 1
    assert "Erinnerung" in mails_to(desk, "lea@example.org")[-1]["subject"]


def test_an_sms_never_says_what_for_and_of_a_discreet_practice_not_even_where(
    practice: World, queue: Queue, desk: Desk, table: Any
) -> None:
    practice.owner.form("service", {"id": practice.service_id, "method": "PATCH"}, name="Onkologie Erstgespräch")
    table.put(
        TextRow(own.partition(practice.id), own.key("confirmation", "de"), changed_at=practice.clock.now,
                sms="{company}: {date} {time}. {link}")
    )  # fmt: skip
    book(practice, sms=True, phone="+41791234567")
    queue.drain()
    [usual] = sms(desk)
    assert practice.owner.form("profile", sms_discreet=True).json["sms_discreet"] is True
    booked = book(practice, START + timedelta(days=1), sms=True, phone="+41791234567")
    queue.drain()
    queue.until(START)

    discreet = [one["message"] for one in sms(desk)[1:]]
    assert practice.company in usual["message"]
    assert "Onkologie" not in usual["message"]
    assert len(discreet) == 2  # the confirmation and the reminder
    for text in discreet:
        assert "Zeitfenster" in text
        assert booked["link"] in text
        assert not [one for one in ("Onkologie", "Lea", "Keller", *practice.company.split()) if one in text]


def test_the_reminder_goes_by_sms_a_day_before_and_only_then(practice: World, queue: Queue, desk: Desk) -> None:
    book(practice, sms=True, phone="+41791234567")
    queue.drain()

    queue.until(START - timedelta(hours=24, seconds=1))
    before = len(sms(desk))
    queue.until(START - timedelta(hours=24))
    queue.until(START - timedelta(hours=23))

    assert before == 1
    assert [one["message"][:11] for one in sms(desk)[1:]] == ["Erinnerung:"]
    assert len(mails_to(desk, "lea@example.org")) == 1


def test_the_reminder_goes_by_mail_to_those_without_sms(practice: World, queue: Queue, desk: Desk) -> None:
    book(practice)
    queue.drain()

    queue.until(START - timedelta(hours=24))

    confirmation, reminder = mails_to(desk, "lea@example.org")
    assert "Erinnerung" not in confirmation["subject"]
    assert "Erinnerung" in reminder["subject"]
    assert reminder["attachments"] == []


def test_who_books_late_gets_no_reminder_for_a_moment_that_has_passed(
    practice: World, queue: Queue, desk: Desk
) -> None:
    book(practice, datetime(2026, 11, 24, 7, 30, tzinfo=UTC))

    queue.drain()
    queue.until(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))

    assert [row.sk.split("-")[1] for row in outbox.rows(practice.id)] == ["confirmation", "notice_booked"]
    assert len(mails_to(desk, "lea@example.org")) == 1


def test_a_moved_appointment_is_told_again_and_reminded_at_the_new_time_only(
    practice: World, queue: Queue, desk: Desk
) -> None:
    booked = book(practice)
    queue.drain()
    later = START + timedelta(days=1)

    bookings.move(practice, booked["id"], later)
    queue.drain()
    queue.until(START - timedelta(hours=24))
    queue.until(later - timedelta(hours=24))

    subjects = [mail["subject"].strip() for mail in mails_to(desk, "lea@example.org")]
    assert [subject.split(":")[0] for subject in subjects] == [
        "Ihr Termin bei Praxis Morgenrot",
        "Ihr Termin ist verschoben",
        "Erinnerung an Ihren Termin",
    ]
    assert "Freitag, 27. November" in subjects[2]
    method, event = entry(mails_to(desk, "lea@example.org")[1])
    assert (method, event["SEQUENCE"], event["DTSTART"].dt) == ("REQUEST", 1, later)
    assert str(event["UID"]).startswith(booked["id"] + "@")
    dropped = [row for row in outbox.rows(practice.id) if row.state == "dropped"]
    assert [row.outcome for row in dropped] == ["overtaken"]


def test_a_cancelled_appointment_is_taken_out_of_the_calendar_and_not_reminded(
    practice: World, queue: Queue, desk: Desk
) -> None:
    booked = book(practice, sms=True, phone="+41791234567")
    queue.drain()

    bookings.cancel(practice, booked["id"])
    queue.drain()
    queue.until(START - timedelta(hours=24))

    mail = mails_to(desk, "lea@example.org")[-1]
    method, event = entry(mail)
    assert (method, str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert [one["message"].split(" ")[0] for one in sms(desk)] == ["Ihr", "Ihr"]
    assert "abgesagt" in sms(desk)[1]["message"]
    notices = [mail["subject"].split(":")[0] for mail in mails_to(desk, practice.emails[practice.owner_id])]
    assert notices == ["Neue Buchung", "Abgesagt"]


def test_after_a_long_outage_nothing_is_sent_for_a_start_in_the_past(practice: World, queue: Queue, desk: Desk) -> None:
    book(practice)
    queue.drain()
    assert len(mails_to(desk, "lea@example.org")) == 1

    queue.until(START + timedelta(seconds=1))

    assert len(mails_to(desk, "lea@example.org")) == 1
    assert [row.outcome for row in outbox.rows(practice.id) if row.state == "dropped"] == ["too_late"]


def test_nothing_personal_waits_in_the_outbox(practice: World, queue: Queue, table: Any) -> None:
    book(practice, sms=True, phone="+41791234567", note="Rückenschmerzen")
    queue.drain()

    waiting = [row for row in outbox.rows(practice.id, "mail", "sms") if row.state == "waiting"]

    (reminder,) = waiting
    assert set(reminder.body) == {"kind", "appointment_id", "sequence"}
    ended = [row for row in outbox.rows(practice.id) if row.state == "done"]
    assert len(ended) == 3
    assert all(row.body is None for row in ended)


def test_every_try_that_may_have_told_the_vendor_is_shown_to_the_customer_it_concerns(
    practice: World, queue: Queue, desk: Desk, table: Any
) -> None:
    made = book(practice, sms=True, phone="+41791234567")
    desk.fail("smsapi", drop=True, after=True)
    desk.fail("smsapi", status=500)
    queue.drain()
    for _ in range(3):
        queue.until(practice.clock.now + timedelta(minutes=2))

    shown = Visitor().get(f"{urlsplit(made['link']).path}/data").json["disclosures"]
    logged = [one for one in table.walk("activity", practice.id) if one["kind"]["S"] == "data.disclosed"]

    assert len(desk.journal("smsapi")) == len(logged) == len(shown) == 3
    assert {(one["recipient"], one["country"], one["subject_kind"]) for one in shown} == {
        ("smsapi", "PL", "appointment")
    }
    assert len({one["at"] for one in shown}) == 3


def test_an_sms_is_disclosed_in_the_log_and_a_mail_is_not(practice: World, queue: Queue, table: Any) -> None:
    book(practice, sms=True, phone="+41791234567")
    queue.drain()

    facts = [item for item in table.walk("activity", practice.id) if item["kind"]["S"] == "data.disclosed"]

    (fact,) = facts
    for word in ("smsapi", "PL", "phone", "Art. 28"):
        assert word in fact["detail"]["S"]
    assert "4179" not in str(fact)
    sent = [item for item in table.walk("activity", practice.id) if item["kind"]["S"] == "message.sent"]
    assert len(sent) == 3


def test_the_customer_sees_every_message_and_who_was_told(practice: World, queue: Queue) -> None:
    booked = book(practice, sms=True, phone="+41791234567")
    queue.drain()

    page = open_page(Visitor(), f"{urlsplit(booked['link']).path}/data").text

    assert page.count("gesendet</td>") == 3  # mail and SMS to the customer, mail to whoever serves
    assert "geplant</td>" in page
    for told in ("SMSAPI, Polen", "Telefonnummer, Zeit und Ort des Termins", "23.11.2026, 09:00"):
        assert told in page, told


def test_the_partner_sees_every_message_the_newest_first(practice: World, queue: Queue) -> None:
    booked = book(practice, sms=True, phone="+41791234567")
    queue.drain()

    items: list[dict[str, Any]] = []
    cursor, pages = "", 0
    while pages < 10:
        reply = practice.api.get(f"/messages?limit=2{cursor}")
        assert reply.status == 200, reply.text
        items += reply.json["items"]
        pages += 1
        if reply.json["next"] is None:
            break
        cursor = f"&cursor={reply.json['next']}"

    seen = sorted((item["kind"], item["channel"], item["state"]) for item in items)
    assert seen == [
        ("confirmation", "mail", "done"),
        ("confirmation", "sms", "done"),
        ("notice_booked", "mail", "done"),
        ("reminder", "sms", "waiting"),
    ]
    assert {item["appointment_id"] for item in items} == {booked["id"]}
    assert [item["id"] for item in items] == sorted((item["id"] for item in items), reverse=True)
    assert pages >= 2
    assert datetime.fromisoformat(items[0]["at"]) >= NOW
