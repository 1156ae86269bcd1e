"""Doors of booking: a partner's public page, appointments and customers for the team, the customer's own link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from chalicelib.booking import (
    add_customer,
    book,
    book_by_partner,
    calendar_file,
    cancel,
    change_customer,
    embed,
    forms,
    host,
    link,
    move,
    offers,
    page,
    search,
    see,
    set_status,
    show_booking,
    show_calendar,
    show_customer,
    show_customer_form,
    show_customers,
    show_move,
    show_my,
    show_my_cancel,
    show_my_data,
    show_my_move,
    show_new_appointment,
    show_one,
    tell_customer,
)
from chalicelib.offering import find
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import PAGING, TEAM
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)

TIMES = (
    Field("service_id"),
    Field("employee_id", required=False),
    Field("from", "date", required=False),
    Field("to", "date", required=False),
)


@door.read("/book/{booking_name}", query=forms.STEPS, answer="booking_page", page=show_booking)
def show_booking_page(visit: Visit, values: dict[str, Any], booking_name: str) -> dict[str, Any]:
    """A partner as customers see it, with what can be booked and with whom."""
    return page.shown(find.offer_at(booking_name))


@door.read("/book/{booking_name}/times", query=TIMES, answer="times", page=show_booking, host=host)
def list_times(visit: Visit, values: dict[str, Any], booking_name: str) -> dict[str, Any]:
    """The free times of a service on at most 62 days, for one employee or for anybody."""
    return search.times(
        find.offer_at(booking_name),
        values["service_id"],
        employee_id=values["employee_id"],
        first_on=values["from"],
        last_on=values["to"],
        at=visit.at,
    )


@door.read("/embed.js")
def embed_script(visit: Visit, values: dict[str, Any]) -> Answer:
    """The script by which a partner's own site shows the booking page in a frame."""
    for_all = {
        "Cache-Control": "public, max-age=3600",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept",
    }
    return Answer(200, embed.script(), for_all, content_type="text/javascript; charset=utf-8")


