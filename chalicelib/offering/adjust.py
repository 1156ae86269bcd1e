"""Adjust what is offered: other terms for a service, which bookings made before keep for themselves."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import facts, find, problems, service_check
from chalicelib.offering.records import ServiceRow
from chalicelib.plumbing import ids, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def service(visit: Visit, service_id: str, *, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change the given fields of a service; the whole service. Raises Missing, Invalid."""
    row = table.get(ServiceRow, visit.partner, f"service#{service_id}") if ids.is_id(service_id) else None
    if row is None:
        raise Missing
    checked, found = service_check.of(values, employee_ids=find.offer(visit.partner).employees.keys())
    problems.refuse(found)
    for name, value in checked.items():
        setattr(row, name, value)

    change = Change(visit)
    if checked:
        actions = [getattr(ServiceRow, name).set(value) for name, value in checked.items()]
        change.update(row, actions, ServiceRow.pk.exists(), lost=Missing)
        version.bump(change, visit.partner)
        detail = {"fields": sorted(checked)}
        record.fact(change, visit, facts.SERVICE_UPDATED, subject=("service", service_id), detail=detail)
    return change.done(find.service_of(row).shown())
