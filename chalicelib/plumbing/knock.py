"""One request at the door: what it carries, what it wants, and who it turns out to be."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import parse_qs

from chalice.app import Request

from chalicelib.plumbing import answers, api_keys, clock, forms, ids, keyring, seals, sessions, words
from chalicelib.plumbing.forms import File, Form
from chalicelib.plumbing.refusals import Forbidden, Malformed, Refusal, Tampered, TooLarge, Unknown
from chalicelib.plumbing.visit import Visit

ANON = "__Host-anon"
LANGUAGE = "__Host-language"
_AROUND_A_FILE = 65_536  # the other fields, and what parts them
_BESIDE_A_FORM = frozenset({"embed", "lang", "next"})
"""What our own pages put behind the address of a form; none of it says what is done."""
_PLAIN_IP = re.compile(r"[0-9a-fA-F:.]{2,45}")


class Guarded(Protocol):
    """What a door says about who may pass."""

    @property
    def method(self) -> str: ...
    @property
    def who(self) -> tuple[str, ...] | None: ...
    @property
    def resource(self) -> str | None: ...
    @property
    def greets(self) -> bool: ...


class Knock:
    """One request before we know who it is."""

    def __init__(self, request: Request, request_id: str) -> None:
        self._request = request
        self.request_id = request_id
        self.visit: Visit | None = None
        headers: Mapping[str, str] = request.headers
        self.wants_page = answers.wants_page(headers.get("accept", ""))
        content_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        self._content_type = content_type
        self._in_parts = content_type == "multipart/form-data"
        self.as_text = content_type == "application/x-www-form-urlencoded" or self._in_parts
        self.sent_form = self.as_text and request.method != "GET"
        self.is_head = request.method == "HEAD"
        self.cookies_to_set: list[str] = []
        self.query: dict[str, Any] = {}
        given = request.query_params
        for name in given or ():
            assert given is not None
            self.query[name] = given.getlist(name)[-1]
        self.language = self._language(headers.get("accept-language", ""))
        self.showed_something = False
        self.repeats = False
        self.typed: Mapping[str, Any] = {}
        self.opened: seals.Opened | None = None
        self.token: str | None = None
        self._session: sessions.Session | None = None
        self._of_owner = False
        self._anon = self.cookies().get(ANON)

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

    def knows(self, mark: str) -> bool:
        """Whether whoever asks has what an answer with this ETag holds (RFC 9110 13.1.2: weak comparison)."""
        known = (self.header("if-none-match") or "")[:2000]
        return mark in (one.strip().removeprefix("W/") for one in known.split(","))

    @property
    def declines(self) -> bool:
        """Whether the browser says for its user: do not track me (Global Privacy Control, and its forerunner)."""
        return "1" in (self.header("sec-gpc"), self.header("dnt"))

    def stranger(self) -> Visit:
        identity = self._request.context.get("identity") or {}
        ip = str(identity.get("sourceIp") or "")
        source = "widget" if self.query.get("embed") == "1" else "web"
        return Visit(
            at=clock.now(), request_id=self.request_id, source=source, language=self.language,
            ip=ip if _PLAIN_IP.fullmatch(ip) else None, browser=keyring.digest(self._anon) if self._anon else None,
        )  # fmt: skip

    def let_in(self, door: Guarded, form: Form | None = None) -> Visit:
        """The visit, if whoever knocks may pass this door. Raises Unknown or Forbidden."""
        visit = self.stranger()
        self.visit = visit
        bearer = self.header("authorization")
        if bearer is not None:
            visit = self._by_key(visit, bearer, door)
        elif door.who is not None:
            visit = self._by_session(visit)
        elif door.greets and sessions.COOKIE in self.cookies():
            visit = self._greeted(visit)
        self.visit = visit
        if door.who is not None and visit.role not in door.who and not (self._of_owner and "owner" in door.who):
            raise Forbidden("role_too_low")
        return visit

    def holder(self, form: Form) -> str | None:
        """What a form is bound to: the session, or the anonymous visitor's cookie."""
        if form.signed_in:
            return f"session/{self._session.key}" if self._session else None
        return f"anon/{self._anon}" if self._anon else None

    def add_nothing(self, form: Form) -> None:
        """Raise Tampered where the address of a form was given more than the form knows of."""
        known = {one.name for one in form.fields} if form.files else set()
        if not self.query.keys() <= _BESIDE_A_FORM | known:
            raise Tampered("form_token_invalid", extra={"reason": "mismatch"})

    def new_holder(self) -> str:
        """A cookie for an anonymous visitor who has none, and what the form is bound to from now on."""
        self._anon = ids.secret()
        # Inside a page of the partner's, browsers keep a cookie only if it is divided by the site around it.
        inside = self.header("sec-fetch-dest") == "iframe" or self.query.get("embed") == "1"
        how = "SameSite=None; Partitioned" if inside else "SameSite=Lax"
        self.cookies_to_set.append(f"{ANON}={self._anon}; Path=/; Secure; HttpOnly; {how}")
        return f"anon/{self._anon}"

    def cookies(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in (self.header("cookie") or "").split(";")[:50]:
            name, _, value = part.strip().partition("=")
            if name and name not in found and len(value) <= 200:
                found[name] = value
        return found

    def with_file(self, form: Form) -> dict[str, Any]:
        """What was sent with a form that takes a file: from a page in parts; from a program as body and query.

        Raises TooLarge, Malformed.
        """
        raw = self._raw()
        [file_field] = [one.name for one in form.fields if one.kind == "file"]
        asked = {one.name: self.query[one.name] for one in form.fields if one.name in self.query}
        sent: dict[str, Any] = {file_field: File(raw, self._content_type)}
        if self._in_parts:
            if len(raw) > form.longest_body + _AROUND_A_FILE:
                raise TooLarge("body_too_large", params={"most": form.longest_body})
            from chalicelib.plumbing import multipart

            sent = multipart.read(raw, self.header("content-type") or "")
        self.as_text = True  # the other fields are text, in parts as in a query
        if isinstance(file := sent.get(file_field), File) and len(file.content) > form.longest_body:
            raise TooLarge("body_too_large", params={"most": form.longest_body})
        return {**asked, **sent}

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

    def _by_key(self, visit: Visit, bearer: str, door: Guarded) -> Visit:
        self.showed_something = True
        kind, _, key = bearer.partition(" ")
        found = api_keys.find(key.strip()) if kind.lower() == "bearer" and len(key) < 300 else None
        if found is None:
            raise Unknown("api_key_invalid")
        # A key that an owner made passes an owner's doors; behind them it has an admin's rights over the team.
        self._of_owner = found.of_owner
        visit = replace(
            visit, partner_id=found.partner_id, role="admin", scopes=found.scopes, source="api",
            session=f"key/{found.key_id}",
        )  # fmt: skip
        self.visit = visit
        if door.who is not None:
            verb = "read" if door.method == "GET" else "write"
            if not {verb, f"{door.resource}:{verb}"} & set(found.scopes):
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

    def _greeted(self, visit: Visit) -> Visit:
        """Whoever is signed in is known by name; whoever was is a stranger, and as welcome."""
        try:
            return self._by_session(visit)
        except Unknown:
            return visit

    def _language(self, accepted: str) -> str:
        wished, kept = self.query.get("lang"), self.cookies().get(LANGUAGE)
        if wished in forms.LANGUAGES:
            if self.wants_page and wished != kept:
                year = 365 * 24 * 3600
                self.cookies_to_set.append(
                    f"{LANGUAGE}={wished}; Path=/; Max-Age={year}; Secure; HttpOnly; SameSite=Lax"
                )
            return str(wished)
        return kept if kept in forms.LANGUAGES else words.language_of(accepted)


def _urlencoded(raw: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qs(raw.decode("utf-8"), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=3000)
    except (ValueError, UnicodeDecodeError):
        raise Malformed("not_readable") from None
    return {name: values if len(values) > 1 else values[0] for name, values in pairs.items()}
