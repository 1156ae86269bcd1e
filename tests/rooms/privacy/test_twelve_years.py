"""Twelve years of nights: everything goes on its day, the ledger ten business years later, and nothing else is left over."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from chalicelib.activity import rollup
from chalicelib.activity.rules import KEEP_ADDRESS_DAYS
from chalicelib.plumbing import ids
from chalicelib.plumbing import table as product
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import purge, verify
from chalicelib.privacy.records import ProofRow, PurgeRow
from tests.worlds import people
from tests.worlds.outbox import Queue
from tests.worlds.tables import rows
from tests.worlds.visitor import Visitor

LAST = date(2038, 12, 31)
DATED = ("records", "ledger", "activity")
EVERY_NIGHT = "EVERY_NIGHT" in os.environ
"""Run every one of the nights, also those with nothing due: minutes instead of seconds, so not in every test run."""


def stored(name: str) -> list[dict[str, Any]]:
    return rows(os.environ["AWS_ENDPOINT_URL"], name)


def days_with_something_due() -> Iterator[date]:
    """The next day on which something is due, again and again. What lies between would be asked for in vain."""
    on = date(2026, 11, 23)
    while EVERY_NIGHT and on < LAST:
        on += timedelta(days=1)
        yield on
    while not EVERY_NIGHT:
        shelves = [one["expiry_shard"]["S"] for name in DATED for one in stored(name) if "expiry_shard" in one]
        coming = [date.fromisoformat(one[:10]) for one in shelves if not one.startswith("held#")]
        on = min((one for one in coming if one > on), default=LAST + timedelta(days=1))
        if on > LAST:
            return
        yield on


def sleep_until(on: date) -> None:
    """Nothing is due before `on`: the nights that only ask are left out."""
    row = product.get(PurgeRow, *purge.KEY)
    if row is not None and not EVERY_NIGHT:
        product.update(row, [PurgeRow.next_on.set(on)])


def kept(partner_id: str) -> set[str]:
    """The kinds of rows of a partner in the ledger."""
    return {item["sk"]["S"].partition("#")[0] for item in product.walk("ledger", partner_id)}


def with_address(today: date) -> tuple[list[str], list[str]]:
    """The facts that say from where; and of these, those that should not any more and that no hold keeps."""
    there = {one["sk"]["S"]: one["expiry_shard"]["S"] for one in stored("activity") if "ip" in one}
    past = [one for one in there if ids.born_at(one).date() + timedelta(days=KEEP_ADDRESS_DAYS) <= today]
    return list(there), [one for one in past if not there[one].startswith("held#")]


def test_a_partner_comes_works_and_leaves_and_twelve_years_later_nothing_of_it_is_there(
    emulator: Any, table: Any, clock: Any, queue: Queue
) -> None:
    product.put(PurgeRow(*purge.KEY, version=1, next_on=date(2026, 11, 22), proofs=0, last_hash=""))
    owner = people.owner(emulator.endpoint)
    service = owner.visitor.form("service", name="Beratung", duration_minutes=30).json
    start = clock.now + timedelta(days=2)
    made = owner.visitor.form(
        "appointment", service_id=service["id"], start=start.isoformat(), first_name="Lea", last_name="Keller",
        email="lea@example.org",
    )  # fmt: skip
    assert made.status == 201, made.text
    owner.visitor.form("request", kind="access", person="Beat Kern", received_on="2026-11-23")
    owner.visitor.form("breach", noticed_at=clock.now.isoformat(), what="Verloren", data_kinds="Namen")
    owner.visitor.form("hold", reason="Streit", until="2027-02-01")
    queue.drain()
    clock.set(datetime(2026, 11, 24, 1, tzinfo=UTC))
    rollup.everything(of_job(clock.now, "r"))
    certificate = owner.visitor.form("login", email=owner.email, password=people.PASSWORD) and owner.visitor.form(
        "close-account", password=people.PASSWORD, confirm=True
    )
    assert certificate.status == 202, certificate.text
    queue.drain()
    held = Visitor().get(f"/erasure-certificates/{certificate.json['certificate']}").json["receipts"]

    nights, overdue, gone = 0, 0, {}
    at_first, late = with_address(clock.now.date())
    for on in days_with_something_due():
        clock.set(datetime.combine(on, time(2), UTC))
        if on.year < 2028:  # by then the erasure that waits for the hold is through
            queue.minute()
        before = kept(owner.partner_id)
        sleep_until(on)
        ran = purge.everything(of_job(clock.now, "r"))
        nights, overdue = nights + 1, overdue + ran["overdue"] + ran["failed"]
        gone |= dict.fromkeys(before - kept(owner.partner_id), on)
        late += with_address(on)[1]

    assert {one["outcome"] for one in held} == {"kept"}
    assert gone == {"acceptance": date(2037, 1, 1)}  # closed in 2026: ten years from the end of that business year
    left = [(name, one["pk"]["S"], one["sk"]["S"]) for name in DATED for one in stored(name)]
    assert nights > 20
    assert at_first
    assert late == []
    assert overdue == 0
    assert [one for one in left if owner.partner_id in one[1] or owner.partner_id in one[2]] == []
    assert {(name, pk) for name, pk, _ in left} <= {
        ("records", "privacy"), ("records", "rollup"), ("activity", "rollup"), ("activity", "-"), ("ledger", "purges"),
        ("ledger", "certificates"),
    }  # fmt: skip
    assert Visitor().get(f"/erasure-certificates/{certificate.json['certificate']}").status == 404
    proofs = table.prefixed(ProofRow, "purges", "")
    assert int(proofs[0].sk) > 1
    assert min(proof.cut_off for proof in proofs) >= date(2028, 1, 1)
    assert verify.proofs() == []
