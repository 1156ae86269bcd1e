"""A change of a stack is shown before it is made, loses nothing that nobody named, and is answered for after any interruption."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from infra import changes, deploy, secrets
from infra import package as packaging
from infra.account import Account, RefusedError

HASTE = changes.Patience(whole=20.0, pause=0.02)
TABLE: dict[str, Any] = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
}
OTHER_KEY: dict[str, Any] = {
    **TABLE,
    "Properties": {
        **TABLE["Properties"],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
}
TOPIC = {"Type": "AWS::SNS::Topic"}


class Stack:
    """A stack in the emulator, and how its template comes there."""

    def __init__(self, endpoint: str) -> None:
        self.account = Account(endpoint=endpoint, access_key="test", secret_key="test")
        self.client = self.account.client("cloudformation")
        self.name = f"stack-{uuid.uuid4().hex[:12]}"
        self.said: list[str] = []
        s3 = self.account.client("s3")
        s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": "eu-central-2"})

    def plan(self, alarms: tuple[str, ...] = (), **resources: Any) -> changes.Plan | None:
        template = json.dumps({"Resources": resources, "Parameters": {"Size": {"Type": "String"}}})
        self.account.client("s3").put_object(Bucket=self.name, Key="t.json", Body=template.encode())
        return changes.plan(
            self.client, self.name, template_url=f"{self.account.endpoint}/{self.name}/t.json", values={"Size": "1"},
            mark=template, alarms=alarms, patience=HASTE, say=self.said.append,
        )  # fmt: skip

    def change(self, **resources: Any) -> changes.Plan:
        made = self.plan(**resources)
        assert made is not None
        changes.carry_out(self.client, made, patience=HASTE, say=self.said.append)
        return made

    def resources(self) -> set[str]:
        found = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {one["LogicalResourceId"] for one in found}


@pytest.fixture
def stack(emulator: Any) -> Stack:
    return Stack(emulator.endpoint)


def test_what_would_change_is_shown_and_what_was_done_is_not_done_again(stack: Stack) -> None:
    first = stack.change(Kept=TABLE)
    grown = stack.plan(Kept=TABLE, New=TOPIC)
    assert grown is not None
    before = stack.resources()
    changes.carry_out(stack.client, grown, patience=HASTE, say=stack.said.append)

    again = stack.plan(Kept=TABLE, New=TOPIC)

    assert (first.creates, grown.creates) == (True, False)
    assert list(grown.lines()) == [
        "  + New (AWS::SNS::Topic)",
        "  1 added, 0 changed (0 of them replaced), 0 removed",
    ]
    assert (before, stack.resources()) == ({"Kept"}, {"Kept", "New"})
    assert again is None


def test_a_table_is_neither_replaced_nor_removed_unless_it_is_named(stack: Stack) -> None:
    stack.change(Kept=TABLE, Other=TOPIC)
    replaced = stack.plan(Kept=OTHER_KEY, Other=TOPIC)
    removed = stack.plan(Other=TOPIC)
    harmless = stack.plan(Kept=TABLE, New=TOPIC)
    assert replaced is not None
    assert removed is not None
    assert harmless is not None

    for plan, mark in ((replaced, "!"), (removed, "-")):
        assert any(line.startswith(f"  {mark} Kept (AWS::DynamoDB::Table)") for line in plan.lines())
        with pytest.raises(changes.ChangeError, match='LOSE="Kept"'):
            changes.refuse_losses(plan, named=())
        changes.refuse_losses(plan, named=("Kept",))
    changes.refuse_losses(harmless, named=())
    assert stack.resources() == {"Kept", "Other"}


def test_a_run_that_died_before_the_plan_was_carried_out_is_taken_up(stack: Stack) -> None:
    first = stack.plan(Kept=TABLE)

    second = stack.plan(Kept=TABLE)

    assert first is not None
    assert second == first
    assert stack.said == [f"A plan of an earlier run waits: {first.name}"]


def test_a_run_that_died_while_it_was_carried_out_is_waited_for(stack: Stack) -> None:
    died = stack.plan(Kept=TABLE)
    assert died is not None
    stack.client.execute_change_set(StackName=stack.name, ChangeSetName=died.name)

    again = stack.plan(Kept=TABLE)

    assert again is None
    assert changes.status(stack.client, stack.name) == "CREATE_COMPLETE"


def test_a_failure_says_what_failed_and_that_all_is_as_before(stack: Stack) -> None:
    stack.change(Kept=TABLE)
    broken = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "{{resolve:secretsmanager:nowhere}}"}}
    plan = stack.plan(Kept=TABLE, Broken=broken)
    assert plan is not None

    with pytest.raises(changes.ChangeError, match=r"as it was before(.|\n)*Broken: ."):
        changes.carry_out(stack.client, plan, patience=HASTE, say=stack.said.append)

    assert stack.resources() == {"Kept"}


class Still:
    """A CloudFormation in which something is always under way; it writes down what it is asked to plan."""

    def __init__(self, status: str) -> None:
        self.status = status
        self.asked: list[dict[str, Any]] = []

    def describe_stacks(self, **_: Any) -> dict[str, Any]:
        return {"Stacks": [{"StackStatus": self.status}]}

    def describe_change_set(self, **_: Any) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        if not self.asked:
            raise ClientError({"Error": {"Code": "ChangeSetNotFound", "Message": "none"}}, "DescribeChangeSet")
        return {"Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE", "Changes": []}

    def create_change_set(self, **request: Any) -> None:
        self.asked.append(request)


def test_what_takes_too_long_is_said_to_go_on() -> None:
    said: list[str] = []

    with pytest.raises(changes.ChangeError, match="run the same command again"):
        changes.settle(Still("UPDATE_IN_PROGRESS"), "prod", patience=changes.Patience(0.0, 0.0), say=said.append)

    assert said == ["prod: UPDATE_IN_PROGRESS"]


@pytest.mark.parametrize(("status", "asked"), [("UPDATE_COMPLETE", ["arn:alarm"]), ("DELETE_COMPLETE", [])])
def test_alarms_can_roll_back_a_change_and_there_are_none_before_the_stack_is(status: str, asked: list[str]) -> None:
    cloudformation = Still(status)

    changes.plan(
        cloudformation, "prod", template_url="-", values={}, mark="-", alarms=["arn:alarm"], patience=HASTE, say=print
    )

    [request] = cloudformation.asked
    triggers = request.get("RollbackConfiguration", {"RollbackTriggers": []})["RollbackTriggers"]
    assert [one["Arn"] for one in triggers] == asked
    assert request.get("OnStackFailure") == (None if asked else "DELETE")


def test_what_nobody_agreed_to_is_not_done_and_no_secret_is_in_the_plan(emulator: Any, tmp_path: Path) -> None:
    names = ("Stage", "CodeBucket", "CodeKey", "SecretsVersion", "Restored")
    template = {"Resources": {"Kept": TABLE}, "Parameters": {name: {"Type": "String"} for name in names}}
    (tmp_path / "template.json").write_text(json.dumps(template))
    (tmp_path / "deployment.zip").write_bytes(b"zip")
    account = Account(endpoint=emulator.endpoint, access_key="test", secret_key="test")
    secrets.keep("unsure", "SMSAPI_TOKEN", "zq-token-zq", account=account)
    said: list[str] = []

    with pytest.raises(RefusedError, match="Not confirmed"):
        deploy.stack(
            packaging.at(tmp_path),
            stage="unsure",
            parameters={},
            account=account,
            agreed=lambda _: False,
            say=said.append,
        )

    cloudformation = account.client("cloudformation")
    [waiting] = cloudformation.list_change_sets(StackName="zeitfenster-unsure")["Summaries"]
    plan = cloudformation.describe_change_set(StackName="zeitfenster-unsure", ChangeSetName=waiting["ChangeSetName"])
    assert "  + Kept (AWS::DynamoDB::Table)" in said
    assert changes.status(cloudformation, "zeitfenster-unsure") == "REVIEW_IN_PROGRESS"
    assert "zq-token-zq" not in json.dumps(plan, default=str)
