"""What a partner says in its own words instead of ours."""

from chalicelib.plumbing import table

TEXT = table.About("partner", "reminder", "Art. 28 GDPR", "account")


class TextRow(table.Record):
    """A partner's own words for one kind of message in one language; what is not there is said in ours.

    Key: (`<partner id>#texts`, `<kind>#<language>`): a message reads the one row that it needs.
    """

    subject = table.personal(TEXT, optional=True)
    body = table.personal(TEXT, optional=True)
    sms = table.personal(TEXT, optional=True)
    changed_at = table.instant(TEXT.but(category="meta"))
