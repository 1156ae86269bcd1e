"""Take back the consent to the chat: no page loads it any more, and what was said there is put down to be erased."""

from typing import Any

from chalicelib.activity import record
from chalicelib.consent import choices, withdraw
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.visit import Visit
from chalicelib.support import chat_erasure, chat_pass, facts


def chat(visit: Visit, client: str | None) -> dict[str, Any]:
    """Nothing to answer; whoever never agreed is told nothing else. `client` is whose chat the browser held. Raises Unavailable when the wishes of one person keep crossing."""
    if (
        client is None
        and visit.employee_id
        and choices.given(visit.partner, chat_pass.PURPOSE, person=visit.employee_id)
    ):
        client = chat_pass.client_of_employee(visit.employee_id)  # agreed to in another browser

    def decide(change: Change) -> None:
        if visit.employee_id:
            withdraw.consent(change, visit, chat_pass.PURPOSE, person=visit.employee_id)
        else:
            record.fact(change, visit, facts.CHAT_ENDED)
        if client:
            chat_erasure.ask(change, visit, (client,), name=ids.new(visit.at), certificate=None)

    return settled(visit, decide)


def cookie(_result: dict[str, Any], _visit: Visit) -> dict[str, str]:
    """For the `after` of the door: the cookie goes."""
    return {"Set-Cookie": chat_pass.taken_back()}
