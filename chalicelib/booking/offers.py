"""What a form of this room offers one visitor: the services and people that can be chosen, and what was fixed before."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking import find, forms, link, people, records, see
from chalicelib.consent import ask
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import door, table
from chalicelib.plumbing.forms import Field, Form, read
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

_LOCKABLE = ("service_id", "employee_id", "start")


def book(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """The public form of a partner; a service, an employee or a start named in the context is locked.

    Raises Missing for a page, a service or an employee that there is not, Invalid for a start that is none.
    """
    name = context.get("booking_name", "")
    offer = offering.offer(offering.partner_id_of(name))
    if offer.partner.booking_name != name:
        raise Missing
    fields, locked = _chosen(offer, forms.BOOK, context)
    fields = tuple(one.but(default=visit.language) if one.name == "language" else one for one in fields)
    return door.Offer({"booking_name": name}, ask.fields(fields, visit.at), locked, _public_labels(offer))


def new_appointment(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """The partner's own form; what the context names stands in it and can be changed. Raises like `book`."""
    offer = offering.offer(visit.partner)
    _, chosen = _chosen(offer, forms.APPOINTMENT, context)
    fields, _ = _chosen(offer, forms.APPOINTMENT, {})  # another service may be chosen, so anybody may
    customer_id = context.get("customer_id")
    if customer_id:
        chosen["customer_id"] = customer_id[:40]
    fields = tuple(one.but(default=chosen[one.name]) if one.name in chosen else one for one in fields)
    return door.Offer({}, fields, labels=_labels(offer))


def move(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """The form that moves one appointment, with the people who could do it; it stands at its present time and person."""
    row = find.row_of(visit.partner, context.get("id", ""))
    offer = offering.offer(visit.partner)
    service = offer.services.get(row.service_id)
    able = {one.id for one in offer.employees_for(service)} if service else set()
    wished = context.get("employee_id") or row.employee_id
    values = {
        "start": context.get("start") or link.local(row.start_at, offer.partner.timezone),
        "employee_id": wished if wished in (forms.ANYBODY, *able) else row.employee_id,
    }
    options = {"employee_id": (forms.ANYBODY, *sorted(able | {row.employee_id}))}
    fields = tuple(
        one.but(default=values[one.name], options=options.get(one.name, one.options)) for one in forms.MOVE.fields
    )
    return door.Offer({"id": row.sk}, fields, labels=_labels(offer))


def one_appointment(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """A form about one appointment. Raises Missing for one that is not the partner's."""
    return door.Offer({"id": find.row_of(visit.partner, context.get("id", "")).sk})


def new_customer(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """A customer added by hand speaks the partner's language unless told otherwise."""
    language = offering.offer(visit.partner).partner.language
    return door.Offer({}, _holding(forms.CUSTOMER.fields, {"language": language}))


def changed_customer(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """A form about one customer, holding what is known of them; so reading it is written down. Raises Missing."""
    known = see.customer(visit, context.get("id", ""))
    return door.Offer({"id": known["id"]}, _holding(forms.CUSTOMER_CHANGE.fields, known))


def erased_customer(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """The form that erases one customer. Raises Missing for one that is not the partner's."""
    return door.Offer({"id": _customer(visit, context.get("id", ""))})


def by_link(visit: Visit, context: Mapping[str, str]) -> door.Offer:
    """A form of the customer's link. Raises Missing for a link that we did not make, Gone for one that is over."""
    token = context.get("token", "")
    link.opened(visit, token)
    return door.Offer({"token": token})


def _customer(visit: Visit, customer_id: str) -> str:
    if table.get(records.CustomerRow, people.partition(visit.partner), f"customer#{customer_id}") is None:
        raise Missing
    return customer_id


def _holding(fields: tuple[Field, ...], known: Mapping[str, Any]) -> tuple[Field, ...]:
    return tuple(one.but(default=known[one.name]) if known.get(one.name) is not None else one for one in fields)


def _public_labels(offer: Offer) -> dict[str, dict[str, str]]:
    return {**_labels(offer), "employee_id": {one.id: one.first_name for one in offer.employees.values()}}


def _labels(offer: Offer) -> dict[str, dict[str, str]]:
    return {
        "service_id": {one.id: one.name for one in offer.services.values()},
        "employee_id": {one.id: f"{one.first_name} {one.last_name}" for one in offer.employees.values()},
    }


def _chosen(offer: Offer, form: Form, context: Mapping[str, str]) -> tuple[tuple[Field, ...], dict[str, Any]]:
    services = {one.id: one for one in offer.services.values() if one.active}
    locked: dict[str, Any] = {name: context[name] for name in _LOCKABLE if context.get(name)}
    service = services.get(locked.get("service_id", ""))
    if "service_id" in locked and service is None:
        raise Missing
    chosen = [service] if service else list(services.values())
    able = sorted({one.id for each in chosen for one in offer.employees_for(each)})
    if locked.get("employee_id", forms.ANYBODY) not in (forms.ANYBODY, *able):
        raise Missing
    if "start" in locked:
        read([one for one in form.fields if one.name == "start"], {"start": locked["start"]})
    options = {"service_id": tuple(sorted(services)), "employee_id": (forms.ANYBODY, *able)}
    fields = tuple(one.but(options=options[one.name]) if one.name in options else one for one in form.fields)
    return fields, locked
