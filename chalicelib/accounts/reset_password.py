"""Set a password by the link from the mail, once."""

from typing import Any

from chalicelib.accounts import logins, passwords, renew_password, reset_link
from chalicelib.plumbing import limits, links
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Gone, Refusal
from chalicelib.plumbing.visit import Visit

PER_ADDRESS = Limit("password_set", 20, 3600, "ip_address")
LIMITS = (PER_ADDRESS,)


def by_link(visit: Visit, token: str, *, password: str) -> dict[str, Any]:
    """Make `password` the password of the person whom the link was sent to; all their sessions end.

    Raises TooMany, Missing for a forged link, Gone for one that is too old or used, Invalid `password_guessable`.
    """
    limits.count(PER_ADDRESS, limits.address(visit.ip or ""), at=visit.at)
    known, bound_to = links.read(reset_link.PURPOSE, token, visit.at)
    login = logins.by_fingerprint(known)
    if login is None or not passwords.is_same(login.password_hash, bound_to):
        raise _over()
    return renew_password.of(visit, login, password=password, lost=_over)


def _over() -> Refusal:
    return Gone("link_over")
