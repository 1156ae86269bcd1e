"""Forms of this room: addresses that hear what happened, their secrets, tests, and sending again."""

from chalicelib.plumbing.forms import Field, Form, optional
from chalicelib.relay import rules

_WHAT = (
    Field("kinds", many=True, options=rules.KINDS, most_items=len(rules.KINDS)),
    Field("fields", required=False, many=True, options=rules.FIELDS, most_items=len(rules.FIELDS), default=()),
)
ENDPOINT = Form("webhook-endpoint", "POST", "/webhook-endpoints", (Field("url", longest=500), *_WHAT))
CHANGE = Form(
    "webhook-endpoint",
    "PATCH",
    "/webhook-endpoints/{id}",
    optional((Field("state", options=rules.STATES), *_WHAT)),
)
REMOVE = Form("webhook-remove", "DELETE", "/webhook-endpoints/{id}")
SECRET = Form("webhook-secret", "POST", "/webhook-endpoints/{id}/secret")
TEST = Form("webhook-test", "POST", "/webhook-endpoints/{id}/test")
RESEND = Form("webhook-resend", "POST", "/webhook-endpoints/{id}/deliveries/{delivery_id}/resend")
