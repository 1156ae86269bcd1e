"""How an answer looks: JSON or a page, a refusal as problem+json (RFC 9457), and the headers every answer carries."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.plumbing import clock, formats, words
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import (
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    Malformed,
    Missing,
    Problem,
    Refusal,
    Tampered,
    TooLarge,
    TooMany,
    Unavailable,
    Unknown,
    Unsupported,
)
from chalicelib.plumbing.sheets import Page
from chalicelib.plumbing.visit import Visit

_STATUS: Mapping[type[Refusal], int] = {
    Malformed: 400,
    Tampered: 400,
    Unknown: 401,
    Forbidden: 403,
    Missing: 404,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Unsupported: 415,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}
_OF_CHALICE = {400: Malformed("not_readable"), 404: Missing(), 405: None, 415: Unsupported("content_type_unsupported")}

HEADERS: Mapping[str, str] = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Vary": "Accept, Accept-Language, Cookie",
}
CSP_DATA = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
BY_THE_GATEWAY: Mapping[str, str] = {**HEADERS, "Content-Security-Policy": CSP_DATA, "Cache-Control": "no-store"}
"""What an answer carries that API Gateway gives by itself, before or instead of us (infra/package.py)."""
_CSP_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors {frames}; base-uri 'none'; object-src 'none'"
)
_HERE = "Europe/Zurich"
_ANSWER = Page("plumbing/pages/answer.html")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door gives back, before anybody decided whether it becomes JSON or a page.

    `content` is JSON-able, or text/bytes when `content_type` says what it is. `see_other` is where a browser goes after
    a form.
    """

    status: int
    content: Any = None
    headers: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    content_type: str | None = None
    see_other: str | None = None
    page: Page | None = None
    problem: bool = False
    visit: Visit | None = None  # for whom the page is drawn, where that is not who knocked at the door


class NoSuchMethod(Refusal):
    """There is such a path, but not with this method."""


