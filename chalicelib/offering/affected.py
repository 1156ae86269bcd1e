"""Which appointments an absence meets: booking lies above this room, so its index is read raw, and no customer is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.plumbing import clock, table

_LIVING = ("requested", "confirmed")
_LONGEST_APPOINTMENT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Met:
    """An appointment that an absence meets."""

    id: str
    start_at: datetime
    end_at: datetime
    employee_id: str
    service_id: str


def appointments(partner_id: str, employee_id: str | None, *, start: datetime, end: datetime) -> list[Met]:
    """The living appointments of an employee (None: of anybody) that overlap [start, end), by their start."""
    first, last = clock.text(start - _LONGEST_APPOINTMENT), clock.text(end)
    living = [
        Met(
            item["sk"]["S"],
            clock.parse(item["start_at"]["S"]),
            clock.parse(item["end_at"]["S"]),
            item["employee_id"]["S"],
            item["service_id"]["S"],
        )
        for item in table.walk("records", partner_id, first=first, last=last, index=table.AGENDA)
        if item["status"]["S"] in _LIVING and employee_id in (None, item["employee_id"]["S"])
    ]
    return [one for one in living if one.start_at < end and one.end_at > start]


def ids(partner_id: str, employee_id: str | None, *, start: datetime, end: datetime) -> list[str]:
    """The ids of these appointments."""
    return [one.id for one in appointments(partner_id, employee_id, start=start, end=end)]
