"""Our access to bexio: a token for an hour, got with one that lasts, which may change each time and is kept enciphered.

Vendor facts: docs.bexio.com (authentication). Refreshed by one worker at a time: a token that was exchanged may be void.
"""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.billing.records import AccessRow
from chalicelib.plumbing import clock, egress, ids, keyring, outcomes, settings, table, web
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import NOBODY

VENDOR = egress.BEXIO.vendor
_KEY = (NOBODY, "bexio#access")
_MARGIN = timedelta(seconds=60)
_LEASE = timedelta(seconds=30)
_ISSUER = "https://auth.bexio.com"
_NOBODY = egress.Disclosure(VENDOR, "authentication", "Art. 6(1)(b) GDPR", ("credentials",), "nobody", "-")
_LONGEST = 8_000

_held: list[tuple[str, datetime, str]] = []


def token(*, refused: str | None = None) -> str:
    """A token that is still good, and is not the one that was `refused`. Raises Later, and Never where we are not let in."""
    at, seed = clock.now(), _seed()
    for value, good_until, of in _held:
        if at < good_until and value != refused and of == seed:
            return value
    row = table.get(AccessRow, *_KEY)
    usable = row is not None and row.seed == seed
    if row is not None and usable and row.access and row.access != refused and row.good_until and at < row.good_until:
        return _hold(row.access, row.good_until, seed)
    return _exchanged(row, seed, at)


def forget_held() -> None:
    """Forget the token of this process (tests)."""
    _held.clear()


def _exchanged(row: AccessRow | None, seed: str, at: datetime) -> str:
    here = settings.get()
    if row is None or row.seed != seed:
        if not here.bexio_refresh_token:
            raise outcomes.Never("local", "no access to bexio is set up", fault="configuration")
        fresh = AccessRow(*_KEY, lasting=here.bexio_refresh_token, seed=seed)
        condition = AccessRow.pk.does_not_exist() if row is None else AccessRow.seed == row.seed
        try:
            table.put(fresh, condition)
        except Stale:
            raise outcomes.Later("somebody else begins") from None
        row = fresh
    mine = ids.secret()
    free = AccessRow.busy_until.does_not_exist() | (AccessRow.busy_until <= at)
    try:
        raw = table.update(row, [AccessRow.busy_by.set(mine), AccessRow.busy_until.set(at + _LEASE)], free)
    except Stale:
        raise outcomes.Later("somebody else gets a token", 5) from None
    row = AccessRow.from_raw_data(raw)
    try:
        given = _asked(row.lasting)
    except BaseException:
        table.update(row, [AccessRow.busy_until.remove()], AccessRow.busy_by == mine)
        raise
    access, refresh, life_s = given
    good_until = at + timedelta(seconds=life_s) - _MARGIN
    actions = [AccessRow.access.set(access), AccessRow.good_until.set(good_until), AccessRow.busy_until.remove()]
    if refresh:
        actions.append(AccessRow.lasting.set(refresh))
    table.update(row, actions, AccessRow.busy_by == mine)
    return _hold(access, good_until, seed)


def _hold(value: str, good_until: datetime, seed: str) -> str:
    _held[:] = [(value, good_until, seed)]
    return value


def _asked(refresh: str) -> tuple[str, str | None, int]:
    here = settings.get()
    base = egress.base_url(VENDOR) if here.stage == "local" else _ISSUER
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": here.bexio_client_id,
        "client_secret": here.bexio_client_secret,
    }
    try:
        reply = web.call(_NOBODY, "POST", f"{base}/realms/bexio/protocol/openid-connect/token", form=form)
    except (web.Unreachable, web.Ambiguous) as error:
        raise outcomes.Later("no token") from error
    if reply.status in (400, 401, 403, 404):
        raise outcomes.Never(f"http_{reply.status}", "credentials not accepted", fault="configuration")
    if not 200 <= reply.status < 300:
        raise outcomes.Later(f"no token: status {reply.status}")
    try:
        given: Any = reply.json()
    except ValueError:
        given = None
    access = _token_of(given, "access_token")
    if access is None:
        raise outcomes.Later("no token: an answer that cannot be read")
    life = given.get("expires_in")
    good = isinstance(life, int) and not isinstance(life, bool) and 0 < life <= 86_400
    return access, _token_of(given, "refresh_token"), life if good else 300


def _token_of(given: Any, name: str) -> str | None:
    value = given.get(name) if isinstance(given, dict) else None
    fits = isinstance(value, str) and value.isascii() and value.isprintable() and 0 < len(value) <= _LONGEST
    return value if fits else None


def _seed() -> str:
    return keyring.fingerprint("bexio-seed", settings.get().bexio_refresh_token)
