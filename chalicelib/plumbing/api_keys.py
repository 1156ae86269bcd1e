"""Keys for programs: made once, shown once, stored as a hash, limited to scopes."""

import contextlib
from typing import Any

import msgspec

from chalicelib.plumbing import attributes, ids, keyring, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.visit import Visit

PREFIX = "zf"
KEY = attributes.About("partner", "security", "Art. 6(1)(b) GDPR", "account", category="meta")


class ApiKey(Record):
    """One key of a partner; the secret itself is nowhere."""

    name = attributes.personal(KEY)
    scopes = attributes.document(KEY)
    secret_hash = attributes.text(KEY)
    created_at = attributes.instant(KEY)
    created_by = attributes.text(KEY)
    role = attributes.text(KEY, optional=True)  # "owner" where an owner made it


def make(change: Change, visit: Visit, *, name: str, scopes: list[str]) -> tuple[str, str]:
    """Add a new key to `change`: its id, and the key itself, which cannot be had again."""
    key_id = ids.new(visit.at)
    secret = visit.once.secret("api-key") if visit.once else ids.secret()
    change.put_new(
        ApiKey(
            visit.partner,
            f"key#{key_id}",
            name=name,
            scopes=scopes,
            secret_hash=keyring.digest(secret),
            created_at=visit.at,
            created_by=visit.employee_id or "-",
            role="owner" if visit.role == "owner" else None,
        )
    )
    return key_id, f"{PREFIX}_{visit.partner}_{key_id}_{secret}"


class Found(msgspec.Struct, frozen=True):
    """A key that is good. `of_owner`: an owner made it, who still is one."""

    partner_id: str
    key_id: str
    scopes: tuple[str, ...]
    of_owner: bool


def find(key: str) -> Found | None:
    """What a key that is good stands for, else None. One read."""
    parts = key.split("_", 3)
    if len(parts) != 4 or parts[0] != PREFIX or not (ids.is_id(parts[1]) and ids.is_id(parts[2])):
        return None
    row = table.get(ApiKey, parts[1], f"key#{parts[2]}")
    if row is None or not keyring.same(row.secret_hash, keyring.digest(parts[3])):
        return None
    return Found(parts[1], parts[2], tuple(row.scopes), row.role == "owner")


def lower(partner_id: str, employee_id: str) -> None:
    """Keys that an employee made as owner are an owner's no longer."""
    for row in table.prefixed(ApiKey, partner_id, "key#"):
        if row.created_by == employee_id and row.role == "owner":
            with contextlib.suppress(Stale):  # revoked meanwhile
                table.update(row, [ApiKey.role.remove()], ApiKey.pk.exists())


def listed(partner_id: str) -> list[dict[str, Any]]:
    """All keys of a partner, without their secrets."""
    rows = table.prefixed(ApiKey, partner_id, "key#")
    return [
        {"id": row.sk.removeprefix("key#"), "name": row.name, "scopes": row.scopes, "created_at": row.created_at}
        for row in rows
    ]


def end_all(change: Change, partner_id: str, *, most: int) -> int:
    """Let `change` remove the keys of a partner, at most so many; how many they are."""
    rows = table.prefixed(ApiKey, partner_id, "key#")[:most]
    for row in rows:
        change.delete(row)
    return len(rows)


def revoke(change: Change, partner_id: str, key_id: str, *, lost: Any) -> None:
    """Remove a key with `change`; `lost` makes the refusal when there is none."""
    change.delete(ApiKey(partner_id, f"key#{key_id}"), ApiKey.pk.exists(), lost=lost)
