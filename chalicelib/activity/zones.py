"""The time zone whose days a partner counts by.

The room that owns a partner's row lies above this one, so the one attribute is read by its name and nothing else of it.
"""

from zoneinfo import ZoneInfo

from chalicelib.plumbing import table

HOME = ZoneInfo("Europe/Zurich")


def of(partner_id: str) -> ZoneInfo:
    """The zone of a partner; Zürich for nobody and for a partner that is gone. One Query."""
    found = table.page("records", partner_id, first="profile", last="profile").items
    name = found[0].get("timezone", {}).get("S") if found else None
    return ZoneInfo(name) if name else HOME
