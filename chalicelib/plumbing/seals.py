"""Seal a form when it is issued, break the seal when it comes back; what was tampered with does not pass.

A token is `base64url(payload).base64url(HMAC-SHA256)`. The payload names the form, method, path, the visitor it was
given to, the fields with their shape, the locked values, the options that were offered, the expiry and a one-time
nonce. Beyond CakePHP's form protection it catches options never offered, a scalar turned into a list, too many items,
replays and old forms (research: privacy 3.4).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.plumbing import clock, keyring
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Tampered

LIFETIME = timedelta(hours=2)
_NUMBER_OF_OPTIONS_KEPT = 500


class _Shape(msgspec.Struct, array_like=True):
    name: str
    many: int  # 0: one value; n: at most n
    options: list[str] | None


class _Payload(msgspec.Struct):
    v: int
    form: str
    method: str
    path: str
    holder: str
    fields: list[_Shape]
    locked: dict[str, Any]
    exp: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A seal that was broken rightly: the locked values, and the nonce that makes the form good for one effect."""

    locked: Mapping[str, Any]
    nonce: str
    expires_at: datetime


def issue(
    form: str,
    *,
    method: str,
    path: str,
    holder: str,
    fields: Sequence[Field],
    locked: Mapping[str, Any],
    at: datetime,
) -> tuple[str, datetime]:
    """A token for a form given to `holder` (a session or an anonymous visitor), and the instant it expires."""
    expires_at = at + LIFETIME
    payload = _Payload(
        v=1,
        form=form,
        method=method,
        path=path,
        holder=keyring.fingerprint("holder", holder),
        fields=[_Shape(one.name, one.most_items if one.many else 0, _kept(one.options)) for one in fields],
        locked=dict(locked),
        exp=clock.milliseconds(expires_at),
        nonce=secrets.token_urlsafe(16),
    )
    body = msgspec.json.encode(payload)
    return f"{text_of(body)}.{text_of(_mac(body))}", expires_at


def open_(
    token: str | None, *, form: str, method: str, path: str, holder: str | None, sent: Mapping[str, Any], at: datetime
) -> Opened:
    """Break the seal of a form that came back with `sent`.

    Raises Tampered `form_token_invalid`; that it is missing or expired is said, what else gave it away is not.
    """
    if not token:
        raise Tampered("form_token_invalid", extra={"reason": "missing"}, says="form_token_missing")
    payload = _verified(token)
    right = (
        payload.form == form
        and payload.method == method
        and payload.path == path
        and holder is not None
        and keyring.matches("holder", holder, payload.holder)
    )
    if not right:
        raise Tampered("form_token_invalid")
    if clock.milliseconds(at) >= payload.exp:
        raise Tampered("form_token_invalid", extra={"reason": "expired"}, says="form_token_expired")
    _untouched(payload, sent)
    return Opened(payload.locked, payload.nonce, clock.parse_milliseconds(payload.exp))


def _untouched(payload: _Payload, sent: Mapping[str, Any]) -> None:
    shapes = {shape.name: shape for shape in payload.fields}
    for name, value in sent.items():
        if name in payload.locked:
            if type(value) is not type(payload.locked[name]) or value != payload.locked[name]:
                raise Tampered("form_token_invalid")
            continue
        shape = shapes.get(name)
        if shape is None:
            raise Tampered("form_token_invalid")
        if isinstance(value, list) != bool(shape.many) and value is not None:
            raise Tampered("form_token_invalid")
        if isinstance(value, list) and len(value) > shape.many:
            raise Tampered("form_token_invalid")
        if shape.options is not None and value not in (None, ""):
            chosen = value if isinstance(value, list) else [value]
            offered = set(shape.options)
            if any(not isinstance(one, str) or _digest(one) not in offered for one in chosen):
                raise Tampered("form_token_invalid")


def _verified(token: str) -> _Payload:
    body_text, _, mac_text = token.partition(".")
    try:
        body, mac = _unb64(body_text), _unb64(mac_text)
        genuine = (
            len(mac) == 32
            and keyring.genuine("form", body, mac)
            and text_of(body) == body_text
            and text_of(mac) == mac_text
        )
        payload = msgspec.json.decode(body, type=_Payload) if genuine else None
    except (ValueError, msgspec.MsgspecError):
        payload = None
    if payload is None:
        raise Tampered("form_token_invalid")
    return payload


def _kept(options: tuple[str, ...] | None) -> list[str] | None:
    return None if options is None else [_digest(one) for one in options[:_NUMBER_OF_OPTIONS_KEPT]]


def _digest(option: str) -> str:
    return hashlib.sha256(option.encode("utf-8", "replace")).hexdigest()[:12]


def _mac(body: bytes) -> bytes:
    return hmac.new(keyring.key("form"), body, "sha256").digest()


def text_of(plain: bytes) -> str:
    """Bytes as text that is safe in a URL."""
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _unb64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
