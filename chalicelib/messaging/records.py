"""What a partner says in its own words instead of ours."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

TEXT = attributes.About("partner", "reminder", "Art. 28 GDPR", "account")


class TextRow(Record):
    """A partner's own words for one kind of message in one language; what is not there is said in ours.

    Key: (`<partner id>#texts`, `<kind>#<language>`): a message reads the one row that it needs.
    """

    subject = attributes.personal(TEXT, optional=True)
    body = attributes.personal(TEXT, optional=True)
    sms = attributes.personal(TEXT, optional=True)
    changed_at = attributes.instant(TEXT.but(category="meta"))
