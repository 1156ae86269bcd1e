"""A partner's calendar as it is read: what is taken of every employee, busy times, and group sessions, in one Query."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from chalicelib.booking import bitmap
from chalicelib.plumbing import clock, table

_ATOM = timedelta(minutes=bitmap.ATOM_MINUTES)


class Taken(msgspec.Struct, frozen=True):
    """What is taken over a range of UTC days, and of whom."""

    first_utc_day: date
    days: int
    masks: Mapping[str, int]
    """Employee id -> taken atoms; who has no row has nothing taken."""
    busy: Mapping[str, int]
    """Employee id -> atoms at which their own calendars say that they are busy."""
    sessions: Mapping[tuple[str, str], Mapping[int, int]]
    """(service id, employee id) -> start atom -> seats taken."""


def read(partner_id: str, *, first_utc_day: date, days: int) -> Taken:
    """The calendar over a range of UTC days: one Query (one more for each further megabyte).

    Eventually consistent, at half the price: a search promises nothing; whoever books reads the day again.
    """
    last = (first_utc_day + timedelta(days=days - 1)).isoformat()
    midnight = datetime(first_utc_day.year, first_utc_day.month, first_utc_day.day, tzinfo=UTC)
    rows: list[tuple[str, str, bytes]] = []
    busy_rows: list[tuple[str, str, bytes]] = []
    sessions: dict[tuple[str, str], dict[int, int]] = {}
    for item in table.walk(
        "records", f"{partner_id}#calendar", first=first_utc_day.isoformat(), last=last + "#\uffff", consistent=False
    ):
        if "taken" in item:
            day, _, employee_id = item["sk"]["S"].partition("#")
            rows.append((day, employee_id, item["taken"]["B"]))
        elif "busy" in item:
            day, employee_id, _ = item["sk"]["S"].split("#")
            busy_rows.append((day, employee_id, item["busy"]["B"]))
        else:
            atom = (clock.parse(item["start_at"]["S"]) - midnight) // _ATOM
            key = (item["service_id"]["S"], item["employee_id"]["S"])
            sessions.setdefault(key, {})[atom] = int(item["seats_taken"]["N"])
    masks = bitmap.gather(rows, first_utc_day=first_utc_day, days=days)
    busy = bitmap.gather(busy_rows, first_utc_day=first_utc_day, days=days)
    return Taken(first_utc_day, days, masks, busy, sessions)
