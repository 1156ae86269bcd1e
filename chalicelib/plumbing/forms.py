"""What a form is: its fields, what each may hold, and how what was sent is read; the same table makes the API's schema."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.plumbing import contact
from chalicelib.plumbing.refusals import Invalid, Problem

LANGUAGES = ("de", "fr", "it", "en")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `kind` is a key of READERS; `options` limits what may be chosen; `many` makes it a list."""

    name: str
    kind: str = "text"
    required: bool = True
    longest: int = 200
    shortest: int = 0
    least: int | None = None
    most: int | None = None
    options: tuple[str, ...] | None = None
    many: bool = False
    most_items: int = 100
    nullable: bool = False
    default: Any = None
    ticked: str | None = None  # a box, and what its tick stands for
    closing: bool = False  # of an instant: a day without a time means its end, not its beginning
    parts: tuple["Field", ...] = ()  # of an object: what a page lets people type in a row of it

    def but(self, **changes: Any) -> "Field":
        """The same field with some parts changed (options that only this partner has, say)."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a form: its bytes as they were sent, and what its sender says it is."""

    content: bytes
    content_type: str

    @property
    def digest(self) -> str:
        """What stands for the content where it only has to be the same."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it is called, where it goes, and its fields. `path` may hold names in braces, filled by its context.

    A form with a field of the kind `file` is sent as multipart/form-data by a page; a program sends the file as the body,
    as one of the `files` (content types), and the other fields in the query.
    """

    name: str
    method: str
    path: str
    fields: tuple[Field, ...] = ()
    signed_in: bool = True
    longest_body: int = 65_536
    files: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)\}", self.path))


