"""Zendesk as its customers see it: tokens, tickets made once for a key, and a person forgotten step by step.

Faithful to the vendor's documentation and recorded answers (developer.zendesk.com, zenpy 2.0.57). Deleted tickets wait in
the bin; to empty it is a job that is queued first and done when it is asked for again. Whoever has tickets that are not
deleted cannot be deleted either.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from infra.local.providers import wire

KEY_MEMORY = timedelta(hours=2)
MAX_KEY_LETTERS = 255
LIFES = range(300, 172_801)
FIRST_ID = 35_000_000
_PART = re.compile(r"/api/v2(/.*?)(?:\.json)?/?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(slots=True)
class User:
    id: int
    name: str
    email: str | None
    active: bool = True
    gone: bool = False


@dataclass(slots=True)
class Ticket:
    """One ticket; `state` is open, deleted or gone."""

    id: int
    requester_id: int
    subject: str
    text: str
    tags: tuple[str, ...]
    at: datetime
    kind: str | None = None
    due_at: str | None = None
    state: str = "open"
    order: int = field(default_factory=time.monotonic_ns)


@dataclass(slots=True)
class _Job:
    ticket_ids: tuple[int, ...]
    asked: int = 0


@dataclass(slots=True)
class _State:
    users: dict[int, User] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    keys: dict[str, tuple[str, datetime, wire.Answer]] = field(default_factory=dict)
    jobs: dict[str, _Job] = field(default_factory=dict)
    next_id: int = FIRST_ID


class _RefusedError(Exception):
    def __init__(self, answer: wire.Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Zendesk:
    """The vendor: its tokens, its tickets, its users, its bin."""

    name = "zendesk"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._state = _State()

    def describe(self, request: wire.Request) -> Any:
        body = wire.parsed(request)
        return body | {"client_secret": "***"} if isinstance(body, dict) and "client_secret" in body else body

    def answer(self, request: wire.Request) -> wire.Answer:
        with self._lock:
            try:
                if (request.method, request.path) == ("POST", "/oauth/tokens"):
                    return self._token(request)
                self._known(request)
                return self._below_api(request)
            except _RefusedError as refused:
                return refused.answer

    def tickets(self) -> list[Ticket]:
        """Every ticket that is not gone for good, oldest first."""
        with self._lock:
            return [one for one in self._state.tickets.values() if one.state != "gone"]

    def users(self) -> list[User]:
        """Everybody who is not gone for good."""
        with self._lock:
            return [one for one in self._state.users.values() if not one.gone]

    def requester(self, ticket: Ticket) -> User:
        with self._lock:
            return self._state.users[ticket.requester_id]

    def forget_tokens(self) -> None:
        """As if every token had been revoked."""
        with self._lock:
            self._state.tokens.clear()

    def reset(self) -> None:
        with self._lock:
            self._state = _State(tokens=self._state.tokens)

    def close(self) -> None:
        """Nothing runs in the background."""

    def _token(self, request: wire.Request) -> wire.Answer:
        asked = wire.parsed(request)
        if not isinstance(asked, dict) or asked.get("grant_type") != "client_credentials":
            return wire.as_json(400, {"error": "unsupported_grant_type", "error_description": "Grant type"})
        client = (asked.get("client_id"), asked.get("client_secret"))
        if not all(client) or self._world.zendesk_client not in (None, client):
            return wire.as_json(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        life = asked.get("expires_in", 172_800)
        if life not in LIFES:
            return wire.as_json(400, {"error": "invalid_request", "error_description": "expires_in"})
        token = secrets.token_hex(32)
        self._state.tokens[token] = self._world.now() + timedelta(seconds=life)
        given = {"access_token": token, "token_type": "bearer", "scope": asked.get("scope"), "expires_in": life}
        return wire.as_json(200, given)

    def _known(self, request: wire.Request) -> None:
        scheme, _, token = request.header("Authorization").partition(" ")
        good_until = self._state.tokens.get(token.strip())
        if scheme.lower() != "bearer" or good_until is None or self._world.now() >= good_until:
            raise _RefusedError(wire.as_json(401, {"error": "invalid_token", "error_description": "The token expired"}))

    def _below_api(self, request: wire.Request) -> wire.Answer:
        matched = _PART.fullmatch(request.path)
        parts = tuple(matched[1].strip("/").split("/")) if matched else ()
        match request.method, parts:
            case "POST", ("tickets",):
                return self._create(request)
            case "GET", ("tickets", one):
                return wire.as_json(200, {"ticket": self._shown(self._ticket(one, "open"))})
            case "DELETE", ("tickets", "destroy_many"):
                return self._bin([self._ticket(one, "open") for one in _ids(request)], job=True)
            case "DELETE", ("tickets", one):
                return self._bin([self._ticket(one, "open")], job=False)
            case "DELETE", ("deleted_tickets", "destroy_many"):
                return self._empty([one for one in map(self._in_bin, _ids(request)) if one is not None])
            case "DELETE", ("deleted_tickets", one):
                return self._empty([self._ticket(one, "deleted")])
            case "GET", ("deleted_tickets",):
                found = [one for one in self._state.tickets.values() if one.state == "deleted"]
                return _listed("deleted_tickets", [self._shown(one) for one in found])
            case "GET", ("job_statuses", one):
                return self._job(one)
            case "GET", ("users", "search"):
                return self._search(request)
            case "GET", ("users", one, "tickets", "requested"):
                user = self._user(one)
                found = [t for t in self._state.tickets.values() if t.requester_id == user.id and t.state == "open"]
                return _listed("tickets", [self._shown(t) for t in found])
            case "GET", ("users", one, "compliance_deletion_statuses"):
                return self._compliance(one)
            case "GET", ("users", one):
                return wire.as_json(200, {"user": _user(self._user(one))})
            case "DELETE", ("users", one):
                return self._delete_user(self._user(one))
            case "DELETE", ("deleted_users", one):
                return self._delete_for_good(one)
        raise _RefusedError(_missing())

    def _create(self, request: wire.Request) -> wire.Answer:
        key, fingerprint = request.header("Idempotency-Key"), hashlib.sha256(request.body).hexdigest()
        now = self._world.now()
        if len(key) > MAX_KEY_LETTERS:
            raise _RefusedError(wire.as_json(400, {"error": "IdempotentRequestError", "description": "Key too long"}))
        held = self._state.keys.get(key) if key else None
        if held and abs(now - held[1]) < KEY_MEMORY:
            if held[0] != fingerprint:
                said = {"error": "IdempotentRequestError", "description": "Request parameters do not match"}
                raise _RefusedError(wire.as_json(400, said))
            return wire.Answer(201, held[2].body, held[2].content_type, {"x-idempotency-lookup": "hit"})
        asked = wire.parsed(request)
        ticket = self._made(asked.get("ticket") if isinstance(asked, dict) else None, now)
        self._state.tickets[ticket.id] = ticket
        headers = {"Location": f"/api/v2/tickets/{ticket.id}.json", **({"x-idempotency-lookup": "miss"} if key else {})}
        shown = {"ticket": self._shown(ticket), "audit": {"id": self._id(), "ticket_id": ticket.id, "events": []}}
        answer = wire.as_json(201, shown, headers=headers, effects=1)
        if key:
            self._state.keys[key] = (fingerprint, now, answer)
        return answer

    def _made(self, asked: Any, now: datetime) -> Ticket:
        if not isinstance(asked, dict):
            raise _RefusedError(wire.as_json(400, {"error": "BadRequest", "description": "ticket is missing"}))
        comment = asked.get("comment") if isinstance(asked.get("comment"), dict) else {}
        text = (comment or {}).get("body") or asked.get("description")
        requester = asked.get("requester")
        if not isinstance(text, str) or not text.strip():
            raise _invalid("description", "Description: cannot be blank", "BlankValue")
        if not isinstance(requester, dict) or not _MAIL.fullmatch(str(requester.get("email"))):
            raise _invalid("requester", "Requester: Email is not properly formatted", "InvalidFormat")
        email = str(requester["email"]).lower()
        user = next((one for one in self._state.users.values() if one.email == email), None)
        if user is None:
            user = User(self._id(), str(requester.get("name") or email), email)
            self._state.users[user.id] = user
        tags = tuple(str(one) for one in asked.get("tags") or ())
        kind = asked.get("type")
        if kind not in (None, "problem", "incident", "question", "task"):
            raise _invalid("type", f"Type: {kind} is not valid", "InvalidValue")
        due_at = str(asked["due_at"]) if kind == "task" and asked.get("due_at") else None  # others have no such date
        subject = str(asked.get("subject") or "")
        return Ticket(self._id(), user.id, subject, text, tags, now, kind=kind, due_at=due_at)

    def _bin(self, tickets: list[Ticket], *, job: bool) -> wire.Answer:
        for one in tickets:
            one.state = "deleted"
        return self._queued(()) if job else wire.Answer(204)

    def _empty(self, tickets: list[Ticket]) -> wire.Answer:
        return self._queued(tuple(one.id for one in tickets))

    def _queued(self, ticket_ids: tuple[int, ...]) -> wire.Answer:
        job_id = f"V3-{secrets.token_hex(16)}"
        self._state.jobs[job_id] = _Job(ticket_ids)
        return wire.as_json(200, {"job_status": _job_status(job_id, "queued")})

    def _job(self, job_id: str) -> wire.Answer:
        job = self._state.jobs.get(job_id)
        if job is None:
            raise _RefusedError(_missing())
        job.asked += 1
        if job.asked == 1:
            return wire.as_json(200, {"job_status": _job_status(job_id, "working")})
        for one in job.ticket_ids:
            self._state.tickets[one].state = "gone"
            self._state.tickets[one].text = self._state.tickets[one].subject = "SCRUBBED"
        return wire.as_json(200, {"job_status": _job_status(job_id, "completed")})

    def _search(self, request: wire.Request) -> wire.Answer:
        wanted = request.query.get("query", "").removeprefix("email:").strip('"').lower()
        found = [one for one in self._state.users.values() if one.active and wanted and wanted in (one.email or "")]
        return _listed("users", [_user(one) for one in found])

    def _delete_user(self, user: User) -> wire.Answer:
        if any(one.requester_id == user.id and one.state == "open" for one in self._state.tickets.values()):
            raise _invalid("base", "User has tickets that are not deleted", "UserHasTickets")
        user.active = False
        return wire.as_json(200, {"user": _user(user)})

    def _delete_for_good(self, written: str) -> wire.Answer:
        user = self._state.users.get(_number(written))
        if user is None or user.active or user.gone:
            raise _RefusedError(_missing())
        user.name, user.email, user.gone = "Permanently Deleted User", None, True
        return wire.as_json(200, {"deleted_user": _user(user)})

    def _compliance(self, written: str) -> wire.Answer:
        user = self._state.users.get(_number(written))
        if user is None or user.active:
            raise _RefusedError(_missing())
        said = {"application": "all", "account_subdomain": "simulator", "user_id": user.id}
        steps = ["request_deletion", *(["complete"] if user.gone else [])]
        statuses = [{"action": step, "created_at": _text(self._world.now()), **said} for step in steps]
        return wire.as_json(200, {"compliance_deletion_statuses": statuses})

    def _in_bin(self, written: str) -> Ticket | None:
        """Of many tickets at once, those that are not in the bin are passed over; the job tells of them."""
        ticket = self._state.tickets.get(_number(written))
        return ticket if ticket is not None and ticket.state == "deleted" else None

    def _ticket(self, written: str, state: str) -> Ticket:
        ticket = self._state.tickets.get(_number(written))
        if ticket is None or ticket.state != state:
            raise _RefusedError(_missing())
        return ticket

    def _user(self, written: str) -> User:
        user = self._state.users.get(_number(written))
        if user is None or not user.active:
            raise _RefusedError(_missing())
        return user

    def _shown(self, ticket: Ticket) -> dict[str, Any]:
        return {
            "url": f"/api/v2/tickets/{ticket.id}.json", "id": ticket.id, "external_id": None,
            "created_at": _text(ticket.at), "updated_at": _text(ticket.at), "type": ticket.kind, "due_at": ticket.due_at, "subject": ticket.subject,
            "raw_subject": ticket.subject, "description": ticket.text, "priority": None, "status": "new",
            "requester_id": ticket.requester_id, "submitter_id": ticket.requester_id, "tags": list(ticket.tags),
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}}, "custom_fields": [],
        }  # fmt: skip

    def _id(self) -> int:
        self._state.next_id += 1
        return self._state.next_id


def signed(secret: str, body: bytes, *, at: datetime, invocation: str) -> dict[str, str]:
    """The headers with which the vendor calls a webhook: base64 of HMAC-SHA256 over the timestamp and the body."""
    stamp = _text(at)
    mac = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(mac).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Invocation-Id": invocation,
        "User-Agent": "Zendesk Webhook",
        "Content-Type": "application/json",
    }


def event(kind: str, subject: str, *, at: datetime) -> bytes:
    """The body of an event, as the vendor writes it: `event("user.deleted", "zen:user:123", at=...)`."""
    made: Mapping[str, Any] = {
        "type": f"zen:event-type:{kind}", "account_id": 1, "id": secrets.token_hex(13), "time": _text(at),
        "zendesk_event_version": "2022-06-20", "subject": subject,
        "detail": {"id": subject.rpartition(":")[2]}, "event": {},
    }  # fmt: skip
    return json.dumps(made).encode()


def _ids(request: wire.Request) -> list[str]:
    return [one for one in request.query.get("ids", "").split(",") if one][:100]


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 18 else -1


def _user(one: User) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "email": one.email, "active": one.active, "role": "end-user"}


def _listed(name: str, items: list[dict[str, Any]]) -> wire.Answer:
    return wire.as_json(200, {name: items, "count": len(items), "next_page": None, "previous_page": None})


def _job_status(job_id: str, status: str) -> dict[str, Any]:
    done = status == "completed"
    return {
        "id": job_id, "url": f"/api/v2/job_statuses/{job_id}.json", "total": None, "progress": None, "status": status,
        "message": "Completed" if done else None, "results": {"success": True} if done else None,
    }  # fmt: skip


def _missing() -> wire.Answer:
    return wire.as_json(404, {"error": "RecordNotFound", "description": "Not found"})


def _invalid(name: str, description: str, error: str) -> _RefusedError:
    details = {name: [{"description": description, "error": error}]}
    said = {"error": "RecordInvalid", "description": "Record validation errors", "details": details}
    return _RefusedError(wire.as_json(422, said))


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
