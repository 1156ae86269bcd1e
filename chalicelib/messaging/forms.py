"""Forms of this room: what a partner says in its own words, and back to ours."""

from chalicelib.messaging import own_rules
from chalicelib.plumbing.forms import Field, Form

FIELDS = (
    Field("subject", required=False, nullable=True, longest=own_rules.LONGEST_SUBJECT),
    Field("body", "lines", required=False, nullable=True, longest=own_rules.LONGEST_BODY),
    Field("sms", "lines", required=False, nullable=True, longest=own_rules.LONGEST_SMS),
    Field("preview", "boolean", required=False, default=False),
)
"""A part that is left out or empty, or says what ours says, is said in our words. `preview` stores nothing."""

TEXT = Form("text", "PUT", "/texts/{kind}/{language}", FIELDS)
TEXT_RESET = Form("text-reset", "DELETE", "/texts/{kind}/{language}")
