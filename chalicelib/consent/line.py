"""The line to a newsletter vendor about one person: every call carries its disclosure, and is logged with what it told."""

from dataclasses import dataclass
from typing import Any

from chalicelib.activity.calls import Calls
from chalicelib.plumbing import egress, outcomes, web

MAX_WAIT_S = 86_400


@dataclass(frozen=True, slots=True)
class Line:
    """Whom it leads to, about whom, and the calls that are logged."""

    vendor: str
    subject: tuple[str, str]
    calls: Calls

    def ask(
        self, method: str, path: str, *, telling: tuple[str, ...], headers: dict[str, str], json: Any = None
    ) -> web.Reply:
        """One call; the answer, whatever its status. Raises Later where nothing arrived, Unknown where it may have."""
        listed = egress.recipient(self.vendor)
        kind, name = self.subject
        disclosure = egress.Disclosure(self.vendor, listed.purpose, listed.legal_basis, telling, kind, name)
        return self.calls.ask(disclosure, method, f"{egress.base_url(self.vendor)}{path}", headers=headers, json=json)


def value(reply: web.Reply) -> dict[str, Any]:
    """The JSON object of a good answer. Raises Later, Never or Unknown for every other, and says nothing of its content."""
    status = reply.status
    if status in (401, 403, 404, 405):
        raise outcomes.Never(f"http_{status}", "key or address not accepted", fault="configuration")
    if status in (429, 503) or 300 <= status < 400:
        raise outcomes.Later(f"status {status}", _wait_s(reply))
    if status == 408 or status >= 500:
        raise outcomes.Unknown(f"status {status}")
    if status >= 400:
        raise outcomes.Never(f"http_{status}", "request not accepted", fault="content")
    found = body(reply)
    if found is None:
        raise outcomes.Unknown("an answer that cannot be read")
    return found


def body(reply: web.Reply) -> dict[str, Any] | None:
    """The answer as a JSON object, or None where it is none."""
    try:
        found = reply.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _wait_s(reply: web.Reply) -> int | None:
    """The wish to wait, from the header or, as Ortto does it, from the body; at most a day."""
    written = reply.headers.get("retry-after") or (body(reply) or {}).get("try-in-seconds")
    text = str(written).strip()
    return min(int(text), MAX_WAIT_S) if text.isascii() and text.isdigit() and len(text) < 9 else None
