"""Feeds that calendars subscribe to, and the calendars that are asked when somebody is busy."""

from chalicelib.plumbing import table

FEED = table.About("employee", "booking", "Art. 28 GDPR", "account", category="meta")
SOURCE = table.About("employee", "booking", "Art. 28 GDPR", "calendar_source", category="meta")
ACCESS = SOURCE.but(purpose="security", category="contact", forgotten="shred")


class FeedRow(table.Record):
    """One feed; its key itself is nowhere. Key: (`<partner id>#calendars`, `feed#<id>`)."""

    employee_id = table.text(FEED)
    detail = table.text(FEED)  # busy, service, customer
    absences = table.flag(FEED)
    secret_hash = table.text(FEED.but(purpose="security"))
    created_at = table.instant(FEED)
    created_by = table.text(FEED, optional=True)
    read_on = table.day(FEED, optional=True)  # the last day on which somebody read it: that fact is in the log


class SourceRow(table.Record):
    """A calendar kept elsewhere. Key: (`<partner id>#calendars`, `source#<employee id>#<id>`).

    Its address often is a secret too: neither is ever shown again.
    """

    kind = table.text(SOURCE)  # ics, caldav
    url = table.personal(ACCESS)
    username = table.personal(ACCESS, optional=True)
    password = table.personal(ACCESS, optional=True)
    created_at = table.instant(SOURCE)
    created_by = table.text(SOURCE, optional=True)
    state = table.text(SOURCE)  # new, good, failing, stale, resting
    reason = table.text(SOURCE, optional=True)  # why the last try failed, in a word of ours
    tried_at = table.instant(SOURCE, optional=True)
    succeeded_at = table.instant(SOURCE, optional=True)
    failing_since = table.instant(SOURCE, optional=True)
    failures = table.number(SOURCE)  # in a row; a success makes it 0
    next_at = table.instant(SOURCE, optional=True)
    told_at = table.instant(SOURCE, optional=True)  # when the owner was told that it fails
    mark = table.text(SOURCE, optional=True)  # the other side's word for the version that was read (ETag, CTag)
    read_on = table.day(SOURCE, optional=True)  # the UTC day on which it was last read whole