def refusal(refused: Refusal, request_id: str, language: str) -> Answer:
    """A refusal as an answer: problem+json with a sentence in the visitor's language."""
    status = 500 if isinstance(refused, _Unexpected) else 405 if isinstance(refused, NoSuchMethod) else _status(refused)
    params = {**refused.params}
    if isinstance(refused, TooMany):
        until = clock.now() + timedelta(seconds=refused.retry_after_s)
        params |= {"wait": formats.wait(refused.retry_after_s), "until": formats.clock_to_the_second(until, _HERE)}
    if isinstance(refused, TooLarge):
        most = refused.params["most"]
        assert isinstance(most, int)
        params["most"] = formats.size(most)
    content: dict[str, Any] = {
        "type": f"/problems/{refused.code}",
        "title": words.say("plumbing", f"title.{status}", language),
        "status": status,
        "detail": words.say("plumbing", f"problem.{refused.says}", language, params),
        "code": refused.code,
        "request_id": request_id,
        **refused.extra,
    }
    headers: dict[str, Any] = {"Cache-Control": "no-store"}
    if isinstance(refused, Invalid):
        content["errors"] = [_field_problem(one, language) for one in refused.problems]
    if isinstance(refused, TooMany):
        headers["Retry-After"] = str(refused.retry_after_s)
    if isinstance(refused, Unavailable):
        headers["Retry-After"] = str(refused.retry_after_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Answer(status, content, headers, refused.code, page=Page("plumbing/pages/problem.html"), problem=True)


class _Unexpected(Refusal):
    pass


def unexpected(problem: Exception, door: str, request_id: str) -> Refusal:
    """What the visitor hears when something broke inside; what broke goes to our log, without what anybody typed."""
    from chalicelib.plumbing import log

    log.error("door.broke", problem, door=door, request_id=request_id)
    return _Unexpected("unexpected")


def response(
    answer: Answer,
    *,
    wants_page: bool,
    sent_form: bool,
    language: str,
    request_id: str,
    around: Callable[[], Mapping[str, Any]],
) -> Response:
    """The answer on the wire; `around` gives what stands around a page."""
    headers: dict[str, Any] = {**HEADERS, "X-Request-Id": request_id, "Cache-Control": "no-store", **answer.headers}
    if answer.content_type is not None:
        headers["Content-Type"] = answer.content_type
        headers.setdefault("Content-Security-Policy", CSP_DATA)
        return Response(answer.content, headers, answer.status)
    if sent_form and answer.see_other and not answer.problem:
        if wants_page:
            headers |= {"Location": answer.see_other, "Content-Security-Policy": CSP_DATA}
            return Response("", headers, 303)
        headers["X-Next"] = answer.see_other  # a script that sent the form goes there by itself
    if wants_page and answer.status != 204:
        return _page(answer, headers, language, around)
    headers["Content-Security-Policy"] = CSP_DATA
    if answer.status == 204:
        return Response("", headers, 204)
    headers["Content-Type"] = "application/problem+json" if answer.problem else "application/json"
    return Response(msgspec.json.encode(answer.content).decode(), headers, answer.status)


def _page(answer: Answer, headers: dict[str, Any], language: str, around: Callable[[], Mapping[str, Any]]) -> Response:
    from chalicelib.plumbing import draw

    page = answer.page or _ANSWER
    nonce = secrets.token_urlsafe(16)
    data = {
        "content": plain(answer.content),
        "name": answer.name,
        "refused": None,
        "accent": page.accent,
        "nonce": nonce,
        **around(),
        **page.data,
    }
    headers["Content-Type"] = "text/html; charset=utf-8"
    frames = " ".join(("'self'", *page.frames)) if page.frames else "'none'"
    policy = _CSP_PAGE.format(nonce=nonce, frames=frames)
    headers.setdefault("Content-Security-Policy", _with_guests(policy, data.get("guests", ())))
    return Response(draw.page(page.template, page.language or language, data), headers, answer.status)


def _with_guests(policy: str, guests: Sequence[str]) -> str:
    """The policy of a page whose visitor agreed to let these sites in; everybody else's names none."""
    if not guests:
        return policy
    named = " ".join(guests)
    for what in ("script-src 'self'", "img-src 'self'", "connect-src 'self'"):
        policy = policy.replace(what, f"{what} {named}")
    return f"{policy}; frame-src {named}"


def of_framework(status: int, language: str, request_id: str) -> Answer:
    """What Chalice itself refuses (method, content type), in our words."""
    if status == 405:
        return refusal(NoSuchMethod("method_not_allowed"), request_id, language)
    known = _OF_CHALICE.get(status)
    return refusal(known or _Unexpected("unexpected"), request_id, language)


def wants_page(accept: str) -> bool:
    """Whether this Accept header is a browser's: HTML rather than JSON, by quality and then by order (RFC 9110, 12.5.1)."""
    wished = {kind: (quality, -place) for place, (kind, quality) in enumerate(words.wishes(accept)) if quality > 0}
    return "text/html" in wished and wished["text/html"] > wished.get("application/json", (0.0, 0))


def plain(content: Any) -> Any:
    """JSON values only: instants and days become text."""
    return msgspec.json.decode(msgspec.json.encode(content))


def described(
    one: Field, language: str, *, room: str = "", door: str = "", labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A field as the form office shows it; `labels` are the names of options that only this partner has."""
    key = f"field.{one.name}"
    label = words.say("plumbing", key, language) if words.has("plumbing", key) else one.name.replace("_", " ")
    if room and words.has(room, key):
        label = words.say(room, key, language)
    made: dict[str, Any] = {
        "name": one.name,
        "type": one.kind if not one.many else f"{one.kind}[]",
        "required": one.required,
        "label": label,
    }
    if one.ticked is not None:
        made["value"] = one.ticked
    if one.options is not None:
        made["options"] = list(one.options)
        made["option_labels"] = {
            each: (labels or {}).get(each) or _option(room, one.name, each, language) for each in one.options
        }
    if isinstance(one.default, str | int | list | tuple | dict):
        made["default"] = one.default
    if one.most is not None:
        made["maximum"] = one.most
    if one.least is not None:
        made["minimum"] = one.least
    if one.kind in ("text", "lines", "password"):
        made["max_length"] = one.longest
    for key in (f"hint.{door}.{one.name}", f"hint.{one.name}"):
        if room and words.has(room, key):
            made["hint"] = words.say(room, key, language)
            break
    return made


def _option(room: str, field_name: str, option: str, language: str) -> str:
    key = f"option.{field_name}.{option}"
    for where in (room, "plumbing"):
        if where and words.has(where, key):
            return words.say(where, key, language)
    return option


def strict_json(raw: bytes) -> Any:
    """A JSON body, without what only some parsers accept: NaN, duplicate names, depths that serve nobody.

    Raises Malformed.
    """
    try:
        text = raw.decode("utf-8")
        read = json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant, parse_int=_integer)
        if "\\u" in text:
            json.dumps(
                read, ensure_ascii=False
            ).encode()  # half a surrogate pair is no character and cannot be answered
        return read
    except (ValueError, RecursionError):
        raise Malformed("not_readable") from None


def _status(refused: Refusal) -> int:
    return next(status for kind, status in _STATUS.items() if isinstance(refused, kind))


def field_problem(code: str, language: str, params: Mapping[str, Any]) -> str:
    """What is wrong with one field, as a sentence; what was `expected` is called as people call it."""
    if "expected" in params:
        params = {**params, "expected": words.say("plumbing", f"kind.{params['expected']}", language)}
    return words.say("plumbing", f"field_problem.{code}", language, params)


def _field_problem(problem: Problem, language: str) -> dict[str, Any]:
    message = field_problem(problem.code, language, problem.params)
    return {"field": problem.field, "code": problem.code, "message": message}


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name occurs twice")
    return made


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits) > 18:
        raise ValueError("number too long")
    return int(digits)
