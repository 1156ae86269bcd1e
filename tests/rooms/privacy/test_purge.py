"""What is past its date goes in the night, all of it and nothing else, once, provably, and after any crash."""

import os
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts.records import LoginRow, PartnerRow
from chalicelib.activity import record
from chalicelib.activity.records import CountRow, FactRow, OutboxRow, SealRow
from chalicelib.booking import facts as booking
from chalicelib.booking import people
from chalicelib.booking.records import AppointmentRow, ContactRow, CustomerRow, DayRow
from chalicelib.plumbing import holds, ids, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit, of_job
from chalicelib.privacy import purge, rooms, verify
from chalicelib.privacy.records import ProofRow, PurgeRow
from tests.worlds import keys as worlds
from tests.worlds import tables
from tests.worlds.partners import World, a_partner
from tests.worlds.tables import rows

DUE = date(2026, 11, 24)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DATED = 10  # rows of `one_of_each` that carry a day; the pointer from the mail address goes with its customer


@pytest.fixture(autouse=True)
def begun(table: Any) -> None:
    """The purge ran on 22 November; a first run would ask for forty days."""
    row = PurgeRow(*purge.KEY, version=1, next_on=date(2026, 11, 22), proofs=0, last_hash="")
    table.put(row)


def night(at: datetime = NIGHT, **bounds: Any) -> dict[str, Any]:
    return purge.everything(of_job(at, "r"), **bounds)


def everything(table_name: str) -> list[dict[str, Any]]:
    return rows(os.environ["AWS_ENDPOINT_URL"], table_name)


def keys(table_name: str) -> set[tuple[str, str]]:
    return {(one["pk"]["S"], one["sk"]["S"]) for one in everything(table_name)}


def thirteen_months_before(on: date) -> datetime:
    return datetime(on.year - 1, on.month - 1, on.day, 8, tzinfo=UTC)


def one_of_each(table: Any, world: World, on: date) -> set[tuple[str, str]]:
    """A row of every kind that goes by a date, all on the same day; their keys."""
    pid = world.id

    def shard(pk: str) -> str:
        return str(shards.expires_on(on, pk))

    email = f"anna.{pid[-6:]}@example.org"
    customer = world.customer(email=email, delete_on=on, expiry_shard=shard(f"{pid}#customers"))
    appointment = world.appointment(
        world.clock.now, customer_id=customer, status="completed", delete_on=on,
        expiry_shard=shard(f"{pid}#appointments"),
    )  # fmt: skip
    contact = people.contact_key(pid, email)
    table.put(ContactRow(f"{pid}#customers", contact, customer_id=customer))
    world.seat(world.service_id, "elsewhere", world.clock.now)
    for item in everything("records"):
        if item["pk"]["S"] == f"{pid}#calendar":
            row = DayRow(pid + "#calendar", item["sk"]["S"])
            table.update(row, [DayRow.expiry_shard.set(shard(f"{pid}#calendar"))])
    pending = worlds.given(ids.new(world.clock.now), world.clock.now)
    active = table.get(PartnerRow, pid, "profile")
    values = {name: getattr(active, name) for name in PartnerRow.get_attributes() if name not in ("pk", "sk")}
    table.put(PartnerRow(pending, "profile", **{**values, "status": "pending", "expiry_shard": shard(pending)}))
    login = f"login#{pending}"
    table.put(
        LoginRow(login, "-", partner_id=pending, employee_id="e", password_hash="-", role="owner", status="pending",
                 expiry_shard=shard(login))
    )  # fmt: skip
    table.put(
        OutboxRow(f"{pid}#outbox", "sent", task="sms", state="done", created_at=world.clock.now,
                  planned_at=world.clock.now, attempts=1, expiry_shard=shard(f"{pid}#outbox"))
    )  # fmt: skip
    table.put(
        FactRow(pid, ids.new(thirteen_months_before(on)), at=world.clock.now, kind="appointment.booked", source="web",
                expiry_shard=shard(pid))
    )  # fmt: skip
    table.put(CountRow(pid, "count#2024-10-24", counts=[], parts=[], expiry_shard=shard(pid)))
    records = {k for k in keys("records") if k[0].startswith((f"{pid}#calendar", pending, login))}
    facts = {k for k in keys("activity") if k[0] == pid}
    return (
        records | facts | {(f"{pid}#customers", f"customer#{customer}"), (f"{pid}#customers", contact),
                           (f"{pid}#appointments", appointment), (f"{pid}#outbox", "sent")}
    )  # fmt: skip


