"""A partner's own texts: what may stand in them, how they look, and that nothing about them stops a message."""

from typing import Any

import pytest

from chalicelib.messaging import letter, own, own_rules, standard
from chalicelib.messaging.own_rules import Words
from chalicelib.messaging.records import TextRow
from chalicelib.plumbing import table
from tests.fakes.providers import Desk
from tests.rooms.messaging.test_booked import mails_to, sms
from tests.worlds.bookings import book
from tests.worlds.browser import open_page, read
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner

SMS = "{company}: {date} {time}. {link}"
BODY = "Hallo {first_name}, bis bald bei {employee}!\n\n{link}\n\nP.S. Parkplätze hinter dem Haus"


def store(practice: World, kind: str = "confirmation", language: str = "de", **said: str) -> None:
    table.put(
        TextRow(own.partition(practice.id), own.key(kind, language), changed_at=practice.clock.now, **said)
    )  # fmt: skip


@pytest.mark.parametrize("language", ["de", "de-du", "fr", "it", "en"])
@pytest.mark.parametrize("kind", own_rules.KINDS)
def test_our_texts_say_the_same_when_written_with_a_partners_placeholders(kind: str, language: str) -> None:
    clock = " Uhr" if language.startswith("de") else ""
    ours = {
        "name": "Lea Keller", "first_name": "Lea", "practice": "Salon", "time": f"Tag, 14:30{clock}", "link": "L",
        "calendar": "C", "service": "Schnitt",
    }  # fmt: skip
    theirs = {"first_name": "Lea", "last_name": "Keller", "company": "Salon", "date": "Tag", "time": "14:30"}
    said = standard.text(kind, language)
    sender = letter.Sender("Salon", "green")
    facts = [("Was", "Schnitt"), ("Wann", "bald")]

    plain = letter.written(kind, language, ours, facts=facts, sender=sender, why="-")
    made = letter.written(
        kind, language, ours, facts=facts, sender=sender, why="-",
        own=letter.Own(
            own_rules.filled(said.subject or "", theirs), own_rules.laid_out(said.body or "", theirs)
        ),
    )  # fmt: skip

    assert made == plain
    assert own_rules.unfit(kind, said) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mehr auf www.salon.ch", "www.salon.ch"),
        ("https://evil.example/x", "https://evil.example/x"),
        ("gewinne jetzt: bit.ly/abc", "bit.ly/abc"),
        ("t.co", "t.co"),
        ("boe\u200bse.example", "boese.example"),
        ("Bis bald.Danke", "bald.Danke"),
        ("Am 24.12.2026, z.B. um 14.30 Uhr, CHF 80.–. Danke! Tel. 044 555 01 00", None),
        ("Schreiben Sie an salon@seeblick.example.", None),
        ("Dr. med. Müller, d.h. i.d.R. morgens", None),
    ],
)
def test_what_a_telephone_would_make_a_link_of_is_found(text: str, found: str | None) -> None:
    assert own_rules.web_address(text) == found


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (Words(subject="Hallo {vorname}"), ("subject", "placeholder_unknown")),
        (Words(subject="{link}"), ("subject", "placeholder_unknown")),
        (Words(body="{{first_name}}"), ("body", "placeholder_unknown")),
        (Words(body="{first_name"), ("body", "placeholder_unknown")),
        (Words(sms=f"{{first_name}} {SMS}"), ("sms", "placeholder_unknown")),
        (Words(sms="{date} {time} {company}"), ("sms", "placeholder_missing")),
        (Words(body="www.salon.ch"), ("body", "web_address")),
        (Words(subject="Bis bald", body=BODY, sms=SMS), None),
    ],
)
def test_what_cannot_go_is_refused_where_it_stands(said: Words, problem: tuple[str, str] | None) -> None:
    found = own_rules.unfit("confirmation", said)

    assert [(one.field, one.code) for one in found] == ([problem] if problem else [])


def test_what_a_customer_is_called_is_never_a_placeholder_and_details_are_never_lost() -> None:
    pieces = own_rules.laid_out("Hallo {first_name}\n\n{link}", {"first_name": "{link} {last_name}", "last_name": "X"})

    assert [one.kind for one in pieces] == ["text", "link", "details"]
    assert pieces[0].text == "Hallo {link} {last_name}"


