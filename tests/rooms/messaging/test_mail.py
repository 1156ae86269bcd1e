"""A mail on the wire, whatever people call themselves; and how SES can refuse it."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chalicelib.booking import invitation
from chalicelib.messaging import mail
from chalicelib.messaging.mail import Mail
from chalicelib.plumbing import outcomes
from tests.fakes.providers import Desk

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def a_mail(**changes: Any) -> Mail:
    known: dict[str, Any] = {
        "to": "lea@example.org", "to_name": "Lea Keller", "sender_name": "Praxis via Zeitfenster",
        "reply_to": "praxis@example.org", "subject": "Ihr Termin", "text": "Guten Tag\n", "page": "<p>Guten Tag",
        "language": "de", "reference": "a.b", "at": AT,
    }  # fmt: skip
    return Mail(**{**known, **changes})


def parsed(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


names = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(names, names, names)
@example("x\r\nBcc: all@example.org", 'A "B" <c@d.example>', "=?utf-8?q?x?=")
@example("Müller, Söhne & Co; (AG)", "Ελένη", "日本語")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_name_can_add_a_header_or_a_recipient(clock: Any, sender: str, to: str, subject: str) -> None:
    raw = mail.message(a_mail(sender_name=sender, to_name=to, subject=subject))

    read = parsed(raw)
    assert [one.addr_spec for one in read["To"].addresses] == ["lea@example.org"]
    assert [one.addr_spec for one in read["From"].addresses] == ["termine@zeitfenster.example"]
    assert read["Bcc"] is None
    assert sorted(set(read.keys())) == sorted(read.keys())
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_the_text_comes_first_then_the_page_then_the_entry_for_the_calendar(clock: Any) -> None:
    entry = mail.Calendar("REQUEST", b"BEGIN:VCALENDAR")

    read = parsed(mail.message(a_mail(text="Grüezi\n", page="<p>Grüezi", calendar=entry)))

    types = [part.get_content_type() for part in read.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "text/calendar"]
    both = next(part for part in read.walk() if part.get_content_type() == "multipart/alternative")
    assert [part.get_content().strip() for part in both.iter_parts()] == ["Grüezi", "<p>Grüezi"]


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: c@d.example", "a b@example.org", "ä@example.org"])
def test_what_is_no_address_is_refused_for_good_and_not_quoted(clock: Any, address: str) -> None:
    with pytest.raises(outcomes.Never) as refused:
        mail.message(a_mail(to=address))

    assert refused.value.fault == "recipient"
    assert not address or address not in str(refused.value)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 429, "headers": {"x-amzn-ErrorType": "TooManyRequestsException"}}, outcomes.Later),
        ({"status": 503, "headers": {"Retry-After": "7"}}, outcomes.Later),
        ({"status": 400, "headers": {"x-amzn-ErrorType": "SendingPausedException"}}, outcomes.Later),
        ({"status": 400, "headers": {"x-amzn-ErrorType": "MessageRejected"}}, outcomes.Never),
        ({"status": 400, "headers": {"x-amzn-ErrorType": "BadRequestException"}}, outcomes.Never),
        ({"status": 400, "headers": {"x-amzn-ErrorType": "MailFromDomainNotVerifiedException"}}, outcomes.Never),
        ({"status": 403}, outcomes.Never),
        ({"status": 500}, outcomes.Unknown),
        ({"status": 200, "body": "<html>"}, outcomes.Unknown),
        ({"drop": True}, outcomes.Unknown),
    ],
    ids=str,
)
def test_ses_is_asked_once_and_its_refusals_are_told_apart(
    desk: Desk, fault: dict[str, Any], expected: type[Exception]
) -> None:
    desk.fail("mail", times=1, **fault)

    with pytest.raises(expected) as ended:
        mail.send(a_mail())

    assert len(desk.journal("mail")) == 1
    if isinstance(ended.value, outcomes.Later) and "headers" in fault and "Retry-After" in fault["headers"]:
        assert ended.value.retry_after_s == 7
    assert mail.send(a_mail())


@given(names, names)
@example('Praxis "Am See"; Dr. Müller, AG\r\nATTENDEE:mailto:x@y.example', "Lea\nKeller")
@settings(deadline=None)
def test_an_entry_for_the_calendar_says_what_it_was_told_whatever_the_names_are(practice: str, name: str) -> None:
    written = invitation.calendar(
        invitation.Entry(
            uid="01m83pph00m9s1kqs16ejmfkn2@zeitfenster.example", method="CANCEL", cancelled=True,
            sequence=3,
            start_at=AT, end_at=AT, stamped_at=AT, summary=practice, place="Seestrasse 1, 8002 Zürich",
            link="https://zeitfenster.example/my/x", organizer_name=practice, organizer_email="p@example.org",
            attendee_name=name, attendee_email="lea@example.org",
        )
    )  # fmt: skip

    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert str(event["UID"]) == "01m83pph00m9s1kqs16ejmfkn2@zeitfenster.example"
    assert (event["SEQUENCE"], str(event["STATUS"]), event["DTSTART"].dt) == (3, "CANCELLED", AT)
    assert str(event["ATTENDEE"]) == "mailto:lea@example.org"
    assert not isinstance(event["ATTENDEE"], list)
