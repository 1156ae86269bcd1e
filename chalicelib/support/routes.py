"""Doors of this room: the page by which people reach us, their questions, and their yes or no to the chat."""

from collections.abc import Mapping
from typing import Any

from chalicelib.plumbing.door import Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.support import agree_to_chat, asking, chat_pass, end_chat, forms, open_ticket, show_contact

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


def _with_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return agree_to_chat.cookie(result, visit)  # named here, so that the verb is loaded when somebody agrees


@door.form(forms.CHAT, status=201, answer="chat", after=_with_cookie, page=show_contact, then="/contact", greets=True)
def agree_to_support_chat(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Agree to the chat; until then no page names its host, and no browser talks to it."""
    return agree_to_chat.chat(visit)


def _without_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return end_chat.cookie(result, visit)


@door.form(
    forms.CHAT_END, status=200, answer="nothing", after=_without_cookie, page=show_contact, then="/contact", greets=True
)
def end_support_chat(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take back the consent to the chat."""
    return end_chat.chat(visit, chat_pass.client_in(door.blueprint.current_request.headers.get("cookie") or "", visit))
