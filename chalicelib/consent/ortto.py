"""Ortto: a person joins the newsletter, is found, and is erased; three fields and the consent, nothing else.

Vendor facts: Ortto's API documentation (person/merge, get, archive, delete) and recorded answers of its EU host. A merge
by mail address may be repeated. Only archived people can be deleted, and both calls want a list of ids: an empty one, or
`all_rows_selected`, would mean everybody and is never built. Empty lists come as null.
"""

from typing import Any

from chalicelib.consent.line import Line, body, value
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing import egress, outcomes, settings

VENDOR = egress.ORTTO.vendor
_POLL_S = 60


def join(one: Subscriber, line: Line) -> str:
    """Add or update the person; the vendor's id. Raises Later, Never (also for an address it will not mail) or Unknown."""
    wanted = {
        "people": [
            {
                "fields": {
                    "str::email": one.email,
                    "str::first": one.first_name,
                    "str::last": one.last_name,
                    "bol::p": True,
                    "bol::gdpr": True,
                    "str::s-ctx": f"newsletter, double opt-in {one.confirmed_at.date().isoformat()}",
                },
                "location": {"source_ip": None},
                "tags": ["newsletter"],
            }
        ],
        "async": False,
        "merge_by": ["str::email"],
        "merge_strategy": 2,
        "find_strategy": 0,
        "suppression_list_field_id": "str::email",
    }
    reply = line.ask("POST", "/v1/person/merge", telling=("email", "name"), headers=_headers(), json=wanted)
    if reply.status == 400 and _suppressed(body(reply)):
        raise outcomes.Never("suppressed", "on the vendor's list of addresses it will not mail", fault="opted_out")
    made = value(reply).get("people")
    first = made[0] if isinstance(made, list) and made and isinstance(made[0], dict) else {}
    person_id = first.get("person_id")
    if not isinstance(person_id, str) or not person_id:
        raise outcomes.Unknown("an answer without an id")
    return person_id[:100]


def find(email: str, line: Line) -> tuple[str, ...]:
    """The ids under which the vendor knows an address; none where it does not. Raises Later, Never or Unknown."""
    wanted = {
        "limit": 50,
        "offset": 0,
        "fields": ["str::email"],
        "filter": {"$str::is": {"field_id": "str::email", "value": email}},
    }
    reply = line.ask("POST", "/v1/person/get", telling=("email",), headers=_headers(), json=wanted)
    found = value(reply)
    if "contacts" not in found:
        raise outcomes.Unknown("an answer without a list")
    contacts = found["contacts"] or []
    if not isinstance(contacts, list) or not all(isinstance(one, dict) and one.get("id") for one in contacts):
        raise outcomes.Unknown("an answer without an id")  # it knows somebody: none found would mean that all is erased
    return tuple(str(one["id"])[:100] for one in contacts)


def erase(references: tuple[str, ...], line: Line) -> None:
    """Remove the people with these ids; those that are gone already are no problem. Raises Later, Never or Unknown."""
    if not references or not all(references):
        raise outcomes.Never("local", "nobody was named, which would mean everybody", fault="content")
    wanted = {"inclusion_ids": list(references)}
    _counted(line, "PUT", "/v1/person/archive", wanted, "archived_contacts")
    deleted = _counted(line, "DELETE", "/v1/person/delete", wanted, "deleted_contacts")
    if deleted < len(references) and _still_there(references, line):
        raise outcomes.Later("still there", _POLL_S)


def _counted(line: Line, method: str, path: str, wanted: dict[str, Any], name: str) -> int:
    reply = line.ask(method, path, telling=("reference",), headers=_headers(), json=wanted)
    found = value(reply)
    scheduled, done = found.get("scheduled_contacts"), found.get(name)
    if isinstance(scheduled, int) and scheduled > 0:
        raise outcomes.Later("scheduled by the vendor", _POLL_S)
    if not isinstance(done, int):
        raise outcomes.Unknown("an answer without a count")
    return done


def _still_there(references: tuple[str, ...], line: Line) -> bool:
    wanted = {"contact_ids": list(references), "fields": ["str::email"]}
    reply = line.ask("POST", "/v1/person/get-by-ids", telling=("reference",), headers=_headers(), json=wanted)
    found = value(reply)
    if "contacts" not in found:
        raise outcomes.Unknown("an answer without a list")
    return bool(found["contacts"])


def _suppressed(answer: dict[str, Any] | None) -> bool:
    details = (answer or {}).get("details")
    return isinstance(details, list) and any(
        isinstance(one, dict) and one.get("status") == "suppressed" for one in details
    )


def _headers() -> dict[str, str]:
    return {"X-Api-Key": settings.get().ortto_key}
