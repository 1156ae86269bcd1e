"""Tables come back under other names, the log and the keys never older than they were last, and backed up again."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra import deploy, restore, restored
from infra.account import Account, RefusedError
from tests.fakes import pitr
from tests.worlds import backups, tables
from tests.worlds.stage import Stage

NAMES = {name: f"test-{name.removesuffix('Table').lower()}" for name in restore.BACKUP_DAYS}


@pytest.fixture
def recovery(table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[pitr.Recovery]:
    """Tables that are backed up for an hour, and a clock that goes on when somebody waits."""
    waits = SimpleNamespace(
        sleep=lambda seconds: clock.set(clock.now + timedelta(seconds=seconds)), monotonic=time.monotonic
    )
    monkeypatch.setattr(restore, "time", waits)
    with backups.kept() as made:
        clock.set(clock.now + timedelta(hours=1))
        yield made


@pytest.fixture
def account(emulator: Any) -> Account:
    return Account(endpoint=emulator.endpoint, access_key="test", secret_key="test")


def test_the_records_go_back_to_an_instant_and_the_keys_to_the_newest_and_both_are_backed_up_and_protected(
    recovery: pitr.Recovery, account: Account, clock: Any
) -> None:
    begun, at = clock.now, clock.now - timedelta(minutes=30)

    made = restore.tables(account, NAMES, at=at, wanted=["RecordsTable", "KeysTable"])

    client = account.client("dynamodb")
    described = {name: client.describe_table(TableName=new)["Table"] for name, new in made.items()}
    days = {
        name: client.describe_continuous_backups(TableName=new)["ContinuousBackupsDescription"][
            "PointInTimeRecoveryDescription"
        ]["RecoveryPeriodInDays"]
        for name, new in made.items()
    }
    assert made == {name: f"{NAMES[name]}-{at:%Y%m%dT%H%M%S}" for name in ("RecordsTable", "KeysTable")}
    assert {name: one["RestoreSummary"]["RestoreDateTime"] for name, one in described.items()} == {
        "RecordsTable": at, "KeysTable": begun - pitr.BEHIND,
    }  # fmt: skip
    assert days == {"RecordsTable": 35, "KeysTable": 7}
    assert [one["DeletionProtectionEnabled"] for one in described.values()] == [True, True]
    assert clock.now - begun >= pitr.RESTORING_TAKES + pitr.BACKUPS_BEGIN_AFTER


def test_what_was_begun_before_is_waited_for(recovery: pitr.Recovery, account: Account, clock: Any) -> None:
    at = clock.now - timedelta(minutes=30)
    first = restore.tables(account, NAMES, at=at, wanted=["RecordsTable"])
    client = account.client("dynamodb")
    died = f"{NAMES['LedgerTable']}-{at:%Y%m%dT%H%M%S}"
    client.restore_table_to_point_in_time(
        SourceTableName=NAMES["LedgerTable"], TargetTableName=died, UseLatestRestorableTime=True
    )

    again = restore.tables(account, NAMES, at=at, wanted=["RecordsTable", "LedgerTable"])

    assert again == {**first, "LedgerTable": died}
    assert client.describe_table(TableName=died)["Table"]["TableStatus"] == "ACTIVE"
    assert sorted(recovery.targets) == sorted(again.values())


def test_what_has_no_backup_or_none_of_that_instant_cannot_be_brought_back(
    recovery: pitr.Recovery, account: Account, clock: Any
) -> None:
    with pytest.raises(RefusedError, match="GuardTable has no backup"):
        restore.tables(account, NAMES, at=clock.now, wanted=["RecordsTable", "GuardTable"])
    with pytest.raises(RefusedError, match=r"RecordsTable: .*InvalidRestoreTime"):
        restore.tables(account, NAMES, at=clock.now - timedelta(days=1), wanted=["RecordsTable"])
    with pytest.raises(RefusedError, match="nothing of test-guard is backed up"):
        restore.windows(account, {"GuardTable": "test-guard"})

    assert recovery.targets == {}


def test_the_windows_say_when_the_newest_backup_is_further_behind_than_is_promised(
    recovery: pitr.Recovery, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = restore.windows(account, NAMES)
    monkeypatch.setattr(pitr, "BEHIND", timedelta(minutes=6))
    late = restore.windows(account, NAMES)

    assert {one["behind_seconds"] for one in fine.values()} == {300.0}
    assert {one["within"] for one in fine.values()} == {True}
    assert {one["within"] for one in late.values()} == {False}


def test_the_state_of_a_table_is_one_hash_that_any_change_of_any_row_changes(table: Any, account: Account) -> None:
    client = tables._client("dynamodb", str(account.endpoint))
    rows = [{"pk": {"S": "p"}, "sk": {"S": sk}, "n": {"N": "1"}, "b": {"B": b"\x00\xff"}} for sk in ("a", "b")]
    empty = restore.state(account, "test-records")

    def after(*changed: dict[str, Any]) -> str:
        for row in changed:
            client.put_item(TableName="test-records", Item=row)
        return str(restore.state(account, "test-records")["sha256"])

    first = after(*reversed(rows))
    other = [
        after({**rows[0], **change}) for change in ({"n": {"N": "2"}}, {"b": {"B": b"\x00\xfe"}}, {"c": {"S": ""}})
    ]

    assert empty["rows"] == 0
    assert after(*rows) == first
    assert len({empty["sha256"], first, *other}) == 5
    client.delete_item(TableName="test-records", Key={"pk": {"S": "p"}, "sk": {"S": "b"}})
    assert after() != first


def test_the_windows_are_those_of_the_template(resources: dict[str, Any]) -> None:
    for name, days in restore.BACKUP_DAYS.items():
        assert resources[name]["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] == days


@pytest.fixture
def resources() -> dict[str, Any]:
    import yaml

    from infra import package as packaging
    from tests.worlds.tables import _Template

    read = yaml.load((packaging.ROOT / "infra" / "resources.yaml").read_text("utf-8"), _Template)["Resources"]
    return {name: one.get("Properties", {}) for name, one in read.items()}


def test_meanwhile_nothing_runs_and_afterwards_as_much_as_before(emulator: Any, table: Any, tmp_path: Path) -> None:
    stage = Stage(emulator.endpoint, tmp_path)
    stage.deploy()
    name = deploy.STACK.format(stage=stage.name)

    with pytest.raises(RefusedError, match="may run"):
        restore.refuse_while_running(stage.account, name)
    restore.stop(stage.account, name)
    restore.refuse_while_running(stage.account, name)
    stopped = stage.most()
    restore.go(stage.account, name)
    opened = stage.most()
    stage.end()

    assert stopped == {"APIHandler": 0, "PrivacyPurge": 0}
    assert opened == {"APIHandler": None, "PrivacyPurge": 1}


def test_only_tables_that_were_found_right_are_used(table: Any, account: Account) -> None:
    client = account.client("dynamodb")
    names = ["test-records", "test-keys"]

    before = restored.unverified(client, names)
    restored.mark(client, names, "2026-11-23T08:00:00.000Z problems=0")
    marked = restored.unverified(client, names)
    restored.mark(client, names[:1], None)
    again = restored.unverified(client, names)
    restored.mark(client, names, None)

    assert (before, marked, again) == (names, [], ["test-records"])
