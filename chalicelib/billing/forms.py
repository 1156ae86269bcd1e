"""Forms of this room: the order of a plan."""

from chalicelib.billing import plans
from chalicelib.plumbing.forms import Field, Form

ADDRESS = (
    Field("first_name", longest=80),
    Field("last_name", longest=80),
    Field("company", longest=120),
    Field("street", longest=120),
    Field("postcode", "postcode", longest=12),
    Field("city", longest=80),
    Field("country", "country"),
    Field("email", "email"),
    Field("phone", "phone"),
)
"""The nine fields of the privacy policy: all that bexio ever gets of a person."""
RECIPIENT = tuple(one.but(required=False, default=None) if one.name in ("company", "phone") else one for one in ADDRESS)
ORDER = Form(
    "order",
    "POST",
    "/orders",
    (
        Field("plan", options=plans.IDS),
        Field("period", options=plans.PERIODS, required=False, default="month"),
        Field("billing", "object", required=False, default=None, parts=ADDRESS),
        Field("delivery", "object", required=False, default=None, parts=RECIPIENT),
    ),
)
