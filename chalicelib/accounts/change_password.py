"""Change one's own password: with the present one, so that an unlocked screen is not enough."""

from typing import Any

from chalicelib.accounts import prove, renew_password
from chalicelib.plumbing.refusals import Refusal, invalid
from chalicelib.plumbing.visit import Visit


def own(visit: Visit, present: str, *, password: str) -> dict[str, Any]:
    """Make `password` the password of whoever is signed in; all their sessions end, this one too.

    Raises TooMany, Invalid (`wrong_password`, `password_guessable`), and Forbidden for a program.
    """
    login = prove.password(visit, present, field="present_password")
    return renew_password.of(visit, login, password=password, lost=_overtaken)


def _overtaken() -> Refusal:
    return invalid("present_password", "wrong_password")
