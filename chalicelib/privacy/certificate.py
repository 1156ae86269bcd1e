"""The certificate of an erasure: what was done, where, under which article, signed so that anybody can check it offline.

It never claims what is not so: while the erasure runs it has no date of completion and no signature, and a processor that
did not confirm stands there as not having done so. While a hold stands in the way it says what is kept until when, and
that is signed too. Signature: Ed25519 (RFC 8032) over the canonical JSON (RFC 8785 for
these values: sorted keys, no spaces) of everything but `signature` and `key_id`.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from chalicelib.activity import ledger, record
from chalicelib.plumbing import clock, keyring, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import facts, rules
from chalicelib.privacy.records import CertificateRow

PARTITION = "certificates"
HELD = "Art. 17(3)(e) GDPR, Art. 30(2)(a) DSG"
BACKUP_DAYS = 35  # how long backups can be read (data.md: point in time recovery)


def read(certificate_id: str) -> dict[str, Any]:
    """A certificate as JSON. Raises Missing."""
    row = table.get(CertificateRow, PARTITION, certificate_id)
    if row is None:
        raise Missing
    return shown(row)


def shown(row: CertificateRow) -> dict[str, Any]:
    """As JSON, the fields of the contract."""
    return {**_said(row), "signature": row.signature, "key_id": row.key_id}


def is_complete(certificate_id: str) -> bool:
    """Whether all that lies here is erased."""
    row = table.get(CertificateRow, PARTITION, certificate_id)
    return row is not None and row.completed_at is not None


def confirm(change: Change, visit: Visit, certificate_id: str, *, processor: str) -> None:
    """Add to `change` that a processor confirmed (of several persons, one more), and sign anew what is said now.

    With a fact, so that the chain of the ledger holds. The change is Stale when somebody else confirmed in between.
    """
    row = table.get(CertificateRow, PARTITION, certificate_id)
    if row is None or row.signature is None:
        return
    signed = row.signature
    row.processors = [_confirmed(one, visit.at) if one["name"] == processor else one for one in row.processors or ()]
    row.signature, row.key_id = sign(row)
    change.update(
        row,
        [
            CertificateRow.processors.set(row.processors),
            CertificateRow.signature.set(row.signature),
            CertificateRow.key_id.set(row.key_id),
        ],
        CertificateRow.signature == signed,
    )
    record.fact(change, visit, facts.ERASURE_CONFIRMED, subject=("processor", processor), ledger=ledger.mark(row))


def again(
    change: Change, row: CertificateRow, at: datetime, *, as_of: datetime, count: int, backup_days: int | None
) -> bool:
    """Add to `change` that a backup of `as_of` brought back `count` rows, which are erased again; False when it is said already.

    Signed anew. With `backup_days` they could be read, and the day from which no backup can be is counted anew. `row`
    becomes so too.
    """
    before, stands = list(row.erased_again or ()), clock.text(as_of)
    if any(one["as_of"] == stands for one in before):
        return False
    signed = row.signature
    row.erased_again = [*before, {"at": clock.text(at), "as_of": stands, "count": count}]
    if backup_days is not None:
        row.backups_unreadable_by = (at + timedelta(days=backup_days)).date()
    row.signature, row.key_id = sign(row)
    actions = [
        CertificateRow.erased_again.set(row.erased_again),
        CertificateRow.backups_unreadable_by.set(row.backups_unreadable_by),
        CertificateRow.signature.set(row.signature),
        CertificateRow.key_id.set(row.key_id),
    ]
    change.update(row, actions, CertificateRow.signature == signed)
    return True


def _confirmed(one: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A processor with one confirmation more; it has confirmed when it has for every person."""
    made = {name: int(value) if name in ("persons", "confirmed") else value for name, value in one.items()}
    if "persons" in made:
        made["confirmed"] += 1
        if made["confirmed"] < made["persons"]:
            return made
    # Who keeps what the law wants has not confirmed that nothing is left.
    state = "restricted" if made["state"] == "restricting" else "confirmed"
    return {**made, "state": state, "acknowledged_at": clock.text(at)}


