"""Doors of this room: registration, login, profile and keys. The team's are in offering, which knows the hours."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from chalicelib.accounts import (
    agreement,
    change_password,
    change_profile,
    confirm,
    end_other_sessions,
    end_session,
    find,
    forgot_password,
    forms,
    list_keys,
    list_sessions,
    log_in,
    log_in_code,
    log_out,
    make_key,
    register,
    renew_recovery,
    reset_factor,
    reset_password,
    revoke_key,
    second_factor,
    show_api_keys,
    show_login,
    show_made_key,
    show_new_key,
    show_profile,
    show_recovery,
    show_register,
    show_second_factor,
    show_sessions,
    show_settings,
    show_sure,
    show_switch_on,
    switch_off,
    switch_on,
)
from chalicelib.consent import ask
from chalicelib.plumbing import lists, sessions, sheets
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import ADMINS, PAGING, STAY, TEAM, Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import LANGUAGES, Field, Form
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)
_LANGUAGE = (Field("language", required=False, options=LANGUAGES),)
_COOKIE = "Path=/; Secure; HttpOnly; SameSite=Lax"


def _with_versions(visit: Visit, context: Mapping[str, str]) -> Offer:
    presumed = {"language": visit.language, "country": "CH"}
    fields = (one.but(default=presumed.get(one.name, one.default)) for one in forms.REGISTER.fields)
    return Offer(fields=ask.fields(tuple(fields), visit.at))


@door.form(forms.REGISTER, status=202, offer=_with_versions, page=show_register)
def register_partner(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Open an account; the same answer whether or not the address is known, and a mail with what comes next."""
    return register.partner(visit, values)


def _from_the_link(visit: Visit, context: Mapping[str, str]) -> Offer:
    token = context.get("token", "")
    return Offer(locked={"token": token} if 0 < len(token) <= 300 else {})


