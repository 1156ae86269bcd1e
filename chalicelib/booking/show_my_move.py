"""The page on which a customer chooses another time: a month, its free days, the times of one of them."""

from datetime import date
from typing import Any

from chalicelib.booking import link, month, own_page
from chalicelib.booking.forms import ANYBODY
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the form `link-move`; the query says which month, which day and with whom. Raises as `link.opened` does."""
    _, row, _, offer = link.opened(sheet.visit, sheet.parameters["token"])
    anybody = sheet.query.get("with") == "any"
    service = offer.services.get(row.service_id)
    able = offer.employees_for(service) if service else ()
    stays = any(one.id == row.employee_id for one in able)
    shown: month.Month | None = None
    if service is not None and service.active and able:  # else only the business itself can find another time
        shown = month.of(
            offer,
            service,
            tuple(one for one in able if anybody or not stays or one.id == row.employee_id),
            employee_id=row.employee_id if stays and not anybody else ANYBODY,
            day=_date(sheet.query.get("day") or str(sheet.typed.get("start", ""))[:10]),
            month=_date(sheet.query.get("month", "") + "-01"),
            since=_date(sheet.query.get("since", "")),
            at=sheet.visit.at,
        )
    starts = shown.chosen.starts if shown and shown.chosen else ()
    chosen = sheet.typed.get("start") or (starts[0] if len(starts) == 1 else None)
    return own_page.of_form(
        sheet,
        "my_move",
        {
            "calendar": shown,
            "anybody": anybody or not stays,
            "others": len(able) > 1 and stays,
            "chosen_start": chosen,
            "nearest": _nearest(sheet.refused),
        },
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-24") else None
    except ValueError:
        return None


def _nearest(refused: Any) -> list[str]:
    """The starts that are still free near a time that somebody else has taken meanwhile."""
    return [one["start"] for one in (refused or {}).get("alternatives", [])]
