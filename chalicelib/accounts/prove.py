"""Let whoever is signed in prove with the password that it is still them, before something that cannot be undone."""

from chalicelib.accounts import find, logins, passwords
from chalicelib.plumbing import limits
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Forbidden, invalid
from chalicelib.plumbing.visit import Visit

LIMIT = Limit("password_again", 5, 900, "employee")
LIMITS = (LIMIT,)


def password(visit: Visit, given: str) -> None:
    """Raises Invalid `wrong_password`, TooMany, and Forbidden for a program: a key has no password."""
    if visit.source == "api" or visit.employee_id is None:
        raise Forbidden("sign_in_only")
    limits.count(LIMIT, visit.employee_id, at=visit.at)
    person = find.employee(visit.partner, visit.employee_id)
    login = logins.of(person.email) if person else None
    if login is None or login.partner_id != visit.partner or not passwords.right(given, login.password_hash):
        raise invalid("password", "wrong_password")
