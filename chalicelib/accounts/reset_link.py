"""The link by which somebody sets a password: a new one, or the first one after an invitation."""

from datetime import timedelta

from chalicelib.accounts import logins, passwords, rules
from chalicelib.accounts.records import EmployeeRow
from chalicelib.plumbing import clock, links, settings, table

PURPOSE = "reset"


def of(partner_id: str, employee_id: str) -> str | None:
    """The address to put into the mail; None for somebody who may not sign in.

    Good for 30 minutes, for an invitation seven days, and for one change: it is bound to the present password.
    """
    person = table.get(EmployeeRow, partner_id, f"employee#{employee_id}")
    login = logins.of(person.email) if person is not None and person.active else None
    if person is None or login is None or login.employee_id != employee_id or login.status != "active":
        return None
    invited = not passwords.usable(login.password_hash)
    lifetime = timedelta(days=rules.INVITATION_DAYS) if invited else timedelta(minutes=rules.RESET_MINUTES)
    parts = [logins.fingerprint(person.email), passwords.fingerprint(login.password_hash)]
    token = links.make(PURPOSE, parts, expires_at=clock.now() + lifetime)
    return f"{settings.get().public_url}/forms/reset-password?token={token}"
