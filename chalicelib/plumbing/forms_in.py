"""A sealed form that was sent: who sends it, whether its seal is whole, and one effect however often it comes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.plumbing import forms, house, once, seals, typed
from chalicelib.plumbing.door import Door
from chalicelib.plumbing.forms import File
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.refusals import Refusal, Tampered
from chalicelib.plumbing.visit import Visit


def filled_in(
    knock: Knock, door: Door, handler: Callable[..., Any], params: Mapping[str, str]
) -> tuple[dict[str, Any], Visit, Mapping[str, Any]]:
    """Let `handler` do what the form asks for: its result, the visit it was done for, and the values.

    Sent again, the first result comes back and nothing happens. Raises what stands against it: the seal, the values, the handler.
    """
    form = door.form
    assert form is not None
    visit = knock.let_in(door, form=form)
    house.settle(visit, door)
    if visit.source != "api" and knock.header("sec-fetch-site") == "cross-site":
        raise Tampered("form_token_invalid", extra={"reason": "foreign"})  # the browser itself says whose page sent it
    sent = knock.with_file(form) if form.files else knock.body(form.longest_body)
    token = knock.header("x-form-token") or sent.pop("_token", None)
    sent.pop("_token", None)
    sent.pop("_method", None)
    if knock.as_text:
        secret = {one.name for one in form.fields if one.kind in ("password", "file")}
        knock.typed = {name: value for name, value in sent.items() if name not in secret}
        sent = typed.untyped(form.fields, sent)
    locked: Mapping[str, Any] = {}
    if visit.source == "api":
        wish = knock.header("idempotency-key")
        if wish:
            nonce = f"{visit.session}/{wish[:200]}"
            visit = replace(
                visit, once=once.right(nonce, [door.path, dict(params), _told(sent)], visit.at + timedelta(days=1))
            )
    else:
        knock.add_nothing(form)
        opened = seals.open_(
            token if isinstance(token, str) else None,
            form=form.name, method=form.method, path=knock.path,
            holder=knock.holder(form), sent=sent, at=visit.at,
        )  # fmt: skip
        knock.opened, knock.token = opened, token
        locked = opened.locked
        visit = replace(visit, once=once.right(opened.nonce, _told(sent), opened.expires_at))
    knock.visit = visit
    try:
        values = forms.read(form.fields, {**sent, **locked}, as_text=knock.as_text)
        return handler(visit, values, **params) or {}, visit, values
    except (Refusal, once.Used):
        # Sent again, perhaps: then the first answer is the answer, whatever has changed since.
        repeated, first = once.answer(visit.once) if visit.once else (False, None)
        if repeated and first is not None:
            knock.repeats = True
            return first, visit, {**sent, **locked}
        raise


def _told(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was sent, as it is compared: a file stands there by its digest."""
    return {name: value.digest if isinstance(value, File) else value for name, value in sent.items()}
