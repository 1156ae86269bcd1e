"""Forget what this room keeps itself: proofs in their order, certificates, requests, breaches, and holds that are over."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice

from chalicelib.activity import expire
from chalicelib.plumbing import clock, holds, shards, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.holds import HoldRow
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import rights
from chalicelib.privacy.records import (
    BreachRow,
    CertificateRow,
    CheckpointRow,
    DueInActivity,
    DueInLedger,
    DueRow,
    GoneRow,
    ProofRow,
    PurgeRow,
    RequestRow,
)

KINDS = (PurgeRow, ProofRow, GoneRow, CertificateRow, CheckpointRow, RequestRow, BreachRow, HoldRow)
"""Every kind of row that this room keeps."""

GONE = ("privacy", "proofs")
_WAITING: tuple[tuple[str, type[DueRow]], ...] = (
    ("records", DueRow),
    ("activity", DueInActivity),
    ("ledger", DueInLedger),
)
_MOST_RELEASED = 2_000


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where requests and holds of a partner lie. Breaches stay (Art. 33(5) GDPR)."""
    yield from table.addresses("records", rights.partition(partner_id))
    yield from table.addresses("records", partner_id, "hold#")


def breaches(partner_id: str) -> Iterable[table.Address]:
    """Where the notes on breaches lie, which stay until their day."""
    return table.addresses("ledger", f"{partner_id}#breaches")


def proof(_pk: str, sk: str, _due: str, today: date) -> bool:
    """Whether this proof is gone (True), or its last day has not passed (False). The chain is shortened from its start."""
    gone = table.get(GoneRow, *GONE)
    for number in range((int(gone.number) if gone else 0) + 1, int(sk) + 1):
        row = table.get(ProofRow, "purges", f"{number:010d}")
        if row is None or row.keep_until is None or row.keep_until >= today:
            return False
        change = Change(of_job(clock.now(), "purge"))
        change.delete(row, ProofRow.keep_until < today)
        expire.add(change, row)
        change.put(GoneRow(*GONE, number=number, hash=row.hash))
        change.commit()
    return True


def certificate(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for the certificate of an erasure, which is nobody's and so held by nobody."""
    return expire.row(CertificateRow, pk, sk, due, partner_id="-", today=today, held=False)


def answered(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for a request that was answered. Raises holds.Held."""
    partner_id, scopes = pk.removesuffix("#requests"), (holds.ACCOUNT,)
    return holds.remove_expired(RequestRow, pk, sk, due, partner_id=partner_id, scopes=scopes, today=today)


def breach(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for a note on a breach. Raises holds.Held."""
    return expire.row(BreachRow, pk, sk, due, partner_id=pk.removesuffix("#breaches"), today=today)


def hold(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this hold, which is over, is gone (True); False while it still let go what waited for it, or was renewed.

    What waited goes in the same night, some thousand rows of it a night, and the hold itself the night after the last.
    """
    row = table.get(HoldRow, pk, sk)
    if row is None or row.expiry_shard != due:
        return row is None
    if row.until >= today:
        return False
    if release(pk, sk.removeprefix("hold#"), today):
        # Not today: until the index knows of those that go it names them again, and others behind them would stay for good.
        again = shards.expires_on(today + timedelta(days=1), pk)
        table.update(row, [HoldRow.expiry_shard.set(again)], (HoldRow.expiry_shard == due) & (HoldRow.until < today))
        return False
    return holds.remove_expired(
        HoldRow, pk, sk, due, partner_id=pk, scopes=(), today=today, condition=HoldRow.until < today
    )  # fmt: skip


def release(partner_id: str, scope: str, today: date) -> int:
    """Let go what waited for a hold: it is due today, for a later run of this night. How many rows, at most some thousand a call."""
    waited = holds.shelf(partner_id, scope)
    released = 0
    for lifecycle, kind in _WAITING:
        for item in islice(table.walk(lifecycle, waited, index=table.EXPIRY), _MOST_RELEASED):
            pk, sk = item["pk"]["S"], item["sk"]["S"]
            again = shards.expires_on(today, pk)
            try:
                table.update(kind(pk, sk), [DueRow.expiry_shard.set(again)], DueRow.expiry_shard == waited)
            except Stale:
                continue
            released += 1
    return released
