"""Zendesk: a question becomes one ticket however often it is sent, over a token that is asked for and kept in memory.

Vendor facts: documentation of developer.zendesk.com (OAuth client credentials, tickets, idempotency, errors). Sent once:
every ticket carries `Idempotency-Key`; the vendor answers a key it has seen with the first answer (two hours).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.activity.calls import Calls
from chalicelib.plumbing import clock, egress, outcomes, settings, web

VENDOR = egress.ZENDESK.vendor
CONNECT_S = 2.0
TOKEN_READ_S = 3.0
READ_S = 5.0
MAX_WAIT_S = 3_600
_TOKEN_LIFE_S = 3_600
_MARGIN = timedelta(seconds=60)
_SCOPE = "read write"
_NOBODY = egress.Disclosure(VENDOR, "authentication", "Art. 6(1)(b) GDPR", ("credentials",), "nobody", "-")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A question: who asks, what, in which language, the key under which it is one ticket only, and a date where the law sets one."""

    name: str
    email: str
    subject: str
    text: str
    language: str
    key: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    good_until: datetime
    url: str
    client_id: str


_held: list[_Token] = []


def create(ticket: Ticket, disclosure: egress.Disclosure, calls: Calls) -> None:
    """Hand the ticket over; safe to repeat with the same key within two hours.

    Raises Later, Never or Unknown (plumbing.outcomes), and egress.NotAllowed if the disclosure does not cover it.
    """
    body: dict[str, dict[str, Any]] = {
        "ticket": {
            "subject": ticket.subject,
            "comment": {"body": ticket.text, "public": True},
            "requester": {"name": ticket.name, "email": ticket.email},
            "tags": ["contact_form", f"language_{ticket.language}"],
        }
    }
    if ticket.due_on:  # only a ticket of the type `task` has a date by which it is due
        due = {"type": "task", "due_at": f"{ticket.due_on.isoformat()}T12:00:00Z"}
        body["ticket"] |= {**due, "tags": [*body["ticket"]["tags"], "data_protection"]}
    reply = ask(disclosure, calls, "POST", "/tickets", body=body, headers={"Idempotency-Key": ticket.key})
    if reply.status in (200, 201):
        if _ticket_id(reply) is None:
            raise outcomes.Unknown("an answer that cannot be read")
        return
    raise refused(reply)


def ask(
    disclosure: egress.Disclosure,
    calls: Calls,
    method: str,
    path: str,
    *,
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Reply:
    """One request below `/api/v2`, whatever its status; a token that is no longer good is asked for anew, once.

    Raises Later when it surely did not arrive, Unknown when it may have, Never when we are not let in.
    """
    url = f"{egress.base_url(VENDOR)}/api/v2{path}"
    for fresh in (False, True):
        sent_headers = {"Authorization": f"Bearer {_token(fresh=fresh)}", **(headers or {})}
        reply = calls.ask(
            disclosure, method, url, headers=sent_headers, json=body, connect_timeout_s=CONNECT_S, read_timeout_s=READ_S
        )
        if reply.status != 401:
            return reply
    _held.clear()
    raise outcomes.Never("http_401", "token not accepted", fault="configuration")


def refused(reply: web.Reply) -> outcomes.Later | outcomes.Never | outcomes.Unknown:
    """What a status means that is no success."""
    status = reply.status
    if status in (429, 503):
        return outcomes.Later(f"status {status}", _retry_after_s(reply))
    if status == 409 or 300 <= status < 400:
        return outcomes.Later(f"status {status}")
    if status == 408 or status >= 500 or status < 300:
        return outcomes.Unknown(f"status {status}")
    if status in (401, 403, 404, 405):
        return outcomes.Never(f"http_{status}", "token, scope or address not accepted", fault="configuration")
    if status == 422 and _is_about_requester(reply):
        return outcomes.Never("http_422", "requester not accepted", fault="recipient")
    return outcomes.Never(f"http_{status}", "request not accepted", fault="content")


def value(reply: web.Reply) -> Any:
    """The body as JSON. Raises Unknown for one that is none."""
    try:
        return reply.json()
    except ValueError as error:
        raise outcomes.Unknown("an answer that cannot be read") from error


def _token(*, fresh: bool) -> str:
    """The token in hand, or a new one (OAuth client credentials)."""
    here, at = settings.get(), clock.now()
    url = f"{egress.base_url(VENDOR)}/oauth/tokens"
    if fresh:
        _held.clear()
    for one in _held:
        if (one.url, one.client_id) == (url, here.zendesk_client_id) and at < one.good_until:
            return one.value
    asked = {
        "grant_type": "client_credentials",
        "client_id": here.zendesk_client_id,
        "client_secret": here.zendesk_client_secret,
        "scope": _SCOPE,
        "expires_in": _TOKEN_LIFE_S,
    }
    try:
        reply = web.call(_NOBODY, "POST", url, json=asked, connect_timeout_s=CONNECT_S, read_timeout_s=TOKEN_READ_S)
    except (web.Unreachable, web.Ambiguous) as error:
        raise outcomes.Later("no token") from error
    if reply.status in (400, 401, 403, 404):
        raise outcomes.Never(f"http_{reply.status}", "credentials not accepted", fault="configuration")
    if not 200 <= reply.status < 300:
        raise outcomes.Later(f"no token: status {reply.status}", _retry_after_s(reply))
    made = _token_of(reply, at, url, here.zendesk_client_id)
    _held[:] = [made]
    return made.value


def _token_of(reply: web.Reply, at: datetime, url: str, client_id: str) -> _Token:
    try:
        given = reply.json()
    except ValueError:
        given = None
    token = given.get("access_token") if isinstance(given, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not 0 < len(token) <= 2_000:
        raise outcomes.Later("no token: an answer that cannot be read")
    life = given.get("expires_in")
    seconds = life if isinstance(life, int) and not isinstance(life, bool) and life > 0 else _TOKEN_LIFE_S
    return _Token(token, at + timedelta(seconds=min(seconds, _TOKEN_LIFE_S)) - _MARGIN, url, client_id)


def _ticket_id(reply: web.Reply) -> int | None:
    try:
        ticket = reply.json()["ticket"]["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return ticket if isinstance(ticket, int) else None


def _is_about_requester(reply: web.Reply) -> bool:
    try:
        details = reply.json()["details"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(details, dict) and any("requester" in name or "email" in name for name in map(str, details))


def _retry_after_s(reply: web.Reply) -> int | None:
    written = reply.headers.get("retry-after", "").strip()
    if not written.isascii() or not written.isdigit():
        return None
    return max(1, min(int(written[:9]), MAX_WAIT_S))
