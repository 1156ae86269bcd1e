"""Somebody who uses the product through its doors, in this process: events as API Gateway makes them, cookies, forms."""

import base64
import json
import re
import uuid
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: dict[str, list[str]]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    def header(self, name: str) -> str | None:
        values = {key.lower(): value for key, value in self.headers.items()}.get(name.lower())
        return values[0] if values else None


@dataclass(slots=True)
class Visitor:
    """A visitor with an IP address, a cookie jar and perhaps an API key."""

    ip: str = "192.0.2.10"
    key: str | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Reply:
        """A GET that wants JSON."""
        return self.send("GET", path, headers=headers)

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Reply:
        """One request. A dict body goes as JSON, text and bytes as they are."""
        from app import app

        parts = urlsplit(path)
        resource, params = _resource(app, method, parts.path)
        sent = {"accept": "application/json", **{k.lower().replace("_", "-"): v for k, v in (headers or {}).items()}}
        if body is not None and "content-type" not in sent:
            sent["content-type"] = "application/json"
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.key:
            sent["authorization"] = f"Bearer {self.key}"
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query.setdefault(name, []).append(value)
        # API Gateway hands on in base64 what it was told is binary.
        is_binary = isinstance(body, bytes)
        text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
        text = text if isinstance(text, str) or text is None else json.dumps(text)
        event = {
            "resource": resource,
            "path": parts.path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": {k: v[-1] for k, v in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": params or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "path": "/api" + parts.path,
                "stage": "api",
                "httpMethod": method,
                "requestId": uuid.uuid4().hex,
                "identity": {"sourceIp": self.ip},
            },
            "body": text,
            "isBase64Encoded": is_binary,
        }
        answer = app(event, SimpleNamespace(aws_request_id="test"))
        many = {name: list(values) for name, values in (answer.get("multiValueHeaders") or {}).items()}
        all_headers = {**{k: [str(v)] for k, v in (answer.get("headers") or {}).items()}, **many}
        for cookie in next((v for k, v in all_headers.items() if k.lower() == "set-cookie"), []):
            self._keep(cookie)
        return Reply(answer["statusCode"], all_headers, answer.get("body") or "")

    def form(self, form: str, /, _context: dict[str, str] | None = None, **values: Any) -> Reply:
        """Fetch a form and send it filled in (as a program would: JSON and the token in its header)."""
        issued = self.issue(form, **(_context or {}))
        return self.submit(issued, **values)

    def issue(self, form: str, **context: str) -> dict[str, Any]:
        """Fetch a form."""
        reply = self.get(f"/forms/{form}?{urlencode(context)}")
        assert reply.status == 200, reply.text
        return dict(reply.json)

    def submit(self, issued: dict[str, Any], **values: Any) -> Reply:
        """Send a fetched form."""
        return self.send(issued["method"], issued["action"], values, {"x-form-token": issued["token"]})

    def _keep(self, cookie: str) -> None:
        pair, *attributes = (part.strip() for part in cookie.split(";"))
        name, _, value = pair.partition("=")
        if any(attribute.lower() == "max-age=0" for attribute in attributes):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


def _resource(app: Any, method: str, path: str) -> tuple[str, dict[str, str]]:
    """The route API Gateway would choose: literal parts beat names, and the greedy path is last."""
    best: tuple[int, str, dict[str, str]] | None = None
    for route in app.routes:
        if "{proxy+}" in route:
            continue
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(route))
        match = re.fullmatch(pattern, path.rstrip("/") or "/")
        if match and (best is None or route.count("{") < best[0]):
            best = (route.count("{"), route, match.groupdict())
    if best:
        return best[1], best[2]
    return "/{proxy+}", {"proxy": path.lstrip("/")}
