"""Count facts by the partner's calendar day, kind and source; no person and no address goes in."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

BOOKED = "appointment.booked"
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
_OF_SMS = {"sms_sent": "sent", "sms_failed": "failed"}


@dataclass(slots=True)
class Tally:
    """How often: `counts` by (local day, kind, source, channel), `parts` of the SMS that were sent by local day."""

    counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)

    def add(self, *, at: datetime, kind: str, source: str, detail: Mapping[str, Any] | None, zone: ZoneInfo) -> None:
        """Count one fact."""
        on = at.astimezone(zone).date().isoformat()
        detail = detail or {}
        channel = str(detail.get("channel") or "") if kind in _MESSAGES else ""
        self.counts[(on, kind, source, channel)] += 1
        if (kind, channel) == TOTALS["sms_sent"]:
            self.parts[on] += _parts(detail.get("parts"))

    def add_stored(self, counts: list[list[Any]], parts: list[list[Any]] | None) -> None:
        """Count what was counted before (the documents of a CountRow)."""
        for on, kind, source, channel, number in counts:
            self.counts[(on, kind, source, channel)] += int(number)
        for on, number in parts or ():
            self.parts[on] += int(number)

    def stored(self) -> tuple[list[list[Any]], list[list[Any]]]:
        """As documents for a CountRow, in a fixed order."""
        return (
            [[*key, number] for key, number in sorted(self.counts.items())],
            [[on, number] for on, number in sorted(self.parts.items())],
        )

    def shown(self, first_on: date, last_on: date) -> dict[str, Any]:
        """As the dashboard of the contract, from one local day to another: days, totals, and the SMS of each day."""
        first, last = first_on.isoformat(), last_on.isoformat()
        days: Counter[tuple[str, str, str]] = Counter()
        totals = dict.fromkeys(TOTALS, 0)
        sms: dict[str, dict[str, int]] = {}
        for (on, kind, source, channel), number in self.counts.items():
            if not first <= on <= last:
                continue
            days[(on, kind, source)] += number
            for name, wanted in TOTALS.items():
                if wanted == (kind, channel):
                    totals[name] += number
                    if name in _OF_SMS:
                        of_day = sms.setdefault(on, {"sent": 0, "failed": 0, "parts": self.parts[on]})
                        of_day[_OF_SMS[name]] += number
        return {
            "from": first_on,
            "to": last_on,
            "days": [
                {"date": on, "kind": kind, "source": source, "count": number}
                for (on, kind, source), number in sorted(days.items())
            ],
            "totals": totals,
            "sms": [{"date": on, **numbers} for on, numbers in sorted(sms.items())],
        }


def _parts(number: object) -> int:
    # What was sent has one part at least; older facts do not say how many.
    return max(1, int(number)) if isinstance(number, int | Decimal) else 1
