"""SMSAPI as its customers see it: sms.do with its numeric errors, the account calls, and delivery reports.

Faithful to the vendor's documentation and clients (OpenAPI files of api.smsapi.com, smsapi-client 2.9.7). Trial numbers
choose their own fate: ending 0401 NOT_FOUND, 0405 UNDELIVERED, 0406 FAILED, 0999 no report at all, others DELIVERED.
Unlike the vendor, which cannot reach localhost, this one reports to nothing but localhost. A message scheduled with
`date` waits to be cancelled and gets no report.
"""

import hmac
import http.client
import re
import secrets
import threading
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from infra.local.providers import wire

MESSAGES = {
    8: "Malformed request",
    11: "Empty or too long message, or special characters where none are allowed",
    12: "The message needs more parts than max_parts",
    13: "No valid recipient",
    14: "Sender name is not allowed",
    18: "Wrong number of parameters",
    19: "Too many messages in one request",
    20: "Wrong number of idx values",
    27: "idx is longer than 255 characters",
    28: "Wrong time_restriction",
    50: "Scheduled more than three months ahead",
    53: "idx was used within the last 24 hours",
    54: "Wrong date",
    56: "expiration_date is not between 15 minutes and 72 hours after sending",
    70: "Wrong notify_url",
    101: "Authorization failed",
    301: "Not exists ID message",
}
FATES = {"0401": (401, "NOT_FOUND"), "0405": (405, "UNDELIVERED"), "0406": (406, "FAILED"), "0999": None}
DELIVERED = (404, "DELIVERED")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
POINTS_PER_PART = 0.16
FIRST_POINTS = 100_000.0
MAX_PARTS = 6
MAX_LETTERS = 1530
MAX_RECIPIENTS = 10_000
MAX_IDX_LETTERS = 255
REPORTS_PER_CALL = 5
IDX_MEMORY = timedelta(hours=24)
NUMBER = re.compile(r"[1-9][0-9]{7,15}")
DIGIT_SENDER = re.compile(r"[0-9]{8,16}")
NAME_SENDER = re.compile(r"[A-Za-z0-9_.\-&@ %!+]{1,11}")
# 3GPP TS 23.038: one septet each, then those behind an escape.
PLAIN = re.compile(r"[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]")
ESCAPED = re.compile(r"[\^{}\[\]~\\|€\f]")
LIKE_NOTHING = ("", "0", "false")


