"""What every page behind a customer's link shares: the partner's colour, language and sites, and ways that stay inside a frame."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts.find import Partner
from chalicelib.booking import embed, link
from chalicelib.plumbing import words
from chalicelib.plumbing.sheets import Page, Sheet


def made(
    sheet: Sheet, template: str, partner: Partner, data: Mapping[str, Any], *, room: str = "booking"
) -> Page:  # fmt: skip
    """A page of `partner` for the customer whose link it is: `<room>/pages/<template>.html`."""
    token = sheet.parameters["token"]
    embedded = sheet.query.get("embed") == "1"
    frames = embed.frames_of(partner) if embedded else ()
    ways = {
        "my": f"/my/{token}",
        "data": f"/my/{token}/data",
        "file": f"/my/{token}/calendar.ics",
        "move": f"/forms/link-move?token={token}",
        "cancel": f"/forms/link-cancel?token={token}",
        "erase": f"/forms/link-erase?token={token}",
        "request": f"/forms/link-request?token={token}",
        "book": f"/book/{partner.booking_name}" if partner.booking_name else None,
    }
    return Page(
        f"{room}/pages/{template}.html",
        {
            "ways": {name: _inside(way) if embedded and way else way for name, way in ways.items()},
            "embedded": embedded,
            "frames": frames,
            "partner": link.public_profile(partner),
            **data,
        },
        language=words.informal(sheet.visit.language, partner.salutation),
        frames=frames,
        accent=partner.accent,
    )


def of_form(sheet: Sheet, template: str, data: Mapping[str, Any]) -> Page:
    """A page with one form of the link on it, and the appointment as it is now. Raises as `link.opened` does."""
    _, row, customer, offer = link.opened(sheet.visit, sheet.parameters["token"])
    known = {
        "appointment": link.shown(row, customer, offer, sheet.visit.at),
        "form": sheet.content,
        "typed": sheet.typed,
        "refused": sheet.refused,
    }
    return made(sheet, template, offer.partner, {**known, **data})


def _inside(way: str) -> str:
    return f"{way}{'&' if '?' in way else '?'}embed=1"
