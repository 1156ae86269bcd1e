"""The page of one service: what customers can rely on, and the way to change it."""

from chalicelib.offering import find
from chalicelib.plumbing.door import ADMINS
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """One service in words."""
    offer = find.offer(sheet.visit.partner)
    service = offer.services[sheet.parameters["id"]]
    names = offer.names()
    return Page(
        "offering/pages/service.html",
        {
            "service": service.shown(),
            "who": sorted(names[one.id] for one in offer.employees_for(service)),
            "may_change": sheet.visit.role in ADMINS,
            "booking_name": offer.partner.booking_name,
        },
    )
