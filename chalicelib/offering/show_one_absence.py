"""The page of one absence: the appointments it meets, each with the way to move or cancel it."""

from zoneinfo import ZoneInfo

from chalicelib.offering import affected, find, rules, spans
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One absence with what has to be decided."""
    visit = sheet.visit
    offer = find.offer(visit.partner)
    absence = next(one for one in offer.absences if one.id == sheet.parameters["id"])
    zone, names = ZoneInfo(offer.partner.timezone), offer.names()
    met = affected.appointments(visit.partner, absence.employee_id, start=absence.start_at, end=absence.end_at)
    may_strike = rules.may_change_time_of(visit.role, visit.employee_id, absence.employee_id)
    return Page(
        "offering/pages/absence.html",
        {
            "absence": spans.of(absence, offer),
            "met": [
                {
                    "id": one.id,
                    "start": one.start_at.astimezone(zone),
                    "end": one.end_at.astimezone(zone),
                    "who": names.get(one.employee_id, "–"),
                    "what": offer.services[one.service_id].name if one.service_id in offer.services else "–",
                }
                for one in met
            ],
            "strike": sheet.form("absence-remove", id=absence.id) if may_strike else None,
        },
    )
