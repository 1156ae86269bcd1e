"""Rights and duties with a clock: requests are due, reminded of, extended once and closed; breaches have 72 hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing import shards
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import purge, rules
from chalicelib.privacy.records import BreachRow
from tests.worlds import outbox
from tests.worlds.browser import open_page, read
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner
from tests.worlds.visitor import Visitor


@pytest.fixture
def world(table: Any, clock: Any, queue: Queue) -> World:
    return a_partner(table, clock)


def link_of(world: World, customer_id: str, *, days: int = 5) -> str:
    from chalicelib.booking import link

    start = (world.clock.now + timedelta(days=days)).replace(hour=9, minute=0)
    return link.token(world.id, world.appointment(start, customer_id=customer_id))


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        (date(2026, 11, 23), date(2026, 12, 23), date(2027, 2, 23)),
        (date(2027, 1, 31), date(2027, 2, 28), date(2027, 4, 30)),  # the month is shorter than 30 days
        (date(2026, 12, 1), date(2026, 12, 31), date(2027, 3, 1)),
    ],
)
def test_a_request_is_due_within_thirty_days_and_a_month(received: date, due: date, extended: date) -> None:
    assert (rules.due_on(received), rules.extended(received)) == (due, extended)


@pytest.mark.parametrize(
    ("on", "ends", "last"),
    [
        (date(2026, 7, 1), (6, 30), date(2037, 6, 30)),
        (date(2026, 6, 30), (6, 30), date(2036, 6, 30)),
        (date(2026, 11, 23), (12, 31), date(2036, 12, 31)),
        (date(2026, 1, 1), (2, 29), date(2036, 2, 29)),
    ],
)
def test_books_stay_ten_years_from_the_end_of_the_business_year(on: date, ends: tuple[int, int], last: date) -> None:
    assert rules.keep_until("acceptance", on, ends=ends) == last


def test_a_customer_asks_by_the_link_and_the_owner_answers_in_time(world: World, queue: Queue, clock: Any) -> None:
    customer = world.customer(first_name="Lea", last_name="Keller")
    visitor, token = Visitor(), link_of(world, customer)

    form = open_page(visitor, f"/forms/link-request?token={token}")
    asked = read(visitor, form.send("requests", kind="access", words="Was ist über mich gespeichert?"))
    again = visitor.form("link-request", {"token": token}, kind="access")
    [item] = world.owner.get("/requests").json["items"]
    clock.set(datetime(2026, 12, 16, 7, tzinfo=UTC))
    queue.minute()
    [mail] = [row for row in outbox.rows(world.id, "mail") if row.subject_kind == "request"]
    world.owner = world.sign_in("owner")
    desk = open_page(world.owner, f"/requests/{item['id']}")
    closed = desk.send(item["id"], state="answered", answer="Am 16. Dezember per Post geschickt.")
    after = world.owner.get(f"/requests/{item['id']}").json

    assert "23. Dezember 2026" in asked.text
    assert (again.status, again.json["code"]) == (409, "request_is_open")
    assert (item["due_on"], item["state"], item["name"]) == ("2026-12-23", "open", "Lea Keller")
    assert (mail.state, mail.outcome) == ("done", "sent")
    assert closed.status == 303
    assert (after["state"], [one["kind"] for one in after["steps"]]) == ("answered", ["received", "answered"])
    assert after["words"] == "Was ist über mich gespeichert?"


def test_the_overdue_stand_first_a_request_is_extended_once_and_no_mail_is_sent_for_what_is_closed(
    world: World, queue: Queue, clock: Any
) -> None:
    first = world.owner.form("request", kind="access", person="Beat Kern, Brief", received_on="2026-11-20").json
    second = world.owner.form("request", kind="erasure", person="Ida Graf", received_on="2026-11-23").json
    third = world.owner.form("request", kind="access", person="Urs Frei", received_on="2026-10-01").json
    nobody = world.owner.form("request", kind="access", received_on="2026-11-20")
    later = world.owner.form("request", kind="access", person="Z", received_on="2026-11-24")
    extended = world.owner.form(
        "request", {"id": first["id"], "action": "extension"}, extended_because="Archiv im Umbau"
    )
    twice = world.owner.form("request", {"id": first["id"], "action": "extension"}, extended_because="noch einmal")
    late = world.owner.form("request", {"id": third["id"], "action": "extension"}, extended_because="zu spät")
    refused = world.owner.form(
        "request", {"id": second["id"], "method": "PATCH"}, state="refused", answer="Nicht bei uns."
    )
    listed = [one["id"] for one in world.owner.get("/requests").json["items"]]
    clock.set(clock.now + timedelta(days=40))
    queue.minute()

    assert (nobody.status, later.status) == (422, 422)
    assert (extended.status, extended.json["due_on"]) == (200, "2027-02-20")
    assert (twice.json["code"], late.json["code"]) == ("extended_before", "too_late_to_extend")
    assert refused.json["state"] == "refused"
    assert listed == [third["id"], first["id"], second["id"]]
    mails = [row.subject_id for row in outbox.rows(world.id, "mail")]
    assert mails == [third["id"]]  # overdue already: at once; the others were extended or closed


def test_a_restriction_stops_reminders_and_the_purge_until_it_is_refused(
    world: World, queue: Queue, clock: Any, table: Any
) -> None:
    due = date(2026, 11, 25)
    pk = f"{world.id}#customers"
    customer = world.customer(expiry_shard=shards.expires_on(due, pk), delete_on=due)
    token = link_of(world, customer)

    made = Visitor().form("link-request", {"token": token}, kind="restriction")
    held = purge.everything(of_job(datetime(2026, 11, 25, 2, tzinfo=UTC), "r"))
    known = world.owner.get(f"/customers/{customer}").json
    holds = world.owner.get("/holds").json["items"]
    clock.set(datetime(2026, 11, 25, 8, tzinfo=UTC))
    world.owner = world.sign_in("owner")
    refused = world.owner.form(
        "request", {"id": made.json["id"], "method": "PATCH"}, state="refused", answer="Die Angaben stimmen."
    )
    free = world.owner.get(f"/customers/{customer}").json
    for n in range(26, 30):
        purge.everything(of_job(datetime(2026, 11, n, 2, tzinfo=UTC), "r"))

    assert made.status == 201, made.text
    assert held["held"] == 1
    assert known["no_reminders"] is True
    assert [(one["by"], one["until"], one["waiting"]) for one in holds] == [("right", None, 1)]
    assert (refused.status, free["no_reminders"]) == (200, False)
    assert table.get(CustomerRow, pk, f"customer#{customer}") is None


def test_who_objects_gets_no_reminder(world: World, queue: Queue, clock: Any) -> None:
    version = Visitor().get("/policies/privacy").json["version"]
    made = Visitor().form(
        "book", {"booking_name": world.booking_name}, service_id=world.service_id, start="2026-11-26T09:00:00+01:00",
        first_name="Lea", last_name="Keller", email="lea@example.org", accept_privacy=version,
    )  # fmt: skip
    queue.drain()
    token = str(made.json["link"]).rsplit("/", 1)[1]
    objected = Visitor().form("link-request", {"token": token}, kind="objection")

    queue.until(datetime(2026, 11, 25, 8, 30, tzinfo=UTC))

    reminders = [row for row in outbox.rows(world.id) if "reminder" in row.sk]
    assert objected.status == 201
    assert [(row.state, row.outcome) for row in reminders] == [("dropped", "objected")]


def test_a_breach_has_seventy_two_hours_and_its_notes_are_only_added_to(world: World, clock: Any, table: Any) -> None:
    noticed = clock.now - timedelta(hours=70)
    note = {"noticed_at": noticed.isoformat(), "what": "Notebook verloren", "data_kinds": "Namen, Termine"}

    early = world.owner.form("breach", **{**note, "noticed_at": (clock.now + timedelta(hours=1)).isoformat()})
    made = world.owner.form("breach", people_count=40, **note)
    clock.set(clock.now + timedelta(hours=3))
    world.owner = world.sign_in("owner")
    late = open_page(world.owner, "/breaches")
    page = open_page(world.owner, f"/forms/breach?id={made.json['id']}&action=corrections")
    sent = page.send("corrections", measures="Gerät gesperrt", not_told_because="Die Festplatte ist verschlüsselt.")
    after = world.owner.get(f"/breaches/{made.json['id']}").json
    shown = open_page(world.owner, f"/breaches/{made.json['id']}")
    stranger = world.sign_in("admin").get("/breaches")

    assert early.status == 422
    assert (made.status, made.json["state"]) == (201, "due")
    assert datetime.fromisoformat(made.json["authority_by"]) == noticed + timedelta(hours=72)
    assert "72 Stunden vorbei" in late.text
    assert sent.status == 303, sent.text
    assert (after["state"], after["people_count"], after["measures"]) == ("done", 40, "Gerät gesperrt")
    assert datetime.fromisoformat(after["noticed_at"]) == noticed
    assert [one["measures"] for one in after["earlier"]] == [None]
    assert [row.sk[-3:] for row in table.prefixed(BreachRow, f"{world.id}#breaches", "")] == ["001", "002"]
    assert "Notebook verloren" in shown.text
    assert stranger.status == 403


def test_tonight_is_told_without_touching_anything(world: World, clock: Any, table: Any) -> None:
    world.customer(expiry_shard=shards.expires_on(date(2026, 11, 24), world.id))
    world.customer(expiry_shard=shards.expires_on(date(2026, 11, 27), world.id))
    other = a_partner(table, clock)
    other.customer(expiry_shard=shards.expires_on(date(2026, 11, 24), other.id))

    told = world.owner.get("/retention/preview").json
    page = open_page(world.owner, "/retention/preview")
    ran = purge.everything(of_job(datetime(2026, 11, 24, 2, tzinfo=UTC), "r"))

    assert told["items"] == [
        {"class": "appointment", "on": "2026-11-24", "count": 1},
        {"class": "appointment", "on": "2026-11-27", "count": 1},
    ]
    assert (told["overdue"], told["holds"]) == ([], [])
    assert page.reply.status == 200
    assert ran["deleted"] == 2


def test_every_class_is_told_with_its_reason_and_article(table: Any) -> None:
    told = Visitor().get("/retention").json["items"]
    page = open_page(Visitor(), "/retention?lang=fr")

    assert {one["id"] for one in told} == set(rules.RETENTION)
    assert all(one["what"] and one["why"] and one["article"] for one in told)
    assert "dix ans" in page.text


def test_the_operator_holds_by_command_what_the_owner_cannot_lift(
    world: World, clock: Any, table: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.privacy import rooms
    from infra import retention

    stage = ("--stage", "local")
    world.customer(expiry_shard=shards.expires_on(date(2026, 11, 23), world.id))
    held = retention.run([*stage, "hold", world.id, "--until", "2027-01-31", "--reason", "Order of the court"])
    listed = world.owner.get("/holds").json["items"]
    by_owner = world.owner.get("/forms/hold?id=account&method=DELETE").status
    lifted = retention.run([*stage, "lift", world.id, "account"])
    monkeypatch.setattr(rooms, "SHELVES", ())  # nobody removes anything: a night that fails
    purge.everything(of_job(datetime(2026, 11, 23, 2, tzinfo=UTC), "r"))
    clock.set(datetime(2026, 11, 25, 8, tzinfo=UTC))
    late = purge.everything(of_job(clock.now, "r"))
    capsys.readouterr()
    overdue = retention.run([*stage, "overdue"])

    assert (held, lifted, by_owner) == (0, 0, 404)
    assert [(one["by"], one["until"]) for one in listed] == [("operator", "2027-01-31")]
    assert late["overdue"] >= 1
    assert overdue == 1
    assert '"on": "2026-11-23"' in capsys.readouterr().out
