"""When people are busy by their own calendars: bits of days and nothing else of them, beside the days that a search reads.

Each source hands over its days as a whole. Where one busy time ends and another begins, how many there are and what they
are called is not among it.
"""

import base64
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from chalicelib.booking import bitmap, days
from chalicelib.booking.records import BusyDayRow, BusyRow
from chalicelib.plumbing import database, table
from chalicelib.plumbing.change import MOST_ATTEMPTS
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.transaction import Transaction

MOST_DAYS = 402
"""The longest range that a source may hand over: four hundred days ahead, today and the day before."""
_AT_ONCE = 90  # a transaction takes a hundred rows

Days = Mapping[date, int]
"""UTC day -> atoms; days without any are left out."""


def says(partner_id: str, employee_id: str, source_id: str, *, first_utc_day: date, mask: int) -> None:
    """From now on this source says these busy times (bits of a range of days, as in `bitmap`), and no others.

    One read and, where anything changed, one transaction for each ninety days that did. Raises ValueError for more than
    MOST_DAYS, Unavailable when others change the same person's days at the same time again and again.
    """
    if mask >> MOST_DAYS * bitmap.DAY_ATOMS:
        raise ValueError("a source that looks too far ahead")
    _become(partner_id, employee_id, source_id, _pack(_days(mask, first_utc_day)))


def forget(partner_id: str, employee_id: str, source_id: str) -> None:
    """From now on this source says nothing; with the last of a person everything of it is gone. Raises Unavailable."""
    _become(partner_id, employee_id, source_id, None)


def _become(partner_id: str, employee_id: str, source_id: str, part: str | None) -> None:
    for attempt in range(MOST_ATTEMPTS):
        if attempt:
            database.pause(attempt)
        try:
            row = _with_part(partner_id, employee_id, source_id, part)
            if row is not None:
                _settle(partner_id, row)
        except Stale:
            continue
        return
    raise Unavailable


def _with_part(partner_id: str, employee_id: str, source_id: str, part: str | None) -> BusyRow | None:
    """The person's row with this part in it, or None where there is nothing to settle."""
    row = table.get(BusyRow, f"{partner_id}#busy", employee_id)
    if row is None:
        if part is None:
            return None
        row = BusyRow(f"{partner_id}#busy", employee_id, parts={source_id: part}, written="", revision=1)
        table.put(row, BusyRow.pk.does_not_exist())
        return row
    parts = {name: one for name, one in row.parts.items() if name != source_id}
    if part is not None:
        parts[source_id] = part
    if parts != row.parts:
        # Whoever writes days by an older revision finds out in the very transaction.
        actions = [BusyRow.parts.set(parts), BusyRow.revision.set(row.revision + 1)]
        table.update(row, actions, BusyRow.revision == row.revision)
        row.parts, row.revision = parts, row.revision + 1
    return row


def _settle(partner_id: str, row: BusyRow) -> None:
    """Let the rows beside the calendar say what all sources say together. Raises Stale when the sources changed."""
    wanted: dict[date, int] = {}
    for part in row.parts.values():
        for day, mask in _unpack(part).items():
            wanted[day] = wanted.get(day, 0) | mask
    has = dict(_unpack(row.written))
    changed = sorted(day for day in {*wanted, *has} if wanted.get(day, 0) != has.get(day, 0))
    for first in range(0, len(changed), _AT_ONCE):
        change = Transaction()
        for day in changed[first : first + _AT_ONCE]:
            at = (days.partition(partner_id), days.busy_key(day, row.sk))
            if day in wanted:
                change.put(BusyDayRow(*at, busy=bitmap.to_bytes(wanted[day])))
                has[day] = wanted[day]
            else:
                change.delete(BusyDayRow(*at))
                has.pop(day)
        change.update(row, [BusyRow.written.set(_pack(has))], BusyRow.revision == row.revision)
        change.commit()
    if not row.parts and not has:
        table.delete(row, BusyRow.revision == row.revision)


def _days(mask: int, first_utc_day: date) -> Days:
    return {first_utc_day + timedelta(days=number): one for number, one in _split(mask) if one}


def _split(mask: int) -> Iterator[tuple[int, int]]:
    length = -(-mask.bit_length() // bitmap.DAY_ATOMS)
    yield from enumerate(bitmap.split(mask, length))


def _pack(days_: Days) -> str:
    """Days as a short text: the first of them, and the bits from there on, deflated."""
    if not days_:
        return ""
    first, last = min(days_), max(days_)
    whole = b"".join(
        bitmap.to_bytes(days_.get(first + timedelta(days=number), 0)) for number in range((last - first).days + 1)
    )
    return f"{first.isoformat()}/{base64.b64encode(zlib.compress(whole, 9)).decode()}"


def _unpack(packed: str) -> Days:
    if not packed:
        return {}
    first, _, bits = packed.partition("/")
    return _days(int.from_bytes(zlib.decompress(base64.b64decode(bits)), "little"), date.fromisoformat(first))
