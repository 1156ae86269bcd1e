"""The restore drill: the records are lost, an older state comes back, and nobody who was erased since comes back with it.

It is what an operator does (infra/restore.md), by the very commands; tests/fakes/pitr.py restores as AWS does, and the stack
that is stopped, switched and opened lies in the emulator.
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.plumbing import aws, database, envelope, settings, shards
from chalicelib.plumbing.visit import of_job
from chalicelib.privacy import certificate, checkpoint, purge
from infra import deploy, evidence, restore, verify
from infra.account import Account, RefusedError
from tests.fakes import pitr
from tests.fakes.providers import Desk
from tests.worlds import backups, people, tables
from tests.worlds.outbox import Queue
from tests.worlds.stage import Stage
from tests.worlds.visitor import Visitor

A_WHILE = timedelta(minutes=20)
KEPT = ("Zq-Kept-Owner", "Zq-Kept-Customer", "zq-kept@marker.example")
GONE = ("Zq-Gone-Customer", "zq-gone@marker.example", "Zq-Gone-Note")
CLOSED = ("Zq-Closed-Owner", "Zq-Closed-Company", "zq-closed@marker.example", "Zq-Closed-Customer")
TABLES = ("records", "ledger", "activity", "guard", "keys")
Key = tuple[str, str]


def everything(endpoint: str) -> str:
    return str([tables.rows(endpoint, name) for name in TABLES])


def rows(endpoint: str) -> dict[Key, Any]:
    return {(one["pk"]["S"], one["sk"]["S"]): one for one in tables.raw_rows(endpoint, "records")}


def checked(account: Account, bucket: str, folder: Path, on: date) -> verify.Report:
    """What the check of the chains says of everything that is there now (infra/restore.md, Verify)."""
    outputs = {"TableLedger": "test-ledger", "TableActivity": "test-activity", "BucketProofs": bucket}
    keys = Visitor().get("/signing-keys").json
    evidence.collect(account, folder, outputs=outputs, first=on, last=on, keys=keys)
    return verify.check(verify.read([folder]))


def forget() -> None:
    """Read settings, tables and keys anew: others stand in their place."""
    from chalicelib.offering import find

    settings.get.cache_clear()
    database.forget_connections()
    aws.client.cache_clear()
    envelope.forget_cached()
    find.forget_cached()


@dataclass(slots=True)
class Operator:
    """Somebody with all rights, who runs the commands of infra/restore.md and keeps their log."""

    stage: Stage
    clock: Any
    log: Path
    capsys: Any

    def runs(self, *words: str) -> tuple[int, str]:
        """A command; what it ended with, and what it said."""
        self.capsys.readouterr()
        code = restore.main(["--stage", self.stage.name, "--log", str(self.log), *words])
        forget()
        return code, self.capsys.readouterr().out

    def refused(self, *words: str) -> str:
        with pytest.raises(RefusedError) as caught:
            self.runs(*words)
        return str(caught.value)

    def noted(self) -> list[str]:
        """The verbs in the log, in their order."""
        return [json.loads(line)["arguments"][4] for line in self.log.read_text().splitlines()]


@pytest.fixture
def recovery(dynamodb: Any) -> Iterator[pitr.Recovery]:
    """The tables are backed up; the environment is as before in the end, whatever was switched."""
    before = dict(os.environ)
    with backups.kept() as made:
        yield made
        os.environ.clear()
        os.environ.update(before)
        forget()


@pytest.fixture
def operator(
    queue: Queue,
    proofs: str,
    emulator: Any,
    recovery: pitr.Recovery,
    clock: Any,
    tmp_path: Path,
    capsys: Any,
    monkeypatch: Any,
) -> Iterator[Operator]:
    (tmp_path / "stage").mkdir()
    waits = SimpleNamespace(
        sleep=lambda seconds: clock.set(clock.now + timedelta(seconds=seconds)), monotonic=time.monotonic
    )
    monkeypatch.setattr(restore, "time", waits)
    made = Stage(emulator.endpoint, tmp_path / "stage")
    made.deploy()
    yield Operator(made, clock, tmp_path / "drill.jsonl", capsys)
    made.end()


@dataclass(slots=True)
class Story:
    """A business that stays and one that closes: what they did before an instant, and what was erased after it."""

    at: datetime
    kept: people.Owner
    closed: people.Owner
    api_key: dict[str, Any]
    certificate: str
    erased_at: datetime
    state: dict[str, Any]
    rows: dict[Key, Any]
    sent: list[int]


def story(endpoint: str, desk: Desk, queue: Queue, clock: Any) -> Story:
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
    # A mail waits at the instant to which all goes back, and goes out after it.
    desk.fail("mail", times=1, status=503)
    assert Visitor(ip="192.0.2.13").form("forgot-password", email="zq-kept-owner@marker.example").status == 202
    queue.drain()
    purged(endpoint, kept.partner_id, clock.now)
    clock.set(clock.now + A_WHILE)
    at, held = clock.now, everything(endpoint)
    state, before = restore.state(account_of(endpoint), os.environ["TABLE_RECORDS"]), rows(endpoint)

    queue.until(clock.now + A_WHILE)
    listed = kept.visitor.get("/customers")
    assert listed.status == 200, listed.text
    [erased] = [one["id"] for one in listed.json["items"] if one["first_name"] == GONE[0]]
    assert kept.visitor.form("customer", {"id": erased, "method": "DELETE"}).status == 202
    assert kept.visitor.form("chat-end").status < 300
    assert kept.visitor.form("api-key-revoke", {"id": api_key["id"]}).status == 204
    lost = {"first_name": "Zq-Lost", "last_name": "X", "email": "zq-lost@marker.example"}
    assert kept.visitor.form("customer", **lost).status == 201
    asked = closed.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    assert asked.status == 202
    queue.until(clock.now + timedelta(minutes=5))
    purged(endpoint, kept.partner_id, clock.now)
    erased_at = clock.now
    clock.set(clock.now + timedelta(hours=1))
    checkpoint.everything(of_job(clock.now, "c"))
    assert [one for one in (*KEPT, *GONE, *CLOSED) if one not in held] == []
    assert [one for one in (*GONE, *CLOSED) if one in everything(endpoint)] == []
    sent = [one["status"] for one in desk.journal("mail")]
    return Story(at, kept, closed, api_key, asked.json["certificate"], erased_at, state, before, sent)


def purged(endpoint: str, partner_id: str, at: datetime) -> None:
    """A night in which something is due, so that there is a proof of it."""
    pk = f"{partner_id}#exports"
    due = {"pk": pk, "sk": "01", "state": "expired", "expiry_shard": shards.expires_on(at.date(), pk)}
    tables.put(endpoint, "records", due)
    assert purge.everything(of_job(at, "p"))["deleted"] == 1


def account_of(endpoint: str) -> Account:
    return Account(endpoint=endpoint, access_key="test", secret_key="test")


def test_a_drill_by_the_commands_brings_back_that_very_second_and_opens_only_once_every_erasure_is_done_again(
    emulator: Any, recovery: pitr.Recovery, operator: Operator, desk: Desk, queue: Queue, clock: Any, monkeypatch: Any
) -> None:
    endpoint, stage = emulator.endpoint, operator.stage
    client = tables._client("dynamodb", endpoint)
    told = story(endpoint, desk, queue, clock)
    clock.set(clock.now + timedelta(days=10))
    queue.until(clock.now)

    # The disaster, ten days later: the window of the keys is over.
    assert backups.lose(client, "test-records") > 20
    assert operator.runs("stop")[0] == 0
    windows = json.loads(operator.runs("windows")[1])
    at = told.at.isoformat()
    code, said = operator.runs("tables", "--at", at, "RecordsTable")
    new = said.strip().removeprefix("RecordsTable=")
    state = json.loads(operator.runs("state", f"RecordsTable={new}")[1])[f"RecordsTable={new}"]
    with pytest.raises(ClientError, match="InvalidRestoreTime"):
        client.restore_table_to_point_in_time(
            SourceTableName="test-keys", TargetTableName="old-keys", RestoreDateTime=told.at
        )
    protected = client.describe_table(TableName=new)["Table"]["DeletionProtectionEnabled"]
    backed = client.describe_continuous_backups(TableName=new)["ContinuousBackupsDescription"]
    monkeypatch.setenv("TABLE_RECORDS", new), forget()
    back = everything(endpoint)

    assert code == 0
    assert windows["RecordsTable"]["behind_seconds"] <= 300
    assert all(one["within"] for one in windows.values())
    assert state == told.state
    assert state["rows"] == len(told.rows) > 20
    assert [one for one in CLOSED if one in back] == []  # it lies there, and nobody can read it any more
    assert any(pk.startswith(told.closed.partner_id) for pk, _ in rows(endpoint))
    assert [one for one in GONE if one not in back] == []
    assert (protected, backed["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"]) == (True, 35)

    # Nobody gets in before the erasures are done again and that was looked at.
    def stopped() -> bool:
        return set(stage.most().values()) == {0} and stage.environment()["TABLE_RECORDS"] == "test-records"

    switch = {"Restored": f"RecordsTable={new}"}
    with pytest.raises(RefusedError, match="verify"):
        stage.deploy(**switch)
    early, found = operator.runs("verify", f"RecordsTable={new}")
    with pytest.raises(RefusedError, match="verify"):
        stage.deploy(**switch)
    assert early == 1
    assert any("erased account" in one for one in json.loads(found)["problems"])
    assert "must not be later" in operator.refused(
        "replay", "--since", (told.at + timedelta(days=1)).isoformat(), f"RecordsTable={new}"
    )
    assert stopped()
    code, said = operator.runs("replay", f"RecordsTable={new}")
    replayed = json.loads(said)
    with pytest.raises(RefusedError, match="verify"):
        stage.deploy(**switch)
    # Even where somebody has switched all the same, nothing is let run.
    with monkeypatch.context() as patch:
        patch.setattr(deploy, "refuse_unverified", lambda *_: None)
        stage.deploy(**switch)
    assert "verify" in operator.refused("go")
    assert set(stage.most().values()) == {0}

    right = operator.runs("verify", f"RecordsTable={new}")
    switched = stage.deploy(**switch)
    before_go = set(stage.most().values())
    opened = operator.runs("go")

    assert (right[0], json.loads(right[1])["problems"]) == (0, [])
    assert (replayed["counts"]["accounts"], replayed["counts"]["customers"]) == (1, 1)
    assert switched["TableRecords"] == new
    assert stage.environment()["TABLE_RECORDS"] == new
    assert before_go == {0}
    assert opened[0] == 0
    assert stage.most() == {"APIHandler": None, "PrivacyPurge": 1}
    # All as it was, but for what was done again.
    kept, closed = told.kept.partner_id, told.closed.partner_id
    now, gone = rows(endpoint), {key for key in told.rows if key[0].partition("#")[0] == closed}
    others = {key for key, row in told.rows.items() if now.get(key) != row} - gone
    assert gone & set(now) == set()
    assert sorted((pk.removeprefix(kept), sk.partition("#")[0].partition("-")[2] or sk.partition("#")[0])
                  for pk, sk in others if not pk.startswith(("login#", "name#"))) == [
        ("", "key"), ("#choices", "chat"), ("#customers", "contact"), ("#customers", "customer"),
        ("#outbox", "reset-mail"), ("privacy", "purge"),
    ]  # fmt: skip
    assert sorted(pk.partition("#")[0] for pk, _ in others if pk.startswith(("login#", "name#"))) == ["login", "name"]
    assert {pk for pk, _ in set(now) - set(told.rows)} == {f"{kept}#outbox"}
    # And the certificate, the log of the product and that of the operator say so.
    said = Visitor().get(f"/erasure-certificates/{told.certificate}").json
    [line] = said["erased_again"]
    assert (line["as_of"], line["count"]) == (told.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), 10)
    assert said["backups_unreadable_by"] == (told.erased_at + timedelta(days=7)).date().isoformat()
    assert certificate.genuine(said, certificate.public_key())
    page = Visitor().get(f"/erasure-certificates/{told.certificate}", accept="text/html").text
    assert "Wieder gelöscht" in page
    [fact] = [one for one in tables.rows(endpoint, "activity") if one.get("kind") == {"S": "data.restored"}]
    assert json.loads(fact["detail"]["S"]) == {
        "tables": ["RecordsTable"], "as_of": line["as_of"], "rows": len(now), "erased_accounts": 1, "problems": 0,
    }  # fmt: skip
    assert operator.noted() == ["stop", "windows", "tables", "state", "verify", "replay", "verify", "go"]
    assert not [one for one in (*KEPT, *GONE, *CLOSED) if one in operator.log.read_text()]


@pytest.mark.parametrize("key", ["destroyed", "restored as well"])
def test_a_backup_brings_back_everybody_but_those_who_were_erased_since(
    key: str, emulator: Any, recovery: pitr.Recovery, operator: Operator, desk: Desk, queue: Queue, clock: Any,
    proofs: str, tmp_path: Path, monkeypatch: Any,
) -> None:  # fmt: skip
    endpoint = emulator.endpoint
    account, client = account_of(endpoint), tables._client("dynamodb", endpoint)
    told = story(endpoint, desk, queue, clock)
    clock.set(clock.now + timedelta(hours=2))
    backups.lose(client, "test-records")
    operator.runs("stop")
    names = operator.runs("tables", "--at", told.at.isoformat(), "RecordsTable")[1].split()
    if key == "restored as well":  # against the rule of infra/restore.md: by hand
        client.restore_table_to_point_in_time(
            SourceTableName="test-keys", TargetTableName="old-keys", RestoreDateTime=told.at
        )
        clock.set(clock.now + A_WHILE)
        names.append("KeysTable=old-keys")
    for one in names:
        monkeypatch.setenv(restore.VARIABLES[one.partition("=")[0]], one.partition("=")[2])
    forget()

    back = everything(endpoint)
    before = json.loads(operator.runs("verify", *names)[1])
    report = json.loads(operator.runs("replay", *names)[1])
    again = json.loads(operator.runs("replay", *names)[1])
    after, replayed_at = json.loads(operator.runs("verify", *names)[1]), clock.now
    queue.queued.clear()
    queue.until(clock.now + A_WHILE)
    purged(endpoint, told.kept.partner_id, clock.now)
    clock.set(clock.now + timedelta(hours=1))
    checkpoint.everything(of_job(clock.now, "c"))
    chains = checked(account, proofs, tmp_path / "evidence", clock.now.date())
    now = everything(endpoint)

    # Readable by design while the key is in a backup, unreadable without it; erased by the replay in either case.
    assert [one in back for one in CLOSED] == [key == "restored as well"] * len(CLOSED)
    assert [one for one in GONE if one not in back] == []
    assert before["problems"] != []
    assert after["problems"] == []
    assert [report["counts"][one] for one in ("accounts", "customers", "choices")] == [1, 1, 1]
    assert [again["counts"].get(one, 0) for one in ("customers", "choices", "messages")] == [0, 0, 0]
    assert [one for one in (*GONE, *CLOSED) if one in now] == []
    assert [one for one in KEPT if one not in now] == []
    assert report["lost"][told.kept.partner_id]["customer.created"] == 1
    assert [one["sk"]["S"] for one in tables.raw_rows(endpoint, "ledger") if one["pk"]["S"] == "purges"] == [
        f"{number:010d}" for number in (1, 2, 3)
    ]
    assert {f"log of {told.kept.partner_id}", f"log of {told.closed.partner_id}", "ledger"} <= set(chains.chains)
    assert chains.broken == {}
    said = Visitor().get(f"/erasure-certificates/{told.certificate}").json
    readable_again = replayed_at if key == "restored as well" else told.erased_at
    assert len(said["erased_again"]) == 1
    assert said["backups_unreadable_by"] == (readable_again + timedelta(days=7)).date().isoformat()
    # Everybody else is whole, through the product's own doors.
    assert told.sent == [503, 200]
    assert report["counts"]["messages"] == 1
    assert len(desk.journal("mail")) == len(told.sent)
    assert Visitor().get("/partner", authorization=f"Bearer {told.api_key['key']}").status == 401
    assert people.log_in(Visitor(ip="192.0.2.12"), email="zq-closed@marker.example").status == 401
    assert people.log_in(told.kept.visitor, email="zq-kept-owner@marker.example").status == 201
    assert [one["first_name"] for one in told.kept.visitor.get("/customers").json["items"]] == ["Zq-Kept-Customer"]


def test_who_had_closed_an_account_that_was_not_erased_yet_is_erased_after_a_restore(
    emulator: Any, recovery: pitr.Recovery, operator: Operator, queue: Queue, clock: Any
) -> None:
    endpoint = emulator.endpoint
    owner = people.owner(endpoint, first_name="Zq-Leaving", email="zq-leaving@marker.example")
    queue.drain()
    clock.set(clock.now + A_WHILE)
    at = clock.now
    clock.set(clock.now + A_WHILE)
    asked = owner.visitor.form("close-account", password=people.PASSWORD, confirm=True).json["certificate"]
    queue.queued.clear()  # and then everything broke
    operator.runs("stop")
    [name] = operator.runs("tables", "--at", at.isoformat(), "RecordsTable")[1].split()

    early = json.loads(operator.runs("verify", name)[1])["problems"]
    counts = [json.loads(operator.runs("replay", name)[1])["counts"].get("closures") for _ in range(2)]
    late = json.loads(operator.runs("verify", name)[1])["problems"]
    signed_in = people.log_in(Visitor(ip="192.0.2.12"), email="zq-leaving@marker.example").status
    there = "Zq-Leaving" in everything(endpoint)
    queue.until(clock.now + timedelta(minutes=5))

    assert early == [f"account {owner.partner_id} was closed and is open"]
    assert counts == [1, 0]
    assert late == []
    assert signed_in == 401
    assert there
    assert "Zq-Leaving" not in everything(endpoint)
    assert Visitor().get(f"/erasure-certificates/{asked}").json["completed_at"]


def test_only_by_an_option_of_its_own_does_anybody_open_with_problems_and_the_log_says_so(
    emulator: Any, recovery: pitr.Recovery, operator: Operator, queue: Queue, clock: Any
) -> None:
    owner = people.owner(emulator.endpoint)
    clock.set(clock.now + A_WHILE)
    at = clock.now
    clock.set(clock.now + A_WHILE)
    owner.visitor.form("close-account", password=people.PASSWORD, confirm=True)
    queue.drain()
    refusal = operator.refused("verify", "RecordsTable=test-records", "--since", at.isoformat())
    operator.runs("stop")
    [name] = operator.runs("tables", "--at", at.isoformat(), "RecordsTable")[1].split()
    operator.runs("verify", name)
    with pytest.raises(RefusedError):
        operator.stage.deploy(Restored=name)

    code, said = operator.runs("verify", name, "--open-with-problems")
    operator.stage.deploy(Restored=name)
    operator.runs("go")

    assert "first `stop`" in refusal
    assert (code, json.loads(said)["opened_with_problems"]) == (1, True)
    assert operator.stage.most()["APIHandler"] is None
    [fact] = [one for one in tables.rows(emulator.endpoint, "activity") if one.get("kind") == {"S": "data.restored"}]
    assert json.loads(fact["detail"]["S"])["problems"] == len(json.loads(said)["problems"]) > 0
    # Whoever works on the tables again has to look again.
    operator.runs("stop")
    operator.runs("replay", name)
    assert "verify" in operator.refused("go")


def test_a_password_of_before_its_change_opens_nothing_after_a_restore(
    emulator: Any, recovery: pitr.Recovery, operator: Operator, queue: Queue, clock: Any
) -> None:
    from chalicelib.accounts import reset_link

    owner = people.owner(emulator.endpoint)
    clock.set(clock.now + A_WHILE)
    at = clock.now
    clock.set(clock.now + A_WHILE)

    def chosen(password: str) -> int:
        link = reset_link.of(owner.partner_id, owner.employee_id)
        assert link is not None
        return Visitor().form("reset-password", {"token": people.token_of(link)}, password=password).status

    assert chosen("zwei Quitten im Schnee") == 204
    operator.runs("stop")
    [name] = operator.runs("tables", "--at", at.isoformat(), "RecordsTable")[1].split()
    operator.runs("replay", name)

    tried = [
        people.log_in(Visitor(ip="192.0.2.51"), password=one).status
        for one in (people.PASSWORD, "zwei Quitten im Schnee")
    ]
    assert tried == [401, 401]
    assert chosen("drei Kastanien im Wind") == 204
    assert people.log_in(Visitor(ip="192.0.2.52"), password="drei Kastanien im Wind").status == 201