# ---------------------------------------------------------------- what goes and what stays


def test_rows_go_on_their_day_and_not_a_night_before(table: Any, clock: Any) -> None:
    due = one_of_each(table, a_partner(table, clock), DUE)

    night(NIGHT - timedelta(days=1))
    before = keys("records") | keys("activity")
    done = night(NIGHT)
    after = keys("records") | keys("activity")

    assert len(due) == DATED + 1
    assert due <= before
    assert not due & after
    assert (done["deleted"], done["failed"], done["complete"]) == (DATED, 0, True)


def test_what_the_other_rooms_and_the_ledger_keep_goes_on_its_day_too_and_not_a_night_before(
    table: Any, clock: Any, emulator: Any
) -> None:
    world, put = a_partner(table, clock), tables.put
    pid, last = world.id, (DUE - timedelta(days=1)).isoformat()
    places = [
        ("records", f"{pid}#exports", "01", {"state": "expired"}),
        ("records", f"{pid}#requests", "01", {"state": "answered"}),
        ("records", f"{pid}#billing", "invoice#01", {}),
        ("records", f"{pid}#webhooks", "delivery#e#01", {}),
        ("activity", pid, "seal#2024-10-24", {}),
        ("ledger", pid, "acceptance#terms#2026-11-01", {}),
        ("ledger", pid, "consent#newsletter#1", {}),
        ("ledger", pid, "order#01", {}),
        ("ledger", pid, "invoice#01", {}),
        ("ledger", pid, "state#01#1", {}),
        ("ledger", "certificates", "01", {}),
        ("ledger", f"{pid}#breaches", "01#001", {}),
    ]  # fmt: skip
    for name, pk, sk, more in places:
        day = {"expiry_shard": str(shards.expires_on(DUE, pk)), "keep_until": last}
        put(emulator.endpoint, name, {"pk": pk, "sk": sk, **day, **more})
    wanted = {place[:3] for place in places}

    def shelf(name: str, pk: str, sk: str) -> rooms.Shelf:
        found = rooms.shelf(name, pk, sk, str(shards.expires_on(DUE, pk)))
        assert found is not None
        return found

    early = [
        shelf(*place[:3]).forget(*place[1:3], str(shards.expires_on(DUE, place[1])), date.fromisoformat(last))
        for place in places
        if place[0] == "ledger"
    ]  # fmt: skip

    night(NIGHT - timedelta(days=1))
    before = {(name, *key) for name in ("records", "activity", "ledger") for key in keys(name)}
    done = night(NIGHT)
    after = {(name, *key) for name in ("records", "activity", "ledger") for key in keys(name)}
    shelves = {shelf(*one) for one in wanted}

    assert early == [False] * 7  # asked a day too soon, the ledger gives nothing away
    assert wanted <= before
    assert not wanted & after
    assert (done["deleted"], done["failed"], done["complete"]) == (len(wanted), 0, True)
    # With the rows of the first test, the chain of proofs (test_twelve_years), holds (test_customer_erasure), imports
    # (test_imports) and addresses (test_address): every shelf.
    elsewhere = {"outbox", "appointment", "registration", "counters", "activity", "proof", "hold", "import", "address"}
    assert {one.retention for one in rooms.SHELVES} == {one.retention for one in shelves} | elsewhere


