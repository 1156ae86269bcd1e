"""Doors of this room: the page by which people reach us, and their questions."""

from collections.abc import Mapping
from typing import Any

from chalicelib.plumbing.doors import Doors, Offer
from chalicelib.plumbing.visit import Visit
from chalicelib.support import asking, forms, open_ticket, show_contact

door = Doors(__name__)


@door.read("/contact", answer="contact", page=show_contact, greets=True)
def contact(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """How to reach us."""
    return asking.ways()


def _prefilled(visit: Visit, context: Mapping[str, str]) -> Offer:
    known = asking.known(visit)
    return Offer(
        fields=tuple(one.but(default=known[one.name]) if one.name in known else one for one in forms.SUPPORT.fields)
    )


@door.form(
    forms.SUPPORT, status=201, answer="ticket", offer=_prefilled, page=show_contact, then="/contact", greets=True
)
def open_support_ticket(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Ask us something: it goes straight to Zendesk, and nothing of it is kept here."""
    return open_ticket.ticket(visit, **values)
