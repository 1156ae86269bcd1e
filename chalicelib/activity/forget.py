"""Forget addresses, facts, counters and outbox rows on their day; seals, which hold hashes and nobody's data, after the account."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from chalicelib.activity import chain
from chalicelib.activity import due as days
from chalicelib.activity import outbox as queue
from chalicelib.activity.records import CountRow, FactRow, OutboxRow, RollupRow, SealRow, ToldRow
from chalicelib.plumbing import holds, shards, table
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.transaction import Transaction

KINDS = (FactRow, SealRow, CountRow, RollupRow, OutboxRow, ToldRow)
"""Every kind of row that this room keeps."""
_TRIES = 2  # a fact is blacked out whole once, so whoever comes too late reads it again and finds nothing


def of_account(
    partner_id: str, *, but: str, first_done: Collection[str] = (), first_told: Collection[str] = ()
) -> Iterable[table.Address]:
    """Where outbox rows of a partner lie, and the index of what was told; without rows of the task `but`, which is doing this.

    Rows of the tasks `first_done` are left alone until they are done: they erase elsewhere; those of `first_told` while a
    worker has them: should it have died, whoever claims them next still has to log what it told. Counters hold no person and go on their own day; only the purge may remove anything from the log.
    """
    for item in table.walk("records", queue.partition(partner_id)):
        task, waits = item["task"]["S"], "due_shard" in item
        in_hands = item["state"]["S"] == queue.CLAIMED and task in first_told
        if task != but and not (waits and task in first_done) and not in_hands:
            yield "records", item["pk"]["S"], item["sk"]["S"]
    yield from table.addresses("records", f"{partner_id}#told")


def readable(partner_id: str) -> Iterable[FactRow]:
    """The facts of a partner that still say who, from where and what exactly."""
    for item in table.walk("activity", partner_id, first="0", last=":"):
        row = FactRow.from_raw_data(item)
        if still_says(row):
            yield row


def still_says(row: FactRow) -> bool:
    """Whether a fact still says who or what exactly, or from where; once its address alone is blacked out, it does."""
    return not set(chain.VEILABLE) <= set(row.veiled or {})


def veil(row: FactRow) -> None:
    """Black out who did it, from where and the details; hashes of them stay, so that the chain of the log still holds."""
    hidden = _hashes(row, chain.VEILABLE) | dict(row.veiled or {})  # of what is gone, only its hash is left
    actions = [FactRow.veiled.set(hidden), *(getattr(FactRow, name).remove() for name in (*chain.VEILABLE, "salt"))]
    table.update(row, actions, FactRow.pk.exists())


def let_seals_go(partner_id: str, on: date) -> None:
    """The account is closed: its seals, which prove the log that is still there, go on this day."""
    for row in table.prefixed(SealRow, partner_id, "seal#"):
        table.update(row, [SealRow.expiry_shard.set(shards.expires_on(on, partner_id))], SealRow.pk.exists())


def seal(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this seal of a closed account is gone. Raises holds.Held."""
    return _removed(SealRow, pk, sk, due, partner_id=pk, today=today)


def fact(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether this fact is gone (True), or its life was extended (False). Raises holds.Held."""
    return _removed(FactRow, pk, sk, due, partner_id=pk, today=today)


def facts(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """Whether all of these facts are gone now; False: none of them is, each has to be asked for."""
    scopes = (holds.ACCOUNT,)
    return holds.remove_together(FactRow, pk, sks, due, partner_id=pk, scopes=scopes, today=today)


def address(pk: str, sk: str, due: str, today: date) -> bool:
    """Whether the address of this fact is blacked out (True), or it is due on another day (False). Raises holds.Held."""
    for _ in range(_TRIES):
        try:
            _without_address(pk, [sk], due, today)
        except Stale:
            row = table.get(FactRow, pk, sk)
            if row is None or row.expiry_shard != due:  # gone, moved on by a run that died, or put aside by it
                return row is None or not (row.enciphered("ip") or str(row.expiry_shard).startswith("held#"))
        else:
            return True
    return False


def addresses(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """The same for several facts of a partner; False: none of them was touched."""
    try:
        _without_address(pk, sks, due, today)
    except (Stale, holds.Held):
        return False
    return True


def _without_address(pk: str, sks: Sequence[str], due: str, today: date) -> None:
    """One read and one transaction; the hash of the address stays, and the fact goes on its own last day. Raises Stale, Held."""
    change = Transaction()
    for row in table.get_many([(FactRow, pk, sk) for sk in sks]):
        if not isinstance(row, FactRow):
            raise Stale
        actions = [FactRow.expiry_shard.set(days.then(pk, row.sk, today))]
        still = FactRow.expiry_shard == due
        if row.enciphered("ip") is not None:
            actions += [FactRow.veiled.set(_hashes(row, ("ip",))), FactRow.ip.remove()]
            still &= FactRow.veiled.does_not_exist()  # an erasure was faster
        change.update(row, actions, still)
    holds.check(change, pk, (holds.ACCOUNT,), today)
    change.commit()


def _hashes(row: FactRow, names: Iterable[str]) -> dict[str, str]:
    return {name: chain.commitment(row.salt or "", name, row.hashable(name)) for name in names}


def count(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for the counters of a day."""
    return _removed(CountRow, pk, sk, due, partner_id=pk, today=today)


def outbox(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for what was sent, or given up, long ago."""
    return _removed(OutboxRow, pk, sk, due, partner_id=pk.removesuffix("#outbox"), today=today)


def messages(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """The same for several rows of an outbox; False: none of them is gone."""
    partner_id, scopes = pk.removesuffix("#outbox"), (holds.ACCOUNT,)
    return holds.remove_together(OutboxRow, pk, sks, due, partner_id=partner_id, scopes=scopes, today=today)


def told(pk: str, sk: str, due: str, today: date) -> bool:
    """The same for the index of what was told of customers."""
    return _removed(ToldRow, pk, sk, due, partner_id=pk.removesuffix("#told"), today=today)


def tellings(pk: str, sks: Sequence[str], due: str, today: date) -> bool:
    """The same for several rows of that index; False: none of them is gone."""
    partner_id, scopes = pk.removesuffix("#told"), (holds.ACCOUNT,)
    return holds.remove_together(ToldRow, pk, sks, due, partner_id=partner_id, scopes=scopes, today=today)


def _removed(kind: type[Record], pk: str, sk: str, due: str, *, partner_id: str, today: date) -> bool:
    scopes = (holds.ACCOUNT,)
    return holds.remove_expired(kind, pk, sk, due, partner_id=partner_id, scopes=scopes, today=today)