def _to_my_page(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    inside = "&embed=1" if values["source"] == "widget" else ""
    return f"{urlsplit(result['link']).path}?booked=1{inside}"


@door.form(forms.BOOK, status=201, offer=offers.book, answer="booking", then=_to_my_page, page=show_booking,
           host=host)  # fmt: skip
def book_appointment(visit: Visit, values: dict[str, Any], booking_name: str) -> dict[str, Any]:
    """Book a time at a partner's public page."""
    return book.appointment(visit, booking_name, values)


@door.read(
    "/appointments",
    who=TEAM,
    resource="appointments",
    query=(*forms.AGENDA, *PAGING),
    answer="appointments",
    page=show_calendar,
)
def list_appointments(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The appointments from one day to another, this week by default."""
    return see.agenda(visit, values)


@door.read("/appointments/{id}", who=TEAM, resource="appointments", answer="appointment", page=show_one)
def show_appointment(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """One appointment."""
    return see.appointment(visit, id)


def _to_its_week(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    warned = "&elsewhere=1" if result.get("warnings") else ""
    return f"/appointments?view=week&day={result['start'][:10]}{warned}#a-{result['id']}"


@door.form(
    forms.APPOINTMENT,
    status=201,
    who=TEAM,
    resource="appointments",
    offer=offers.new_appointment,
    answer="appointment",
    then=_to_its_week,
    page=show_new_appointment,
)
def add_appointment(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Book for a customer at the partner's own desk."""
    return book_by_partner.appointment(visit, values)


@door.form(
    forms.STATUS,
    who=TEAM,
    resource="appointments",
    offer=offers.one_appointment,
    answer="appointment",
    then=_to_its_week,
)
def set_appointment_status(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Say what became of an appointment."""
    return set_status.appointment(visit, id, values)


@door.form(
    forms.MOVE,
    who=TEAM,
    resource="appointments",
    offer=offers.move,
    answer="appointment",
    then=_to_its_week,
    page=show_move,
)
def move_appointment(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Move an appointment."""
    return move.appointment(visit, id, values)


@door.form(
    forms.CANCELLATION,
    who=TEAM,
    resource="appointments",
    offer=offers.one_appointment,
    answer="appointment",
    then=_to_its_week,
)
def cancel_appointment(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Cancel an appointment for the partner."""
    return cancel.appointment(visit, id, values)


@door.read(
    "/customers",
    who=TEAM,
    resource="customers",
    query=(*forms.SEARCH, *PAGING),
    answer="customers",
    page=show_customers,
)
def list_customers(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The partner's customers, all or those whom `q` (a mail address, a number, a name) may mean; reading them is written down."""
    return see.customers(visit, values)


@door.read("/customers/{id}", who=TEAM, resource="customers", answer="customer", page=show_customer)
def show_one_customer(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """One customer; reading them is written down."""
    return see.customer(visit, id)


def _to_customer(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/customers/{result['id']}"


@door.form(
    forms.CUSTOMER,
    status=201,
    who=TEAM,
    resource="customers",
    offer=offers.new_customer,
    answer="customer",
    then=_to_customer,
    page=show_customer_form,
)
def add_new_customer(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Add a customer by hand."""
    return add_customer.customer(visit, values)


@door.form(
    forms.CUSTOMER_CHANGE,
    who=TEAM,
    resource="customers",
    offer=offers.changed_customer,
    answer="customer",
    then=_to_customer,
    page=show_customer_form,
)
def change_one_customer(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Change what is known of a customer."""
    return change_customer.customer(visit, id, values)


@door.read("/my/{token}", answer="my_appointment", page=show_my, host=host)
def show_my_appointment(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """The appointment that a customer's link opens."""
    visit, row, customer, offer = link.opened(visit, token)
    return link.shown(row, customer, offer, visit.at)


@door.read("/my/{token}/data", answer="my_data", page=show_my_data, host=host)
def tell_my_data(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Everything that is held about the customer whose link it is, and to whom it was disclosed."""
    visit, row, customer, offer = link.opened(visit, token)
    return tell_customer.everything(row, customer, offer, language=visit.language)


@door.read("/my/{token}/data.json", answer="my_data")
def fetch_my_data(visit: Visit, values: dict[str, Any], token: str) -> Answer:
    """The same as a file to keep, at once."""
    visit, row, customer, offer = link.opened(visit, token)
    headers = {"Content-Disposition": 'attachment; filename="zeitfenster-my-data.json"', "Cache-Control": "no-store"}
    return Answer(
        200, tell_customer.everything(row, customer, offer, language=visit.language), headers, "fetch_my_data"
    )


@door.read("/my/{token}/calendar.ics", host=host)
def fetch_my_calendar_file(visit: Visit, values: dict[str, Any], token: str) -> Answer:
    """The appointment that a customer's link opens, as a file for a calendar."""
    headers = {"Content-Disposition": 'attachment; filename="termin.ics"'}
    return Answer(200, calendar_file.of(visit, token).decode(), headers, content_type="text/calendar; charset=utf-8")


def _back_to_my_page(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/my/{values['token']}{'?embed=1' if values['source'] == 'widget' else ''}"


@door.form(forms.LINK_CANCEL, offer=offers.by_link, answer="my_change", page=show_my_cancel, then=_back_to_my_page,
           host=host)  # fmt: skip
def cancel_my_appointment(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Cancel by the customer's link, within the window."""
    visit, row = link.used(visit, token)
    return cancel.appointment(visit, row.sk, values)


@door.form(forms.LINK_MOVE, offer=offers.by_link, answer="my_change", page=show_my_move, then=_back_to_my_page,
           host=host)  # fmt: skip
def move_my_appointment(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Move by the customer's link, within the window."""
    visit, row = link.used(visit, token)
    return move.appointment(visit, row.sk, values)