def test_everything_else_stays(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    later = one_of_each(table, world, DUE + timedelta(days=1))
    kept = keys("records") | keys("activity")

    night(NIGHT)

    assert len(later) == DATED + 1
    assert kept <= keys("records") | keys("activity")
    assert world.owner.get("/activity").status == 200


def test_a_row_whose_life_was_extended_stays_though_the_index_still_names_it(
    table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#customers"
    old, new = shards.expires_on(DUE, pk), shards.expires_on(DUE + timedelta(days=700), pk)
    customer = world.customer(expiry_shard=new)
    gone = world.customer(expiry_shard=old)
    walk = table.walk

    def behind(name: str, value: str, **bounds: Any) -> Any:
        yield from walk(name, value, **bounds)
        if value == old and name == "records":
            yield {"pk": {"S": pk}, "sk": {"S": f"customer#{customer}"}}

    monkeypatch.setattr(table, "walk", behind)

    done = night()

    assert (done["deleted"], done["kept"]) == (1, 0)  # no room is even asked
    assert table.get(CustomerRow, pk, f"customer#{gone}") is None
    assert table.get(CustomerRow, pk, f"customer#{customer}") is not None


def test_a_life_that_is_extended_in_the_last_moment_is_kept(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#customers"
    customer = world.customer(expiry_shard=shards.expires_on(DUE, pk))
    extended = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not extended:
            extended.append(1)
            row = CustomerRow(pk, f"customer#{customer}")
            table.update(row, [CustomerRow.expiry_shard.set(shards.expires_on(date(2030, 1, 1), pk))])

    with dynamodb.breaking(meanwhile):
        done = night()

    assert extended
    assert (done["deleted"], done["kept"], done["complete"]) == (0, 1, True)
    assert table.get(CustomerRow, pk, f"customer#{customer}") is not None


def test_seals_stay_when_their_facts_go(table: Any, clock: Any) -> None:
    from chalicelib.activity import rollup
    from chalicelib.activity import verify as sealed

    world = a_partner(table, clock)
    at = datetime(2025, 10, 24, 12, tzinfo=UTC)  # thirteen months before DUE
    visit = Visit(at=at, request_id="r", source="web", partner_id=world.id)
    change = Change(visit)
    record.fact(change, visit, booking.BOOKED)
    change.commit()
    rollup._close(world.id, at.date(), clock.now)
    before = sealed.day(world.id, at.date())

    night()

    assert before == "intact"
    assert sealed.day(world.id, at.date()) == "expired"
    assert table.get(SealRow, world.id, "seal#2025-10-24") is not None
    assert table.get(CountRow, world.id, "count#2025-10-24") is not None


def test_an_appointment_is_gone_for_the_partner_on_the_day_it_shows(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#appointments"
    appointment = world.appointment(clock.now, delete_on=DUE, expiry_shard=shards.expires_on(DUE, pk))

    night(datetime(2026, 11, 23, 2, tzinfo=UTC))
    row = table.get(AppointmentRow, pk, appointment)
    night(NIGHT)

    assert row.delete_on == DUE
    assert table.get(AppointmentRow, pk, appointment) is None


# ---------------------------------------------------------------- twice, backwards, in pieces, killed


def test_twice_is_once(table: Any, clock: Any) -> None:
    one_of_each(table, a_partner(table, clock), DUE)
    night()
    left = keys("records")

    again = night(NIGHT + timedelta(hours=1))

    assert (again["deleted"], again["complete"]) == (0, True)
    assert keys("records") == left


def test_with_the_clock_set_back_nothing_goes_and_nothing_is_lost_later(table: Any, clock: Any) -> None:
    night(datetime(2026, 12, 24, 2, tzinfo=UTC))
    due = one_of_each(table, a_partner(table, clock), DUE)

    back = night(datetime(2026, 11, 23, 2, tzinfo=UTC))
    there = keys("records") | keys("activity")
    night(NIGHT)

    assert back["deleted"] == 0
    assert due <= there
    assert not due & (keys("records") | keys("activity"))


def test_with_the_clock_set_back_what_is_past_by_that_clock_still_goes(table: Any, clock: Any) -> None:
    night(datetime(2026, 12, 24, 2, tzinfo=UTC))
    due = one_of_each(table, a_partner(table, clock), date(2026, 11, 20))

    done = night(datetime(2026, 11, 23, 2, tzinfo=UTC))

    assert done["deleted"] == DATED
    assert not due & (keys("records") | keys("activity"))


def test_missed_nights_are_made_up_for(table: Any, clock: Any) -> None:
    due = one_of_each(table, a_partner(table, clock), DUE)

    done = night(NIGHT + timedelta(days=9))

    assert done["deleted"] == DATED
    assert not due & (keys("records") | keys("activity"))


def test_a_run_that_may_not_do_all_is_continued(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#customers"
    for _ in range(250):
        world.customer(expiry_shard=shards.expires_on(DUE, pk))

    runs = [night(NIGHT + timedelta(days=n), most=100) for n in range(3)]

    assert [run["deleted"] for run in runs] == [100, 100, 50]
    assert [run["complete"] for run in runs] == [False, False, True]
    assert verify.proofs() == []


def test_the_night_goes_on_run_by_run_until_it_is_done_and_then_leaves_no_further_proof(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    for _ in range(25):
        world.customer(expiry_shard=shards.expires_on(DUE, f"{world.id}#customers"))

    runs = [night(NIGHT + timedelta(minutes=15 * n), most=10) for n in range(5)]
    proofs = table.prefixed(ProofRow, "purges", "")
    late = world.customer(expiry_shard=shards.expires_on(DUE, f"{world.id}#customers"))
    again = night(NIGHT + timedelta(hours=3))

    assert [run["deleted"] for run in runs] == [10, 10, 5, 0, 0]
    assert [run["complete"] for run in runs] == [False, False, True, True, True]
    assert [one.complete for one in proofs] == [False, False, True]
    # What is due after all goes all the same, and is proven.
    assert (again["deleted"], again["complete"]) == (1, True)
    assert table.get(CustomerRow, f"{world.id}#customers", f"customer#{late}") is None
    assert len(table.prefixed(ProofRow, "purges", "")) == 4
    assert verify.proofs() == []


def test_a_night_that_nothing_is_due_in_is_proven_once(table: Any, clock: Any, dynamodb: Any) -> None:
    runs = [night(NIGHT + timedelta(minutes=15 * n)) for n in range(3)]
    dynamodb.asked.clear()
    night(NIGHT + timedelta(hours=1))
    asked = list(dynamodb.operations)

    assert [one["complete"] for one in runs] == [True] * 3
    assert len(table.prefixed(ProofRow, "purges", "")) == 1
    assert asked == ["GetItem", *["Query"] * 3 * shards.EXPIRY_SHARDS]


# ---------------------------------------------------------------- several at once


def many_facts(table: Any, partner_ids: list[str], number: int, on: date = DUE) -> None:
    at = thirteen_months_before(on)
    for partner_id in partner_ids:
        for _ in range(number):
            shard = shards.expires_on(on, partner_id)
            table.put(
                FactRow(partner_id, ids.new(at), at=at, kind="appointment.booked", source="web", expiry_shard=shard)
            )


def deletions(dynamodb: Any) -> list[int]:
    """How many rows each transaction of the purge removed, the largest first."""
    found = [
        [kind for item in params["TransactItems"] for kind in item]
        for operation, params in dynamodb.asked
        if operation == "TransactWriteItems"
    ]
    return sorted((one.count("Delete") for one in found if "Delete" in one), reverse=True)


def test_rows_of_a_partner_go_at_once_and_holds_are_asked_about_once(table: Any, clock: Any, dynamodb: Any) -> None:
    partners = [a_partner(table, clock).id for _ in range(2)]
    many_facts(table, partners, 45)
    dynamodb.asked.clear()

    done = night()

    assert (done["deleted"], done["complete"]) == (90, True)
    assert deletions(dynamodb) == [45, 45]
    assert len(dynamodb.operations) < 20


def test_appointments_of_many_customers_fit_into_transactions(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    for n in range(40):
        customer = world.customer()
        world.appointment(
            clock.now + timedelta(hours=n), customer_id=customer, status="completed",
            expiry_shard=shards.expires_on(DUE, f"{world.id}#appointments"),
        )  # fmt: skip
    dynamodb.asked.clear()

    done = night()

    days = 2  # of the calendar, which are past as well
    assert (done["deleted"], done["failed"], done["complete"]) == (40 + days, 0, True)
    assert deletions(dynamodb) == [30, 10, *[1] * days]


def test_one_row_that_stays_does_not_keep_the_others(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#appointments"
    kept = world.customer()
    made = [
        world.appointment(
            clock.now + timedelta(hours=n), customer_id=kept if n == 3 else world.customer(), status="completed",
            expiry_shard=shards.expires_on(DUE, pk),
        )
        for n in range(6)
    ]  # fmt: skip
    hold = HoldRow(world.id, holds.key(kept), by="owner", set_at=clock.now, until=date(2027, 1, 1))
    table.put(hold)
    many_facts(table, [world.id], 5)
    extended: list[str] = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and os.environ["TABLE_ACTIVITY"] in str(params) and not extended:
            row = next(item["Delete"]["Key"] for item in params["TransactItems"] if "Delete" in item)
            extended.append(row["sk"]["S"])
            action = FactRow.expiry_shard.set(shards.expires_on(date(2030, 1, 1), world.id))
            table.update(FactRow(world.id, row["sk"]["S"]), [action])

    with dynamodb.breaking(meanwhile):
        done = night()

    assert (done["deleted"], done["held"], done["kept"], done["failed"]) == (9 + 1, 1, 1, 0)
    assert [one for one in made if table.get(AppointmentRow, pk, one) is not None] == [made[3]]
    assert table.get(FactRow, world.id, extended[0]) is not None


def test_two_transactions_of_one_partner_are_never_under_way_at_once_but_those_of_several_are(
    table: Any, clock: Any, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    partners = [a_partner(table, clock).id for _ in range(6)]
    many_facts(table, partners, 20)
    shelf = next(one for one in rooms.SHELVES if (one.table, one.retention) == ("activity", "activity"))
    here, together, met = Counter[str](), [], threading.Barrier(2)

    def removes(pk: str, sks: Any, due: str, today: date) -> bool:
        here[pk] += 1
        together.append(here[pk])
        if pk in partners[:2]:
            met.wait(10)  # nobody gets past it alone
        gone = shelf.together(pk, sks, due, today)  # type: ignore[misc]
        here[pk] -= 1
        return bool(gone)

    watched = tuple(replace(one, together=removes, at_once=5) if one is shelf else one for one in rooms.SHELVES)
    monkeypatch.setattr(rooms, "SHELVES", watched)

    done = night()

    assert (done["deleted"], done["complete"]) == (120, True)
    assert together == [1] * 24


class Killed(BaseException):
    pass


def test_killed_at_any_request_and_run_again_it_ends_the_same_with_the_same_proof(
    table: Any, clock: Any, dynamodb: Any
) -> None:
    world = a_partner(table, clock)
    due = one_of_each(table, world, DUE)
    kept = (keys("records") | keys("activity")) - due
    table.put(PurgeRow(*purge.KEY, version=1, next_on=DUE, proofs=0, last_hash=""))
    kills = 0

    for nth in range(1, 100):
        left = nth

        def kill(operation: str, params: dict[str, Any]) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        try:
            with dynamodb.breaking(kill):
                night()
        except Killed:
            kills += 1
            continue
        break

    left_over = keys("records") | keys("activity")
    assert kills > 10
    assert not due & left_over
    assert kept <= left_over
    [proof] = table.prefixed(ProofRow, "purges", "")
    assert sum(one["deleted"] for one in proof.counts.values()) == DATED
    assert verify.proofs() == []


@pytest.mark.parametrize("nth", range(1, 16, 2))
def test_killed_once_the_proof_equals_that_of_an_undisturbed_run(
    table: Any, clock: Any, dynamodb: Any, nth: int
) -> None:
    one_of_each(table, a_partner(table, clock), DUE)
    table.put(PurgeRow(*purge.KEY, version=1, next_on=DUE, proofs=0, last_hash=""))
    left = nth

    def kill(operation: str, params: dict[str, Any]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    with dynamodb.breaking(kill), pytest.raises(Killed):
        night()
    night()

    [proof] = table.prefixed(ProofRow, "purges", "")
    assert {name: one["deleted"] for name, one in proof.counts.items()} == {
        "appointment": 5, "registration": 2, "outbox": 1, "activity": 1, "counters": 1,
    }  # fmt: skip
    assert int(proof.failed) == 0


def test_of_two_runs_at_once_one_gives_up_and_one_proof_is_written(table: Any, clock: Any, dynamodb: Any) -> None:
    due = one_of_each(table, a_partner(table, clock), DUE)
    other: list[dict[str, Any]] = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        if operation == "TransactWriteItems" and not other:
            other.append({})
            other[0] = night()

    with dynamodb.breaking(meanwhile):
        mine = night()

    assert other[0]["complete"]
    assert mine == {"run_id": mine["run_id"], "overtaken": True}
    assert not due & (keys("records") | keys("activity"))
    assert len(table.prefixed(ProofRow, "purges", "")) == 1
    assert verify.proofs() == []


def test_a_row_that_resists_is_proven_as_failed_and_tried_again(
    table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = a_partner(table, clock)
    pk = f"{world.id}#customers"
    customers = [world.customer(expiry_shard=shards.expires_on(DUE, pk)) for _ in range(3)]

    def resists(pk: str, sk: str, due: str, _today: date) -> bool:
        if sk.endswith(customers[1]):
            raise RuntimeError("not today")
        return bool(table.delete_expired(CustomerRow, pk, sk, due))

    shelves = tuple(
        rooms.Shelf(one.table, one.partition, one.sort, one.retention, resists) if one.sort == "customer#" else one
        for one in rooms.SHELVES
    )
    monkeypatch.setattr(rooms, "SHELVES", shelves)
    first = night()
    monkeypatch.undo()
    clock.set(NIGHT)
    second = night(NIGHT + timedelta(days=1))

    assert (first["deleted"], first["failed"], first["complete"]) == (2, 1, False)
    assert (second["deleted"], second["failed"], second["complete"]) == (1, 0, True)


def test_a_row_that_nobody_knows_is_not_touched_and_not_hidden(table: Any, clock: Any) -> None:
    table.put(DayRow("p#unheard-of", "x", taken=b"", expiry_shard=shards.expires_on(DUE, "p#unheard-of")))

    done = night()

    assert (done["deleted"], done["failed"], done["complete"]) == (0, 1, False)
    assert ("p#unheard-of", "x") in keys("records")


# ---------------------------------------------------------------- proofs and budget


def test_the_proof_names_nobody_and_the_log_knows_of_the_run(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    due = one_of_each(table, world, DUE)

    done = night()

    text = str(everything("ledger"))
    assert done["run_id"] in text
    for pk, sk in due:
        assert pk not in text
        assert sk not in text or len(sk) < 5
    assert world.id not in text
    [fact] = [one for one in everything("activity") if one.get("kind") == {"S": "data.purged"}]
    assert fact["pk"] == {"S": "-"}


def three_proofs() -> None:
    for n in range(3):
        night(NIGHT + timedelta(days=n))


def test_the_chain_of_proofs_holds(table: Any, clock: Any) -> None:
    three_proofs()

    proofs = table.prefixed(ProofRow, "purges", "")

    assert [one.prev_hash for one in proofs] == ["", proofs[0].hash, proofs[1].hash]
    assert verify.proofs() == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_proof_that_is_taken_away_is_missed(table: Any, clock: Any, number: int) -> None:
    three_proofs()

    table.delete(ProofRow("purges", f"{number:010d}"))

    assert verify.proofs()


@pytest.mark.parametrize("attribute", ["failed", "ids_root", "run_id"])
def test_a_proof_that_is_changed_is_noticed(table: Any, clock: Any, attribute: str) -> None:
    three_proofs()

    value: Any = 7 if attribute == "failed" else "another"
    table.update(ProofRow("purges", "0000000002"), [getattr(ProofRow, attribute).set(value)])

    assert verify.proofs() == ["Proof 2 was changed."]


@pytest.mark.parametrize("stored", [0, 60])
def test_nothing_due_costs_one_query_for_each_table_shard_and_day(
    table: Any, clock: Any, dynamodb: Any, stored: int
) -> None:
    world = a_partner(table, clock)
    for _ in range(stored):
        world.customer()
    night()
    dynamodb.asked.clear()

    night(NIGHT + timedelta(days=1))

    queries = [params for operation, params in dynamodb.asked if operation == "Query"]
    assert len(queries) == 2 * 3 * shards.EXPIRY_SHARDS  # the day of the last run once more, and today
    assert [one for one in dynamodb.operations if one != "Query"] == ["GetItem", "TransactWriteItems"]


def test_the_first_run_of_all_looks_back_forty_days(table: Any, clock: Any) -> None:
    one_of_each(table, a_partner(table, clock), DUE - timedelta(days=39))
    table.delete(PurgeRow(*purge.KEY))

    done = night()

    assert done["deleted"] == DATED
    assert len(table.prefixed(ProofRow, "purges", "")) == 1


def test_proofs_are_never_written_over(table: Any, clock: Any) -> None:
    night()
    [proof] = table.prefixed(ProofRow, "purges", "")
    change = Transaction()
    change.put_new(proof)

    with pytest.raises(Stale):
        change.commit()
