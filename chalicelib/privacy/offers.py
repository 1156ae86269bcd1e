"""What a form of this room is given: whose hold or request it is, the day it came in, the note as it stands."""

from collections.abc import Mapping

from chalicelib.booking import find
from chalicelib.plumbing import holds
from chalicelib.plumbing.door import Offer
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import breaches, forms, rights, standing


def hold(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The form that holds the customer named in the context, or the whole account. Raises Missing."""
    return Offer({}, None, _customer(visit, context))


def one_hold(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The form that changes a hold, as it stands. Raises Missing, also for what only its own person can have set."""
    row = standing.row(visit.partner, context.get("id", ""), visit.at.date())
    if row.by == holds.BY_RIGHT:
        raise Missing
    now = {"reason": row.reason, "until": row.until.isoformat()}
    return Offer(
        {"id": row.sk.removeprefix("hold#")}, tuple(one.but(default=now[one.name]) for one in forms.HOLD_CHANGE.fields)
    )


def any_hold(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The form that lifts a hold. Raises Missing."""
    row = standing.row(visit.partner, context.get("id", ""), visit.at.date())
    return Offer({"id": row.sk.removeprefix("hold#")})


def request(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The form for a request that came in otherwise, today unless told otherwise. Raises Missing."""
    locked = _customer(visit, context)
    fields = [one for one in forms.REQUEST.fields if not (locked and one.name == "person")]
    today = visit.at.date().isoformat()
    return Offer({}, tuple(one.but(default=today) if one.name == "received_on" else one for one in fields), locked)


def one_request(visit: Visit, context: Mapping[str, str]) -> Offer:
    """A form about one request. Raises Missing."""
    return Offer({"id": rights.row(visit.partner, context.get("id", "")).sk})


def one_breach(visit: Visit, context: Mapping[str, str]) -> Offer:
    """The form that adds to a note, holding what the latest one says. Raises Missing."""
    notes = breaches.notes(visit.partner, context.get("id", ""))
    now = breaches.shown(notes, visit.at)
    fields = tuple(
        one.but(default=value.isoformat() if hasattr(value, "isoformat") else value)
        for one in forms.BREACH_CORRECTION.fields
        for value in (now[one.name],)
    )
    return Offer({"id": now["id"]}, fields)


def _customer(visit: Visit, context: Mapping[str, str]) -> dict[str, str]:
    customer_id = context.get("customer_id")
    if not customer_id:
        return {}
    if find.customer(visit.partner, customer_id) is None:
        raise Missing
    return {"customer_id": customer_id}
