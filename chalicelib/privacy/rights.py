"""What people asked for under data protection law, read for the desk: the overdue first, then what is due next."""

from datetime import date
from typing import Any

from chalicelib.booking import see
from chalicelib.plumbing import table
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import rules
from chalicelib.privacy.records import RequestRow


def partition(partner_id: str) -> str:
    """Where a partner's requests lie."""
    return f"{partner_id}#requests"


def row(partner_id: str, request_id: str) -> RequestRow:
    """One request. Raises Missing."""
    found = table.get(RequestRow, partition(partner_id), request_id)
    if found is None:
        raise Missing
    return found


def rows(partner_id: str, *, customer_id: str | None = None) -> list[RequestRow]:
    """All requests of a partner, or those of one customer, as they came in."""
    found = table.prefixed(RequestRow, partition(partner_id), "")
    return [one for one in found if customer_id is None or one.customer_id == customer_id]


def listed(partner_id: str, today: date) -> list[dict[str, Any]]:
    """All requests as JSON: open ones by their due date, then those that are closed, the newest first."""
    found = [shown(one, today) for one in rows(partner_id)]
    still_open = sorted((one for one in found if one["state"] == "open"), key=lambda one: (one["due_on"], one["id"]))
    closed = sorted((one for one in found if one["state"] != "open"), key=lambda one: one["id"], reverse=True)
    return still_open + closed


def shown(one: RequestRow, today: date) -> dict[str, Any]:
    """One request as JSON."""
    return {
        "id": one.sk,
        "kind": one.kind,
        "article": rules.ARTICLES[one.kind],
        "state": one.state,
        "entered_by": one.entered_by,
        "customer_id": one.customer_id,
        "person": one.person,
        "words": one.words,
        "received_on": one.received_on,
        "due_on": one.due_on,
        "overdue": one.state == "open" and one.due_on < today,
        "extended_because": one.extended_because,
        "answer": one.answer,
        "closed_at": one.closed_at,
        "steps": list(one.steps),
    }


def for_desk(visit: Visit) -> list[dict[str, Any]]:
    """`listed` with the name of each customer; reading these is written down."""
    found = listed(visit.partner, visit.at.date())
    names = _names(visit, [one["customer_id"] for one in found if one["customer_id"]])
    return [{**one, "name": names.get(one["customer_id"])} for one in found]


def one_for_desk(visit: Visit, request_id: str) -> dict[str, Any]:
    """One request with the name of the customer; reading it is written down. Raises Missing."""
    found = shown(row(visit.partner, request_id), visit.at.date())
    names = _names(visit, [found["customer_id"]] if found["customer_id"] else [])
    return {**found, "name": names.get(found["customer_id"])}


def _names(visit: Visit, customer_ids: list[str]) -> dict[str, str]:
    known = see.several(visit, list(dict.fromkeys(customer_ids)))
    return {one.id: f"{one.first_name} {one.last_name}" for one in known.values()}
