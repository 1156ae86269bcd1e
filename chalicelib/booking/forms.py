"""The forms of this room: booking, the partner's appointments and customers, and what a customer's link can do."""

from chalicelib.plumbing.forms import LANGUAGES, Field, Form, optional

ANYBODY = "any"
STATUSES = (
    "requested",
    "confirmed",
    "declined",
    "cancelled_by_customer",
    "cancelled_by_partner",
    "completed",
    "no_show",
    "expired",
)

_SERVICE = Field("service_id", longest=40)
_EMPLOYEE = Field("employee_id", longest=40, required=False, default=ANYBODY)
_START = Field("start", "instant")
_LANGUAGE = Field("language", required=False, options=LANGUAGES)
_NOTE = Field("note", "lines", required=False, longest=1000)
_ANSWERS = Field("answers", "object", required=False)
_SMS = Field("sms", "boolean", required=False, default=False)

BOOK = Form(
    "book",
    "POST",
    "/book/{booking_name}/appointments",
    (
        _SERVICE,
        _EMPLOYEE,
        _START,
        Field("first_name", longest=80),
        Field("last_name", longest=80),
        Field("email", "email"),
        Field("phone", "phone", required=False),
        _SMS,
        _LANGUAGE,
        _NOTE,
        _ANSWERS,
        Field("accept_privacy", longest=40),
    ),
    signed_in=False,
)
APPOINTMENT = Form(
    "appointment",
    "POST",
    "/appointments",
    (
        _SERVICE,
        _EMPLOYEE,
        _START,
        Field("customer_id", longest=40, required=False),
        Field("first_name", longest=80, required=False),
        Field("last_name", longest=80, required=False),
        Field("email", "email", required=False),
        Field("phone", "phone", required=False),
        _SMS,
        _LANGUAGE,
        _NOTE,
        _ANSWERS,
    ),
)
STATUS = Form("appointment", "PATCH", "/appointments/{id}", (Field("status", options=STATUSES),))
MOVE = Form(
    "appointment",
    "POST",
    "/appointments/{id}/move",
    (_START, Field("employee_id", longest=40, required=False)),
)
CANCELLATION = Form(
    "appointment",
    "POST",
    "/appointments/{id}/cancellation",
    (Field("reason", "lines", required=False, longest=500),),
)

_CUSTOMER = (
    Field("first_name", longest=80),
    Field("last_name", longest=80),
    Field("email", "email", required=False, nullable=True),
    Field("phone", "phone", required=False, nullable=True),
    _LANGUAGE,
    Field("note", "lines", required=False, longest=1000, nullable=True),
)
CUSTOMER = Form("customer", "POST", "/customers", _CUSTOMER)
CUSTOMER_CHANGE = Form("customer", "PATCH", "/customers/{id}", optional(_CUSTOMER))
CUSTOMER_ERASURE = Form("customer", "DELETE", "/customers/{id}")

LINK_CANCEL = Form("link-cancel", "POST", "/my/{token}/cancellation", CANCELLATION.fields, signed_in=False)
LINK_MOVE = Form("link-move", "POST", "/my/{token}/move", MOVE.fields, signed_in=False)
LINK_ERASE = Form("link-erase", "POST", "/my/{token}/erasure", signed_in=False)

VIEWS = ("week", "day", "list")
AGENDA = (
    Field("from", "date", required=False),
    Field("to", "date", required=False),
    Field("employee_id", longest=40, required=False),
    Field("view", required=False, options=VIEWS),
    Field("day", "date", required=False),
)
SEARCH = (Field("q", longest=100, required=False),)

STEPS = tuple(
    Field(name, longest=60, required=False) for name in ("service_id", "employee_id", "day", "month", "since", "start")
)
"""What the address of the booking page says: the choices made so far, and where its calendar is open."""
