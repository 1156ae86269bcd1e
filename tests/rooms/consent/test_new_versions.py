"""A text changes: everybody is told once and in time, the important is asked again, and nobody stands still meanwhile."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest

from chalicelib.messaging import announce, jobs
from chalicelib.plumbing.visit import of_job
from tests.fakes.providers import Desk
from tests.worlds import outbox as world
from tests.worlds import people, texts
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor

SCHEDULED = {
    "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "0",
    "time": "2026-11-23T08:00:00Z", "region": "eu-central-2", "resources": [], "detail": {},
}  # fmt: skip


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Path]:
    """Texts in a place of their own, where a test may publish."""
    with texts.elsewhere(tmp_path / "published") as root:
        yield root


def run_job() -> dict[str, Any]:
    return dict(jobs.announcements(SCHEDULED, SimpleNamespace(aws_request_id="test")))


def told(desk: Desk) -> list[tuple[str, str]]:
    mails = [item["body"] for item in desk.journal("mail") if item["effects"]]
    return [(mail["to"][0], mail["subject"]) for mail in mails if "policies/terms?version=2027" in mail["text"]]


def test_a_year_in_which_the_terms_change(
    table: Any, clock: Any, queue: Queue, desk: Desk, published: Path, emulator: Any
) -> None:
    anna = people.owner(emulator.endpoint, ip="198.51.100.1")
    bea = people.owner(
        emulator.endpoint, ip="198.51.100.2", email="bea@muster.example", company="Nagelstudio", language="fr"
    )
    queue.drain()
    clock.set(clock.now + timedelta(hours=1))
    assert run_job() == {"told": 0, "complete": True}

    # January: published. Everybody sees it and gets one mail; a second run and a second day send nothing.
    clock.set(datetime(2027, 1, 15, 8, tzinfo=UTC))
    texts.publish(published, "terms", "2027-03-01", important=True, on=date(2027, 1, 15))
    assert run_job() == {"told": 2, "complete": True}
    assert run_job() == {"told": 0, "complete": True}
    queue.until(clock.now + timedelta(minutes=2))
    clock.set(datetime(2027, 1, 16, 8, tzinfo=UTC))
    assert run_job() == {"told": 0, "complete": True}
    queue.until(clock.now + timedelta(minutes=2))
    assert sorted(told(desk)) == [
        ("anna@muster.example", "Neue Fassung ab Montag, 1. März 2027: Allgemeine Geschäftsbedingungen"),
        ("bea@muster.example", "Nouvelle version dès le lundi 1 mars 2027 : Conditions générales"),
    ]
    assert len(people.facts(emulator.endpoint, "policy.announced")) == 2
    terms = Visitor().get("/policies/terms?language=de").json
    assert (terms["version"], terms["announced"]["version"]) == ("2026-11-01", "2027-03-01")
    assert terms["announced"]["changes"]["de"] in open_page(Visitor(), "/policies/terms").text
    assert "1. März 2027" in open_page(Visitor(), "/policies").text

    # Somebody who comes in February is told too, once.
    clock.set(datetime(2027, 2, 10, 8, tzinfo=UTC))
    people.owner(emulator.endpoint, ip="198.51.100.3", email="cem@muster.example", company="Velo Cem")
    clock.set(clock.now + timedelta(hours=2))
    assert run_job() == {"told": 1, "complete": True}

    # The desk says so while it comes.
    people.log_in(anna.visitor)
    desk_now = anna.visitor.get("/desk").json
    assert [one["version"] for one in desk_now["policies_coming"]] == ["2027-03-01"]
    assert "1. März 2027" in open_page(anna.visitor, "/desk").text

    # March: in force. The owner is asked before anything else, reads everything, and changes nothing before.
    clock.set(datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert people.log_in(anna.visitor).status == 201
    stopped = open_page(anna.visitor, "/desk")
    assert stopped.reply.status == 403
    assert "Bitte lesen und annehmen" in stopped.text
    assert "Neu ist Ziffer 99 (de)." in stopped.text
    assert anna.visitor.get("/desk").json["policies_waiting"] == ["terms"]
    assert [
        one["text_version"] for one in anna.visitor.get("/consents").json["items"] if one["purpose"] == "terms"
    ] == ["2026-11-01"]  # signing in and reading on is no agreement
    refused = anna.visitor.form("profile", company="Coiffeur Anna")
    assert (refused.status, refused.json["code"]) == (403, "policy_to_accept")
    assert refused.json["policies"][0]["accept"] == "/forms/accept-policy?name=terms"
    assert anna.visitor.get("/partner").json["company"] == "Coiffeur Muster"
    assert open_page(anna.visitor, "/consents").reply.status == 200
    assert people.facts(emulator.endpoint, "access.denied") == []

    # The words she accepted at first can still be read.
    old = open_page(Visitor(), "/policies/terms?version=2026-11-01&language=de")
    assert "gilt nicht mehr" in old.text
    assert "Ziffer 99" not in Visitor().get("/policies/terms?version=2026-11-01&language=de").json["text"]

    # Accepted: all is as it was, with a receipt; and the next sign-in asks nothing.
    accepted = anna.visitor.form("accept-policy", {"name": "terms"}, version="2027-03-01")
    assert accepted.status == 201, accepted.text
    assert open_page(anna.visitor, "/desk").reply.status == 200
    assert anna.visitor.form("profile", company="Coiffeur Anna").status == 200
    receipt = anna.visitor.get("/consents/terms.2027-03-01").json
    assert (receipt["unchanged"], receipt["text_hash"]) == (True, accepted.json["text_hash"])
    assert bea.visitor.get("/consents").status == 401  # her session of January is over
    clock.set(datetime(2027, 11, 22, 8, tzinfo=UTC))
    assert people.log_in(anna.visitor).status == 201
    assert open_page(anna.visitor, "/desk").reply.status == 200
    assert run_job() == {"told": 0, "complete": True}


def test_a_change_that_is_not_important_is_told_and_asked_of_nobody(table: Any, clock: Any, published: Path) -> None:
    texts.publish(published, "privacy", "2027-01-15", important=False, on=date(2026, 11, 23))
    clock.set(datetime(2027, 1, 15, 8, tzinfo=UTC))
    world = a_partner(table, clock)

    page = open_page(world.owner, "/desk")

    assert page.reply.status == 200
    assert world.owner.get("/desk").json["policies_waiting"] == []


def test_team_customers_and_programs_go_on_while_the_owner_decides(table: Any, clock: Any, published: Path) -> None:
    texts.publish(published, "dpa", "2027-01-15", important=True, on=date(2026, 11, 23))
    clock.set(datetime(2027, 1, 15, 8, tzinfo=UTC))
    world = a_partner(table, clock)
    colleague, admin = world.sign_in("employee"), world.sign_in("admin")

    stopped = world.owner.form("service", name="Schnitt", duration_minutes=30)

    assert (stopped.status, stopped.json["code"]) == (403, "policy_to_accept")
    assert open_page(colleague, "/desk").reply.status == 200
    assert "wartet auf die Annahme" in open_page(admin, "/desk").text
    assert admin.form("service", name="Schnitt", duration_minutes=30).status == 201
    assert world.api.send("POST", "/services", {"name": "Farbe", "duration_minutes": 60}).status == 201
    assert Visitor().get(f"/book/{world.booking_name}").status == 200
    assert world.owner.form("logout").status == 204


def test_a_run_that_stops_is_taken_up_where_it_was(table: Any, clock: Any, published: Path) -> None:
    worlds: list[World] = [a_partner(table, clock) for _ in range(3)]
    texts.publish(published, "terms", "2027-03-01", important=True, on=date(2026, 11, 23))
    clock.set(clock.now + timedelta(hours=1))

    runs = [announce.everything(of_job(clock.now, "test"), most=1) for _ in range(4)]

    assert [one["told"] for one in runs] == [1, 1, 1, 0]
    assert [one["complete"] for one in runs] == [False, False, False, True]
    assert [len(world_rows(one)) for one in worlds] == [1, 1, 1]


def world_rows(one: World) -> list[Any]:
    return world.rows(one.id, "mail")


def test_the_agreement_as_a_file_for_everybody_and_filled_in_for_the_partner(
    table: Any, clock: Any, emulator: Any
) -> None:
    anna = people.owner(emulator.endpoint, company="Ćiro & Söhne «Zürich»", ip="198.51.100.1")

    blank = Visitor().get("/policies/dpa?language=fr", accept="application/pdf")
    filled = anna.visitor.get("/partner/processing-agreement?language=de")
    anna.visitor.form("accept-policy", {"name": "dpa"}, version=people.VERSION)
    accepted = anna.visitor.get("/partner/processing-agreement?language=de")

    assert blank.header("content-type") == "application/pdf"
    assert "Contrat de sous-traitance" in read(blank.text)
    assert "Muster" not in read(blank.text)
    said = read(filled.text)
    for each in (
        "Ćiro & Söhne «Zürich», Anna Muster, Seeweg 1, 6203 Sempach",
        "23.11.2026, mit den AGB",
        "Anhang 2",
        "SMSAPI, Polen",
    ):
        assert each in said, each
    record = Visitor().get("/processing-record").json["items"]
    for_partners = {who["name"].lower() for one in record if one["role"] == "processor" for who in one["recipients"]}
    assert "smsapi" in for_partners
    assert [name for name in for_partners if name not in said.lower()] == []
    assert Visitor().get("/policies/dpa").json["hashes"]["de"] in said.replace(" ", "").replace("\n", "")
    assert "23.11.2026, dieser Vertrag selbst" in read(accepted.text)
    assert anna.visitor.get("/partner/processing-agreement?language=de").text == accepted.text
    assert "attachment" in (filled.header("content-disposition") or "")
    assert Visitor().get("/partner/processing-agreement").status == 401


def read(file: str) -> str:
    opened = pypdf.PdfReader(io.BytesIO(file.encode("ascii")))
    assert opened.trailer["/Root"]["/MarkInfo"]["/Marked"]
    return " ".join(" ".join(page.extract_text() for page in opened.pages).split())
