"""The form for a note on a breach, on the clock of the partner, with the addresses of the authorities."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the form `breach`, new or with what the latest note says."""
    zone = offering.offer_as_known(sheet.visit.partner).partner.timezone
    form = {**sheet.content, "fields": [_on_the_clock(one, zone) for one in sheet.content["fields"]]}
    data = {"form": form, "typed": sheet.typed, "refused": sheet.refused, "zone": zone}
    return Page("privacy/pages/breach_form.html", data)


def _on_the_clock(field: Mapping[str, Any], zone: str) -> dict[str, Any]:
    given = field.get("default")
    if field["type"] != "instant" or not given:
        return dict(field)
    return {**field, "default": datetime.fromisoformat(given).astimezone(ZoneInfo(zone)).isoformat()}
