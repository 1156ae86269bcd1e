"""The API described by itself: OpenAPI 3.1 made from the doors, the forms and the queries as they are declared."""

import re
from collections.abc import Sequence
from typing import Any

from chalicelib.entrance import schemas
from chalicelib.plumbing import forms
from chalicelib.plumbing.door import Door
from chalicelib.relay import rules as relay

_TITLES = {
    "400": "Malformed, tampered with, or a form that is not the one issued",
    "401": "Not signed in, or the key or session is not valid",
    "403": "Signed in, but not allowed",
    "404": "Does not exist, or belongs to somebody else",
    "409": "The world has moved on, or the form was used with other content",
    "410": "Was there once",
    "413": "Larger than we take",
    "415": "A content type that we do not read",
    "422": "Fields that need mending",
    "429": "A published limit is reached; see Retry-After and /limits",
    "503": "Something we need does not answer; nothing was changed",
}
_WORDS = {200: "OK", 201: "Made", 202: "Taken on", 204: "Done"}


def described(doors: Sequence[Door], version: str) -> dict[str, Any]:
    """The description as JSON values."""
    paths: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    for door in doors:
        if door.for_browsers:
            continue
        operation = _operation(door)
        if operation["operationId"] in names:
            operation["operationId"] += "_" + door.method.lower()
        names.add(operation["operationId"])
        paths.setdefault(door.path, {})[door.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Zeitfenster",
            "version": version,
            "description": "Online appointments for Swiss businesses. Every path answers JSON to `Accept: application/json` "
            "and a page to a browser. Forms are fetched at /forms/{form} and sent back with their token; calls with an API "
            "key need none. `x-protection` says how an operation is guarded: none, session, form or webhook.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "webhooks": _webhooks(),
        "components": {
            "schemas": dict(schemas.SCHEMAS),
            "responses": {code: _problem(code) for code in _TITLES},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key with scopes."},
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
            },
        },
    }


def _webhooks() -> dict[str, Any]:
    """What partners' own systems are told: one description for each kind, as Standard Webhooks."""
    return {kind: {"post": _webhook(kind)} for kind in (*relay.KINDS, relay.TEST)}


def _webhook(kind: str) -> dict[str, Any]:
    ids = {"appointment": relay.APPOINTMENT_IDS, "customer": ("customer_id",)}.get(kind.partition(".")[0], ())
    named = {"appointment": relay.FIELDS, "customer": relay.OF_CUSTOMER}.get(kind.partition(".")[0], ())
    data = {"type": "object", "required": list(ids), "properties": {
        **dict.fromkeys(ids, schemas.ID),
        **{name: {"type": ["string", "null"]} for name in named},
    }}  # fmt: skip
    body = {"type": "object", "required": ["type", "timestamp", "data"], "properties": {
        "type": {"const": kind}, "timestamp": schemas.INSTANT, "data": data,
    }}  # fmt: skip
    told = {
        "webhook-id": "The same however often a message is sent",
        "webhook-timestamp": "When it was sent, in seconds since 1970",
        "webhook-signature": "`v1,` and the base64 HMAC-SHA256 of `id.timestamp.body`; two, parted by a space, for a day "
        "after the secret was changed",
    }
    return {
        "operationId": f"webhook_{kind.replace('.', '_')}",
        "summary": f"`{kind}` happened. Fields beyond ids are there only if the endpoint names them.",
        "tags": ["webhooks"],
        "x-protection": "standard-webhooks",
        "parameters": [
            {"name": name, "in": "header", "required": True, "schema": schemas.TEXT, "description": what}
            for name, what in told.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "2XX": {"description": "Heard"},
            "410": {"description": "Nothing more is sent here"},
            "default": {"description": "Tried again for three days"},
        },
    }


