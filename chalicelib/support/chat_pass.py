"""The pass that opens the chat: a signed cookie with the sentence that was agreed to, and whose chat it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.consent import purposes
from chalicelib.plumbing import keyring, links
from chalicelib.plumbing.refusals import Refusal
from chalicelib.plumbing.visit import Visit

COOKIE = "__Host-chat"
LIFE = timedelta(days=180)
PURPOSE = "chat"
_STRANGER = "-"


def client_id(visit: Visit) -> str:
    """Under which name the chat knows somebody: of the team always the same, of a stranger one for each consent."""
    if visit.employee_id:
        return client_of_employee(visit.employee_id)
    assert visit.once is not None
    return visit.once.secret("chat-client")[:32]


def client_of_employee(employee_id: str) -> str:
    """Under which name the chat knows somebody of the team; it need not be stored to be found there again."""
    return keyring.fingerprint("chat-client", employee_id)


def given(visit: Visit, client: str) -> str:
    """The cookie that says yes."""
    parts = [purposes.version(PURPOSE), client, _who(visit)]
    token = links.make(PURPOSE, parts, expires_at=visit.at + LIFE)
    return f"{COOKIE}={token}; Path=/; Max-Age={int(LIFE.total_seconds())}; Secure; HttpOnly; SameSite=Lax"


def taken_back() -> str:
    """The cookie that says no more."""
    return f"{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"


def client_of(cookies: Mapping[str, str], visit: Visit) -> str | None:
    """Whose chat these cookies open for this visitor, or None: no consent, an older sentence, somebody else's pass."""
    held = cookies.get(COOKIE)
    if not held:
        return None
    try:
        version, client, who = _read(held, visit.at)
    except (Refusal, ValueError):
        return None
    return client if version == purposes.version(PURPOSE) and who == _who(visit) else None


def client_in(header: str, visit: Visit) -> str | None:
    """Whose chat the cookies of a request open for this visitor, from their header."""
    pairs = (one.strip().partition("=") for one in header.split(";")[:50])
    return client_of({name: value for name, _, value in pairs}, visit)


def _read(held: str, at: datetime) -> list[str]:
    return links.read(PURPOSE, held, at)


def _who(visit: Visit) -> str:
    return visit.employee_id or _STRANGER
