"""One customer is erased and gets a certificate: what went, what stays until when, and never more than is so."""

import os
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.activity import outbox
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.plumbing import holds, shards
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import certificate, erase_customer, purge
from tests.worlds.browser import open_page, read
from tests.worlds.outbox import Queue
from tests.worlds.partners import World, a_partner
from tests.worlds.tables import rows
from tests.worlds.visitor import Visitor

MARKERS = ("Zyprian", "zq-marker", "+41791112233", "198.51.100.7")


@pytest.fixture
def world(table: Any, clock: Any, queue: Queue) -> World:
    return a_partner(table, clock)


def booked(world: World, queue: Queue, *, days: int = 3) -> tuple[Visitor, str, str]:
    """A customer who has booked at the public page: their browser, the token of their link, their id."""
    visitor = Visitor(ip="198.51.100.7")
    start = (world.clock.now + timedelta(days=days)).replace(hour=9, minute=0)
    version = Visitor().get("/policies/privacy").json["version"]
    made = visitor.form(
        "book", {"booking_name": world.booking_name}, service_id=world.service_id, start=start.isoformat(),
        first_name="Zyprian", last_name="zq-marker", email="z@zq-marker.example", phone="+41791112233",
        note="zq-marker", accept_privacy=version,
    )  # fmt: skip
    assert made.status == 201, made.text
    queue.drain()
    token = str(made.json["link"]).rsplit("/", 1)[1]
    customer_id = world.owner.get(f"/appointments/{made.json['id']}").json["customer_id"]
    return visitor, token, customer_id


def everything() -> str:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    return str([rows(endpoint, name) for name in ("records", "ledger", "activity", "guard")])


def shown(certificate_id: str) -> dict[str, Any]:
    reply = Visitor().get(f"/erasure-certificates/{certificate_id}")
    assert reply.status == 200, reply.text
    return dict(reply.json)


def until_tomorrow(queue: Queue, clock: Any) -> None:
    clock.set(clock.now + timedelta(days=1, minutes=1))
    queue.minute()


def night(at: Any) -> dict[str, Any]:
    return purge.everything(of_job(at.replace(hour=2), "r"))


def test_by_the_link_everything_goes_and_the_certificate_on_the_page_says_so_and_no_more(
    world: World, queue: Queue
) -> None:
    visitor, token, _ = booked(world, queue)
    before = everything()

    page = read(visitor, open_page(visitor, f"/forms/link-erase?token={token}").send("erasure"))
    address = page.text.split('href="/erasure-certificates/')[1].split('"')[0]
    running = shown(address)
    queue.drain()
    done = shown(address)

    assert [marker for marker in MARKERS if marker not in before] == []
    assert [marker for marker in MARKERS if marker in everything()] == []
    assert (running["completed_at"], running["receipts"], running["signature"]) == (None, [], None)
    assert [(one["room"], one["outcome"], one["count"], bool(one["until"])) for one in done["receipts"]] == [
        ("booking", "erased", 1, False), ("booking", "redacted", 1, True), ("messaging", "kept", 3, True),
        ("activity", "redacted", 3, True),
    ]  # fmt: skip
    assert {(one["name"], one["state"]) for one in done["processors"]} == {("mail", "not_confirmed")}
    assert done["subject_kind"] == "customer"
    assert certificate.genuine(done, certificate.public_key())
    assert open_page(Visitor(), f"/erasure-certificates/{address}").reply.status == 200


def test_the_address_from_which_a_customer_looked_at_their_data_goes_with_them(world: World, queue: Queue) -> None:
    visitor, token, _ = booked(world, queue)
    world.clock.set(world.clock.now + timedelta(hours=1))
    visitor.ip = "198.51.100.77"
    assert visitor.get(f"/my/{token}/data").status == 200
    world.clock.set(world.clock.now + timedelta(minutes=1))
    visitor.ip = "198.51.100.78"
    assert visitor.form("link-export", {"token": token}).status == 202
    before = everything()
    world.clock.set(world.clock.now + timedelta(hours=1))

    page = read(visitor, open_page(visitor, f"/forms/link-erase?token={token}").send("erasure"))
    queue.drain()

    for address in ("198.51.100.77", "198.51.100.78"):
        assert address in before
        assert address not in everything()
    done = shown(page.text.split('href="/erasure-certificates/')[1].split('"')[0])
    assert [one["count"] for one in done["receipts"] if one["room"] == "activity"] == [5]


