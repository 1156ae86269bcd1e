"""The four kinds of door: reads, forms, webhooks and jobs; each finds out who asks, checks the seal and gives the answer."""

import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol

from chalice.app import Blueprint, Request, Response

from chalicelib.plumbing import answers, clock, forms, once, seals, show_form, trail, typed, words
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.forms import Field, File, Form
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.refusals import Forbidden, Gone, Missing, Refusal, Tampered, TooMany, Unavailable, Unknown
from chalicelib.plumbing.sheets import Host, Page, Sheet, Show
from chalicelib.plumbing.visit import Visit, of_job

TEAM = ("owner", "admin", "employee")
ADMINS = ("owner", "admin")
OWNER = ("owner",)
BODIES = ["application/json", "application/x-www-form-urlencoded"]
IN_PARTS = "multipart/form-data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = [IN_PARTS, XLSX]
"""What API Gateway must hand on byte for byte; infra/resources.yaml names the same for the local stand-in."""
PAGING = (
    Field("limit", "integer", required=False, least=1, most=100, default=50),
    Field("cursor", "cursor", required=False, default=None),
)
_WAYS_BACK = {"desk": "/desk"}
"""Where a form may lead that was opened with `?next=`: names that stand here, never an address that somebody sends."""
_PART = re.compile(r"[A-Za-z0-9._~-]{1,300}")
_NAME = re.compile(r"[a-z_]{1,60}")
_SETTLE = "policy_to_accept"
_COUNTED_BY_CODE = {"slot_taken": "SlotTaken", "form_token_invalid": "FormTokenInvalid"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form is given for one visitor: the values of its path, its fields with their options, its locked values.

    `labels` says what options are called that only this partner has: `{"service_id": {id: name}}`.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] | None = None
    locked: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


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
    greets: bool = False  # open to strangers, and knows whoever is signed in
    leads_back: bool = False
    asks_on: int | None = None
    host: Host | None = None
    for_browsers: bool = False  # a POST that stands for the method a sealed form names
    room: str = ""
    page: Show | None = None


class Hall(Protocol):
    """What doors have to know of the house around them. Plumbing may not look up, so app.py tells it."""

    def note_denial(self, visit: Visit, code: str) -> None:
        """Write down that somebody was turned away."""

    def form_door(self, name: str, context: Mapping[str, str]) -> Door | None:
        """The door of a form by its name."""

    def around(self, sheet: Sheet) -> Mapping[str, Any]:
        """What stands around every page: ways on, for visitors or for the team."""

    def sign_in(self, sheet: Sheet) -> Page:
        """What somebody sees who has to sign in first."""

    def passed(self, sheet: Sheet, door: Door) -> None:
        """Hear that somebody saw the page of `door`, or sent a form there that had its effect just now."""

    def settle(self, visit: Visit, door: Door) -> None:
        """Raise Forbidden `policy_to_accept` where something has to be settled before this door opens."""

    def settle_first(self, sheet: Sheet) -> Page:
        """What somebody sees who has to settle something first."""


_halls: list[Hall] = []


def stand_in(hall: Hall) -> None:
    """Tell the doors which house they belong to."""
    _halls[:] = [hall]


# What a page's POST to a path may stand for: rooms share a path where one changes what another erases.
_overridden: dict[str, dict[str, tuple[Door, "_Opening"]]] = {}

STAY = ""  # for `then`: a browser stays and sees the result, which cannot be had again


