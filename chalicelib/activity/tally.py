"""Count facts by the partner's calendar day, kind and source; no person and no address goes in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

BOOKED = "appointment.booked"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MESSAGES = ("message.sent", "message.failed")
# The name in the totals: the kind it counts and, for messages, the channel.
TOTALS: Mapping[str, tuple[str, str]] = {
    "booked": (BOOKED, ""),
    "moved": ("appointment.moved", ""),
    "cancelled": ("appointment.cancelled", ""),
    "no_show": ("appointment.missed", ""),
    "sms_sent": ("message.sent", "sms"),
    "sms_failed": ("message.failed", "sms"),
    "mail_sent": ("message.sent", "mail"),
}


@dataclass(slots=True)
class Tally:
    """How often: `counts` by (local day, kind, source, channel), `starts` by (local day of the booking, weekday, hour)."""

    counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    starts: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def add(self, *, at: datetime, kind: str, source: str, detail: Mapping[str, Any] | None, zone: ZoneInfo) -> None:
        """Count one fact."""
        on = at.astimezone(zone).date().isoformat()
        detail = detail or {}
        channel = str(detail.get("channel") or "") if kind in _MESSAGES else ""
        self.counts[(on, kind, source, channel)] += 1
        start = _instant(detail.get("start")) if kind == BOOKED else None
        if start is not None:
            there = start.astimezone(zone)
            self.starts[(on, WEEKDAYS[there.weekday()], there.hour)] += 1

    def add_stored(self, counts: list[list[Any]], starts: list[list[Any]]) -> None:
        """Count what was counted before (the documents of a CountRow)."""
        for on, kind, source, channel, number in counts:
            self.counts[(on, kind, source, channel)] += int(number)
        for on, weekday, hour, number in starts:
            self.starts[(on, weekday, int(hour))] += int(number)

    def stored(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """As documents for a CountRow, in a fixed order."""
        return (
            [[*key, number] for key, number in sorted(self.counts.items())],
            [[*key, number] for key, number in sorted(self.starts.items())],
        )

    def shown(self, first_on: date, last_on: date) -> dict[str, Any]:
        """As the dashboard of the contract: days, totals and the share of each weekday and hour among the booked starts."""
        first, last = first_on.isoformat(), last_on.isoformat()
        days: Counter[tuple[str, str, str]] = Counter()
        totals = dict.fromkeys(TOTALS, 0)
        for (on, kind, source, channel), number in self.counts.items():
            if first <= on <= last:
                days[(on, kind, source)] += number
                for name, wanted in TOTALS.items():
                    if wanted == (kind, channel):
                        totals[name] += number
        starts: Counter[tuple[str, int]] = Counter()
        for (on, weekday, hour), number in self.starts.items():
            if first <= on <= last:
                starts[(weekday, hour)] += number
        whole = starts.total()
        order = sorted(starts.items(), key=lambda one: (WEEKDAYS.index(one[0][0]), one[0][1]))
        return {
            "from": first_on,
            "to": last_on,
            "days": [
                {"date": on, "kind": kind, "source": source, "count": number}
                for (on, kind, source), number in sorted(days.items())
            ],
            "totals": totals,
            "utilisation": [
                {"weekday": weekday, "hour": hour, "share": number / whole} for (weekday, hour), number in order
            ],
        }


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
