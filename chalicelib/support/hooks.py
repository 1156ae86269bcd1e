"""What vendors tell us: believed when signed, or at an address that only they know; and nothing of it is kept but that it happened."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.activity import record
from chalicelib.activity.vocabulary import Fact
from chalicelib.plumbing import keyring, log, once, settings
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing, Unknown
from chalicelib.plumbing.visit import Visit
from chalicelib.support import facts

WINDOW = timedelta(minutes=5)
_SIGNATURE = "x-zendesk-webhook-signature"
_STAMP = "x-zendesk-webhook-signature-timestamp"
_INVOCATION = "x-zendesk-webhook-invocation-id"
_CHAT_CONTENT = "events of the chat"
_CHAT_EVENTS = frozenset({"chatStarted", "chatFragment", "chatTranscript"})


def zendesk(visit: Visit, sent: Mapping[str, Any], *, headers: Mapping[str, str], body: bytes) -> None:
    """Take an event that Zendesk signed: base64 of HMAC-SHA256 over timestamp and body, at most five minutes old.

    A solved ticket and a deleted person leave a fact that names nobody; the same event again has no effect.
    Raises Unknown for what is not signed, not fresh or not whole.
    """
    stamp = headers.get(_STAMP, "")
    if not _is_genuine(headers.get(_SIGNATURE, ""), stamp, body) or not _is_fresh(stamp, visit.at):
        raise Unknown("signature_invalid")
    fact = _meant(sent)
    if fact is None:
        return
    # Within the window the signature itself is one of a kind; the invocation is the same when the vendor tries again.
    told = headers.get(_INVOCATION) or hashlib.sha256(body).hexdigest()
    right = once.right(f"zendesk/{told[:200]}", None, visit.at + 2 * WINDOW)
    visit = replace(visit, once=right)
    if once.answer(right)[0]:
        return
    change = Change(visit)
    record.fact(change, visit, fact)
    try:
        change.done()
    except once.Used:
        return


def chat(sent: Mapping[str, Any], *, token: str) -> None:
    """Take an event of the chat, which the vendor does not sign: nothing of it is kept. Raises Missing for a wrong token."""
    if not keyring.matches("chatra-hook", _CHAT_CONTENT, token):
        raise Missing
    name = sent.get("eventName")
    log.info("chat.event", kind=name if isinstance(name, str) and name in _CHAT_EVENTS else "other")


def chat_token() -> str:
    """The last part of the address that is given to Chatra."""
    return keyring.fingerprint("chatra-hook", _CHAT_CONTENT)


def chat_url() -> str:
    """The whole address, to be entered in Chatra's dashboard."""
    return f"{settings.get().public_url}/hooks/chatra/{chat_token()}"


def _is_genuine(signature: str, stamp: str, body: bytes) -> bool:
    secret = settings.get().zendesk_webhook_secret
    mac = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return bool(secret) and keyring.same(signature, base64.b64encode(mac).decode())


def _is_fresh(stamp: str, at: datetime) -> bool:
    try:
        told_at = datetime.fromisoformat(stamp)
        return abs(at - told_at) <= WINDOW
    except (ValueError, TypeError):
        return False


def _meant(sent: Mapping[str, Any]) -> Fact | None:
    kind = str(sent.get("type", "")).removeprefix("zen:event-type:")
    what = sent.get("event")
    if kind == "ticket.status_changed" and isinstance(what, Mapping):
        return facts.SOLVED if str(what.get("current", "")).lower() == "solved" else None
    return facts.FORGOTTEN if kind == "user.deleted" else None