class Doors:
    """The doors of one room: a Chalice blueprint, and the list of what was declared on it."""

    def __init__(self, module: str) -> None:
        self.blueprint = Blueprint(module)
        self.room = module.split(".")[1]
        self.declared: list[Door] = []

    def read(
        self,
        path: str,
        *,
        who: tuple[str, ...] | None = None,
        resource: str | None = None,
        query: tuple[Field, ...] = (),
        answer: str | None = None,
        page: Show | None = None,
        greets: bool = False,
        host: Host | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A GET. The handler gets the visit, the values of the query and the parts of the path; it gives JSON or an Answer.

        A browser gets what `page` makes of that JSON; a refusal is worded and drawn by `host`. A door that `greets` is open to strangers and knows who is signed in.
        """

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                "GET", path, handler.__name__, _promise(handler), "session" if who else "none", who, resource,
                query=query, answer=answer, room=self.room, page=page, greets=greets, host=host,
            )  # fmt: skip

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                visit = knock.let_in(door)
                if knock.wants_page:
                    _settle(visit, door)
                values = forms.read(query, {f.name: knock.query[f.name] for f in query if f.name in knock.query},
                                    as_text=True)  # fmt: skip
                answer = _as_answer(handler(visit, values, **params), 200, door)
                if page is None or not knock.wants_page:
                    return answer
                return replace(answer, page=page.page(_sheet(knock, visit, params, answers.plain(answer.content))))

            # A GET has no body; some programs name a type for it all the same.
            return self._hang(door, handler, answered, methods=["GET", "HEAD"], content_types=["*/*"])

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
        then: Callable[[dict[str, Any], Mapping[str, Any]], str] | str | None = None,
        page: Show | None = None,
        shows: Show | None = None,
        greets: bool = False,
        leads_back: bool = False,
        asks_on: int | None = None,
        host: Host | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A sealed form. The handler gets the visit, the checked values and the parts of the path; it gives the result.

        `after` makes further headers from the result (a cookie). `then` says where a browser goes next, from the result
        and what was sent with the path's parts and the visit's `source`; an empty place means it stays, and sees what `shows` makes of the result.
        `asks_on` is the status of a result that names in `next` the form which has to be sent before all is done.
        With `leads_back` a form that was opened with `?next=desk` leads there instead. `page` draws the form, also when it was refused; without it a form looks as all forms do.
        """

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                form.method, form.path, handler.__name__, _promise(handler), "form", who, resource, status, form,
                answer=answer, offer=offer, room=self.room, page=page, greets=greets,
                leads_back=leads_back, asks_on=asks_on, host=host,
            )  # fmt: skip

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                result, visit, values = _filled_in(knock, door, handler, params)
                headers = dict(after(result, visit)) if after else {}
                place = then(result, {"source": visit.source, **values, **params}) if callable(then) else then
                if leads_back:
                    place = _WAYS_BACK.get(knock.query.get("next", ""), place)
                reached = asks_on if asks_on is not None and "next" in result else status
                made = Answer(reached, None if status == 204 else result, headers, door.name,
                              see_other=_place(door, place) if knock.sent_form else None)  # fmt: skip
                if shows is None or not knock.wants_page or place != "":
                    return made
                return replace(made, page=shows.page(_sheet(knock, visit, params, answers.plain(result))))

            bodies = [*form.files, IN_PARTS] if form.files else BODIES
            opened = self._hang(door, handler, answered, content_types=bodies)
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

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
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

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                return _as_answer(handler(knock.stranger(), {}, **params), 200, door)

            return self._hang(door, handler, answered, methods=list(methods), content_types=["*/*"], listed=False)

        return hang

    def job(self, name: str, expression: str) -> Callable[[Callable[[Visit], Any]], Any]:
        """A scheduled job. Chalice event handlers do not load app.py (aws/chalice#1566), so all a job needs is here."""

        def hang(handler: Callable[[Visit], Any]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> Any:
                request_id = trail.begin(name, getattr(event.context, "aws_request_id", None)).request_id
                return answers.plain(_logged_job(name, lambda: handler(of_job(clock.now(), request_id))))

            return self.blueprint.schedule(expression, name=name)(run)

        return hang

    def queue(self, name: str, *, batch_size: int = 10) -> Callable[[Callable[[Visit, str], None]], Any]:
        """A worker for a queue: one message at a time; those that fail come again, the others are done (partial batch)."""

        def hang(handler: Callable[[Visit, str], None]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> dict[str, Any]:
                from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

                request_id = trail.begin(name, getattr(event.context, "aws_request_id", None)).request_id

                def one(record: Any) -> None:
                    _logged_message(name, lambda: handler(of_job(clock.now(), request_id), record.body))

                processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
                try:
                    return dict(
                        process_partial_response(
                            event=event.to_dict(), record_handler=one, processor=processor, context=event.context
                        )
                    )
                finally:
                    trail.flush()

            # The real queue is put in by infra/resources.yaml; Chalice wants an address that looks like one.
            placeholder = "arn:aws:sqs:eu-central-2:000000000000:outbox"
            return self.blueprint.on_sqs_message(queue_arn=placeholder, batch_size=batch_size, name=name)(run)

        return hang

    def _hang_for_browsers(self, door: Door, answered: "_Opening") -> None:
        """A page can only POST: let a sealed form say in `_method` which method it was issued for."""
        first = door.path not in _overridden
        _overridden.setdefault(door.path, {})[door.method] = (door, answered)
        if not first:
            return
        self.declared.append(replace(door, method="POST", for_browsers=True))
        meant = _overridden[door.path]

        def opened(**params: str) -> Response:
            request = self.blueprint.current_request
            chosen = meant.get(Knock(request, "-").method_meant())
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
    begun = trail.begin(trail.API, request.context.get("requestId"))
    knock = Knock(request, begun.request_id)
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
        answer = answers.refusal(refused, knock.request_id, _spoken(knock, door, params))
        _note_denial(knock, refused)
        _count(refused)
        if knock.wants_page:
            answer = replace(answer, page=_page_of_refusal(knock, door, params, refused, answer))
    elif _halls and (door.form is not None or knock.wants_page) and not (knock.is_head or knock.repeats):
        _halls[0].passed(_sheet(knock, knock.visit or knock.stranger(), params, None), door)
    response = _on_the_wire(knock, answer)
    visit = knock.visit
    trail.write(
        door.name, method=request.method, route=door.path, status=response.status_code,
        code=refused.code if refused else None, partner_id=visit.partner_id if visit else None,
    )  # fmt: skip
    return response


def _on_the_wire(knock: Knock, answer: Answer) -> Response:
    given = answer.headers.get("Set-Cookie", [])
    cookies = list(dict.fromkeys([*knock.cookies_to_set, *([given] if isinstance(given, str) else given)]))
    if cookies:
        answer = replace(answer, headers={**answer.headers, "Set-Cookie": cookies})
    if answer.status == 200 and "ETag" in answer.headers and knock.knows(answer.headers["ETag"]):
        answer = replace(answer, status=304, content="")
    visit = answer.visit or knock.visit or knock.stranger()

    def around() -> Mapping[str, Any]:
        made = _halls[0].around(_sheet(knock, visit, {}, None)) if _halls else {}
        return {
            **made,
            "path": knock.path,
            "query": knock.query,
            "again": not knock.sent_form,
            "done": _said_done(knock),
        }

    try:
        response = answers.response(answer, wants_page=knock.wants_page, sent_form=knock.sent_form,
                                    language=knock.language, request_id=knock.request_id, around=around)  # fmt: skip
    except Exception as problem:  # noqa: BLE001 - a page that cannot be drawn may not show why
        broken = answers.refusal(answers.unexpected(problem, answer.name, knock.request_id), knock.request_id, "en")
        response = answers.response(broken, wants_page=False, sent_form=False, language=knock.language,
                                    request_id=knock.request_id, around=around)  # fmt: skip
    if knock.is_head:
        response.body = ""
    return response


def _page_of_refusal(
    knock: Knock, door: Door, params: Mapping[str, str], refused: Refusal, answer: Answer
) -> Page | None:
    """A form that was refused is shown again as it was typed, with what is wrong beside the fields."""
    answer = replace(answer, page=_hosted(knock, door, params, answer) or answer.page)
    try:
        if isinstance(refused, Unknown) and door.form is None and _halls:
            return _halls[0].sign_in(_sheet(knock, knock.stranger(), params, None, refused=answer.content))
        if refused.code == _SETTLE and _halls and knock.visit is not None:
            return _halls[0].settle_first(_sheet(knock, knock.visit, params, None, refused=answer.content))
        if door.form is None or knock.visit is None or refused.code == "unexpected" or not _draws_again(knock, door):
            return answer.page
        locked = {name: str(value) for name, value in knock.opened.locked.items()} if knock.opened else {}
        described = _described(knock, knock.visit, door, {**knock.query, **params, **locked})
        if isinstance(refused, Unavailable) and knock.token:
            # It may have had its effect after all: sent again under its own seal it has no second one.
            described["token"] = knock.token
        sheet = _sheet(knock, knock.visit, params, described, refused=answer.content)
        return (door.page or show_form).page(sheet)
    except Refusal:
        return answer.page  # what the form was about is gone: then the refusal alone is the page


def _spoken(knock: Knock, door: Door, params: Mapping[str, str]) -> str:
    """The language a refusal is said in."""
    try:
        return door.host.language(_sheet(knock, knock.stranger(), params, None)) if door.host else knock.language
    except Refusal:
        return knock.language


def _hosted(knock: Knock, door: Door, params: Mapping[str, str], answer: Answer) -> Page | None:
    try:
        return door.host.page(_sheet(knock, knock.stranger(), params, answer.content)) if door.host else None
    except Refusal:
        return None


def _draws_again(knock: Knock, door: Door) -> bool:
    """A form whose seal broke comes back as it was typed where a page of its own and for strangers draws it anew."""
    return knock.opened is not None or bool(door.page and knock.typed and door.form and not door.form.signed_in)


def _sheet(
    knock: Knock, visit: Visit, params: Mapping[str, str], content: Any, *, refused: Mapping[str, Any] | None = None
) -> Sheet:
    def issued(name: str, context: Mapping[str, str]) -> dict[str, Any]:
        door = _halls[0].form_door(name, context)
        if door is None:
            raise Missing
        return _described(knock, visit, door, context)

    return Sheet(visit, knock.path, params, knock.query, content, issued, knock.typed if refused else {}, refused,
                 knock.cookies(), knock.declines)  # fmt: skip


def _place(door: Door, place: str | None) -> str:
    """Where a browser goes, with a word about what was done."""
    if place == STAY:
        return STAY
    if place is None:
        return f"/done/{door.form.name if door.form else ''}"
    if not words.has(door.room, f"form.{door.name}.done"):
        return place
    address, mark, fragment = place.partition("#")
    return f"{address}{'&' if '?' in address else '?'}done={door.room}.{door.name}{mark}{fragment}"


def _said_done(knock: Knock) -> str | None:
    room, _, name = str(knock.query.get("done", "")).partition(".")
    if not _NAME.fullmatch(room) or not _NAME.fullmatch(name) or not words.has(room, f"form.{name}.done"):
        return None
    return f"{room}.form.{name}.done"


def _no_such_method(knock: Knock, params: Mapping[str, str]) -> Answer:
    raise answers.NoSuchMethod("method_not_allowed")


def _note_denial(knock: Knock, refusal: Refusal) -> None:
    visit = knock.visit
    if refusal.code == _SETTLE:
        return  # they may, a moment later
    turned_away = isinstance(refusal, Tampered | Forbidden | TooMany | Gone) or (
        # A failed login leaves a fact of its own.
        isinstance(refusal, Unknown)
        and (knock.showed_something or refusal.code not in ("sign_in", "login_failed", "login_code_wrong"))
    )
    foreign = isinstance(refusal, Missing) and visit is not None and (visit.partner_id or visit.source == "webhook")
    if _halls and (turned_away or foreign):
        _halls[0].note_denial(visit or knock.stranger(), refusal.code)


def _count(refusal: Refusal) -> None:
    metric = "RateLimited" if isinstance(refusal, TooMany) else _COUNTED_BY_CODE.get(refusal.code)
    if metric is not None:
        trail.count(metric)


def _settle(visit: Visit, door: Door) -> None:
    """Programs and strangers have nothing to settle; programs that a person signed in for may go on reading."""
    if _halls and visit.session is not None and visit.source != "api":
        _halls[0].settle(visit, door)


def _filled_in(
    knock: Knock, door: Door, handler: Callable[..., Any], params: Mapping[str, str]
) -> tuple[dict[str, Any], Visit, Mapping[str, Any]]:
    form = door.form
    assert form is not None
    visit = knock.let_in(door, form=form)
    _settle(visit, door)
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


_Opening = Callable[[Knock, Mapping[str, str]], Answer]


def issue(request: Request, door: Door, context: Mapping[str, str]) -> Answer:
    """Issue the form of `door` to whoever asks: as JSON, or drawn on a page of its own."""
    form = door.form
    assert form is not None
    on = trail.now()
    knock = Knock(request, on.request_id if on else "-")
    visit = knock.let_in(replace(door, method="GET") if form.signed_in else replace(door, who=None))
    if knock.wants_page and form.signed_in:
        _settle(visit, door)
    described = _described(knock, visit, door, context)
    cookies = {"Set-Cookie": list(knock.cookies_to_set)} if knock.cookies_to_set else {}
    answer = Answer(200, described, {"Cache-Control": "no-store", **cookies}, "form")
    if not knock.wants_page:
        return answer
    sheet = _sheet(knock, visit, {p: context.get(p, "") for p in form.parameters}, described)
    return replace(answer, page=(door.page or show_form).page(sheet), visit=visit)


def _described(knock: Knock, visit: Visit, door: Door, context: Mapping[str, str]) -> dict[str, Any]:
    """The form of `door` for one visitor, sealed, as JSON values."""
    form = door.form
    assert form is not None
    offer = door.offer(visit, context) if door.offer else Offer({p: context.get(p, "") for p in form.parameters})
    parameters = {p: offer.parameters.get(p) or context.get(p, "") for p in form.parameters}
    if not all(_PART.fullmatch(part) for part in parameters.values()):
        raise Missing
    fields = offer.fields if offer.fields is not None else form.fields
    fields = tuple(one for one in fields if one.name not in offer.locked)
    path = form.path.format_map(parameters)
    holder = knock.holder(form) or knock.new_holder()
    token, expires_at = seals.issue(
        form.name, method=form.method, path=path, holder=holder, fields=fields, locked=offer.locked, at=visit.at
    )
    return {
        "form": form.name,
        "door": f"{door.room}.form.{door.name}",
        "action": f"{path}?next={context['next']}" if door.leads_back and context.get("next") in _WAYS_BACK else path,
        "method": form.method,
        "fields": [
            answers.described(one, visit.language, room=door.room, door=door.name, labels=offer.labels.get(one.name))
            for one in fields
        ],
        "locked": dict(offer.locked),
        "token": token,
        "expires_at": expires_at,
    }


def _as_answer(made: Any, status: int, door: Door) -> Answer:
    return made if isinstance(made, Answer) else Answer(status, made, {}, door.name)


def _promise(handler: Callable[..., Any]) -> str:
    return (handler.__doc__ or handler.__name__).strip().splitlines()[0].rstrip(".")


def _logged_job(name: str, run: Callable[[], Any]) -> Any:
    from chalicelib.plumbing import log

    try:
        result = run()
        log.info("job.done", job=name, figures=log.figures(result), **_spent())
        return result
    except Exception as problem:
        log.error("job.failed", problem, job=name, **_spent())
        raise
    finally:
        trail.flush()


def _logged_message(name: str, run: Callable[[], None]) -> None:
    """One line for each message of a queue: whatever became of it, and what began it."""
    from chalicelib.plumbing import log

    on = trail.now()
    assert on is not None
    on.notes, on.asked, on.began = {}, 0, time.perf_counter()
    trail.follow(None)
    try:
        run()
        log.info("message.done", job=name, **on.notes, **_spent())
    except Exception as problem:
        log.error("message.failed", problem, job=name, **on.notes, **_spent())
        raise
    on.cold = False


def _spent() -> dict[str, Any]:
    on = trail.now()
    assert on is not None
    ms = round((time.perf_counter() - on.began) * 1000, 1)
    return {"ms": ms, "dynamodb_requests": on.asked, "cold_start": on.cold}
