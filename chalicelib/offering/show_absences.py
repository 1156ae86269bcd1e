"""The page of absences: who is away when, and the days on which the whole canton is."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from chalicelib.offering import find, holidays, rules, spans
from chalicelib.plumbing.sheets import Page, Sheet

_MOST_PAST = 100


def page(sheet: Sheet) -> Page:
    """What is to come first; what is over only for those who open it."""
    visit = sheet.visit
    offer = find.offer(visit.partner)
    today = visit.at.astimezone(ZoneInfo(offer.partner.timezone)).date()
    ordered = sorted(offer.absences, key=lambda one: one.start_at)
    coming = [
        {
            **spans.of(one, offer),
            "now": one.start_at <= visit.at,
            "strike": sheet.form("absence-remove", id=one.id)
            if rules.may_change_time_of(visit.role, visit.employee_id, one.employee_id)
            else None,
        }
        for one in ordered
        if one.end_at > visit.at
    ]
    past = [spans.of(one, offer) for one in reversed(ordered) if one.end_at <= visit.at][:_MOST_PAST]
    swiss = offer.partner.country == "CH"
    return Page(
        "offering/pages/absences.html",
        {
            "coming": coming,
            "past": past,
            "canton": offer.partner.canton if swiss else None,
            "swiss": swiss,
            "holidays": holidays.named(offer.partner.canton, today, today + timedelta(days=365), visit.language)
            if swiss
            else [],
        },
    )