def _operation(door: Door) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": door.name,
        "summary": door.summary,
        "tags": [door.path.split("/")[1] or "start"],
        "x-protection": door.protection,
        "security": _security(door),
        "responses": _responses(door),
    }
    parameters = _parameters(door)
    if parameters:
        made["parameters"] = parameters
    if door.who:
        made["x-roles"] = list(door.who)
        made["x-scope"] = f"{door.resource}:{'read' if door.method == 'GET' else 'write'}"
    if door.form is not None and door.form.files:
        made["requestBody"] = _file(door.form)
    elif door.form is not None and door.form.fields:
        schema = forms.schema(door.form.fields)
        made["requestBody"] = {
            "required": bool(schema.get("required")),
            "content": {kind: {"schema": schema} for kind in ("application/json", "application/x-www-form-urlencoded")},
        }
    if door.form is not None:
        made["x-form"] = door.form.name
    return made


def _file(form: forms.Form) -> dict[str, Any]:
    """A form that takes a file: in parts with its fields, or as the body with the fields in the query."""
    file: dict[str, Any] = {"type": "string", "format": "binary"}
    return {
        "required": True,
        "description": f"At most {form.longest_body} bytes. As the body itself, with the other fields in the query; or in parts.",
        "content": {
            **{kind: {"schema": file} for kind in form.files},
            "multipart/form-data": {"schema": forms.schema(form.fields)},
        },
    }


def _security(door: Door) -> list[dict[str, list[str]]]:
    return [{"session": []}, {"bearer": []}] if door.who else []


def _parameters(door: Door) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 300}}
        for name in re.findall(r"\{(\w+)\}", door.path)
    ]
    properties = forms.schema(door.query)["properties"]
    made += [
        {"name": one.name, "in": "query", "required": one.required, "schema": _with_default(properties[one.name], one)}
        for one in door.query
    ]
    if door.form is not None and door.form.files:
        asked = forms.schema(door.form.fields)["properties"]
        made += [
            {"name": one.name, "in": "query", "required": False, "schema": _with_default(asked[one.name], one)}
            for one in door.form.fields
            if one.kind != "file"
        ]
    if door.form is not None:
        made.append({
            "name": "X-Form-Token", "in": "header", "required": not door.form.signed_in, "schema": {"type": "string"},
            "description": "The token of the form, from /forms/{form}. Calls with an API key need none.",
        })  # fmt: skip
        if door.form.signed_in:
            made.append({
                "name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string"},
                "description": "With an API key: the same key and body again have one effect and one answer for a day.",
            })  # fmt: skip
    return made


def _with_default(schema: dict[str, Any], one: forms.Field) -> dict[str, Any]:
    return {**schema, "default": one.default} if isinstance(one.default, str | int) else schema


def _responses(door: Door) -> dict[str, Any]:
    good: dict[str, Any] = {"description": _WORDS.get(door.status, "OK")}
    if door.protection == "webhook":
        good["content"] = {"text/plain": {"schema": {"type": "string"}}}
    elif door.path in _FILES:
        good["content"] = {_FILES[door.path]: {"schema": {"type": "string"}}}
    elif door.status != 204:
        name = schemas.name_of(door.method, door.path, door.answer)
        good["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    codes = ["503"]
    if door.who:
        codes += ["401", "403"]
    if "{" in door.path:
        codes += ["404"]
    if "{token}" in door.path or door.form is not None:
        codes += ["410"]
    if door.query:
        codes += ["400", "422"]
    if door.form is not None:
        codes += ["400", "404", "409", "413", "415", "422", "429"]
    if door.protection == "webhook":
        codes += ["401", "404", "415"]
    responses = {str(door.status): good}
    if door.asks_on is not None:
        responses[str(door.asks_on)] = {
            "description": "Another form has to be sent first",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/next_form"}}},
        }
    return {**responses, **{code: {"$ref": f"#/components/responses/{code}"} for code in sorted(set(codes))}}


_FILES = {
    "/assets/{file}": "text/css",
    "/embed.js": "text/javascript",
    "/my/{token}/calendar.ics": "text/calendar",
    "/partner/processing-agreement": "application/pdf",
}


def _problem(code: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": _TITLES[code],
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
    }
    if code in ("429", "503"):
        made["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return made
