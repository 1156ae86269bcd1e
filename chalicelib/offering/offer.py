"""Offer something new: a service that customers can book from now on."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import facts, find, forms, problems, service_check
from chalicelib.offering.records import ServiceRow
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def service(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """Make a service from the fields of the form `service`; the service. Raises Invalid."""
    defaults = {field.name: field.default for field in forms.SERVICE_FIELDS}
    given = {name: defaults[name] if value is None else value for name, value in values.items()}
    employee_ids = find.offer(visit.partner).employees
    checked, found = service_check.of(given, employee_ids=employee_ids.keys())
    problems.refuse(found)
    service_id = ids.new(visit.at)
    row = ServiceRow(visit.partner, f"service#{service_id}", created_at=visit.at, **checked)

    change = Change(visit)
    change.put_new(row)
    version.bump(change, visit.partner)
    record.fact(change, visit, facts.SERVICE_CREATED, subject=("service", service_id))
    return change.done(find.service_of(row).shown())
