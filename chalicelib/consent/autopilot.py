"""Autopilot HQ (the legacy v1, Ortto's forerunner): a person joins the newsletter, is found, and is erased.

Vendor facts: its API description and recorded answers. A contact is added or updated by mail address, so that may be
repeated; deleting one that is not there answers 404.
"""

from urllib.parse import quote

from chalicelib.consent.line import Line, value
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing import egress, outcomes, settings

VENDOR = egress.AUTOPILOT.vendor


def join(one: Subscriber, line: Line) -> str:
    """Add or update the person; the vendor's id. Raises Later, Never or Unknown."""
    contact = {"Email": one.email, "FirstName": one.first_name, "LastName": one.last_name, "unsubscribed": False}
    reply = line.ask("POST", "/v1/contact", telling=("email", "name"), headers=_headers(), json={"contact": contact})
    contact_id = value(reply).get("contact_id")
    if not isinstance(contact_id, str) or not contact_id:
        raise outcomes.Unknown("an answer without an id")
    return contact_id[:100]


def find(email: str, line: Line) -> tuple[str, ...]:
    """The id under which the vendor knows an address; none where it does not. Raises Later, Never or Unknown."""
    reply = line.ask("GET", _path(email), telling=("email",), headers=_headers())
    if reply.status == 404:
        return ()
    contact_id = value(reply).get("contact_id")
    if not isinstance(contact_id, str) or not contact_id:
        raise outcomes.Unknown("an answer without an id")
    return (contact_id[:100],)


def erase(references: tuple[str, ...], line: Line) -> None:
    """Remove the people with these ids; those that are gone already are no problem. Raises Later, Never or Unknown."""
    for one in references:
        if not one:
            raise outcomes.Never("local", "nobody was named", fault="content")
        reply = line.ask("DELETE", _path(one), telling=("reference",), headers=_headers())
        if reply.status != 404:
            value(reply)


def _path(name: str) -> str:
    return f"/v1/contact/{quote(name, safe='')}"


def _headers() -> dict[str, str]:
    return {"autopilotapikey": settings.get().autopilot_key}
