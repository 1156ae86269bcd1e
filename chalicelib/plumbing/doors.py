"""The four kinds of door: reads, forms, webhooks and jobs; each finds out who asks, checks the seal and gives the answer."""

import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

from chalice.app import Blueprint, Request, Response

from chalicelib.plumbing import answers, api_keys, clock, forms, ids, once, seals, sessions, words
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.forms import Field, Form
from chalicelib.plumbing.refusals import (
    Forbidden,
    Gone,
    Malformed,
    Missing,
    Refusal,
    Tampered,
    TooLarge,
    TooMany,
    Unknown,
)
from chalicelib.plumbing.visit import Visit, of_job

TEAM = ("owner", "admin", "employee")
ADMINS = ("owner", "admin")
OWNER = ("owner",)
ANON = "__Host-anon"
BODIES = ["application/json", "application/x-www-form-urlencoded"]
PAGING = (
    Field("limit", "integer", required=False, least=1, most=100, default=50),
    Field("cursor", required=False, longest=2000, default=None),
)
_PART = re.compile(r"[A-Za-z0-9._~-]{1,300}")
_PLAIN_IP = re.compile(r"[0-9a-fA-F:.]{2,45}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form is given for one visitor: the values of its path, its fields with their options, its locked values."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] | None = None
    locked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """One door as declared: what the API description, the form office and the house tests know of it."""

    method: str
    path: str
    name: str
    summary: str
    protection: str  # none, session, form, webhook
    who: tuple[str, ...] | None = None
    resource: str | None = None
    status: int = 200
    form: Form | None = None
    query: tuple[Field, ...] = ()
    answer: str | None = None
    offer: Callable[[Visit, Mapping[str, str]], Offer] | None = None
    for_browsers: bool = False  # a POST that stands for the method a sealed form names


_denials: list[Callable[[Visit, str], None]] = []


def report_denials_to(report: Callable[[Visit, str], None]) -> None:
    """Who writes down that somebody was turned away. Plumbing may not know the log, so the entrance tells it here."""
    _denials[:] = [report]


def stay(_result: dict[str, Any]) -> str:
    """For `then`: a browser stays and sees the result, which cannot be had again."""
    return ""


