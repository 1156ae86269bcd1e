"""Which appointments an absence meets, by their ids alone: booking lies above this room, so its index is read raw."""

from datetime import datetime, timedelta

from chalicelib.plumbing import clock, table

_LIVING = ("requested", "confirmed")
_LONGEST_APPOINTMENT = timedelta(hours=12)


def ids(partner_id: str, employee_id: str | None, *, start: datetime, end: datetime) -> list[str]:
    """The ids of the living appointments of an employee (None: of anybody) that overlap [start, end), by their start."""
    first, last = clock.text(start - _LONGEST_APPOINTMENT), clock.text(end)
    return [
        item["sk"]["S"]
        for item in table.walk("records", partner_id, first=first, last=last, index=table.AGENDA)
        if item["status"]["S"] in _LIVING
        and employee_id in (None, item["employee_id"]["S"])
        and clock.parse(item["start_at"]["S"]) < end
        and clock.parse(item["end_at"]["S"]) > start
    ]
