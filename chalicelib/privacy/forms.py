"""The forms of this room: closing the account, holds, requests under data protection law, the register of breaches."""

from chalicelib.plumbing.forms import Field, Form, optional
from chalicelib.privacy.rules import RIGHTS

CLOSE_ACCOUNT = Form(
    "close-account",
    "POST",
    "/partner/closure",
    (Field("password", "password", longest=200), Field("confirm", "boolean")),
)

_HOLD = (Field("reason", "lines", longest=500), Field("until", "date"))
HOLD = Form("hold", "POST", "/holds", (Field("customer_id", longest=40, required=False), *_HOLD))
HOLD_CHANGE = Form("hold", "PATCH", "/holds/{id}", optional(_HOLD))
HOLD_LIFT = Form("hold", "DELETE", "/holds/{id}")

_KIND = Field("kind", options=RIGHTS)
_WORDS = Field("words", "lines", required=False, longest=1000)
LINK_REQUEST = Form("link-request", "POST", "/my/{token}/requests", (_KIND, _WORDS), signed_in=False)
REQUEST = Form(
    "request",
    "POST",
    "/requests",
    (
        _KIND,
        Field("customer_id", longest=40, required=False),
        Field("person", longest=200, required=False),
        _WORDS,
        Field("received_on", "date"),
    ),
)
REQUEST_ANSWER = Form(
    "request",
    "PATCH",
    "/requests/{id}",
    (Field("state", options=("answered", "refused")), Field("answer", "lines", longest=2000)),
)
REQUEST_EXTENSION = Form(
    "request", "POST", "/requests/{id}/extension", (Field("extended_because", "lines", longest=500),)
)

_NOTE = (
    Field("noticed_at", "instant"),
    Field("what", "lines", longest=2000),
    Field("data_kinds", "lines", longest=500),
    Field("people_count", "integer", required=False, least=0, most=10_000_000),
    Field("consequences", "lines", required=False, longest=2000),
    Field("measures", "lines", required=False, longest=2000),
    Field("authority_told_at", "instant", required=False),
    Field("people_told_at", "instant", required=False),
    Field("not_told_because", "lines", required=False, longest=1000),
)
BREACH = Form("breach", "POST", "/breaches", _NOTE)
BREACH_CORRECTION = Form("breach", "POST", "/breaches/{id}/corrections", _NOTE)
