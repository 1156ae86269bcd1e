"""The provider simulators for a test: a real server on a free port, and the few calls that steer it."""

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.providers import server


@contextmanager
def running(**settings: Any) -> Iterator["Desk"]:
    """Simulators that stop with the test; anything of `server.Settings` may be given."""
    with tempfile.TemporaryDirectory() as folder:
        defaults: dict[str, Any] = {"clock_file": Path(folder) / "clock", "public_url": "http://localhost:8000"}
        tempo: dict[str, Any] = {"report_delay_s": 0.0, "report_repeats_s": (0.01, 0.01)}
        simulators = server.serve(0, settings=server.Settings(**(defaults | tempo | settings)))
        try:
            yield Desk(simulators)
        finally:
            simulators.close()


class Desk:
    """What a test says to the simulators, in the words of the contract."""

    def __init__(self, simulators: server.Running) -> None:
        self.simulators = simulators
        self.url = simulators.url
        self.smsapi_url = f"{simulators.url}/smsapi"
        self.ortto_url = f"{simulators.url}/ortto"
        self.autopilot_url = f"{simulators.url}/autopilot"
        self.zendesk_url = f"{simulators.url}/zendesk"
        self.bexio_url = f"{simulators.url}/bexio"
        self.mail_url = f"{simulators.url}/ses"

    def fail(self, provider: str, **fault: Any) -> None:
        status, _ = self.post("/faults", {"provider": provider, **fault})
        assert status == 201

    def set_clock(self, now: str | None) -> None:
        status, _ = self.post("/clock", {"now": now})
        assert status == 200

    def journal(self, provider: str, **query: str) -> list[dict[str, Any]]:
        pairs = "".join(f"&{name}={value}" for name, value in query.items())
        status, value = self.get(f"/journal?provider={provider}{pairs}")
        assert status == 200
        items: list[dict[str, Any]] = value["items"]
        return items

    def get(self, path: str) -> tuple[int, Any]:
        return self._call(urllib.request.Request(self.url + path))

    def post(self, path: str, value: Any) -> tuple[int, Any]:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        headers = {"Content-Type": "application/json"}
        return self._call(urllib.request.Request(self.url + path, body, headers, method="POST"))

    def _call(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, _value(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _value(error.read())


def _value(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode()
