"""Who is knocking: a cookie for an opaque session, its life, and its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.plumbing import attributes, clock, keyring, table
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.visit import Visit

if TYPE_CHECKING:
    from chalicelib.plumbing.change import Change  # who looks up a session writes nothing with it

COOKIE = "__Host-session"
LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
_SEEN_EVERY = timedelta(minutes=10)

GUARD = attributes.About("employee", "security", "Art. 6(1)(f) GDPR", "session", category="meta", forgotten="expire")


class SessionRow(Record):
    """A session, filed under its employee so that all of them can be ended at once."""

    lifecycle = "guard"

    partner_id = attributes.text(GUARD)
    employee_id = attributes.text(GUARD)
    role = attributes.text(GUARD)
    created_at = attributes.instant(GUARD)
    seen_at = attributes.instant(GUARD)
    expires = attributes.number(GUARD)


def cleared(_result: dict[str, Any], _visit: Visit) -> dict[str, str]:
    """For the `after` of a door: the headers by which a browser forgets that it was signed in."""
    return {
        "Set-Cookie": f"{COOKIE}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax",
        "Clear-Site-Data": '"cache", "cookies", "storage"',
    }


@dataclass(frozen=True, slots=True)
class Session:
    """A living session."""

    key: str
    partner_id: str
    employee_id: str
    role: str


def partition(employee_id: str) -> str:
    """Where the sessions of an employee lie."""
    return f"session#{employee_id}"


def open_(
    change: "Change", visit: Visit, *, partner_id: str, employee_id: str, role: str, instead_of: Visit
) -> tuple[str, datetime]:
    """Add a new session to `change`: the value of its cookie, and the instant it ends at the latest.

    A session that the browser showed when it came (`instead_of`) ends with the same change.
    """
    assert visit.once is not None
    secret = visit.once.secret("session")
    key = keyring.digest(secret)
    ends_at = visit.at + LONGEST
    if instead_of.employee_id is not None and instead_of.session not in (None, key):
        end(change, instead_of.employee_id, instead_of.session or "")
    change.put_new(
        SessionRow(
            partition(employee_id),
            key,
            partner_id=partner_id,
            employee_id=employee_id,
            role=role,
            created_at=visit.at,
            seen_at=visit.at,
            expires=clock.milliseconds(ends_at) // 1000,
        )
    )
    return f"{employee_id}.{secret}", ends_at


def find(cookie: str, at: datetime) -> Session | None:
    """The session of a cookie, if it is alive. One read; one write at most every ten minutes."""
    employee_id, _, secret = cookie.partition(".")
    if not secret or len(cookie) > 200 or not employee_id.isalnum():
        return None
    row = table.get(SessionRow, partition(employee_id), keyring.digest(secret))
    if row is None or at >= row.created_at + LONGEST or at >= row.seen_at + IDLE:
        return None
    if at >= row.seen_at + _SEEN_EVERY:
        try:
            table.update(row, [SessionRow.seen_at.set(at)], SessionRow.pk.exists())
        except Stale:
            return None
    return Session(row.sk, row.partner_id, row.employee_id, row.role)


def called(key: str) -> str:
    """What the session of this key is called where people and programs can read it: it opens nothing, no form is bound to it."""
    return keyring.digest(f"called/{key}")[:32]


def began_at(employee_id: str, key: str) -> datetime | None:
    """When somebody signed in for this session; None when there is none. One read."""
    row = table.get(SessionRow, partition(employee_id), key)
    return row.created_at if row else None


def living(employee_id: str, at: datetime) -> list[SessionRow]:
    """The sessions of an employee that are good at `at`."""
    rows = table.prefixed(SessionRow, partition(employee_id), "")
    return [one for one in rows if at < one.created_at + LONGEST and at < one.seen_at + IDLE]


def end(change: "Change", employee_id: str, key: str) -> None:
    """End one session with `change`."""
    change.delete(SessionRow(partition(employee_id), key))


def end_all(employee_id: str, *, but: str | None = None) -> None:
    """End every session of an employee (new password, dismissal, closure), but for the one with this key."""
    for item in table.walk(SessionRow.lifecycle, partition(employee_id)):
        if item["sk"]["S"] != but:
            table.delete(SessionRow.from_raw_data(item))