class Doors:
    """The doors of one room: a Chalice blueprint, and the list of what was declared on it."""

    def __init__(self, module: str) -> None:
        self.blueprint = Blueprint(module)
        self.declared: list[Door] = []
        self._overridden: dict[str, dict[str, tuple[Door, _Opening]]] = {}

    def read(
        self,
        path: str,
        *,
        who: tuple[str, ...] | None = None,
        resource: str | None = None,
        query: tuple[Field, ...] = (),
        answer: str | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A GET. The handler gets the visit, the values of the query and the parts of the path; it gives JSON or an Answer."""

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                "GET", path, handler.__name__, _promise(handler), "session" if who else "none", who, resource,
                query=query, answer=answer,
            )  # fmt: skip

            def answered(knock: "_Knock", params: Mapping[str, str]) -> Answer:
                visit = knock.let_in(door)
                values = forms.read(query, {f.name: knock.query[f.name] for f in query if f.name in knock.query},
                                    as_text=True)  # fmt: skip
                return _as_answer(handler(visit, values, **params), 200, door)

            # A GET has no body; some programs name a type for it all the same.
            return self._hang(door, handler, answered, content_types=["*/*"])

        return hang

    def form(  # the parts of a form's door
        self,
        form: Form,
        *,
        status: int = 200,
        who: tuple[str, ...] | None = None,
        resource: str | None = None,
        answer: str | None = None,
        offer: Callable[[Visit, Mapping[str, str]], Offer] | None = None,
        after: Callable[[dict[str, Any], Visit], Mapping[str, str]] | None = None,
        then: Callable[[dict[str, Any]], str] | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A sealed form. The handler gets the visit, the checked values and the parts of the path; it gives the result.

        `after` makes further headers from the result (a cookie), `then` says where a browser goes next.
        """

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                form.method, form.path, handler.__name__, _promise(handler), "form", who, resource, status, form,
                answer=answer, offer=offer,
            )  # fmt: skip

            def answered(knock: "_Knock", params: Mapping[str, str]) -> Answer:
                result, visit = _filled_in(knock, door, handler, params)
                headers = dict(after(result, visit)) if after else {}
                place = then(result) if then else f"/done/{form.name}"
                return Answer(status, None if status == 204 else result, headers, door.name, see_other=place)

            opened = self._hang(door, handler, answered, content_types=BODIES)
            if form.method != "POST":
                self._hang_for_browsers(door, answered)
            return opened

        return hang

    def webhook(
        self, path: str, methods: Sequence[str], *, content_types: Sequence[str]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A call from a provider. The handler gets the visit, what was sent (query or form) and the parts of the path."""

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            doors = [Door(m, path, handler.__name__, _promise(handler), "webhook") for m in methods]

            def answered(knock: "_Knock", params: Mapping[str, str]) -> Answer:
                visit = replace(knock.stranger(), source="webhook")
                knock.visit = visit
                sent = {**knock.query, **knock.lenient_body()}
                return _as_answer(handler(visit, sent, **params), 200, doors[0])

            self.declared.extend(doors[1:])
            return self._hang(doors[0], handler, answered, methods=list(methods), content_types=list(content_types))

        return hang

    def other(self, path: str, methods: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """What leads nowhere: every other path, answered by a refusal."""

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door("GET", path, handler.__name__, _promise(handler), "none")

            def answered(knock: "_Knock", params: Mapping[str, str]) -> Answer:
                return _as_answer(handler(knock.stranger(), {}, **params), 200, door)

            return self._hang(door, handler, answered, methods=list(methods), content_types=["*/*"], listed=False)

        return hang

    def job(self, name: str, expression: str) -> Callable[[Callable[[Visit], Any]], Any]:
        """A scheduled job. Chalice event handlers do not load app.py (aws/chalice#1566), so all a job needs is here."""

        def hang(handler: Callable[[Visit], Any]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> Any:
                request_id = getattr(event.context, "aws_request_id", None) or ids.new()
                return answers.plain(_logged_job(name, request_id, lambda: handler(of_job(clock.now(), request_id))))

            return self.blueprint.schedule(expression, name=name)(run)

        return hang

    def queue(self, name: str) -> Callable[[Callable[[Visit, str], None]], Any]:
        """A worker for a queue: one message at a time; those that fail come again, the others are done (partial batch)."""

        def hang(handler: Callable[[Visit, str], None]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> dict[str, Any]:
                from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

                request_id = getattr(event.context, "aws_request_id", None) or ids.new()

                def one(record: Any) -> None:
                    handler(of_job(clock.now(), request_id), record.body)

                processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
                return dict(
                    process_partial_response(
                        event=event.to_dict(), record_handler=one, processor=processor, context=event.context
                    )
                )

            # The real queue is put in by infra/resources.yaml; Chalice wants an address that looks like one.
            placeholder = "arn:aws:sqs:eu-central-2:000000000000:outbox"
            return self.blueprint.on_sqs_message(queue_arn=placeholder, batch_size=10, name=name)(run)

        return hang

    def _hang_for_browsers(self, door: Door, answered: "_Opening") -> None:
        """A page can only POST: let a sealed form say in `_method` which method it was issued for."""
        first = door.path not in self._overridden
        self._overridden.setdefault(door.path, {})[door.method] = (door, answered)
        if not first:
            return
        self.declared.append(replace(door, method="POST", for_browsers=True))
        meant = self._overridden[door.path]

        def opened(**params: str) -> Response:
            request = self.blueprint.current_request
            chosen = meant.get(_Knock(request).method_meant())
            if chosen is None:
                return _answered(request, door, params, _no_such_method)
            return _answered(request, chosen[0], params, chosen[1])

        self.blueprint.route(door.path, methods=["POST"], name=f"browser {door.path}", content_types=BODIES)(opened)

    def _hang(
        self,
        door: Door,
        handler: Callable[..., Any],
        answered: "_Opening",
        *,
        methods: list[str] | None = None,
        content_types: list[str] | None = None,
        listed: bool = True,
    ) -> Callable[..., Any]:
        if listed:
            self.declared.append(door)

        @functools.wraps(handler)
        def opened(**params: str) -> Response:
            return _answered(self.blueprint.current_request, door, params, answered)

        kwargs: dict[str, Any] = {"content_types": content_types} if content_types else {}
        self.blueprint.route(door.path, methods=methods or [door.method], name=f"{door.method} {door.path}", **kwargs)(
            opened
        )
        return opened


# ---------------------------------------------------------------- one request


def _answered(
    request: Request,
    door: Door,
    params: Mapping[str, str],
    answered: "_Opening",
) -> Response:
    started = time.perf_counter()
    knock = _Knock(request)
    refused: Refusal | None = None
    answer: Answer
    try:
        for name, part in params.items():
            if name != "proxy" and not _PART.fullmatch(part):
                raise Missing
        answer = answered(knock, params)
    except Refusal as refusal:
        refused = refusal
    except Exception as problem:  # noqa: BLE001 - the last line before the visitor: nothing inside may show
        refused = answers.unexpected(problem, door.name, knock.request_id)
    if refused is not None:
        answer = answers.refusal(refused, knock.request_id, knock.language)
        _note_denial(knock, refused)
    response = answers.response(answer, wants_page=knock.wants_page, sent_form=knock.sent_form,
                                language=knock.language, request_id=knock.request_id)  # fmt: skip
    answers.log_line(door.name, knock.request_id, response.status_code, time.perf_counter() - started)
    return response


def _no_such_method(knock: "_Knock", params: Mapping[str, str]) -> Answer:
    raise answers.NoSuchMethod("method_not_allowed")


def _note_denial(knock: "_Knock", refusal: Refusal) -> None:
    visit = knock.visit
    turned_away = isinstance(refusal, Tampered | Forbidden | TooMany | Gone) or (
        # A failed login leaves a fact of its own.
        isinstance(refusal, Unknown) and (knock.showed_something or refusal.code not in ("sign_in", "login_failed"))
    )
    foreign = isinstance(refusal, Missing) and visit is not None and (visit.partner_id or visit.source == "webhook")
    if _denials and (turned_away or foreign):
        _denials[0](visit or knock.stranger(), refusal.code)


def _filled_in(
    knock: "_Knock", door: Door, handler: Callable[..., Any], params: Mapping[str, str]
) -> tuple[dict[str, Any], Visit]:
    form = door.form
    assert form is not None
    visit = knock.let_in(door, form=form)
    sent = knock.body(form.longest_body)
    token = knock.header("x-form-token") or sent.pop("_token", None)
    sent.pop("_token", None)
    sent.pop("_method", None)
    if knock.as_text:
        forms.expect_lists(form.fields, sent)
    locked: Mapping[str, Any] = {}
    if visit.source == "api":
        wish = knock.header("idempotency-key")
        if wish:
            nonce = f"{visit.session}/{wish[:200]}"
            visit = replace(
                visit, once=once.right(nonce, [door.path, dict(params), sent], visit.at + timedelta(days=1))
            )
    else:
        opened = seals.open_(
            token if isinstance(token, str) else None,
            form=form.name, method=form.method, path=knock.path,
            holder=knock.holder(form), sent=sent, at=visit.at,
        )  # fmt: skip
        locked = opened.locked
        visit = replace(visit, once=once.right(opened.nonce, sent, opened.expires_at))
    knock.visit = visit
    try:
        values = forms.read(form.fields, {**sent, **locked}, as_text=knock.as_text)
        return handler(visit, values, **params) or {}, visit
    except (Refusal, once.Used):
        # Sent again, perhaps: then the first answer is the answer, whatever has changed since.
        repeated, first = once.answer(visit.once) if visit.once else (False, None)
        if repeated and first is not None:
            return first, visit
        raise


_Opening = Callable[["_Knock", Mapping[str, str]], Answer]


class _Knock:
    """One request before we know who it is."""

    def __init__(self, request: Request) -> None:
        self._request = request
        context: Mapping[str, Any] = request.context
        self.request_id = str(context.get("requestId") or ids.new())
        self.visit: Visit | None = None
        headers: Mapping[str, str] = request.headers
        self.wants_page = answers.wants_page(headers.get("accept", ""))
        content_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        self.as_text = content_type == "application/x-www-form-urlencoded"
        self.sent_form = self.as_text and request.method != "GET"
        self.query: dict[str, Any] = {}
        given = request.query_params
        for name in given or ():
            assert given is not None
            self.query[name] = given.getlist(name)[-1]
        self.language = self._language(headers.get("accept-language", ""))
        self.showed_something = False
        self._session: sessions.Session | None = None

    @property
    def path(self) -> str:
        path = str(self._request.context.get("path") or self._request.path)
        stage = "/" + str(self._request.context.get("stage") or "")
        if len(stage) > 1 and path.startswith(stage + "/"):
            path = path[len(stage) :]
        return path.rstrip("/") or "/"

    def header(self, name: str) -> str | None:
        value = self._request.headers.get(name)
        return value if isinstance(value, str) and value else None

    def stranger(self) -> Visit:
        identity = self._request.context.get("identity") or {}
        ip = str(identity.get("sourceIp") or "")
        return Visit(
            at=clock.now(), request_id=self.request_id, source="web", language=self.language,
            ip=ip if _PLAIN_IP.fullmatch(ip) else None,
        )  # fmt: skip

    def let_in(self, door: Door, form: Form | None = None) -> Visit:
        """The visit, if whoever knocks may pass this door. Raises Unknown or Forbidden."""
        visit = self.stranger()
        self.visit = visit
        bearer = self.header("authorization")
        if bearer is not None:
            visit = self._by_key(visit, bearer, door)
        elif door.who is not None:
            visit = self._by_session(visit)
        self.visit = visit
        if door.who is not None and visit.role not in door.who:
            raise Forbidden("role_too_low")
        return visit

    def holder(self, form: Form) -> str | None:
        """What a form is bound to: the session, or the anonymous visitor's cookie."""
        if form.signed_in:
            return f"session/{self._session.key}" if self._session else None
        anon = self.cookies().get(ANON)
        return f"anon/{anon}" if anon else None

    def cookies(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in (self.header("cookie") or "").split(";")[:50]:
            name, _, value = part.strip().partition("=")
            if name and name not in found and len(value) <= 200:
                found[name] = value
        return found

    def body(self, longest: int) -> dict[str, Any]:
        raw: bytes = self._raw()
        if len(raw) > longest:
            raise TooLarge("body_too_large", params={"most": longest})
        if self.as_text:
            return _urlencoded(raw)
        if not raw.strip():
            return {}
        sent = answers.strict_json(raw)
        if not isinstance(sent, dict):
            raise Malformed("not_an_object")
        return sent

    def method_meant(self) -> str:
        """The method that a form posted by a page names; empty for everything else."""
        return str(self.lenient_body().get("_method", "")).upper() if self.as_text else ""

    def lenient_body(self) -> dict[str, Any]:
        raw = self._raw()
        if not raw or len(raw) > 65_536:
            return {}
        try:
            return _urlencoded(raw) if self.as_text else self.body(65_536)
        except Refusal:
            return {}

    def _raw(self) -> bytes:
        try:
            raw = self._request.raw_body or b""
        except ValueError:
            raise Malformed("not_readable") from None
        return raw if isinstance(raw, bytes) else raw.encode()

    def _by_key(self, visit: Visit, bearer: str, door: Door) -> Visit:
        self.showed_something = True
        kind, _, key = bearer.partition(" ")
        found = api_keys.find(key.strip()) if kind.lower() == "bearer" and len(key) < 300 else None
        if found is None:
            raise Unknown("api_key_invalid")
        partner_id, key_id, scopes = found
        visit = replace(
            visit, partner_id=partner_id, role="admin", scopes=scopes, source="api", session=f"key/{key_id}"
        )
        self.visit = visit
        if door.who is not None:
            verb = "read" if door.method == "GET" else "write"
            if not {verb, f"{door.resource}:{verb}"} & set(scopes):
                raise Forbidden("scope_missing", params={"scope": f"{door.resource}:{verb}"})
        return visit

    def _by_session(self, visit: Visit) -> Visit:
        cookie = self.cookies().get(sessions.COOKIE)
        if cookie is None:
            raise Unknown("sign_in")
        self.showed_something = True
        session = sessions.find(cookie, visit.at)
        if session is None:
            raise Unknown("session_over")
        self._session = session
        return replace(
            visit, partner_id=session.partner_id, employee_id=session.employee_id, role=session.role,
            session=session.key,
        )  # fmt: skip

    def _language(self, accepted: str) -> str:
        wished = self.query.get("lang")
        if wished in forms.LANGUAGES:
            return str(wished)
        return words.language_of(accepted)


def issue(knock_of: Request, door: Door, context: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Issue the form of `door` to whoever asks: the form as JSON, and the headers that go with it (a cookie perhaps)."""
    form = door.form
    assert form is not None
    knock = _Knock(knock_of)
    visit = knock.let_in(replace(door, method="GET") if form.signed_in else replace(door, who=None))
    offer = door.offer(visit, context) if door.offer else Offer({p: context.get(p, "") for p in form.parameters})
    parameters = {p: offer.parameters.get(p) or context.get(p, "") for p in form.parameters}
    if not all(_PART.fullmatch(part) for part in parameters.values()):
        raise Missing
    fields = offer.fields if offer.fields is not None else form.fields
    fields = tuple(one for one in fields if one.name not in offer.locked)
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    holder = knock.holder(form)
    if holder is None:
        anon = ids.secret()
        headers["Set-Cookie"] = f"{ANON}={anon}; Path=/; Secure; HttpOnly; SameSite=Lax"
        holder = f"anon/{anon}"
    path = form.path.format_map(parameters)
    token, expires_at = seals.issue(
        form.name, method=form.method, path=path, holder=holder, fields=fields, locked=offer.locked, at=visit.at
    )
    described = {
        "form": form.name,
        "action": path,
        "method": form.method,
        "fields": [answers.described(one, visit.language) for one in fields],
        "locked": dict(offer.locked),
        "token": token,
        "expires_at": expires_at,
    }
    return described, headers


def _urlencoded(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qs(raw.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=500)
    except (ValueError, UnicodeDecodeError):
        raise Malformed("not_readable") from None
    return {name: values if len(values) > 1 else values[0] for name, values in pairs.items()}


def _as_answer(made: Any, status: int, door: Door) -> Answer:
    return made if isinstance(made, Answer) else Answer(status, made, {}, door.name)


def _promise(handler: Callable[..., Any]) -> str:
    return (handler.__doc__ or handler.__name__).strip().splitlines()[0].rstrip(".")


def _logged_job(name: str, request_id: str, run: Callable[[], Any]) -> Any:
    from chalicelib.plumbing import log

    try:
        result = run()
    except Exception as problem:
        log.error("job.failed", problem, job=name, request_id=request_id)
        raise
    log.info("job.done", job=name, request_id=request_id)
    return result
