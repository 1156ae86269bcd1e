"""Tables come back under other names, the log and the keys never older than they were last, and backed up again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import restore
from infra.account import Account, RefusedError

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
NAMES = {name: f"prod-{name}" for name in restore.BACKUP_DAYS}


class Dynamo:
    """A DynamoDB that restores at the second look, and writes down what it is asked."""

    def __init__(self, *, begun: bool = False) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.looks = 0
        self.begun = begun

    def restore_table_to_point_in_time(self, **request: Any) -> None:
        self.asked.append(("restore", request))
        if self.begun:
            error = {"Code": "TableAlreadyExistsException", "Message": "it is there"}
            raise ClientError({"Error": error}, "RestoreTableToPointInTime")

    def describe_table(self, **_: Any) -> dict[str, Any]:
        self.looks += 1
        return {"Table": {"TableStatus": "ACTIVE" if self.looks > 1 else "CREATING"}}

    def update_continuous_backups(self, **request: Any) -> None:
        self.asked.append(("backups", request))

    def update_table(self, **request: Any) -> None:
        self.asked.append(("protection", request))


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Dynamo:
    made = Dynamo()
    monkeypatch.setattr(Account, "client", lambda *_: made)
    return made


def restored(wanted: list[str]) -> dict[str, str]:
    return restore.tables(Account(), NAMES, at=AT, wanted=wanted, pause=0.0)


def test_the_records_go_back_to_an_instant_and_the_keys_to_the_newest(dynamodb: Dynamo) -> None:
    made = restored(["RecordsTable", "KeysTable"])

    asked = [request for kind, request in dynamodb.asked if kind == "restore"]
    days = [
        request["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
        for kind, request in dynamodb.asked
        if kind == "backups"
    ]
    assert made == {
        "RecordsTable": "prod-RecordsTable-20261123T080000",
        "KeysTable": "prod-KeysTable-20261123T080000",
    }
    assert (asked[0]["RestoreDateTime"], "UseLatestRestorableTime" in asked[0]) == (AT, False)
    assert (asked[1]["UseLatestRestorableTime"], "RestoreDateTime" in asked[1]) == (True, False)
    assert days == [35, 7]
    assert [request["DeletionProtectionEnabled"] for kind, request in dynamodb.asked if kind == "protection"] == [
        True
    ] * 2


def test_what_was_begun_before_is_waited_for(dynamodb: Dynamo) -> None:
    dynamodb.begun = True

    assert restored(["RecordsTable"]) == {"RecordsTable": "prod-RecordsTable-20261123T080000"}
    assert dynamodb.looks == 2


def test_what_has_no_backup_cannot_be_brought_back(dynamodb: Dynamo) -> None:
    with pytest.raises(RefusedError, match="GuardTable has no backup"):
        restored(["GuardTable"])

    assert dynamodb.asked == []


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


class Functions:
    """A stack of two functions, one of which may run ten times at once; it stands for CloudFormation and Lambda."""

    def __init__(self) -> None:
        self.most: dict[str, int | None] = {"f-api": None, "f-work": 10}

    def describe_stack_resources(self, **_: Any) -> dict[str, Any]:
        kind = "AWS::Lambda::Function"
        found = [("Api", "f-api", kind), ("Work", "f-work", kind), ("Records", "t", "AWS::DynamoDB::Table")]
        names = ("LogicalResourceId", "PhysicalResourceId", "ResourceType")
        return {"StackResources": [dict(zip(names, one, strict=True)) for one in found]}

    def get_template(self, **_: Any) -> dict[str, Any]:
        work = {"Properties": {"ReservedConcurrentExecutions": 10}}
        return {"TemplateBody": {"Resources": {"Api": {"Properties": {}}, "Work": work}}}

    def put_function_concurrency(self, *, FunctionName: str, ReservedConcurrentExecutions: int) -> None:  # noqa: N803 - boto3's names
        self.most[FunctionName] = ReservedConcurrentExecutions

    def delete_function_concurrency(self, *, FunctionName: str) -> None:  # noqa: N803 - boto3's names
        self.most[FunctionName] = None


def test_meanwhile_nothing_runs_and_afterwards_as_much_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Functions()
    monkeypatch.setattr(Account, "client", lambda *_: stack)

    restore.stop(Account(), "zeitfenster-prod")
    stopped = dict(stack.most)
    restore.go(Account(), "zeitfenster-prod")

    assert stopped == {"f-api": 0, "f-work": 0}
    assert stack.most == {"f-api": None, "f-work": 10}
