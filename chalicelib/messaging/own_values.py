"""What the placeholders of own texts stand for, in a mail and in an SMS."""

from datetime import datetime

from chalicelib.accounts.find import Partner
from chalicelib.messaging import texts
from chalicelib.plumbing import formats


def in_mail(
    partner: Partner,
    language: str,
    *,
    start_at: datetime,
    first_name: str,
    last_name: str,
    service: str | None,
    employee: str | None,
) -> dict[str, str]:
    """Placeholders of subject and body; a service that is gone is called as the business is."""
    return {
        "first_name": first_name,
        "last_name": last_name,
        "service": service or partner.company,
        "employee": employee or "",
        "date": formats.long_day(start_at, language, partner.timezone),
        "time": formats.clock(start_at, partner.timezone),
        "company": partner.company,
        "phone": formats.phone(partner.phone),
    }


def in_sms(partner: Partner, language: str, *, start_at: datetime, link: str) -> dict[str, str]:
    """Placeholders of an SMS, short; the company without accents that would more than halve the room."""
    return {
        "date": texts.short_day(start_at, partner.timezone, language),
        "time": formats.clock(start_at, partner.timezone),
        "company": texts.plain(partner.company),
        "phone": formats.phone(partner.phone),
        "link": link,
    }
