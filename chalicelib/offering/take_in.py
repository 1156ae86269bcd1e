"""Take in services, hours and absences from a file, each with an open change that the import leads."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.accounts import version
from chalicelib.activity import record
from chalicelib.offering import facts
from chalicelib.offering.records import AbsenceRow, HoursRow, ServiceRow
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def service(change: Change, visit: Visit, service_id: str, *, values: Mapping[str, Any]) -> None:
    """Put a service into `change`: new, or with the `values` that differ. They are what `service_check.of` made. One read."""
    row = table.get(ServiceRow, visit.partner, f"service#{service_id}")
    if row is None:
        change.put_new(ServiceRow(visit.partner, f"service#{service_id}", created_at=visit.at, **values))
        what = facts.SERVICE_CREATED
    else:
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if not changed:
            return
        actions = [getattr(ServiceRow, name).set(value) for name, value in changed.items()]
        change.update(row, actions, ServiceRow.pk.exists())
        what = facts.SERVICE_UPDATED
    version.bump(change, visit.partner)
    record.fact(change, visit, what, subject=("service", service_id))


def hours(change: Change, visit: Visit, employee_id: str, *, values: Mapping[str, Any]) -> None:
    """Put the hours of an employee into `change`, in place of those before; they are as `rules.hours_as_sent` makes them."""
    change.put(HoursRow(visit.partner, f"hours#{employee_id}", hours=dict(values)))
    version.bump(change, visit.partner)
    record.fact(change, visit, facts.HOURS_UPDATED, subject=("employee", employee_id))


def absence(change: Change, visit: Visit, absence_id: str, *, values: Mapping[str, Any]) -> None:
    """Put an absence into `change`: new, or as it is now. Appointments that it meets stay until somebody decides."""
    start, end = (datetime.fromisoformat(values[name]) for name in ("start", "end"))
    row = AbsenceRow(
        visit.partner, f"absence#{absence_id}", employee_id=values["employee_id"], start_at=start, end_at=end,
        reason=values["reason"],
    )  # fmt: skip
    change.put(row)
    version.bump(change, visit.partner)
    detail = {"employee_id": values["employee_id"], "start": values["start"], "end": values["end"]}
    record.fact(change, visit, facts.ABSENCE_CREATED, subject=("absence", absence_id), detail=detail)