@door.form(forms.CONFIRM, status=201, offer=_from_the_link, then="/forms/login", page=show_login)
def confirm_email(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Confirm the mail address with the token of the link: the account is active from now on."""
    return confirm.email(visit, values["token"])


def _set_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    if "next" in result:
        return {}
    return {"Set-Cookie": f"{sessions.COOKIE}={log_in.cookie(visit, result['employee_id'])}; {_COOKIE}"}


def _with_next(form: Form) -> Callable[[Visit, Mapping[str, str]], Offer]:
    fields = tuple(one for one in form.fields if one.name != "next")

    def offer(visit: Visit, context: Mapping[str, str]) -> Offer:
        place = context.get("next", "")
        return Offer(fields=fields, locked={"next": place} if sheets.is_own_place(place) else {})

    return offer


def _where_next(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    place = str(values.get("next") or "")
    if "next" in result:
        return f"/forms/{result['next']}" + (f"?next={quote(place, safe='/')}" if sheets.is_own_place(place) else "")
    return place if sheets.is_own_place(place) else "/desk"


@door.form(
    forms.LOGIN,
    status=201,
    asks_on=202,
    after=_set_cookie,
    offer=_with_next(forms.LOGIN),
    then=_where_next,
    page=show_login,
    greets=True,
)
def login(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Log in; the session's cookie comes with the answer. Whoever has a second factor is asked for its code first."""
    return log_in.employee(visit, values["email"], password=values["password"])


@door.form(
    forms.LOGIN_CODE,
    status=201,
    after=_set_cookie,
    offer=_with_next(forms.LOGIN_CODE),
    then=_where_next,
    page=show_login,
    greets=True,
)
def login_code(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Finish a login with the code of the app or a recovery code, in the browser in which the password was given."""
    return log_in_code.employee(visit, values["code"])


@door.form(forms.LOGOUT, status=204, who=TEAM, resource="partner", after=sessions.cleared, then="/")
def logout(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Log out: the session ends at once."""
    return log_out.session(visit)


@door.read("/sessions", who=TEAM, resource="partner", query=PAGING, answer="open_sessions", page=show_sessions)
def list_own_sessions(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Where I am signed in, the newest first. For people who signed in, not for programs."""
    found = list_sessions.own(visit)
    return lists.part(f"{visit.employee_id}#sessions", found, limit=values["limit"], cursor=values["cursor"])


@door.form(forms.SESSIONS_END, status=204, who=TEAM, resource="partner", then="/sessions", page=show_sure)
def end_my_other_sessions(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """End all sessions of mine but this one."""
    return end_other_sessions.own(visit, password=values["password"])


def _own_session(visit: Visit, context: Mapping[str, str]) -> Offer:
    known = {one["id"] for one in list_sessions.own(visit)}
    if context.get("id", "") not in known:
        raise Missing
    return Offer({"id": context["id"]})


@door.form(
    forms.SESSION_END, status=204, who=TEAM, resource="partner", offer=_own_session, then="/sessions", page=show_sure
)
def end_my_session(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """End one session of mine."""
    return end_session.own(visit, path["id"], password=values["password"])


@door.read("/second-factor", who=TEAM, resource="partner", answer="second_factor", page=show_second_factor)
def show_own_second_factor(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Whether I sign in with a second factor. For people who signed in, not for programs."""
    return second_factor.shown(visit)


def _with_secret(visit: Visit, context: Mapping[str, str]) -> Offer:
    return Offer(locked={"secret": switch_on.offered(visit, context.get("secret", ""))})


@door.form(
    forms.SWITCH_ON,
    status=201,
    who=TEAM,
    resource="partner",
    offer=_with_secret,
    page=show_switch_on,
    then=STAY,
    shows=show_recovery,
    answer="recovery_codes",
)
def switch_second_factor_on(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Switch my second factor on with a first code of the app; the recovery codes are shown this once."""
    return switch_on.own(visit, values["secret"], code=values["code"], password=values["password"])


@door.form(forms.SWITCH_OFF, status=204, who=TEAM, resource="partner", then="/second-factor", page=show_sure)
def switch_second_factor_off(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Switch my second factor off, with password and code."""
    return switch_off.own(visit, code=values["code"], password=values["password"])


@door.form(
    forms.RECOVERY,
    status=201,
    who=TEAM,
    resource="partner",
    page=show_sure,
    then=STAY,
    shows=show_recovery,
    answer="recovery_codes",
)
def renew_recovery_codes(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """New recovery codes, shown this once; the old ones are good no more."""
    return renew_recovery.codes(visit, code=values["code"], password=values["password"])


def _whose_factor(visit: Visit, context: Mapping[str, str]) -> Offer:
    return Offer({"id": reset_factor.may(visit, context.get("id", "")).employee_id})


@door.form(
    forms.FACTOR_RESET,
    status=204,
    who=ADMINS,
    resource="employees",
    offer=_whose_factor,
    then="/employees",
    page=show_sure,
)
def reset_second_factor(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Take the second factor off somebody of the team who has lost their telephone."""
    return reset_factor.employee(visit, path["id"], password=values["password"])


@door.form(forms.FORGOT, status=202, page=show_login)
def ask_for_password(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Ask for a link to set a new password; the same answer whether or not the address is known."""
    return forgot_password.employee(visit, values["email"])


@door.form(forms.RESET, status=204, then="/forms/login", page=show_login)
def set_password(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Set a new password with the token of the link; all sessions end."""
    return reset_password.by_link(visit, path["token"], password=values["password"])


@door.form(
    forms.CHANGE_PASSWORD,
    status=204,
    who=TEAM,
    resource="partner",
    after=sessions.cleared,
    then="/forms/login",
)
def change_own_password(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Change one's own password with the present one; all sessions end. For people who signed in, not for programs."""
    return change_password.own(visit, values["present_password"], password=values["password"])


@door.form(
    forms.KEY,
    status=201,
    who=ADMINS,
    resource="partner",
    answer="api_key",
    page=show_new_key,
    then=STAY,
    shows=show_made_key,
)
def make_api_key(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """A new API key, shown this once. For people who signed in, not for programs."""
    return make_key.api_key(visit, values["name"], scopes=values["scopes"])


@door.read("/api-keys", who=ADMINS, resource="partner", query=PAGING, answer="api_keys", page=show_api_keys)
def list_api_keys(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """All API keys, without their secrets. For people who signed in, not for programs."""
    return lists.part(f"{visit.partner}#keys", list_keys.all_of(visit), limit=values["limit"], cursor=values["cursor"])


@door.read("/api-keys/{id}", who=ADMINS, resource="partner", page=show_api_keys)
def show_api_key(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """One API key, without its secret. For people who signed in, not for programs."""
    return list_keys.one_of(visit, path["id"])


def _own_key(visit: Visit, context: Mapping[str, str]) -> Offer:
    return Offer({"id": list_keys.one_of(visit, context.get("id", ""))["id"]})


@door.form(forms.KEY_REVOKE, status=204, who=ADMINS, resource="partner", offer=_own_key, then="/api-keys")
def revoke_api_key(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Revoke an API key: it is good for nothing from now on."""
    return revoke_key.api_key(visit, path["id"])


@door.read("/partner", who=TEAM, resource="partner", answer="partner", page=show_settings)
def show_partner(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The profile of the business."""
    return _shown(visit)


def _shown(visit: Visit) -> dict[str, Any]:
    found = find.partner(visit.partner)
    if found is None:
        raise Missing
    return found.shown()


@door.read("/partner/processing-agreement", who=ADMINS, resource="partner", query=_LANGUAGE)
def processing_agreement(visit: Visit, values: dict[str, Any]) -> Answer:
    """The data processing agreement of this partner as a PDF: with its name and address, and since when it is accepted."""
    made, headers = agreement.of(visit, language=values["language"])
    return Answer(200, made, headers, content_type="application/pdf")


def _filled(visit: Visit, context: Mapping[str, str]) -> Offer:
    shown = _shown(visit)
    names = forms.SECTIONS.get(context.get("section", ""))
    fields = (one.but(default=shown[one.name]) for one in forms.PROFILE.fields if names is None or one.name in names)
    return Offer(fields=tuple(fields))


@door.form(
    forms.PROFILE,
    who=ADMINS,
    resource="partner",
    offer=_filled,
    answer="partner",
    page=show_profile,
    then="/partner",
    leads_back=True,
)
def profile(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Change the profile of the business; what is left out stays."""
    return change_profile.partner(visit, values)
