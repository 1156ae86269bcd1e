"""One small HTTP server that plays every vendor the product talks to, for one machine only."""

import contextlib
import json
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from infra.local.providers import (
    autopilot,
    bexio,
    calendars,
    chatra,
    faults,
    ga4,
    inbox,
    journal,
    mail,
    ortto,
    smsapi,
    wire,
    zendesk,
)

JOBS = (
    "messaging_reminders",
    "messaging_announce",
    "privacy_purge",
    "privacy_checkpoint",
    "activity_rollup",
    "billing_sync",
)
MAX_BODY_BYTES = 60 * 1024 * 1024
ANSWER_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How the simulators sit beside the product.

    `clock_file` holds the instant at which the product's clock stands still and is absent in real time. `ses` makes a
    botocore sesv2 client of the emulator. `run_job` runs a scheduled job by its name and returns what it returned; it
    raises LookupError for a name it does not know.
    """

    clock_file: Path
    public_url: str
    ses: Callable[[], Any] | None = None
    run_job: Callable[[str], Any] | None = None
    smsapi_token: str | None = None
    smsapi_senders: tuple[str, ...] | None = None
    ortto_key: str | None = None
    autopilot_key: str | None = None
    zendesk_client: tuple[str, str] | None = None
    bexio_client: tuple[str, str] | None = None
    bexio_refresh_token: str | None = None
    report_delay_s: float = 0.3
    report_repeats_s: tuple[float, ...] = (1.0, 5.0, 20.0)


class Running:
    """The server while it runs: `port`, `url`, `journal`, and `close()`."""

    def __init__(self, port: int, settings: Settings) -> None:
        self.settings = settings
        self.journal = journal.Journal()
        self.faults = faults.Faults()
        self.stopping = threading.Event()
        world = wire.World(
            now=self.now,
            smsapi_token=settings.smsapi_token,
            smsapi_senders=settings.smsapi_senders,
            ortto_key=settings.ortto_key,
            autopilot_key=settings.autopilot_key,
            zendesk_client=settings.zendesk_client,
            bexio_client=settings.bexio_client,
            bexio_refresh_token=settings.bexio_refresh_token,
            report_delay_s=settings.report_delay_s,
            report_repeats_s=settings.report_repeats_s,
            ses=settings.ses,
        )
        self.smsapi = smsapi.Smsapi(world)
        self.mail = mail.Ses(world)
        self.zendesk = zendesk.Zendesk(world)
        self.bexio = bexio.Bexio(world)
        self.ortto = ortto.Ortto(world)
        self.autopilot = autopilot.Autopilot(world)
        self.by_prefix: dict[str, wire.Provider] = {
            "smsapi": self.smsapi,
            "ses": self.mail,
            "ortto": self.ortto,
            "autopilot": self.autopilot,
            "zendesk": self.zendesk,
            "bexio": self.bexio,
            "chatra": chatra.Chatra(world),
            "ga4": ga4.Ga4(world),
            "calendar": calendars.Calendars(world),
        }
        self._server = _Server(port, self)
        self.port = int(self._server.server_address[1])
        self.url = f"http://localhost:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="providers", daemon=True
        )
        self._thread.start()

    def now(self) -> datetime:
        """The product's time: where the clock was set to stand, or the real time."""
        return self.stands_at() or datetime.now(UTC)

    def stands_at(self) -> datetime | None:
        try:
            return datetime.fromisoformat(self.settings.clock_file.read_text(encoding="ascii").strip())
        except (FileNotFoundError, ValueError):
            return None

    def set_clock(self, now: datetime | None) -> None:
        """Let the product's clock stand at an instant, or run again; readers see the old or the new file, never half."""
        file = self.settings.clock_file
        if now is None:
            file.unlink(missing_ok=True)
            return
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        fresh.write_text(now.astimezone(UTC).isoformat(), encoding="ascii")
        os.replace(fresh, file)  # noqa: PTH105 - Path.replace is the same call; this one is known to be atomic

    def reset(self) -> None:
        """Empty the journal, the faults and what the vendors remember; the clock stays as it is."""
        self.faults.clear()
        for provider in self.by_prefix.values():
            provider.reset()
        self.journal.clear()

    def close(self) -> None:
        """Stop answering, close every connection, end every thread."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        for provider in self.by_prefix.values():
            provider.close()
        self._thread.join(timeout=10)


def serve(port: int, *, settings: Settings) -> Running:
    """Start the simulators on 127.0.0.1 (port 0: any free one) and return while they run; raises OSError if it is taken."""
    return Running(port, settings)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # a burst of workers connects at once
    daemon_threads = True

    def __init__(self, port: int, running: Running) -> None:
        self.running = running
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._open_lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake handlers that wait on kept-alive connections, so that none outlives the server."""
        with self._open_lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "providers"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    timeout = 75
    server: _Server

    def log_message(self, *_: Any) -> None:
        """The journal is the log."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the names are http.server's
    do_PROPFIND = do_PROPPATCH = do_REPORT = do_MKCALENDAR = do_OPTIONS = do_GET  # noqa: N815 - of CalDAV

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        prefix, _, rest = parts.path.lstrip("/").partition("/")
        request = wire.Request(
            method=self.command,
            target=self.path,
            path=f"/{rest}",
            query=query,
            headers=dict(self.headers.items()),
            body=body,
        )
        provider = self.server.running.by_prefix.get(prefix)
        if provider is not None:
            self._play(provider, request)
        else:
            self._answer(self._desk(parts.path, request))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding"):
            self._refuse(411, "send a Content-Length")
            return None
        if not (length.isascii() and length.isdigit()):
            self._refuse(400, "Content-Length is not a number")
            return None
        if int(length[:12]) > MAX_BODY_BYTES:
            self._refuse(413, "the body is too large")
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int, detail: str) -> None:
        self.close_connection = True
        self._answer(_problem(status, detail))

    def _play(self, provider: wire.Provider, request: wire.Request) -> None:
        """One call to a vendor: fault or not, it is in the journal before the caller hears of it."""
        running = self.server.running
        body = provider.describe(request)
        fault = running.faults.take(provider.name)
        if fault and not fault.after:
            running.stopping.wait(fault.delay_s)
        happens = fault is None or fault.after or not (fault.status or fault.drop)
        real = provider.answer(request) if happens else wire.Answer(0)
        seen = _seen(real, fault)
        running.journal.add(
            provider.name,
            request.method,
            request.target,
            headers=request.headers,
            body=body | dict(real.note) if isinstance(body, dict) else body,
            status=seen.status,
            answer=seen.body[:ANSWER_SHOWN].decode("utf-8", "replace"),
            effects=real.effects,
            clock_at=running.now(),
        )
        if fault and fault.after:
            running.stopping.wait(fault.delay_s)
        if seen.status:
            self._answer(seen)
        else:
            self._drop()

    def _drop(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _desk(self, path: str, request: wire.Request) -> wire.Answer:
        """What people and tests ask of the simulators themselves."""
        running = self.server.running
        match request.method, path:
            case (("GET" | "HEAD"), "/"):
                page = inbox.page(
                    running.smsapi.messages(),
                    running.mail.mails(),
                    running.zendesk.tickets(),
                    running.journal.items(),
                    public_url=running.settings.public_url,
                    now=running.now(),
                )
                headers = {"Content-Security-Policy": inbox.CONTENT_SECURITY_POLICY, "Cache-Control": "no-store"}
                return wire.Answer(200, page.encode(), "text/html; charset=utf-8", headers)
            case "GET", "/journal":
                return _journal(running, request)
            case "GET", "/faults":
                return wire.as_json(200, {"items": running.faults.waiting()})
            case "POST", "/faults":
                return _add_fault(running, request)
            case "POST", "/reset":
                running.reset()
                return wire.as_json(200, {"reset": True})
            case "GET", "/clock":
                return _clock(running)
            case "POST", "/clock":
                return _set_clock(running, request)
            case "POST", _ if path.startswith("/jobs/"):
                return _run_job(running, path.removeprefix("/jobs/"))
        return _problem(404, "there is nothing here")

    def _answer(self, answer: wire.Answer) -> None:
        self.send_response(answer.status)
        if answer.status not in (204, 304):
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and answer.status != 204:
            self.wfile.write(answer.body)
        self.wfile.flush()


def _seen(real: wire.Answer, fault: faults.Fault | None) -> wire.Answer:
    """What the caller gets to see of the real answer; status 0 is nothing at all."""
    if fault is None or not (fault.status or fault.drop):
        return real
    if fault.drop or fault.status is None:
        return wire.Answer(0)
    headers = dict(fault.headers)
    named = next((headers.pop(name) for name in list(headers) if name.lower() == "content-type"), None)
    if fault.body is not None:
        return wire.Answer(fault.status, fault.body.encode(), named or "text/plain; charset=utf-8", headers)
    body = json.dumps({"message": "a fault was asked for", "error": "fault"}).encode()
    return wire.Answer(fault.status, body, named or "application/json", headers)


def _problem(status: int, detail: str, **more: Any) -> wire.Answer:
    return wire.as_json(status, {"status": status, "detail": detail, **more})


def _journal(running: Running, request: wire.Request) -> wire.Answer:
    provider = request.query.get("provider") or None
    if provider and provider not in journal.PROVIDERS:
        return _problem(400, f"provider is one of {', '.join(journal.PROVIDERS)}")
    try:
        items = running.journal.items(provider=provider, since=request.query.get("since"))
    except ValueError:
        return _problem(400, "since is an ISO instant or an item number")
    return wire.as_json(200, {"items": items, "next": None})


def _add_fault(running: Running, request: wire.Request) -> wire.Answer:
    try:
        running.faults.add(faults.read(_posted(request)))
    except ValueError as error:
        return _problem(400, str(error))
    return wire.as_json(201, {"items": running.faults.waiting()})


def _clock(running: Running) -> wire.Answer:
    stands_at = running.stands_at()
    return wire.as_json(200, {"now": running.now().isoformat(), "stands_still": stands_at is not None})


def _set_clock(running: Running, request: wire.Request) -> wire.Answer:
    try:
        value = _posted(request)
        if not isinstance(value, dict) or set(value) != {"now"}:
            raise ValueError('post {"now": an ISO instant or null}')
        now = _instant(value["now"])
    except ValueError as error:
        return _problem(400, str(error))
    running.set_clock(now)
    return _clock(running)


def _instant(written: Any) -> datetime | None:
    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            raise ValueError("no offset")
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("now is an ISO 8601 instant with offset, or null") from error


def _run_job(running: Running, name: str) -> wire.Answer:
    if name not in JOBS:
        return _problem(404, f"no job is called {name[:100]}", jobs=list(JOBS))
    if running.settings.run_job is None:
        return _problem(503, "no product is attached", jobs=list(JOBS))
    try:
        result = running.settings.run_job(name)
    except LookupError:
        return _problem(404, f"the product has no job {name}", jobs=list(JOBS))
    except Exception as error:  # noqa: BLE001 - whatever a job dies of is the answer here
        return _problem(502, f"{type(error).__name__}: {error}")
    return wire.as_json(200, {"job": name, "result": result})


def _posted(request: wire.Request) -> Any:
    try:
        return json.loads(request.body or b"null")
    except (ValueError, RecursionError) as error:
        raise ValueError("the body is not JSON") from error
