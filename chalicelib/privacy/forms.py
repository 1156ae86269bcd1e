"""The forms of this room."""

from chalicelib.plumbing.forms import Field, Form

CLOSE_ACCOUNT = Form(
    "close-account",
    "POST",
    "/partner/closure",
    (Field("password", "password", longest=200), Field("confirm", "boolean")),
)
