"""One change of a stack: planned as a change set, shown, confirmed, carried out, and answered for after any interruption.

The change set is named by what it brings, so that the same command after a crash finds what the first one left behind:
it takes up a plan that waits, waits for one that is being carried out, and says so when all is done already.
"""

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import botocore.exceptions

STATEFUL = frozenset(
    [
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SES::EmailIdentity",
        "AWS::SQS::Queue",
    ]
)
"""What holds something that would be gone with it: replaced or removed only where it is named."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
MONITORED_MINUTES = 5  # how long alarms can still roll back a stack that is finished
CHANGE_SET_SECONDS = 300.0


class ChangeError(Exception):
    """The change was not made, or it is not known yet; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the end of an operation, and how long between two looks, in seconds."""

    whole: float = 45 * 60.0  # a canary takes five minutes, a first stack ten
    pause: float = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A change set that waits to be carried out, and its changes as CloudFormation names them."""

    stack: str
    name: str
    creates: bool
    changes: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The plan as people read it: `+` added, `~` changed in place, `!` replaced, `-` removed."""
        for one in sorted(self.changes, key=lambda each: (each["Action"], each["LogicalResourceId"])):
            mark = {"Add": "+", "Remove": "-"}.get(one["Action"], "!" if _is_replaced(one) else "~")
            told = sorted(
                {
                    detail["Target"].get("Name") or detail["Target"]["Attribute"]
                    for detail in one.get("Details", ())
                    if detail.get("Target")
                }
            )
            sure = " (perhaps replaced)" if one.get("Replacement") == "Conditional" else ""
            kept = " (kept outside the stack)" if str(one.get("PolicyAction", "")).startswith("Retain") else ""
            yield f"  {mark} {one['LogicalResourceId']} ({one['ResourceType']}){sure}{kept} {', '.join(told)}".rstrip()
        count = {kind: sum(one["Action"] == kind for one in self.changes) for kind in ("Add", "Modify", "Remove")}
        replaced = sum(_is_replaced(one) for one in self.changes)
        yield f"  {count['Add']} added, {count['Modify']} changed ({replaced} of them replaced), {count['Remove']} removed"


def plan(
    cloudformation: Any,
    stack: str,
    *,
    template_url: str,
    values: Mapping[str, str],
    mark: str,
    alarms: Sequence[str] = (),
    patience: Patience,
    say: Callable[[str], None],
) -> Plan | None:
    """What would change; None where nothing would, or where the same change was carried out a moment ago.

    `mark` tells one template from another; `alarms` are ARNs that roll the stack back. An operation that is under way is
    waited for first. Raises ChangeError.
    """
    before = settle(cloudformation, stack, patience=patience, say=say)
    creates = before in {"", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}
    if not creates and not before.endswith("_COMPLETE"):
        raise ChangeError(
            f"Stack {stack} is {before}: see docs/how/deploy.md, When something is stuck. Nothing was done."
        )
    name = _name(mark, values, [] if creates else alarms)
    known = _described(cloudformation, stack, name)
    if known and (known["Status"], known["ExecutionStatus"]) != ("CREATE_COMPLETE", "AVAILABLE"):
        _drop(cloudformation, stack, name)
        known = None
    if known is None:
        request: dict[str, Any] = {
            "StackName": stack,
            "ChangeSetName": name,
            "ChangeSetType": "CREATE" if creates else "UPDATE",
            "TemplateURL": template_url,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())],
            "Capabilities": list(CAPABILITIES),
        }
        if creates:
            request["OnStackFailure"] = "DELETE"
        elif alarms:
            triggers = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in alarms]
            request["RollbackConfiguration"] = {
                "RollbackTriggers": triggers,
                "MonitoringTimeInMinutes": MONITORED_MINUTES,
            }
        try:
            cloudformation.create_change_set(**request)
        except botocore.exceptions.ClientError as error:
            raise ChangeError(f"Stack {stack}: {error}. Nothing was done.") from error
    else:
        say(f"A plan of an earlier run waits: {name}")
    made = _made(cloudformation, stack, name, patience)
    if made["Status"] == "FAILED":
        _drop(cloudformation, stack, name)
        reason = made.get("StatusReason", "")
        if "didn't contain changes" in reason or "No updates are to be performed" in reason:
            return None
        raise ChangeError(f"Stack {stack} cannot be changed so: {reason}. Nothing was done.")
    return Plan(stack, name, creates, _changes(cloudformation, stack, name))


def refuse_losses(plan: Plan, named: Collection[str]) -> None:
    """Raises ChangeError where something that holds data would be replaced or removed and is not `named`."""
    lost = [
        one["LogicalResourceId"]
        for one in plan.changes
        if one["ResourceType"] in STATEFUL
        and (one["Action"] == "Remove" or _is_replaced(one))
        and one["LogicalResourceId"] not in named
    ]
    if lost:
        raise ChangeError(
            f"{', '.join(sorted(lost))} would be replaced or removed, and with it what it holds. Nothing was done. "
            f'If that is meant: LOSE="{" ".join(sorted(lost))}"'
        )


def carry_out(cloudformation: Any, plan: Plan, *, patience: Patience, say: Callable[[str], None]) -> None:
    """Carry out a plan and wait for its end. Raises ChangeError with the reasons of a failure, or when it takes too long."""
    try:
        # The token makes a second request of the same plan the same request.
        cloudformation.execute_change_set(StackName=plan.stack, ChangeSetName=plan.name, ClientRequestToken=plan.name)
    except botocore.exceptions.ClientError as error:
        raise ChangeError(f"Stack {plan.stack}: {error}") from error
    ended = settle(cloudformation, plan.stack, patience=patience, say=say)
    if ended not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        reasons = "\n".join(failures(cloudformation, plan.stack))
        back = "the stack is as it was before" if "ROLLBACK_COMPLETE" in ended else "look at it before you go on"
        raise ChangeError(f"Stack {plan.stack} ended as {ended or 'deleted'}: {back}.\n{reasons}")


def settle(cloudformation: Any, stack: str, *, patience: Patience, say: Callable[[str], None]) -> str:
    """Wait until nothing is under way in the stack; its status then, "" where there is none. Raises ChangeError after `patience`."""
    until, told = time.monotonic() + patience.whole, ""
    while True:
        found = status(cloudformation, stack)
        if not found.endswith("_IN_PROGRESS") or found == "REVIEW_IN_PROGRESS":
            return found
        if found != told:
            say(f"{stack}: {found}")
            told = found
        if time.monotonic() > until:
            raise ChangeError(
                f"Stack {stack} is still {found} after {patience.whole / 60:.0f} minutes. It goes on without us: "
                "run the same command again to wait for its end."
            )
        time.sleep(patience.pause)


def status(cloudformation: Any, stack: str) -> str:
    """The stack's status, or nothing where there is no such stack."""
    try:
        return str(cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise


def failures(cloudformation: Any, stack: str) -> list[str]:
    """What failed in the last operation of a stack and why, the first failure first."""
    found: list[str] = []
    try:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    except botocore.exceptions.ClientError:
        return found
    for event in events:  # the newest first
        if event["ResourceStatus"].endswith("_FAILED"):
            found.append(f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}")
        if event["LogicalResourceId"] == stack and event["ResourceStatus"] in {
            "CREATE_IN_PROGRESS",
            "UPDATE_IN_PROGRESS",
        }:
            break  # where the operation began
    return found[::-1]


def _name(mark: str, values: Mapping[str, str], alarms: Sequence[str]) -> str:
    content = json.dumps([mark, sorted(values.items()), sorted(alarms)])
    return "zeitfenster-" + hashlib.sha256(content.encode()).hexdigest()[:20]


def _is_replaced(change: Mapping[str, Any]) -> bool:
    return change["Action"] == "Modify" and change.get("Replacement") in {"True", "Conditional"}


def _described(cloudformation: Any, stack: str, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in {
            "ChangeSetNotFound",
            "ChangeSetNotFoundException",
        } or "does not exist" in str(error):
            return None
        raise
    return found


def _made(cloudformation: Any, stack: str, name: str, patience: Patience) -> dict[str, Any]:
    until = time.monotonic() + CHANGE_SET_SECONDS
    while True:
        found = _described(cloudformation, stack, name)
        if found and found["Status"] not in {"CREATE_PENDING", "CREATE_IN_PROGRESS"}:
            return found
        if time.monotonic() > until:
            raise ChangeError(
                f"CloudFormation did not plan {name} within {CHANGE_SET_SECONDS:.0f} s. Nothing was done."
            )
        time.sleep(patience.pause)


def _changes(cloudformation: Any, stack: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    more: dict[str, str] = {}
    while True:
        page = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name, **more)
        found += [one["ResourceChange"] for one in page["Changes"] if one.get("ResourceChange")]
        if not page.get("NextToken"):
            return found
        more = {"NextToken": page["NextToken"]}


def _drop(cloudformation: Any, stack: str, name: str) -> None:
    with suppress(botocore.exceptions.ClientError):  # CloudFormation drops what was carried out by itself
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
