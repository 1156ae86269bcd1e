"""How an absence is told: whole days as days, anything else with its times, on the clock of the partner's zone."""

from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.offering.find import Absence, Offer


def of(absence: Absence, offer: Offer) -> dict[str, Any]:
    """For pages: who (None: everybody), why, `whole` days from `first` to `last`, or from `start` to `end`."""
    zone = ZoneInfo(offer.partner.timezone)
    start, end = absence.start_at.astimezone(zone), absence.end_at.astimezone(zone)
    whole = start.time() == end.time() == time(0)
    return {
        "id": absence.id,
        "who": None if absence.employee_id is None else offer.names().get(absence.employee_id, "–"),
        "reason": absence.reason,
        "whole": whole,
        "first": start.date(),
        "last": (end - timedelta(days=1)).date() if whole else end.date(),
        "start": start,
        "end": end,
    }
