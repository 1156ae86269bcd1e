"""Somebody is turned away: in which language, on which page, and what is written down and counted of it."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.plumbing import forms_out, house, show_form, trail
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import Door
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.refusals import Forbidden, Gone, Missing, Refusal, Tampered, TooMany, Unavailable, Unknown
from chalicelib.plumbing.sheets import Page

_SETTLE = "policy_to_accept"
_COUNTED_BY_CODE = {"slot_taken": "SlotTaken", "form_token_invalid": "FormTokenInvalid"}


def language(knock: Knock, door: Door, params: Mapping[str, str]) -> str:
    """The language a refusal is said in."""
    try:
        return (
            door.host.language(forms_out.sheet(knock, knock.stranger(), params, None)) if door.host else knock.language
        )
    except Refusal:
        return knock.language


def page(knock: Knock, door: Door, params: Mapping[str, str], refused: Refusal, answer: Answer) -> Page | None:
    """A form that was refused is shown again as it was typed, with what is wrong beside the fields."""
    hall = house.hall()
    answer = replace(answer, page=_hosted(knock, door, params, answer) or answer.page)
    try:
        if isinstance(refused, Unknown) and door.form is None and hall:
            return hall.sign_in(forms_out.sheet(knock, knock.stranger(), params, None, refused=answer.content))
        if refused.code == _SETTLE and hall and knock.visit is not None:
            return hall.settle_first(forms_out.sheet(knock, knock.visit, params, None, refused=answer.content))
        if door.form is None or knock.visit is None or refused.code == "unexpected" or not _draws_again(knock, door):
            return answer.page
        locked = {name: str(value) for name, value in knock.opened.locked.items()} if knock.opened else {}
        described = forms_out.described(knock, knock.visit, door, {**knock.query, **params, **locked})
        if isinstance(refused, Unavailable) and knock.token:
            # It may have had its effect after all: sent again under its own seal it has no second one.
            described["token"] = knock.token
        sheet = forms_out.sheet(knock, knock.visit, params, described, refused=answer.content)
        return (door.page or show_form).page(sheet)
    except Refusal:
        return answer.page  # what the form was about is gone: then the refusal alone is the page


def note(knock: Knock, refusal: Refusal) -> None:
    """Let the house write down a denial: of what was not allowed, of what is somebody else's, of what came too often."""
    visit, hall = knock.visit, house.hall()
    if refusal.code == _SETTLE:
        return  # they may, a moment later
    turned_away = isinstance(refusal, Tampered | Forbidden | TooMany | Gone) or (
        # A failed login leaves a fact of its own.
        isinstance(refusal, Unknown)
        and (knock.showed_something or refusal.code not in ("sign_in", "login_failed", "login_code_wrong"))
    )
    foreign = isinstance(refusal, Missing) and visit is not None and (visit.partner_id or visit.source == "webhook")
    if hall and (turned_away or foreign):
        hall.note_denial(visit or knock.stranger(), refusal.code)


def count(refusal: Refusal) -> None:
    """Let the operator's figures show the refusals that mean something together."""
    metric = "RateLimited" if isinstance(refusal, TooMany) else _COUNTED_BY_CODE.get(refusal.code)
    if metric is not None:
        trail.count(metric)


def _hosted(knock: Knock, door: Door, params: Mapping[str, str], answer: Answer) -> Page | None:
    try:
        return door.host.page(forms_out.sheet(knock, knock.stranger(), params, answer.content)) if door.host else None
    except Refusal:
        return None


def _draws_again(knock: Knock, door: Door) -> bool:
    """A form whose seal broke comes back as it was typed where a page of its own and for strangers draws it anew."""
    return knock.opened is not None or bool(door.page and knock.typed and door.form and not door.form.signed_in)
