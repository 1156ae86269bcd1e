"""A partner brings a file: looked at first, then taken in whole or not at all."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.activity import find as log
from chalicelib.exchange import import_rules, intake, store
from tests.conftest import NOW
from tests.worlds import outbox
from tests.worlds.brought import XLSX, brought, in_parts, seen, workbook
from tests.worlds.partners import World, a_partner

CUSTOMERS = (
    ["Kunden-Nr.", "Anrede", "Vorname", "Name", "Tel. mobil", "E-Mail-Adresse", "PLZ", "Bemerkungen", "Gehört zu"],
    [4711, "Frau", "Anna", "Keller", 791234567, "Anna@Example.ch", "6003", "mag Kaffee", "x"],
    ["0815", "Herr", "Beat", "Müller 👩‍👧", "078 123 45 67", None, "6004", "+41 im Text -> bleibt", "y"],
)


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock, employees=2)


def people(world: World) -> list[dict[str, Any]]:
    return sorted(world.api.get("/customers").json["items"], key=lambda one: str(one["first_name"]))


def kinds(world: World) -> list[str]:
    return [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=9))]


def test_a_list_of_another_system_is_understood_checked_and_taken_in_once(exports: Any, world: World) -> None:
    looked = brought(exports, world.api, "customers", workbook(*CUSTOMERS), dry_run=True)
    before = people(world)
    first = brought(exports, world.api, "customers", workbook(*CUSTOMERS))
    again = brought(exports, world.api, "customers", workbook(*CUSTOMERS))

    assert (looked["state"], looked["rows"], looked["created"], before) == ("ready", 2, 2, [])
    meant = {one["heading"]: one["meaning"] for one in looked["columns"]}
    assert meant == {
        "Kunden-Nr.": "external_id", "Anrede": None, "Vorname": "first_name", "Name": "last_name", "Tel. mobil": "mobile",
        "E-Mail-Adresse": "email", "PLZ": None, "Bemerkungen": "note", "Gehört zu": None,
    }  # fmt: skip
    assert (first["state"], first["created"], first["updated"]) == ("done", 2, 0)
    assert (again["state"], again["created"], again["updated"], again["unchanged"]) == ("done", 0, 0, 2)
    anna, beat = people(world)
    assert (anna["email"], anna["phone"], anna["note"]) == ("Anna@example.ch", "+41791234567", "mag Kaffee")
    assert (beat["last_name"], beat["phone"], beat["note"]) == ("Müller 👩‍👧", "+41781234567", "+41 im Text -> bleibt")
    assert {"import.asked", "import.checked", "import.done", "customer.created"} <= set(kinds(world))
    assert [one for one in exports.stored() if first["id"] in one] == []
    assert sorted(one["state"] for one in world.owner.get("/imports").json["items"]) == ["done", "done", "ready"]


def test_who_is_here_by_mail_is_changed_and_not_doubled_and_an_empty_cell_changes_nothing(
    exports: Any, world: World
) -> None:
    made = world.owner.form("customer", first_name="Anna", last_name="Keller", email="anna@example.ch", note="alt")
    file = workbook(
        ["Prénom", "Nom", "Courriel", "Téléphone", "Remarques"],
        ["Anna", "Keller-Roth", "ANNA@example.ch", "079 123 45 67", None],
    )

    done = brought(exports, world.api, "customers", file)

    assert (done["created"], done["updated"]) == (0, 1)
    [one] = people(world)
    assert one["id"] == made.json["id"]
    assert (one["last_name"], one["phone"], one["note"]) == ("Keller-Roth", "+41791234567", "alt")


def test_everything_that_is_wrong_is_told_with_its_cell_and_nothing_is_written(exports: Any, world: World) -> None:
    world.owner.form("customer", first_name="Da", last_name="Schon", email="da@example.ch")
    file = workbook(
        ["First name", "Last name", "Email", "Phone", "ID"],
        ["Good", "One", "good@example.ch", None, 1],
        ["Bad", "Mail", "no mail", "12", 2],
        [None, "No first", None, None, 3],
        ["Twice", "Here", "good@example.ch", None, 1],
        ["Formula", "=1+1", None, None, 5],
        *([["x" * 90, "Long", None, None, 100 + n] for n in range(120)]),
    )

    failed = brought(exports, world.api, "customers", file)

    assert (failed["state"], failed["created"], failed["rows"]) == ("failed", 0, 125)
    told = [(one["row"], one["column"], one["code"]) for one in failed["errors"][:7]]
    assert told == [
        (3, "Email", "not_an_email"), (3, "Phone", "not_a_phone_number"), (4, "First name", "missing"),
        (5, "Email", "twice_in_file"), (5, "ID", "twice_in_file"), (6, "Last name", "formula"), (7, "First name", "too_long"),
    ]  # fmt: skip
    assert len(failed["errors"]) == import_rules.MOST_PROBLEMS
    assert failed["more_errors"] == 126 - import_rules.MOST_PROBLEMS
    assert "B6" in failed["errors"][5]["message"]
    french = world.owner.get(f"/imports/{failed['id']}", accept_language="fr").json["errors"][5]["message"]
    assert "formule" in french
    assert [one["first_name"] for one in people(world)] == ["Da"]


def test_what_a_column_means_can_be_chosen_and_is_remembered(exports: Any, world: World) -> None:
    file = workbook(["Wer", "Woher", "Erreichbar"], ["Anna", "Keller", "anna@example.ch"])
    lost = brought(exports, world.api, "customers", file, dry_run=True)
    chosen = {"Wer": "first_name", "Woher": "last_name", "Erreichbar": "email"}

    wrong = world.api.send(
        "POST",
        f"/imports?{urlencode({'what': 'customers', 'mapping': json.dumps({'Wer': 'shoe_size'})})}",
        file,
        {"content-type": XLSX},
    )
    done = brought(exports, world.api, "customers", file, mapping=json.dumps(chosen))
    again = brought(exports, world.api, "customers", file)
    other = brought(exports, a_partner(intake.table, world.clock).api, "customers", file, dry_run=True)

    assert (lost["state"], [one["code"] for one in lost["errors"]]) == ("refused", ["file_no_column"])
    assert (wrong.status, wrong.json["errors"][0]["field"]) == (422, "mapping")
    assert (done["state"], done["created"]) == ("done", 1)
    assert (again["state"], again["unchanged"]) == ("done", 1)
    assert other["state"] == "refused"


def test_a_page_without_any_script_leads_from_the_file_to_what_was_taken_in(exports: Any, world: World) -> None:
    html = {"accept": "text/html"}
    page = world.owner.send("GET", "/imports", headers=html)
    assert 'enctype="multipart/form-data"' in page.text
    issued = world.owner.issue("import")
    kind, body = in_parts({"_token": issued["token"], "what": "customers"}, workbook(*CUSTOMERS))

    sent = world.owner.send("POST", "/imports", body, {**html, "content-type": kind})
    twice = world.owner.send("POST", "/imports", body, {**html, "content-type": kind})
    place = sent.header("Location")
    assert (sent.status, twice.status, twice.header("Location")) == (303, 303, place)
    assert place is not None
    waiting = world.owner.send("GET", place, headers=html).text
    exports.work()
    ready = world.owner.send("GET", place, headers=html).text

    assert "data-wait" in waiting
    assert 'name="mapping.0.key" value="Kunden-Nr."' in ready
    run = world.owner.issue("import-run", id=place.rpartition("/")[2])
    values = {"_token": run["token"], "dry_run": "false", "mapping.8.key": "Gehört zu", "mapping.8.value": "-"}
    for number, heading in enumerate(["Kunden-Nr.", "Vorname", "Name"]):
        values |= {
            f"mapping.{number}.key": heading,
            f"mapping.{number}.value": ["external_id", "first_name", "last_name"][number],
        }
    gone_on = world.owner.send(
        "POST", run["action"], urlencode(values), {**html, "content-type": "application/x-www-form-urlencoded"}
    )
    assert gone_on.status == 303, gone_on.text
    exports.work()
    assert "übernommen" in world.owner.send("GET", place, headers=html).text
    assert len(people(world)) == 2
    assert exports.stored() == []
    tampered = world.owner.send("POST", "/imports", body.replace(b"customers", b"services"), {"content-type": kind})
    assert tampered.status == 409


def test_what_is_no_file_or_too_large_or_comes_from_a_stranger_stays_outside(exports: Any, world: World) -> None:
    small = workbook(*CUSTOMERS)

    def status(body: Any, kind: str, visitor: Any = None, query: str = "what=customers") -> int:
        return int((visitor or world.api).send("POST", f"/imports?{query}", body, {"content-type": kind}).status)

    assert status(b"x" * (import_rules.MOST_BYTES + 1), XLSX) == 413
    assert status(small, "text/csv") == 415
    assert status("what=customers", "application/x-www-form-urlencoded") == 415
    assert status(small, XLSX, query="what=shoes") == 422
    assert status(small, XLSX, query="") == 422
    assert status(b"", XLSX) == 422
    assert status(small, "multipart/form-data; boundary=x") == 400
    assert status(small, XLSX, world.owner) == 400  # a form without its seal
    assert status(small, XLSX, world.sign_in("employee")) == 403
    assert status(small, XLSX, world.with_key("customers:write")) == 403
    assert exports.stored() == []
    assert status(small, XLSX, world.with_key("imports:write")) == 202
    assert status(small, XLSX) == 409  # one at a time
    waiting = world.owner.get("/imports").json["items"][0]
    assert a_partner(intake.table, world.clock).owner.get(f"/imports/{waiting['id']}").status == 404
    exports.work()
    assert seen(world.owner, waiting["id"])["state"] == "ready"


def test_a_file_that_nobody_comes_back_for_is_gone_after_a_day(exports: Any, world: World) -> None:
    looked = brought(exports, world.api, "customers", workbook(*CUSTOMERS), dry_run=True)
    exports.outbox.until(NOW + timedelta(minutes=17))
    kept = exports.stored()
    exports.outbox.until(NOW + timedelta(hours=23))
    exports.outbox.until(NOW + timedelta(hours=24))

    late = world.api.send("POST", f"/imports/{looked['id']}/runs", {"dry_run": False})

    assert [one.rpartition("/")[2] for one in kept] == [f"{looked['id']}.file"]
    assert exports.stored() == []
    assert (late.status, late.json["code"]) == (410, "import_over")
    assert "import.removed" in kinds(world)
    assert seen(world.api, looked["id"])["file_until"] is None


def appointments(*rows: list[Any]) -> bytes:
    return workbook(
        ["Nr.", "Datum", "Zeit", "Dauer (Min.)", "Leistung", "Mitarbeiter", "Kunde", "E-Mail", "Mobile", "SMS"], *rows
    )


def test_appointments_come_in_beside_those_that_are_here_and_nobody_is_told_but_reminded(
    exports: Any, world: World
) -> None:
    taken = datetime(2026, 12, 1, 9, tzinfo=UTC)
    world.appointment(taken)
    name = world.owner.get(f"/employees/{world.employee_id}").json
    who = f"{name['first_name']} {name['last_name']}"
    good = [
        [1, date(2026, 12, 1), "09:00", 45, "Beratung", who, "Anna Keller", "anna@example.ch", "0791234567", "ja"],
        [2, "02.12.2026", "14h30", "1h 30", "beratung", who, "Müller, Beat", None, None, None],
        [3, "02.11.2026", "14:30", None, "Beratung", who, "Anna Keller", "anna@example.ch", None, None],
        [4, "02.11.2023", "14:30", None, "Beratung", who, "Anna Keller", "anna@example.ch", None, None],
    ]
    bad = [[5, "01.12.2026", "10:15", 45, "Beratung", who, "Zu Spät", None, None, None],
           [6, "02.12.2026", "15:00", 45, "Beratung", who, "Auch Zu Spät", None, None, None],
           [7, "03.12.2026", "15:02", 45, "Beratung", who, "Neben Raster", None, None, None],
           [8, "03.12.2026", "15:05", 45, "Massage", "Niemand", "Wo Was", None, None, None]]  # fmt: skip

    failed = brought(exports, world.api, "appointments", appointments(*good, *bad))
    assert [(one["row"], one["column"], one["code"]) for one in failed["errors"]] == [
        (6, "Zeit", "slot_taken"), (7, "Zeit", "slot_taken"), (8, "Zeit", "off_mark"),
        (9, "Leistung", "unknown_service"), (9, "Mitarbeiter", "unknown_employee"),
    ]  # fmt: skip
    assert len(world.api.get("/appointments?from=2026-11-01&to=2026-12-31").json["items"]) == 1
    done = brought(exports, world.api, "appointments", appointments(*good))
    again = brought(exports, world.api, "appointments", appointments(*good))

    assert (done["state"], done["created"], done["skipped"]) == ("done", 3, 1), done
    assert (again["created"], again["unchanged"], again["skipped"]) == (0, 3, 1)
    items = world.api.get("/appointments?from=2026-11-01&to=2026-12-31").json["items"]
    starts = {one["start"]: (one["end"][11:16], one["source"]) for one in items}
    assert starts["2026-12-01T09:00:00+01:00"] == ("09:45", "import")
    assert starts["2026-12-02T14:30:00+01:00"] == ("16:00", "import")
    assert len(starts) == 4
    assert len(people(world)) == 3  # Anna once, Beat, and whoever was here
    clash = world.api.send("POST", "/appointments", {
        "service_id": world.service_id, "employee_id": world.employee_id, "start": "2026-12-02T15:45:00+01:00",
        "first_name": "Zu", "last_name": "Spät",
    })  # fmt: skip
    assert clash.status == 409
    messages = [(one.task, (one.body or {})["kind"]) for one in outbox.rows(world.id)]
    assert messages == [("sms", "reminder")]
    assert "appointment.booked" in kinds(world)
    assert "appointment.taken_in" in kinds(world)


def test_customers_are_told_of_their_appointments_if_that_is_wished(exports: Any, world: World) -> None:
    file = appointments([1, "01.12.2026", "09:00", 45, "Beratung", None, "Anna Keller", "anna@example.ch", None, None])
    one_person = brought(exports, world.api, "appointments", file)
    assert one_person["errors"][0]["code"] == "missing"  # two could be meant

    name = world.owner.get(f"/employees/{world.employee_id}").json["email"]
    told = appointments([1, "01.12.2026", "09:00", 45, "Beratung", name, "Anna Keller", "anna@example.ch", None, None])
    done = brought(exports, world.api, "appointments", told, tell="true")

    assert done["state"] == "done"
    assert [one for one in outbox.rows(world.id, "mail") if "confirmation" in one.sk]


def test_a_time_that_goes_while_a_file_is_taken_in_gives_back_all_that_was_kept(
    exports: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = world.owner.get(f"/employees/{world.employee_id}").json["email"]
    rows = [[n, "01.12.2026", f"{8 + n}:00", 45, "Beratung", email, f"Gast {n}", None, None, None] for n in range(3)]
    keep = intake.keep_time.add
    seen_starts: list[datetime] = []

    def faster(change: Any, visit: Any, wanted: Any, **more: Any) -> None:
        seen_starts.append(wanted.start)
        if len(seen_starts) == 3:
            world.take(world.employee_id, wanted.start, 45)
        keep(change, visit, wanted, **more)

    monkeypatch.setattr(intake.keep_time, "add", faster)
    failed = brought(exports, world.api, "appointments", appointments(*rows))
    monkeypatch.setattr(intake.keep_time, "add", keep)

    assert (failed["state"], failed["created"]) == ("failed", 0)
    assert [(one["row"], one["code"]) for one in failed["errors"]] == [(4, "slot_taken")]
    assert people(world) == []
    assert world.api.get("/appointments?from=2026-12-01&to=2026-12-01").json["items"] == []
    again = brought(exports, world.api, "appointments", appointments(*rows[:2]))
    assert (again["state"], again["created"]) == ("done", 2)


def test_a_team_comes_in_without_rights_of_its_own_and_without_a_mail(exports: Any, world: World) -> None:
    header = ["Personalnummer", "Vorname", "Nachname", "E-Mail", "Rolle", "Aktiv"]
    victim = a_partner(intake.table, world.clock)
    rows = [
        [victim.employee_id, "Lia", "Neu", "lia@example.ch", "employee", "ja"],
        [8, "Alt", "Gegangen", "alt@example.ch", "employee", "nein"],
    ]

    owner = brought(
        exports, world.api, "employees", workbook(header, [9, "Boss", "Neu", "boss@example.ch", "owner", "ja"])
    )
    taken = brought(
        exports,
        world.api,
        "employees",
        workbook(header, [9, "Lia", "Neu", victim.emails[victim.employee_id], "employee", "ja"]),
    )
    done = brought(exports, world.api, "employees", workbook(header, *rows))
    again = brought(exports, world.api, "employees", workbook(header, *rows))
    risen = brought(
        exports, world.api, "employees", workbook(header, [rows[0][0], "Lia", "Neu", "lia@example.ch", "admin", "ja"])
    )

    assert [one["code"] for one in owner["errors"]] == ["role_too_low"]
    assert [one["code"] for one in taken["errors"]] == ["email_in_use"]
    assert (done["created"], again["created"], again["updated"], again["unchanged"]) == (2, 0, 0, 2)
    assert [one["code"] for one in risen["errors"]] == ["only_by_hand"]
    team = {one["first_name"]: one for one in world.api.get("/employees").json["items"]}
    assert team["Lia"]["id"] != victim.employee_id
    assert team["Alt"]["active"] is False
    assert [one for one in outbox.rows(world.id, "reaction", "mail") if one.state == "waiting"] == []
    assert "employee.taken_in" in kinds(world)


def test_services_of_others_have_francs_and_hours(exports: Any, world: World) -> None:
    file = workbook(
        ["Bezeichnung", "Dauer", "Preis (CHF)", "Mitarbeitende", "Online"],
        ["Haarschnitt", "45 Min.", "CHF 85.–", None, "ja"], ["Färben", "1:30", 120.5, "Niemand", "nein"],
    )  # fmt: skip

    failed = brought(exports, world.api, "services", file)
    file = workbook(
        ["Bezeichnung", "Dauer", "Preis (CHF)"], ["Haarschnitt", "45 Min.", "CHF 85.–"], ["beratung", 45, 120]
    )
    done = brought(exports, world.api, "services", file)

    assert [(one["row"], one["code"]) for one in failed["errors"]] == [(3, "unknown_employee")]
    assert (done["created"], done["updated"]) == (1, 1)  # the name of the other is written another way
    made = {one["name"]: one for one in world.api.get("/services").json["items"]}
    assert (made["Haarschnitt"]["duration_minutes"], made["Haarschnitt"]["price_rappen"]) == (45, 8500)


def test_a_closed_account_takes_what_was_brought_with_it_even_while_it_is_being_taken_in(
    exports: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.exchange import forget
    from chalicelib.plumbing import table

    looked = brought(exports, world.api, "customers", workbook(*CUSTOMERS), dry_run=True)
    write = intake.booking.customer

    def closed_meanwhile(*args: Any, **more: Any) -> None:
        write(*args, **more)
        forget.files(world.id)

    monkeypatch.setattr(intake.booking, "customer", closed_meanwhile)
    stopped = brought(exports, world.api, "customers", workbook(*CUSTOMERS))

    assert people(world) == []
    assert exports.stored() == []
    assert {looked["id"], stopped["id"]} <= {sk for _, _, sk in forget.of_account(world.id)}
    table.remove_many(list(forget.of_account(world.id)))
    assert list(forget.of_account(world.id)) == []


def test_the_list_goes_on_its_day(exports: Any, world: World) -> None:
    from chalicelib.exchange import forget
    from chalicelib.exchange.records import ImportRow
    from chalicelib.plumbing import table

    looked = brought(exports, world.api, "customers", workbook(*CUSTOMERS), dry_run=True)
    row = table.get(ImportRow, f"{world.id}#imports", looked["id"])
    assert row is not None

    assert row.expiry_shard.startswith((NOW + timedelta(days=import_rules.LISTED_DAYS)).date().isoformat())
    assert forget.brought(row.pk, row.sk, row.expiry_shard, NOW.date())
    assert world.api.get(f"/imports/{looked['id']}").status == 404
    assert store.fetch(store.brought_key(world.id, looked["id"], "file")) is not None  # it has a day of its own
