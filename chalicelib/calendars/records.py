"""Feeds that calendars subscribe to, and the calendars that are asked when somebody is busy."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

FEED = attributes.About("employee", "booking", "Art. 28 GDPR", "account", category="meta")
SOURCE = attributes.About("employee", "booking", "Art. 28 GDPR", "calendar_source", category="meta")
ACCESS = SOURCE.but(purpose="security", category="contact", forgotten="shred")


class FeedRow(Record):
    """One feed; its key itself is nowhere. Key: (`<partner id>#calendars`, `feed#<id>`)."""

    employee_id = attributes.text(FEED)
    detail = attributes.text(FEED)  # busy, service, customer
    absences = attributes.flag(FEED)
    secret_hash = attributes.text(FEED.but(purpose="security"))
    created_at = attributes.instant(FEED)
    created_by = attributes.text(FEED, optional=True)
    read_on = attributes.day(FEED, optional=True)  # the last day on which somebody read it: that fact is in the log


class SourceRow(Record):
    """A calendar kept elsewhere. Key: (`<partner id>#calendars`, `source#<employee id>#<id>`).

    Its address often is a secret too: neither is ever shown again.
    """

    kind = attributes.text(SOURCE)  # ics, caldav
    url = attributes.personal(ACCESS)
    username = attributes.personal(ACCESS, optional=True)
    password = attributes.personal(ACCESS, optional=True)
    created_at = attributes.instant(SOURCE)
    created_by = attributes.text(SOURCE, optional=True)
    state = attributes.text(SOURCE)  # new, good, failing, stale, resting
    reason = attributes.text(SOURCE, optional=True)  # why the last try failed, in a word of ours
    tried_at = attributes.instant(SOURCE, optional=True)
    succeeded_at = attributes.instant(SOURCE, optional=True)
    failing_since = attributes.instant(SOURCE, optional=True)
    failures = attributes.number(SOURCE)  # in a row; a success makes it 0
    next_at = attributes.instant(SOURCE, optional=True)
    told_at = attributes.instant(SOURCE, optional=True)  # when the owner was told that it fails
    mark = attributes.text(SOURCE, optional=True)  # the other side's word for the version that was read (ETag, CTag)
    read_on = attributes.day(SOURCE, optional=True)  # the UTC day on which it was last read whole
