"""The restore drill: the records are lost, an older state comes back, and nobody who was erased since comes back with it.

The emulator keeps no point in time; a copy of the rows stands in for what AWS would restore. All else is what an operator
does (infra/restore.md): tables of other names, the replay, the check, and the product pointed at the restored tables.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import aws, database, envelope, settings
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import purge
from infra import evidence, restore, verify
from infra.account import Account
from tests.fakes.providers import Desk
from tests.worlds import people, tables
from tests.worlds.outbox import Queue
from tests.worlds.visitor import Visitor

A_WHILE = timedelta(minutes=20)
KEPT = ("Zq-Kept-Owner", "Zq-Kept-Customer", "zq-kept@marker.example")
GONE = ("Zq-Gone-Customer", "zq-gone@marker.example", "Zq-Gone-Note")
CLOSED = ("Zq-Closed-Owner", "Zq-Closed-Company", "zq-closed@marker.example", "Zq-Closed-Customer")
TABLES = ("records", "ledger", "activity", "guard", "keys")


def everything(endpoint: str) -> str:
    return str([tables.rows(endpoint, name) for name in TABLES])


def checked(account: Account, bucket: str, folder: Path, on: date) -> verify.Report:
    """What the check of the chains says of everything that is there now (infra/restore.md, Verify)."""
    outputs = {"TableLedger": "test-ledger", "TableActivity": "test-activity", "BucketProofs": bucket}
    keys = Visitor().get("/signing-keys").json
    evidence.collect(account, folder, outputs=outputs, first=on, last=on, keys=keys)
    return verify.check(verify.read([folder]))


@pytest.fixture
def disaster(emulator: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Lets tables be lost: others, made from a copy of rows, stand in their place from then on."""
    client = tables._client("dynamodb", emulator.endpoint)
    made: list[str] = []

    def strike(copies: dict[str, list[dict[str, Any]]]) -> None:
        for name, rows in copies.items():
            made.append(f"restored-{name}")
            client.create_table(TableName=made[-1], **tables.definitions()[name])
            for row in rows:
                client.put_item(TableName=made[-1], Item=row)
            monkeypatch.setenv(f"TABLE_{name.upper()}", made[-1])
        forget()

    def forget() -> None:
        from chalicelib.offering import find

        settings.get.cache_clear()
        database.forget_connections()
        aws.client.cache_clear()
        envelope.forget_cached()
        find.forget_cached()

    yield strike
    for name in made:
        client.delete_table(TableName=name)
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("key", ["destroyed", "restored as well"])
def test_a_backup_brings_back_everybody_but_those_who_were_erased_since(
    key: str, emulator: Any, desk: Desk, queue: Queue, clock: Any, proofs: str, disaster: Any, tmp_path: Path
) -> None:
    endpoint = emulator.endpoint
    account = Account(endpoint=endpoint, access_key="test", secret_key="test")
    closed = people.owner(
        endpoint, first_name="Zq-Closed-Owner", company="Zq-Closed-Company", email="zq-closed@marker.example"
    )
    closed.visitor.form("customer", first_name="Zq-Closed-Customer", last_name="X", email="x@marker.example")
    kept = people.owner(endpoint, ip="192.0.2.11", first_name="Zq-Kept-Owner", email="zq-kept-owner@marker.example")
    for first, mail, note in (("Zq-Kept-Customer", "zq-kept", ""), ("Zq-Gone-Customer", "zq-gone", "Zq-Gone-Note")):
        person = {"first_name": first, "last_name": "X", "email": f"{mail}@marker.example", "note": note}
        assert kept.visitor.form("customer", **person).status == 201
    api_key = kept.visitor.form("api-key", name="till", scopes=["read"]).json
    assert kept.visitor.form("chat").status == 201

    # The backup: a mail waits in it, which goes out after it.
    desk.fail("mail", times=1, status=503)
    assert Visitor(ip="192.0.2.13").form("forgot-password", email="zq-kept-owner@marker.example").status == 202
    queue.drain()
    purge.everything(of_job(clock.now, "before"))
    clock.set(clock.now + A_WHILE)
    copies = {name: tables.raw_rows(endpoint, name) for name in ("records", "keys")}
    since, held = clock.now, everything(endpoint)
    queue.until(clock.now + A_WHILE)
    [erased] = [one["id"] for one in kept.visitor.get("/customers").json["items"] if one["first_name"] == GONE[0]]
    assert kept.visitor.form("customer", {"id": erased, "method": "DELETE"}).status == 202
    assert kept.visitor.form("chat-end").status < 300
    assert kept.visitor.form("api-key-revoke", {"id": api_key["id"]}).status == 204
    assert (
        kept.visitor.form("customer", first_name="Zq-Lost", last_name="X", email="zq-lost@marker.example").status == 201
    )
    assert closed.visitor.form("close-account", password=people.PASSWORD, confirm=True).status == 202
    queue.until(clock.now + timedelta(minutes=5))
    purge.everything(of_job(clock.now, "after"))
    sent = [one["status"] for one in desk.journal("mail")]
    assert [one for one in (*GONE, *CLOSED) if one in everything(endpoint)] == []

    disaster(copies if key == "restored as well" else {"records": copies["records"]})
    back = everything(endpoint)
    before = restore.verify(account, since=since)
    report = restore.replay(account, since=since)
    again = restore.replay(account, since=since)
    after = restore.verify(account, since=since)
    queue.queued.clear()
    queue.until(clock.now + A_WHILE)
    purge.everything(of_job(clock.now, "restored"))

    chains = checked(account, proofs, tmp_path / "evidence", clock.now.date())

    now = everything(endpoint)
    assert [one for one in (*KEPT, *GONE, *CLOSED) if one not in held] == []
    # Readable by design while the key is in a backup, unreadable without it; erased by the replay in either case.
    assert [one in back for one in CLOSED] == [key == "restored as well"] * len(CLOSED)
    assert [one for one in GONE if one not in back] == []
    assert before.problems != []
    assert after.problems == []
    assert (report.counts["accounts"], report.counts["customers"], report.counts["choices"]) == (1, 1, 1)
    assert again.counts["customers"] == again.counts["choices"] == again.counts["messages"] == 0
    assert [one for one in (*GONE, *CLOSED) if one in now] == []
    assert [one for one in KEPT if one not in now] == []
    assert report.lost[kept.partner_id]["customer.created"] == 1
    assert [one["sk"]["S"] for one in tables.raw_rows(endpoint, "ledger") if one["pk"]["S"] == "purges"] == [
        f"{number:010d}" for number in (1, 2, 3)
    ]
    assert {f"log of {kept.partner_id}", f"log of {closed.partner_id}", "ledger"} <= set(chains.chains)
    assert chains.broken == {}
    # Everybody else is whole, through the product's own doors.
    assert sent == [503, 200]
    assert report.counts["messages"] == 1
    assert len(desk.journal("mail")) == len(sent)
    assert Visitor().get("/partner", authorization=f"Bearer {api_key['key']}").status == 401
    assert people.log_in(Visitor(ip="192.0.2.12"), email="zq-closed@marker.example").status == 401
    assert people.log_in(kept.visitor, email="zq-kept-owner@marker.example").status == 201
    assert [one["first_name"] for one in kept.visitor.get("/customers").json["items"]] == ["Zq-Kept-Customer"]


def test_a_password_of_before_its_change_opens_nothing_after_a_restore(
    emulator: Any, queue: Queue, clock: Any, table: Any, disaster: Any
) -> None:
    from chalicelib.accounts import reset_link

    account = Account(endpoint=emulator.endpoint, access_key="test", secret_key="test")
    owner = people.owner(emulator.endpoint)
    copies = {"records": tables.raw_rows(emulator.endpoint, "records")}
    clock.set(clock.now + A_WHILE)

    def chosen(password: str) -> int:
        link = reset_link.of(owner.partner_id, owner.employee_id)
        assert link is not None
        return Visitor().form("reset-password", {"token": people.token_of(link)}, password=password).status

    assert chosen("zwei Quitten im Schnee") == 204
    disaster(copies)
    restore.replay(account, since=clock.now)

    tried = [
        people.log_in(Visitor(ip="192.0.2.51"), password=one).status
        for one in (people.PASSWORD, "zwei Quitten im Schnee")
    ]
    assert tried == [401, 401]
    assert chosen("drei Kastanien im Wind") == 204
    assert people.log_in(Visitor(ip="192.0.2.52"), password="drei Kastanien im Wind").status == 201
