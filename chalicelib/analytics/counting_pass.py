"""The pass without which nothing is counted: a signed cookie with the sentence that was agreed to, and a random number."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.consent import purposes
from chalicelib.plumbing import links, settings
from chalicelib.plumbing.refusals import Refusal

COOKIE = "__Host-counting"
LIFE = timedelta(days=30)
PURPOSE = "analytics"


def is_offered() -> bool:
    """Whether there is a counting at all."""
    here = settings.get()
    return bool(here.ga4_measurement_id and here.ga4_api_secret)


def given(client_id: str, *, at: datetime, expires_at: datetime) -> str:
    """The cookie that says yes until then. It says nothing of who it is, not even of somebody who is signed in."""
    token = links.make(PURPOSE, [purposes.version(PURPOSE), client_id], expires_at=expires_at)
    life_s = max(0, int((expires_at - at).total_seconds()))
    return f"{COOKIE}={token}; Path=/; Max-Age={life_s}; Secure; HttpOnly; SameSite=Lax"


def taken_back() -> str:
    """The cookie that says no more."""
    return f"{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"


def client_of(cookies: Mapping[str, str], at: datetime) -> str | None:
    """The number these cookies are counted under, or None: no consent, one to an older sentence, or one that is over."""
    held = cookies.get(COOKIE)
    if not held:
        return None
    try:
        version, client = links.read(PURPOSE, held, at)
    except (Refusal, ValueError):
        return None
    return client if version == purposes.version(PURPOSE) else None
