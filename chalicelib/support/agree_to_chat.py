"""Agree to the chat: from now on, and only for this person, pages load it."""

from typing import Any

from chalicelib.activity import record
from chalicelib.consent import grant, purposes
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.support import chat_pass, chatra, facts


def chat(visit: Visit) -> dict[str, Any]:
    """`{widget: {key, script, client_id, language}, text_version}`. Of a stranger nothing is stored but the cookie.

    Raises Missing where there is no chat or a program asks, and Unavailable when the wishes of one person keep crossing.
    """
    if not chatra.is_set_up() or visit.source == "api":
        raise Missing
    widget = chatra.widget(chat_pass.client_id(visit), visit.language)

    def decide(change: Change) -> dict[str, Any]:
        if visit.employee_id:
            grant.consent(change, visit, chat_pass.PURPOSE, person=visit.employee_id)
        else:
            record.fact(change, visit, facts.CHAT_AGREED)
        return {"widget": widget, "text_version": purposes.version(chat_pass.PURPOSE)}

    return settled(visit, decide)


def cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    """For the `after` of the door: the cookie that opens the chat."""
    return {"Set-Cookie": chat_pass.given(visit, str(result["widget"]["client_id"]))}
