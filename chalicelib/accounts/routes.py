"""Doors of this room: registration, login, profile, keys and team."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import confirm, forms, log_in, log_out, register
from chalicelib.plumbing import sessions
from chalicelib.plumbing.doors import TEAM, Doors, Offer
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)
_COOKIE = "Path=/; Secure; HttpOnly; SameSite=Lax"


@door.form(forms.REGISTER, status=202)
def register_partner(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Open an account; the same answer whether or not the address is known, and a mail with what comes next."""
    return register.partner(visit, values)


def _from_the_link(visit: Visit, context: Mapping[str, str]) -> Offer:
    token = context.get("token", "")
    return Offer(locked={"token": token} if 0 < len(token) <= 300 else {})


@door.form(forms.CONFIRM, status=201, offer=_from_the_link)
def confirm_email(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Confirm the mail address with the token of the link: the account is active from now on."""
    return confirm.email(visit, values["token"])


def _set_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return {"Set-Cookie": f"{sessions.COOKIE}={log_in.cookie(visit, result['employee_id'])}; {_COOKIE}"}


@door.form(forms.LOGIN, status=201, after=_set_cookie)
def login(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Log in; the session's cookie comes with the answer."""
    return log_in.employee(visit, values["email"], password=values["password"])


def _clear_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return {
        "Set-Cookie": f"{sessions.COOKIE}=; Max-Age=0; {_COOKIE}",
        "Clear-Site-Data": '"cache", "cookies", "storage"',
    }


@door.form(forms.LOGOUT, status=204, who=TEAM, resource="partner", after=_clear_cookie)
def logout(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Log out: the session ends at once."""
    return log_out.session(visit)