def optional(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The same fields, none of them required and without defaults: what a PATCH takes."""
    return tuple(one.but(required=False, default=_UNCHANGED) for one in fields)


_UNCHANGED = object()
_NEVER_EMPTY = ("integer", "boolean", "object")


def read(fields: Sequence[Field], sent: Mapping[str, Any], *, as_text: bool = False) -> dict[str, Any]:
    """What was sent, checked and converted, with defaults for what was left out (a PATCH leaves out what stays).

    `as_text` is for urlencoded bodies, where numbers, booleans and lists arrive as text.
    Raises Invalid with every problem found, in the order of the fields.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    known = {one.name for one in fields}
    for one in fields:
        raw = sent.get(one.name)
        if as_text:
            raw = _from_text(one, raw)
        emptied = one.many and raw == []  # a page that shows a list and sends none of it wants none
        if raw is None or raw == "" or (emptied and (one.required or (as_text and one.name not in sent))):
            if one.required:
                problems.append(Problem(one.name, "missing"))
            elif raw == "" and not as_text and (one.many or one.kind in _NEVER_EMPTY):
                problems.append(Problem(one.name, "wrong_type", {"expected": "list" if one.many else one.kind}))
            elif (as_text or raw == "") and one.default is not _UNCHANGED and not one.nullable:
                values[one.name] = one.default
            elif one.name in sent and (one.nullable or raw == "" or (as_text and raw is None)):
                values[one.name] = None if one.kind not in ("text", "lines") or one.nullable else ""
            elif one.name in sent and raw is None and one.default is _UNCHANGED:
                problems.append(Problem(one.name, "wrong_type", {"expected": one.kind}))
            elif one.default is not _UNCHANGED:
                values[one.name] = one.default
            continue
        try:
            values[one.name] = _read_one(one, raw)
        except _Bad as bad:
            problems.append(Problem(one.name, bad.code, bad.params))
    problems.extend(Problem(str(name)[:60], "unknown_field") for name in sent if name not in known)
    if problems:
        raise Invalid(problems)
    return values


def schema(fields: Sequence[Field]) -> dict[str, Any]:
    """The same fields as a JSON Schema object (OpenAPI 3.1)."""
    properties: dict[str, Any] = {}
    for one in fields:
        inner: dict[str, Any] = schema(one.parts) if one.parts else dict(_SCHEMAS[one.kind])
        if one.kind in ("text", "lines", "password"):
            inner["maxLength"] = one.longest
            if one.shortest or one.required:
                inner["minLength"] = one.shortest or 1
        if one.least is not None:
            inner["minimum"] = one.least
        if one.most is not None:
            inner["maximum"] = one.most
        if one.options is not None:
            inner["enum"] = list(one.options)
        if one.many:
            inner = {
                "type": "array",
                "items": inner,
                "maxItems": one.most_items,
                **({"minItems": 1} if one.required else {}),
            }
        if one.nullable:
            inner = {"anyOf": [inner, {"type": "null"}]}
        properties[one.name] = inner
    required = [one.name for one in fields if one.required]
    made: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        made["required"] = required
    return made


class _Bad(Exception):
    def __init__(self, code: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = params or {}


def _read_one(one: Field, raw: Any) -> Any:
    if one.many:
        if not isinstance(raw, list):
            raise _Bad("wrong_type", {"expected": "list"})
        if len(raw) > one.most_items:
            raise _Bad("too_many", {"most": one.most_items})
        return [_read_single(one, each) for each in raw]
    return _read_single(one, raw)


def _read_single(one: Field, raw: Any) -> Any:
    value = READERS[one.kind](one, raw)
    if one.options is not None and value not in one.options:
        raise _Bad("not_an_option", {"options": ", ".join(one.options)})
    return value


def _text(one: Field, raw: Any) -> str:
    value = _plain(one, raw).strip()
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        raise _Bad("control_characters")
    return _measured(one, value)


def _lines(one: Field, raw: Any) -> str:
    value = _plain(one, raw).replace("\r\n", "\n").strip()
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in value):
        raise _Bad("control_characters")
    return _measured(one, value)


def _password(one: Field, raw: Any) -> str:
    return _measured(one, unicodedata.normalize("NFC", _plain(one, raw)))


def _plain(one: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Bad("wrong_type", {"expected": "text"})
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise _Bad("control_characters") from None
    return unicodedata.normalize("NFC", raw) if one.kind != "password" else raw


def _measured(one: Field, value: str) -> str:
    if one.required and not value:
        raise _Bad("missing")
    if len(value) > one.longest:
        raise _Bad("too_long", {"most": one.longest})
    if len(value) < one.shortest:
        raise _Bad("too_short", {"least": one.shortest})
    return value


def _cursor(one: Field, raw: Any) -> str:
    """As it came: a cursor is whole or it is none, and `cursors` says which."""
    return str(raw)


def _email(one: Field, raw: Any) -> str:
    value = contact.email(_text(one.but(longest=400), raw))
    if value is None:
        raise _Bad("not_an_email")
    return value


def _phone(one: Field, raw: Any) -> str:
    value = contact.phone(_text(one.but(longest=40), raw))
    if value is None:
        raise _Bad("not_a_phone_number")
    return value


def _country(one: Field, raw: Any) -> str:
    value = _text(one, raw).upper()
    if value not in contact.COUNTRIES:
        raise _Bad("not_a_country")
    return value


def _integer(one: Field, raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise _Bad("wrong_type", {"expected": "integer"})
    if one.least is not None and raw < one.least:
        raise _Bad("too_small", {"least": one.least})
    if one.most is not None and raw > one.most:
        raise _Bad("too_large", {"most": one.most})
    return raw


def _boolean(_one: Field, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _Bad("wrong_type", {"expected": "boolean"})
    return raw


def _instant(one: Field, raw: Any) -> datetime:
    value = _text(one.but(longest=90), raw)
    if value.endswith("]"):  # a wall clock and its zone (RFC 9557), left so because clocks there never show it
        raise _Bad("skipped_hour")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise _Bad("not_an_instant") from None
    if at.tzinfo is None:
        raise _Bad("no_offset")
    try:
        return at.astimezone(UTC)
    except (OverflowError, ValueError):
        raise _Bad("not_an_instant") from None


def _date(one: Field, raw: Any) -> date:
    value = _text(one.but(longest=40), raw)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise _Bad("not_a_date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _Bad("not_a_date") from None


def _file(_one: Field, raw: Any) -> File:
    if not isinstance(raw, File):
        raise _Bad("wrong_type", {"expected": "file"})
    if not raw.content:
        raise _Bad("missing")
    return raw


def _object(_one: Field, raw: Any) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _Bad("wrong_type", {"expected": "object"})
    return raw


READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "lines": _lines,
    "password": _password,
    "cursor": _cursor,
    "email": _email,
    "phone": _phone,
    "country": _country,
    "integer": _integer,
    "boolean": _boolean,
    "instant": _instant,
    "date": _date,
    "object": _object,
    "file": _file,
}

_SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "lines": {"type": "string"},
    "password": {"type": "string", "format": "password"},
    "cursor": {"type": "string", "description": "opaque"},
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "phone": {"type": "string", "description": "E.164"},
    "country": {"type": "string", "description": "ISO 3166-1 alpha-2", "minLength": 2, "maxLength": 2},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
    "date": {"type": "string", "format": "date"},
    "object": {"type": "object"},
    "file": {"type": "string", "contentMediaType": "application/octet-stream"},
}


def _from_text(one: Field, raw: Any) -> Any:
    if one.many:
        listed = raw if isinstance(raw, list) else ([] if raw in (None, "") else [raw])
        return [_convert(one, each) for each in listed]
    if isinstance(raw, list):
        raise Invalid((Problem(one.name, "wrong_type", {"expected": one.kind}),))
    if one.kind == "boolean" and raw is None and not one.required:
        return None
    return _convert(one, raw)


def _convert(one: Field, raw: Any) -> Any:
    if not isinstance(raw, str):
        return raw
    if one.kind == "integer" and re.fullmatch(r"-?\d{1,18}", raw.strip()):
        return int(raw)
    if one.kind == "boolean":
        return {"true": True, "on": True, "1": True, "yes": True, "false": False, "off": False, "0": False}.get(
            raw.lower(), raw
        )
    if one.kind == "object" and raw:
        import json

        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            return raw
    return raw
