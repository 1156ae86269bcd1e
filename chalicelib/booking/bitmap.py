"""One day of one calendar is 288 five-minute atoms in 36 bytes, and everything asked of it is whole-number arithmetic.

A row holds what is *taken* on one UTC day, little-endian: bit i (value 2**i) is the atom that begins i * 5 minutes after
00:00 UTC. Because the lowest bit comes first, the rows of successive days laid end to end are the number of the whole
range, so a range of n UTC days is one int of n * 288 bits and bit i is the atom i * 5 minutes after the range began.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

ATOM_MINUTES = 5
DAY_ATOMS = 288
DAY_BYTES = 36

_NOTHING_TAKEN = bytes(DAY_BYTES)
_SPARSE = 16
_BITS_OF_BYTE = tuple(tuple(bit for bit in range(8) if value >> bit & 1) for value in range(256))


def from_bytes(row: bytes) -> int:
    """The day of one stored row. ValueError unless it is exactly 36 bytes."""
    if len(row) != DAY_BYTES:
        raise ValueError(f"a day row has {DAY_BYTES} bytes, not {len(row)}")
    return int.from_bytes(row, "little")


def to_bytes(mask: int) -> bytes:
    """The row to store for one day. OverflowError if the mask is negative or longer than a day."""
    return mask.to_bytes(DAY_BYTES, "little")


def span(start_atom: int, atoms: int) -> int:
    """The mask of `atoms` atoms from `start_atom` on. ValueError if either is negative."""
    return ((1 << atoms) - 1) << start_atom


def join(days: Sequence[bytes | int]) -> int:
    """Successive days, as stored rows or as day masks, as one range."""
    rows = [day if isinstance(day, bytes) else to_bytes(day) for day in days]
    for length in set(map(len, rows)) - {DAY_BYTES}:
        raise ValueError(f"a day row has {DAY_BYTES} bytes, not {length}")
    return int.from_bytes(b"".join(rows), "little")


def split(mask: int, days: int) -> list[int]:
    """The day masks of a range of `days` days: what `join` undoes."""
    row = mask.to_bytes(days * DAY_BYTES, "little")
    return [int.from_bytes(row[at : at + DAY_BYTES], "little") for at in range(0, len(row), DAY_BYTES)]


def gather(rows: Iterable[tuple[str, str, bytes]], *, first_utc_day: date, days: int) -> dict[str, int]:
    """The calendars of a team from its stored rows (UTC date as YYYY-MM-DD, employee, row), in any order.

    Answers employee -> what is taken over the range. Days without a row are untaken; rows outside the range are left out.
    ValueError for a row that has not 36 bytes.
    """
    place = {(first_utc_day + timedelta(days=day)).isoformat(): day for day in range(days)}
    calendars: dict[str, list[bytes]] = {}
    for day, employee_id, row in rows:
        if day in place:
            if employee_id not in calendars:
                calendars[employee_id] = [_NOTHING_TAKEN] * days
            calendars[employee_id][place[day]] = row
    return {employee_id: join(calendar) for employee_id, calendar in calendars.items()}


def runs(free: int, atoms: int) -> int:
    """Bit i is set exactly if the atoms i to i + atoms - 1 are all set in `free` (atoms at least 1)."""
    have = 1
    while have * 2 <= atoms:
        free &= free >> have
        have *= 2
    return free & (free >> (atoms - have))


def reaching(taken: int, atoms: int) -> int:
    """Bit i is set exactly if any of the atoms i to i + atoms - 1 is set in `taken` (atoms at least 1)."""
    have = 1
    while have * 2 <= atoms:
        taken |= taken >> have
        have *= 2
    return taken | (taken >> (atoms - have))


def atoms_of(mask: int) -> list[int]:
    """The set bits, ascending. ValueError for a negative mask, which would have no end."""
    if mask < 0:
        raise ValueError("a mask is never negative")
    if mask.bit_count() * _SPARSE < mask.bit_length():
        return _atoms_of_sparse(mask)
    raw = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    of_byte = _BITS_OF_BYTE
    return [
        first + bit
        for first, value in zip(range(0, len(raw) * 8, 8), raw, strict=True)
        if value
        for bit in of_byte[value]
    ]


def _atoms_of_sparse(mask: int) -> list[int]:
    # One memchr from set bit to set bit beats a look at every byte while most bytes are empty.
    digits = bin(mask)[:1:-1]
    find = digits.find
    atoms = []
    atom = find("1")
    while atom >= 0:
        atoms.append(atom)
        atom = find("1", atom + 1)
    return atoms


def take(taken: int, span_mask: int) -> int:
    """`taken` with the span taken too. ValueError if any atom of the span is taken already."""
    if taken & span_mask:
        raise ValueError("part of the span is taken")
    return taken | span_mask


def release(taken: int, span_mask: int) -> int:
    """`taken` without the span. ValueError if any atom of the span is not taken: then the calendar and its bookings disagree."""
    if taken & span_mask != span_mask:
        raise ValueError("part of the span is not taken")
    return taken ^ span_mask