def hold(row: CertificateRow, until: date, planned: list[dict[str, Any]]) -> None:
    """Write down that everything is kept until a day, because a hold stands in the way. Raises Stale when complete."""
    row.held_until, row.planned = until, planned
    row.signature, row.key_id = sign(row)
    actions = [
        CertificateRow.held_until.set(until),
        CertificateRow.planned.set(planned),
        CertificateRow.signature.set(row.signature),
        CertificateRow.key_id.set(row.key_id),
    ]
    table.update(row, actions, CertificateRow.completed_at.does_not_exist())


def complete(
    change: Transaction,
    row: CertificateRow,
    at: datetime,
    *,
    processors: list[dict[str, Any]],
    backup_days: int = BACKUP_DAYS,
) -> None:
    """Add to `change` that it is done, signed; the receipts are `planned`. From here on it has its own date. `row` becomes so too."""
    row.completed_at = at
    row.backups_unreadable_by = (at + timedelta(days=backup_days)).date()
    row.processors = processors
    row.signature, row.key_id = sign(row)
    row.held_until, row.keep_until = None, rules.keep_until("certificate", at.date())
    row.expiry_shard = shards.expires_on(row.keep_until + timedelta(days=1), PARTITION)
    change.update(
        row,
        [
            CertificateRow.completed_at.set(at),
            CertificateRow.backups_unreadable_by.set(row.backups_unreadable_by),
            CertificateRow.processors.set(processors),
            CertificateRow.planned.set(list(row.planned or ())),
            CertificateRow.signature.set(row.signature),
            CertificateRow.key_id.set(row.key_id),
            CertificateRow.held_until.remove(),
            CertificateRow.keep_until.set(row.keep_until),
            CertificateRow.expiry_shard.set(row.expiry_shard),
        ],
        CertificateRow.completed_at.does_not_exist(),
    )


def receipt(room: str, outcome: str, count: int, article: str, *, until: date | None = None) -> dict[str, Any]:
    """One line: what became of how many rows of a room, until when, and why."""
    until_text = until.isoformat() if until else None
    return {"room": room, "outcome": outcome, "count": count, "until": until_text, "article": article}


def sign(row: CertificateRow) -> tuple[str, str]:
    """The signature of a certificate that is complete, and the id of the key."""
    return signature(_said(row)), key_id()


def signature(said: Mapping[str, Any]) -> str:
    """Our signature under a JSON object, in base64."""
    return base64.b64encode(_key().sign(canonical(said))).decode()


def genuine(certificate: Mapping[str, Any], public_key: bytes) -> bool:
    """Whether a certificate (as JSON) was signed by the holder of this key (32 bytes)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = {name: value for name, value in certificate.items() if name not in ("signature", "key_id")}
    try:
        signature = base64.b64decode(str(certificate.get("signature") or ""), validate=True)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, canonical(said))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(said: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def public_key() -> bytes:
    """The 32 bytes that everybody may know."""
    return bytes(_key().public_key().public_bytes_raw())


def key_id() -> str:
    """A short name for the key."""
    return hashlib.sha256(public_key()).hexdigest()[:16]


def _said(row: CertificateRow) -> dict[str, Any]:
    return {
        "id": row.sk,
        "subject_kind": row.subject_kind,
        "asked_at": clock.text(row.asked_at),
        "completed_at": clock.text(row.completed_at) if row.completed_at else None,
        "receipts": _receipts(row),
        "processors": list(row.processors or ()),
        "backups_unreadable_by": row.backups_unreadable_by.isoformat() if row.backups_unreadable_by else None,
        **({"erased_again": [_counted(one) for one in row.erased_again]} if row.erased_again else {}),
    }


def _counted(one: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "count": int(one["count"])}


def _receipts(row: CertificateRow) -> list[dict[str, Any]]:
    planned: list[dict[str, Any]] = list(row.planned or ())
    if row.completed_at:
        return planned
    if not row.held_until:
        return []
    until = row.held_until.isoformat()
    return [{**one, "outcome": "kept", "until": until, "article": HELD} for one in planned if one["outcome"] != "kept"]


@cache
def _key() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(keyring.key("certificate"))
