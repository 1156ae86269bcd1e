"""A visitor of the running product over HTTP: its cookies, its forms; for the demo partner and for journeys in tests."""

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit


class DoorError(Exception):
    """The product refused what should have been right."""


class Door:
    """A visitor with a cookie jar and perhaps an API key; `peer` is the address of this machine it comes from."""

    def __init__(self, url: str, *, peer: str | None = None) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._source = (peer, 0) if peer else None
        self.cookies: dict[str, str] = {}
        self.key: str | None = None
        self.last_headers: dict[str, str] = {}

    def good(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of a successful answer. Raises DoorError with the refusal."""
        status, content = self.send(method, path, body, **headers)
        if status >= 400:
            raise DoorError(f"{method} {path} was answered {status}: {content}")
        return content

    def form(self, form: str, context: dict[str, str] | None = None, /, **values: Any) -> Any:
        """Fetch a form, fill it in, send it."""
        issued = self.good("GET", f"/forms/{form}?{urlencode(context or {})}")
        open_values = {name: value for name, value in values.items() if name not in issued["locked"]}
        return self.good(issued["method"], issued["action"], open_values, **{"X-Form-Token": issued["token"]})

    def file(self, form: str, content: bytes, content_type: str, **values: str) -> Any:
        """Fetch a form that takes a file and send that as the body; the other fields go into the query."""
        issued = self.good("GET", f"/forms/{form}")
        headers = {"X-Form-Token": issued["token"], "Content-Type": content_type}
        return self.good(issued["method"], f"{issued['action']}?{urlencode(values)}", content, **headers)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """One request; status and JSON. Bytes are sent as they are, anything else as JSON."""
        sent = {"Accept": "application/json", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = self._connection()
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.last_headers = dict(answer.headers)
        return answer.status, _content(text)

    def _connection(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=90, source_address=self._source)
        try:
            connection.connect()
        except OSError:
            # Only Linux answers on all of 127.0.0.0/8.
            connection = http.client.HTTPConnection(self._host, self._port, timeout=90)
            connection.connect()
        return connection


def _content(text: bytes) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode("utf-8", "replace")
