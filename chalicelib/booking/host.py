"""A customer who is refused at a partner's page: told as the partner speaks to customers, in the partner's colour and frame."""

from chalicelib.accounts.find import Partner
from chalicelib.booking import link, own_page
from chalicelib.offering import find
from chalicelib.plumbing import words
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.sheets import Page, Sheet


def language(sheet: Sheet) -> str:
    """The visitor's language, German as the partner says it. Raises Missing where the address names no partner."""
    return words.informal(sheet.visit.language, _partner(sheet).salutation)


def page(sheet: Sheet) -> Page:
    """The refusal behind a customer's link, inside the sites that may frame it. Raises Missing for any other address."""
    token = _token(sheet)
    partner = link.offer_of(token, sheet.visit.at).partner
    here = Sheet(sheet.visit, sheet.path, {"token": token}, sheet.query, sheet.content, sheet.issue)
    return own_page.made(here, "my_refused", partner, {})


def _partner(sheet: Sheet) -> Partner:
    name = sheet.parameters.get("booking_name") or sheet.query.get("booking_name", "")
    if name:
        return find.offer_at(name).partner
    return link.offer_of(_token(sheet), sheet.visit.at).partner


def _token(sheet: Sheet) -> str:
    token = sheet.parameters.get("token") or sheet.query.get("token", "")
    if not 0 < len(token) <= 300:
        raise Missing
    return token
