"""Note a breach of data security, or correct what was noted: a further note, never a change of one that is there."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.activity import ledger, record
from chalicelib.plumbing import ids, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Conflict, invalid
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import breaches, facts, rules
from chalicelib.privacy.records import BreachRow

_INSTANTS = ("noticed_at", "authority_told_at", "people_told_at")


def first(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new breach: as listed. Raises Invalid `in_the_future`."""
    row = _row(visit, ids.new(visit.at), 1, values)
    change = Change(visit)
    change.put_new(row)
    record.fact(
        change, visit, facts.BREACH_NOTED, subject=("breach", row.sk.partition("#")[0]), ledger=ledger.mark(row)
    )
    return change.done(breaches.shown([row], visit.at))


def correction(visit: Visit, breach_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """A further note on a breach: as listed. Raises Missing, Invalid `in_the_future`, Conflict `changed_meanwhile`."""
    before = breaches.notes(visit.partner, breach_id)
    row = _row(visit, breach_id, int(before[-1].sk.partition("#")[2]) + 1, values)
    change = Change(visit)
    change.put_new(row, lost=lambda: Conflict("changed_meanwhile"))
    record.fact(change, visit, facts.BREACH_CORRECTED, subject=("breach", breach_id), ledger=ledger.mark(row))
    return change.done(breaches.shown([*before, row], visit.at))


def _row(visit: Visit, breach_id: str, number: int, values: Mapping[str, Any]) -> BreachRow:
    for name in _INSTANTS:
        if values[name] is not None and values[name] > visit.at:
            raise invalid(name, "in_the_future")
    pk, until = breaches.partition(visit.partner), rules.keep_until("breach", visit.at.date())
    said = {name: values[name] for name in breaches.NOTE if values[name] not in (None, "")}
    return BreachRow(
        pk,
        f"{breach_id}#{number:03d}",
        noted_at=visit.at,
        noted_by=visit.employee_id,
        keep_until=until,
        expiry_shard=shards.expires_on(until + timedelta(days=1), pk),
        **said,
    )
