"""Let whoever is signed in prove with the password that it is still them, before something that others must not do."""

from datetime import timedelta

from chalicelib.accounts import facts, find, logins, passwords
from chalicelib.accounts.records import LoginRow
from chalicelib.activity import record
from chalicelib.plumbing import limits, sessions
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Forbidden, invalid
from chalicelib.plumbing.visit import Visit

LIMIT = Limit("password_again", 5, 900, "employee")
LIMITS = (LIMIT,)
FRESH = timedelta(minutes=15)
"""How long signing in counts as proof that it is them."""


def password(visit: Visit, given: str, *, field: str = "password") -> LoginRow:
    """The login of whoever gave the right password.

    Raises Invalid `wrong_password` for `field`, TooMany, and Forbidden for a program: a key has no password.
    """
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    limits.count(LIMIT, visit.employee_id, at=visit.at)
    person = find.employee(visit.partner, visit.employee_id)
    login = logins.of(person.email) if person else None
    if login is None or login.partner_id != visit.partner or not passwords.right(given, login.password_hash):
        change = Change(visit)
        record.fact(change, visit, facts.NOT_PROVEN, subject=("employee", visit.employee_id))
        change.commit()  # not `done`: the form stays good for another try
        raise invalid(field, "wrong_password")
    return login


def lately(visit: Visit, given: str | None) -> None:
    """Pass whoever signed in within the last quarter of an hour, or gives the password now.

    Raises Invalid `password_again` where neither is so, and what `password` raises for one that is given.
    """
    if given:
        password(visit, given)
        return
    began_at = sessions.began_at(visit.employee_id or "", visit.session or "")
    if began_at is None or visit.at >= began_at + FRESH:
        raise invalid("password", "password_again")
