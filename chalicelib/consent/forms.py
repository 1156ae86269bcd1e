"""Forms of this room."""

from chalicelib.plumbing.forms import Field, Form

ACCEPT = Form("accept-policy", "POST", "/policies/{name}/acceptances", (Field("version", longest=20),))
NEWSLETTER = Form("newsletter", "PUT", "/newsletter", (Field("subscribed", "boolean"),))
CONFIRM_NEWSLETTER = Form(
    "confirm-newsletter", "POST", "/newsletter-confirmations", (Field("token", longest=300),), signed_in=False
)