def test_a_worker_that_dies_at_any_request_leaves_the_same_certificate(
    world: World, queue: Queue, dynamodb: Any
) -> None:
    class Killed(BaseException):
        pass

    made: list[list[tuple[str, str, int]]] = []
    kills = 0
    for nth in (0, 1, 3, 5, 7, 9, 11):
        _, _, customer_id = booked(world, queue)
        asked = world.owner.form("customer", {"id": customer_id, "method": "DELETE"})
        assert asked.status == 202, asked.text
        queue.queued.clear()
        left = [nth]

        def kill(operation: str, params: dict[str, Any], left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        [row] = [
            one for one in rows(os.environ["AWS_ENDPOINT_URL"], "records")
            if one.get("task") == {"S": erase_customer.TASK} and one.get("due_at")
        ]  # fmt: skip
        address, visit = (row["pk"]["S"], row["sk"]["S"]), of_job(world.clock.now, "r", world.id)
        try:
            with dynamodb.breaking(kill):
                claimed = outbox.claim(*address, visit.at)
                assert claimed is not None
                erase_customer.finish(visit, claimed)
        except Killed:
            kills += 1
            world.clock.set(world.clock.now + timedelta(minutes=3))
            world.owner = world.sign_in("owner")
            again = of_job(world.clock.now, "r", world.id)
            claimed = outbox.claim(*address, again.at)
            if claimed is not None:
                erase_customer.finish(again, claimed)
        done = shown(asked.json["certificate"])
        assert done["completed_at"]
        made.append([(one["room"], one["outcome"], one["count"]) for one in done["receipts"]])

    assert kills > 4
    assert made.count(made[0]) == len(made)


def test_a_hold_stops_the_erasure_says_until_when_and_lets_it_go_on_by_itself(
    world: World, queue: Queue, clock: Any
) -> None:
    visitor, token, customer_id = booked(world, queue)
    until = (clock.now + timedelta(days=2)).date()
    held = world.owner.form("hold", {"customer_id": customer_id}, reason="Streit", until=until.isoformat())
    assert held.status == 201, held.text

    asked = visitor.form("link-erase", {"token": token})
    waiting = shown(asked.json["certificate"])
    until_tomorrow(queue, clock)
    still = visitor.get(f"/my/{token}").status
    for _ in range(3):
        until_tomorrow(queue, clock)
    done = shown(asked.json["certificate"])

    assert (asked.status, asked.json["erased_at"], asked.json["kept_until"]) == (202, None, until.isoformat())
    assert {(one["outcome"], one["until"], one["article"]) for one in waiting["receipts"]} == {
        ("kept", until.isoformat(), certificate.HELD)
    }
    assert waiting["completed_at"] is None
    assert certificate.genuine(waiting, certificate.public_key())
    assert still == 200
    assert done["completed_at"]
    assert [marker for marker in MARKERS if marker in everything()] == []


def test_a_hold_that_is_set_while_the_erasure_is_on_its_way_wins(
    world: World, queue: Queue, clock: Any, dynamodb: Any
) -> None:
    _, _, customer_id = booked(world, queue)
    issued = world.owner.issue("customer", id=customer_id, method="DELETE")
    first: list[int] = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        deletes = [one for one in params.get("TransactItems", ()) if "Delete" in one]
        if deletes and not first:
            first.append(1)
            hold(world, customer_id, clock)

    with dynamodb.breaking(meanwhile):
        asked = world.owner.submit(issued)

    assert first
    assert (asked.status, asked.json["erased_at"]) == (202, None)
    assert world.owner.get(f"/customers/{customer_id}").status == 200


def hold(world: World, scope: str, clock: Any, *, days: int = 30) -> None:
    from chalicelib.privacy import set_hold

    visit = of_job(clock.now, "r", world.id)
    customer_id = None if scope == holds.ACCOUNT else scope
    until = (clock.now + timedelta(days=days)).date()
    set_hold.hold(visit, customer_id=customer_id, reason="-", until=until)


def test_a_hold_that_is_set_during_a_purge_wins_and_what_waited_goes_when_it_ends(
    world: World, clock: Any, table: Any, dynamodb: Any
) -> None:
    due = date(2026, 11, 24)
    shard = shards.expires_on(due, world.id)
    kept, gone = (world.customer(expiry_shard=shard, delete_on=due) for _ in range(2))
    appointment = world.appointment(
        clock.now - timedelta(days=700), customer_id=kept, status="completed", expiry_shard=shard
    )
    first: list[int] = []

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        deletes = [one for one in params.get("TransactItems", ()) if "Delete" in one]
        if deletes and not first:
            first.append(1)
            hold(world, kept, clock, days=3)

    with dynamodb.breaking(meanwhile):
        ran = night(clock.now + timedelta(days=1))
    pk = f"{world.id}#customers"
    there = (
        table.get(CustomerRow, pk, f"customer#{kept}"),
        table.get(AppointmentRow, f"{world.id}#appointments", appointment),
    )
    nights = [night(clock.now + timedelta(days=1 + n)) for n in range(1, 8)]

    assert first
    assert (ran["deleted"], ran["held"], ran["complete"]) == (1, 2, True)
    assert table.get(CustomerRow, pk, f"customer#{gone}") is None
    assert None not in there
    assert sum(one["deleted"] for one in nights) == 3  # the customer, the appointment, the hold
    assert table.get(CustomerRow, pk, f"customer#{kept}") is None
    assert [one["overdue"] for one in nights] == [0] * 7


def test_a_hold_that_is_lifted_lets_go_and_one_that_is_renewed_does_not(world: World, clock: Any, table: Any) -> None:
    due = date(2026, 11, 24)
    shard = shards.expires_on(due, world.id)
    one = world.customer(expiry_shard=shard)
    made = world.owner.form("hold", reason="Behörde", until="2026-11-26")
    night(clock.now + timedelta(days=1))
    listed = world.owner.get("/holds").json["items"]
    renewed = world.owner.form("hold", {"id": "account", "method": "PATCH"}, until="2027-11-23")
    too_long = world.owner.form("hold", {"id": "account", "method": "PATCH"}, until="2027-11-24")
    second = world.owner.form("hold", reason="noch eine", until="2026-11-30")
    for n in range(2, 9):
        night(clock.now + timedelta(days=n))
    there = table.get(CustomerRow, f"{world.id}#customers", f"customer#{one}")
    clock.set(clock.now + timedelta(days=9))
    world.owner = world.sign_in("owner")

    lifted = world.owner.form("hold", {"id": "account", "method": "DELETE"})
    for n in range(1, 4):
        night(clock.now + timedelta(days=n))

    assert (made.status, listed[0]["waiting"]) == (201, 1)
    assert (renewed.status, too_long.status, second.status) == (200, 422, 409)
    assert there is not None
    assert lifted.status == 200
    assert table.get(CustomerRow, f"{world.id}#customers", f"customer#{one}") is None


def test_what_waited_for_a_hold_goes_in_the_first_night_after_its_last_day(
    world: World, clock: Any, table: Any
) -> None:
    today = clock.now.date()
    shard = shards.expires_on(today, world.id)
    kept = world.customer(expiry_shard=shard, delete_on=today)
    hold(world, kept, clock, days=3)
    first_nights = [night(clock.now + timedelta(days=n)) for n in range(4)]
    there = table.get(CustomerRow, f"{world.id}#customers", f"customer#{kept}")

    after = clock.now + timedelta(days=4)
    runs = [night(after), night(after + timedelta(minutes=15))]

    assert sum(one["held"] for one in first_nights) == 1
    assert there is not None
    assert sum(one["deleted"] for one in runs) == 1
    assert table.get(CustomerRow, f"{world.id}#customers", f"customer#{kept}") is None
    assert [one["overdue"] for one in runs] == [0, 0]
    assert holds.of_partner(world.id) != []
    assert night(after + timedelta(days=1))["deleted"] == 1
    assert holds.of_partner(world.id) == []


def test_a_closed_account_with_a_hold_is_kept_until_it_ends(
    table: Any, clock: Any, queue: Queue, emulator: Any
) -> None:
    from tests.worlds import people

    owner = people.owner(emulator.endpoint)
    owner.visitor.form("customer", first_name="Zyprian", last_name="Kern", email="z@example.org")
    until = (clock.now + timedelta(days=1)).date().isoformat()
    owner.visitor.form("hold", reason="Verfahren", until=until)

    certificate_id = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    queue.drain()
    waiting, kept = shown(certificate_id), "Zyprian" in everything()
    for _ in range(3):
        until_tomorrow(queue, clock)

    assert kept
    assert {one["outcome"] for one in waiting["receipts"]} == {"kept"}
    assert shown(certificate_id)["completed_at"]
    assert "Zyprian" not in everything()
