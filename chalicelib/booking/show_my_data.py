"""The page with all that is held about a customer: where it comes from, what for, until when, and who was told."""

from chalicelib.activity import rules as log
from chalicelib.booking import link, own_page
from chalicelib.plumbing.sheets import Page, Sheet

_BY_THE_BUSINESS = ("partner", "import")


def page(sheet: Sheet) -> Page:
    """From the answer of GET /my/{token}/data."""
    offer = link.offer_of(sheet.parameters["token"], sheet.visit.at)
    held = sheet.content
    first = held["appointments"][0]["source"] if held["appointments"] else "web"
    return own_page.made(
        sheet,
        "my_data",
        offer.partner,
        {
            "held": held,
            "json": f"/my/{sheet.parameters['token']}/data.json",
            "take": sheet.form("link-export", token=sheet.parameters["token"]),
            "by_business": first in _BY_THE_BUSINESS,
            "services": {one.id: one.name for one in offer.services.values()},
            "employees": {one.id: one.first_name for one in offer.employees.values()},
            "questions": {each["id"]: each["label"] for one in offer.services.values() for each in one.questions},
            "zone": offer.partner.timezone,
            "log_months": log.KEEP_FACTS_MONTHS,
        },
    )