def test_a_message_speaks_in_the_partners_own_words(practice: World, queue: Queue, desk: Desk) -> None:
    store(practice, subject="Schön, {first_name}: {date}", body=BODY, sms=f"Juhui! {SMS}")

    booked = book(practice, sms=True, phone="+41791234567", first_name="<b>Lea</b>")
    queue.drain()

    (mail,) = mails_to(desk, "lea@example.org")
    assert mail["subject"] == "Schön, <b>Lea</b>: Donnerstag, 26. November 2026"
    assert "Hallo <b>Lea</b>, bis bald bei " in mail["text"]
    assert mail["text"].index(booked["link"]) < mail["text"].index("P.S. Park") < mail["text"].index("Wann: ")
    assert "Hallo &lt;b&gt;Lea" in mail["html"]
    assert f'href="{booked["link"]}"' in mail["html"]
    (text,) = sms(desk)
    assert text["message"] == f"Juhui! Praxis Morgenrot: Do 26.11. 14:30. {booked['link']}"


def test_an_own_text_that_is_no_good_never_stops_a_message_and_the_partner_sees_it(
    practice: World, queue: Queue, desk: Desk
) -> None:
    store(practice, body="{gone} http://evil.example", sms=SMS + " x" * 300)

    book(practice, sms=True, phone="+41791234567")
    queue.drain()

    (mail,) = mails_to(desk, "lea@example.org")
    assert "Ihr Termin ist gebucht." in mail["text"]
    assert "evil" not in mail["raw"]
    assert sms(desk)[0]["message"].startswith("Ihr Termin: ")
    listed = practice.owner.get("/messages").json["items"]
    assert {one["outcome"] for one in listed if one["kind"] == "confirmation"} == {"sent_standard"}
    assert "your own text could not be used" in open_page(practice.owner, "/messages?lang=en").text
    assert "Cannot be used" in open_page(practice.owner, "/texts?lang=en&language=de").text


@pytest.fixture
def salon(table: Any, clock: Any) -> World:
    return a_partner(table, clock, company="Salon Seeblick", salutation="du")


def test_a_text_is_looked_at_saved_and_given_back_without_scripts(salon: World) -> None:
    page = open_page(salon.owner, "/forms/text?kind=reminder&language=de&lang=en")
    assert "Erinnerung an deinen Termin: {date}, {time} Uhr" in page.form().held["subject"]
    assert "Erinnerung an deinen Termin: Mittwoch, 25. November 2026, 14:30 Uhr" in page.text

    looked = page.send("/reminder/de", subject="Bis bald, {first_name}!", preview="true")

    assert looked.status == 200
    assert "Nothing is saved yet" in looked.text
    assert "Bis bald, Lea!" in looked.text
    assert salon.owner.get("/texts?language=de").json["items"][3]["subject"] is None

    saved = read(salon.owner, looked).send("/reminder/de")

    assert (saved.status, saved.headers["Location"]) == (303, ["/texts?language=de&done=messaging.replace_text"])
    one = salon.owner.get("/texts?language=de").json["items"][3]
    assert (one["kind"], one["subject"], one["body"], one["sms"]) == ("reminder", "Bis bald, {first_name}!", None, None)
    assert [item["kind"] for item in salon.owner.get("/activity").json["items"]].count("text.replaced") == 1

    given_back = open_page(salon.owner, "/forms/text-reset?kind=reminder&language=de").send("/reminder/de")

    assert given_back.status == 303
    assert salon.owner.get("/texts?language=de").json["items"][3]["subject"] is None
    assert salon.owner.get("/forms/text-reset?kind=reminder&language=de").status == 404


def test_what_is_wrong_is_said_beside_the_field_with_what_there_is(salon: World) -> None:
    page = open_page(salon.owner, "/forms/text?kind=confirmation&language=de&lang=en")

    refused = page.send("/confirmation/de", body="Hallo {vorname}", sms="ê" * 200 + SMS)

    assert refused.status == 422
    assert "“{vorname}” is not a placeholder. Here there are: {first_name}, " in refused.text
    assert "That would be 5 SMS parts; at most 3 are possible." in refused.text
    assert "Hallo {vorname}</textarea>" in refused.text
    assert "Because of these characters a part holds only 70 instead of 160: ê" in refused.text


def test_programs_set_texts_too_and_only_who_may(salon: World) -> None:
    body = {"subject": None, "sms": SMS}

    made = salon.api.send("PUT", "/texts/moved/fr", body).json
    foreign = salon.api.send("PUT", "/texts/welcome/fr", body).status
    employee = salon.sign_in("employee").get("/texts").status

    assert (made["saved"], made["sms"], made["preview"]["sms_parts"]) == (True, SMS, 1)
    assert made["preview"]["subject"].startswith("Votre rendez-vous est déplacé")
    assert (foreign, employee) == (404, 403)
    assert len(salon.api.get("/texts").json["items"]) == 16
