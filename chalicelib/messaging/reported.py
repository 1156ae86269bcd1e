"""What SMSAPI reports about our messages, read without trusting it and without reaching for the network."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_REFERENCE_LETTERS = 255
MAX_REPORTS = 100
_MAX_LIST_LETTERS = 30_000


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one message; `code` is the vendor's, None if it sent none that can be read."""

    provider_id: str
    reference: str | None
    code: int | None
    name: str
    final: bool
    delivered: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """One of the vendor's delivery states."""

    name: str
    final: bool
    delivered: bool = False


STATUSES: Mapping[int, Status] = {
    401: Status("NOT_FOUND", final=True),
    402: Status("EXPIRED", final=True),
    403: Status("SENT", final=False),
    404: Status("DELIVERED", final=True, delivered=True),
    405: Status("UNDELIVERED", final=True),
    406: Status("FAILED", final=True),
    407: Status("REJECTED", final=True),
    408: Status("UNKNOWN", final=True),
    409: Status("QUEUE", final=False),
    410: Status("ACCEPTED", final=False),
    411: Status("RENEWAL", final=False),
    412: Status("STOP", final=True),
}


def reports(params: Mapping[str, str]) -> tuple[Report, ...]:
    """The delivery reports in one callback, at most MAX_REPORTS; nothing in it is trusted beyond looking the id up.

    The vendor batches: each parameter is a comma-separated list in the same order. Lists that are too short leave
    their fields empty; codes that are not known are not final. Never raises.
    """
    columns = {
        name: params.get(name, "")[:_MAX_LIST_LETTERS].split(",", MAX_REPORTS)[:MAX_REPORTS]
        for name in ("MsgId", "status", "status_name", "idx", "donedate")
    }
    found = []
    for place, written in enumerate(columns["MsgId"]):
        provider_id = written.strip()
        if not 0 < len(provider_id) <= 64:
            continue
        row = {name: values[place].strip() if place < len(values) else "" for name, values in columns.items()}
        code = whole_number(row["status"])
        status = STATUSES.get(code or 0) or Status(row["status_name"][:32].upper() or "UNREADABLE", final=False)
        found.append(
            Report(
                provider_id=provider_id,
                reference=row["idx"][:MAX_REFERENCE_LETTERS] or None,
                code=code,
                name=status.name,
                final=status.final,
                delivered=status.delivered,
                at=_instant(row["donedate"]),
            )
        )
    return tuple(found)


def whole_number(written: object) -> int | None:
    """A whole number that came as a number or as digits, else None."""
    if isinstance(written, bool) or not isinstance(written, (int, str)):
        return None
    text = str(written)[:20]
    return int(text) if text.isascii() and text.isdigit() else None


def _instant(written: str) -> datetime | None:
    seconds = whole_number(written)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