class _RefusedError(Exception):
    def __init__(self, code: int, invalid: list[dict[str, str]] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.invalid = invalid


@dataclass(slots=True)
class Message:
    """One accepted message; `report` tells people how its delivery ended."""

    provider_id: str
    number: str
    sender: str
    text: str
    idx: str | None
    parts: int
    at: datetime
    scheduled_at: datetime | None
    notify_url: str | None
    report: str = "QUEUE"
    order: int = field(default_factory=time.monotonic_ns)


@dataclass(slots=True)
class _Report:
    due: float
    url: str
    message: Message
    status: int
    name: str
    attempts: int = 0


@dataclass(slots=True)
class _State:
    messages: list[Message] = field(default_factory=list)
    idx_at: dict[str, datetime] = field(default_factory=dict)
    reports: list[_Report] = field(default_factory=list)
    points: float = FIRST_POINTS


class Smsapi:
    """The vendor: what it has accepted, which references it has seen, which reports it still owes."""

    name = "smsapi"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._state = _State()
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._reporter = threading.Thread(target=self._report_forever, name="smsapi-reports", daemon=True)
        self._reporter.start()

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def answer(self, request: wire.Request) -> wire.Answer:
        if request.path == "/ping":
            return self._ping(request)
        if request.path == "/sms.do" and request.method == "POST":
            return self._sms(request)
        if request.path in ("/profile", "/user.do") and request.method == "GET":
            return self._account(request)
        return wire.as_json(404, {"message": "Not found", "error": "not_found", "code": 404, "errors": None})

    def messages(self) -> list[Message]:
        """What was accepted, oldest first."""
        with self._lock:
            return list(self._state.messages)

    def reset(self) -> None:
        with self._lock:
            self._state = _State()

    def close(self) -> None:
        self._stopped.set()
        self._wake.set()
        self._reporter.join(timeout=10)

    def _authorised(self, request: wire.Request) -> bool:
        scheme, _, token = request.header("Authorization").partition(" ")
        token = token.strip()
        wanted = self._world.smsapi_token
        known = wanted is None or hmac.compare_digest(token.encode(), wanted.encode())
        return scheme.lower() == "bearer" and bool(token) and known

    def _ping(self, request: wire.Request) -> wire.Answer:
        if request.method == "HEAD":
            return wire.Answer(204)
        if request.method == "GET":
            return wire.as_json(200, {"authorized": self._authorised(request), "unavailable": []})
        return wire.as_json(405, {"message": "Method not allowed", "error": "method_not_allowed", "errors": None})

    def _account(self, request: wire.Request) -> wire.Answer:
        with self._lock:
            points = round(self._state.points, 4)
        if not self._authorised(request):
            if request.path == "/user.do":
                return wire.as_json(401, {"error": 101, "message": MESSAGES[101]})
            return wire.as_json(401, {"message": MESSAGES[101], "error": "authorization_failed", "errors": None})
        if request.path == "/profile":
            user = {"name": "simulator", "username": "simulator", "email": "simulator@example.ch"}
            return wire.as_json(200, user | {"payment_type": "prepaid", "user_type": "native", "points": points})
        if request.query.get("format") != "json":
            return wire.Answer(200, f"Points: {points}".encode(), "text/plain; charset=utf-8")
        if request.query.get("credits"):
            messages = int(points / POINTS_PER_PART)
            counts = {"proCount": messages, "ecoCount": 0, "mmsCount": 0, "vmsGsmCount": 0, "vmsLandCount": 0}
            return wire.as_json(200, {"points": points} | counts)
        limits = {"limit": 0, "month_limit": 0, "senders": 1, "phonebook": 0, "active": 1, "info": ""}
        return wire.as_json(200, {"username": "simulator"} | limits)

    def _sms(self, request: wire.Request) -> wire.Answer:
        fields = _fields(request)
        as_json = fields.get("format") == "json"
        if not self._authorised(request):
            return _error(101, as_json, None, status=401)
        try:
            if "sch_del" in fields:
                return self._cancel(fields["sch_del"])
            return self._send(fields, as_json)
        except _RefusedError as refused:
            return _error(refused.code, as_json, refused.invalid)

    def _cancel(self, ids: str) -> wire.Answer:
        wanted = [one.strip() for one in ids.split(",") if one.strip()]
        now = self._world.now()
        with self._lock:
            by_id = {one.provider_id: one for one in self._state.messages}
            found = [by_id[one] for one in wanted if one in by_id and (by_id[one].scheduled_at or now) > now]
            if not found or len(found) != len(wanted):
                raise _RefusedError(301)
            for one in found:
                self._state.messages.remove(one)
        return wire.as_json(200, {"count": len(found), "list": [{"id": one.provider_id} for one in found]})

    def _send(self, fields: Mapping[str, str], as_json: bool) -> wire.Answer:
        now = self._world.now()
        text, letters, parts = _text(fields)
        sender = self._sender(fields)
        wanted = fields.get("to", "").split(",")
        if len(wanted) > MAX_RECIPIENTS:
            raise _RefusedError(19)
        idx_by_place = _idx(fields, len(wanted))
        recipients, invalid = _recipients(wanted, allow_duplicates=_is_on(fields, "allow_duplicates"))
        scheduled_at = _schedule(fields, now)
        if fields.get("time_restriction", "follow") not in ("follow", "ignore", "nearest_available"):
            raise _RefusedError(28)
        notify_url = _notify_url(fields)
        if not recipients:
            raise _RefusedError(13, invalid)
        messages = [
            Message(
                provider_id=str(10**18 + secrets.randbelow(9 * 10**18)),
                number=number,
                sender=sender,
                text=text,
                idx=idx_by_place[place],
                parts=parts,
                at=now,
                scheduled_at=scheduled_at,
                notify_url=notify_url,
            )
            for place, number in recipients
        ]
        trial = _is_on(fields, "test")
        self._accept(messages, now, check_idx=_is_on(fields, "check_idx"), trial=trial)
        return _accepted(messages, fields, letters=letters, as_json=as_json, effects=0 if trial else len(messages))

    def _sender(self, fields: Mapping[str, str]) -> str:
        sender = fields.get("from") or "Test"
        name = bool(
            NAME_SENDER.fullmatch(sender) and re.search("[A-Za-z]", sender) and not re.search("[0-9]{3}", sender)
        )
        registered = self._world.smsapi_senders
        if not (name or DIGIT_SENDER.fullmatch(sender)) or (registered is not None and sender not in registered):
            raise _RefusedError(14)
        return sender

    def _accept(self, messages: list[Message], now: datetime, *, check_idx: bool, trial: bool) -> None:
        """One step under one lock: two calls with the same idx can never both be accepted."""
        used = [message.idx for message in messages if message.idx]
        with self._lock:
            state = self._state
            if check_idx:
                fresh = [one for one in used if one in state.idx_at and abs(now - state.idx_at[one]) < IDX_MEMORY]
                if fresh or len(set(used)) != len(used):
                    raise _RefusedError(53)
            if trial:
                return
            state.idx_at.update(dict.fromkeys(used, now))
            state.messages.extend(messages)
            state.points -= POINTS_PER_PART * sum(message.parts for message in messages)
            due = time.monotonic() + self._world.report_delay_s
            for message in messages:
                fate = FATES.get(message.number[-4:], DELIVERED)
                if message.notify_url and fate and message.scheduled_at is None:
                    state.reports.append(_Report(due, message.notify_url, message, *fate))
        self._wake.set()

    def _report_forever(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                state = self._state
                now = time.monotonic()
                due = [one for one in state.reports if one.due <= now]
                state.reports = [one for one in state.reports if one.due > now]
                next_due = min((one.due for one in state.reports), default=None)
            by_url: dict[str, list[_Report]] = {}
            for one in due:
                by_url.setdefault(one.url, []).append(one)
            for url, reports in by_url.items():
                for start in range(0, len(reports), REPORTS_PER_CALL):
                    if not self._stopped.is_set():
                        self._report(url, reports[start : start + REPORTS_PER_CALL])
            if not due:
                self._wake.wait(None if next_due is None else max(0.0, next_due - time.monotonic()))
                self._wake.clear()

    def _report(self, url: str, batch: list[_Report]) -> None:
        answered_ok = _call(url, _report_query(batch, self._world.now()))
        with self._lock:
            for one in batch:
                one.attempts += 1
                if answered_ok:
                    one.message.report = one.name
                elif one.attempts > len(self._world.report_repeats_s):
                    one.message.report = f"{one.name} (nobody took the report)"
                elif one.message in self._state.messages:
                    one.due = time.monotonic() + self._world.report_repeats_s[one.attempts - 1]
                    self._state.reports.append(one)


def count_parts(text: str) -> int:
    """How many parts the text needs; the product has a counter of its own, and a test compares the two."""
    if all(PLAIN.match(letter) or ESCAPED.match(letter) for letter in text):
        widths, alone, each = [2 if ESCAPED.match(letter) else 1 for letter in text], 160, 153
    else:
        widths, alone, each = [len(letter.encode("utf-16-le", "surrogatepass")) // 2 for letter in text], 70, 67
    if sum(widths) <= alone:
        return 1
    parts, room = 1, each
    for width in widths:
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts


def _fields(request: wire.Request) -> dict[str, str]:
    if request.content_type == "application/json":
        value = wire.parsed(request)
        pairs = value.items() if isinstance(value, dict) else ()
        return {name: _as_field(name, one) for name, one in pairs if one is not None}
    raw = request.body.decode("latin-1")
    encoding = dict(parse_qsl(raw)).get("encoding", "utf-8")
    try:
        return dict(parse_qsl(raw, keep_blank_values=True, encoding=encoding, errors="replace"))
    except LookupError:
        return dict(parse_qsl(raw, keep_blank_values=True))


def _as_field(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ("|" if name == "idx" else ",").join(str(one) for one in value)
    return str(value)


def _is_on(fields: Mapping[str, str], name: str) -> bool:
    return fields.get(name, "").strip().lower() not in LIKE_NOTHING


def _text(fields: Mapping[str, str]) -> tuple[str, int, int]:
    text = fields.get("message", "")
    if _is_on(fields, "normalize"):
        text = "".join(_normal(letter) for letter in text)
    special = not all(PLAIN.match(letter) or ESCAPED.match(letter) for letter in text)
    if not text or len(text) > MAX_LETTERS or (special and _is_on(fields, "nounicode")):
        raise _RefusedError(11)
    limit = fields.get("max_parts", str(MAX_PARTS))
    if not (limit.isascii() and limit.isdigit() and int(limit)):
        raise _RefusedError(8)
    parts = count_parts(text)
    if parts > min(int(limit), MAX_PARTS):
        raise _RefusedError(12)
    return text, len(text), parts


def _normal(letter: str) -> str:
    if PLAIN.match(letter) or ESCAPED.match(letter):
        return letter
    bare = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return bare or "?"


def _recipients(wanted: list[str], *, allow_duplicates: bool) -> tuple[list[tuple[int, str]], list[dict[str, str]]]:
    recipients: list[tuple[int, str]] = []
    invalid: list[dict[str, str]] = []
    seen: set[str] = set()
    for place, written in enumerate(wanted):
        number = written.strip()
        if not NUMBER.fullmatch(number):
            invalid.append({"number": number, "submitted_number": written, "message": "Invalid phone number"})
        elif allow_duplicates or number not in seen:
            seen.add(number)
            recipients.append((place, number))
    return recipients, invalid


def _idx(fields: Mapping[str, str], recipients: int) -> list[str | None]:
    if not fields.get("idx"):
        return [None] * recipients
    values = fields["idx"].split("|")
    if any(len(one) > MAX_IDX_LETTERS for one in values):
        raise _RefusedError(27)
    if len(values) != recipients:
        raise _RefusedError(20)
    return [one or None for one in values]


def _schedule(fields: Mapping[str, str], now: datetime) -> datetime | None:
    at = _instant(fields.get("date", ""))
    if fields.get("date") and _is_on(fields, "date_validate") and (at is None or at < now):
        raise _RefusedError(54)
    if at and at > now + timedelta(days=92):
        raise _RefusedError(50)
    sending_at = at if at and at > now else None
    if fields.get("expiration_date"):
        expires = _instant(fields["expiration_date"])
        start = sending_at or now
        if expires is None or not timedelta(minutes=15) <= expires - start <= timedelta(hours=72):
            raise _RefusedError(56)
    return sending_at


def _instant(written: str) -> datetime | None:
    try:
        if written.isascii() and written.isdigit():
            return datetime.fromtimestamp(int(written), UTC)
        at = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _notify_url(fields: Mapping[str, str]) -> str | None:
    url = fields.get("notify_url")
    if not url:
        return None
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.hostname in LOCAL_HOSTS and (parts.port or 80) > 0
    except ValueError:
        local = False
    if not local or re.search(r"[^\x21-\x7e]", url):
        raise _RefusedError(70)
    return url


def _accepted(
    messages: list[Message], fields: Mapping[str, str], *, letters: int, as_json: bool, effects: int
) -> wire.Answer:
    points = round(POINTS_PER_PART * messages[0].parts, 4)
    if not as_json:
        lines = ";".join(f"OK:{message.provider_id}:{points}" for message in messages)
        return wire.Answer(200, lines.encode(), "text/plain; charset=utf-8", effects=effects)
    value: dict[str, Any] = {
        "count": len(messages),
        "list": [
            {
                "id": message.provider_id,
                "points": points,
                "number": message.number,
                "date_sent": int((message.scheduled_at or message.at).timestamp()),
                "submitted_number": message.number,
                "status": "QUEUE",
                "error": None,
                "idx": message.idx,
                "parts": message.parts,
            }
            for message in messages
        ],
    }
    if _is_on(fields, "details"):
        value |= {"message": messages[0].text, "length": letters, "parts": messages[0].parts}
    return wire.as_json(200, value, effects=effects)


def _error(code: int, as_json: bool, invalid: list[dict[str, str]] | None, *, status: int = 200) -> wire.Answer:
    if not as_json:
        return wire.Answer(status, f"ERROR:{code}".encode(), "text/plain; charset=utf-8")
    return wire.as_json(status, {"error": code, "message": MESSAGES[code], "invalid_numbers": invalid or None})


def _report_query(batch: list[_Report], now: datetime) -> str:
    columns = {
        "MsgId": [one.message.provider_id for one in batch],
        "status": [str(one.status) for one in batch],
        "status_name": [one.name for one in batch],
        "idx": [one.message.idx or "" for one in batch],
        "donedate": [str(int(now.timestamp())) for _ in batch],
        "sent_at": [str(int(one.message.at.timestamp())) for one in batch],
        "points": [str(round(POINTS_PER_PART * one.message.parts, 4)) for one in batch],
        "from": [one.message.sender for one in batch],
        "to": [one.message.number for one in batch],
        "mcc": ["228" for _ in batch],
        "mnc": ["01" for _ in batch],
    }
    return urlencode({"username": "simulator"} | {name: ",".join(values) for name, values in columns.items()})


def _call(url: str, query: str) -> bool:
    """GET the address; true when it answered 200 with exactly OK. No redirect is followed: it could leave this machine."""
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}{'&' if parts.query else ''}{query}"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=5)
    try:
        connection.request("GET", target, headers={"User-Agent": "SMSAPI-simulator"})
        answer = connection.getresponse()
        return answer.status == 200 and answer.read(64).strip() == b"OK"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
