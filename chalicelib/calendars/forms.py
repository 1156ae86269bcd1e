"""Forms of this room: feeds of an employee, and calendars of theirs that are kept elsewhere."""

from chalicelib.calendars import rules
from chalicelib.plumbing.forms import Field, Form

FEED = Form(
    "calendar-feed",
    "POST",
    "/employees/{id}/calendar-feeds",
    (
        Field("detail", required=False, options=rules.DETAILS, default=rules.DETAILS[0]),
        Field("absences", "boolean", required=False, default=True),
    ),
)
FEED_REVOKE = Form("calendar-feed-revoke", "DELETE", "/employees/{id}/calendar-feeds/{feed_id}")
SOURCE = Form(
    "busy-source",
    "POST",
    "/employees/{id}/busy-sources",
    (
        Field("kind", required=False, options=rules.KINDS, default=rules.KINDS[0]),
        Field("url", longest=500),
        Field("username", required=False, longest=200),
        Field("password", "password", required=False, longest=200),
    ),
)
SOURCE_REMOVE = Form("busy-source-remove", "DELETE", "/employees/{id}/busy-sources/{source_id}")
SOURCE_REFRESH = Form("busy-source-refresh", "POST", "/employees/{id}/busy-sources/{source_id}/refresh")
