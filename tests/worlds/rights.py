"""Which function of ours asked what of AWS while the tests ran, held against the policy of that function (.chalice/policy-*.json)."""

import functools
import importlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHALICE = ROOT / ".chalice"
REGION = "eu-central-2"
API = "api_handler"

Right = tuple[str, str]
"""An action, and the resource as the template names it: `("dynamodb:Query", "RecordsTable/index/due")`."""

TABLES = {
    "TABLE_RECORDS": "RecordsTable",
    "TABLE_LEDGER": "LedgerTable",
    "TABLE_ACTIVITY": "ActivityTable",
    "TABLE_GUARD": "GuardTable",
    "TABLE_KEYS": "KeysTable",
}
IN_A_TRANSACTION = {
    "ConditionCheck": "dynamodb:ConditionCheckItem",
    "Delete": "dynamodb:DeleteItem",
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
}
JOBS = {
    "activity_rollup": ("chalicelib.activity.rollup", "everything"),
    "billing_sync": ("chalicelib.billing.sync", "everything"),
    "messaging_announce": ("chalicelib.messaging.announce", "everything"),
    "messaging_reminders": ("chalicelib.messaging.sweep", "due"),
    "privacy_checkpoint": ("chalicelib.privacy.checkpoint", "everything"),
    "privacy_purge": ("chalicelib.privacy.purge", "everything"),
}
"""The verb that each scheduled function is there for: tests often call it without its door."""
BY_CODE = {
    ("outbox_work", ("dynamodb:DeleteItem", "GuardTable")): "a session that begins while its account is erased",
    ("privacy_purge", ("dynamodb:GetItem", "ActivityTable")): "a fact whose life was extended while the purge ran",
    ("privacy_purge", ("dynamodb:UpdateItem", "ActivityTable")): "a fact that is due while the whole account is held",
    ("privacy_purge", ("dynamodb:UpdateItem", "LedgerTable")): "a proof that is due while the whole account is held",
}
"""Rights for moments that only a race or a crash brings about; the code shows them (erase_account, purge._kept, purge._put_aside)."""
TAKING = frozenset(
    f"sqs:{one}" for one in ("ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage")
)
"""What Lambda does with a queue in the name of the function that works it off."""

running: ContextVar[str] = ContextVar("running", default="")
used: set[tuple[str, Right]] = set()


class NotAllowed(AssertionError):
    """A function asked for something that its policy does not allow, or asked another region."""


@contextmanager
def watched() -> Iterator[None]:
    """Let every call to AWS be noted, and refused where the policy of the function that makes it does not allow it."""
    import chalice.app
    from botocore.client import BaseClient

    from chalicelib.plumbing import envelope

    emit, answer, work = (
        BaseClient._emit_api_params,
        chalice.app.Chalice.__call__,
        chalice.app.EventSourceHandler.__call__,
    )

    def asks(self: Any, api_params: Any, operation_model: Any, *more: Any, **named: Any) -> Any:
        note(operation_model.service_model.service_name, operation_model.name, api_params, self.meta.region_name)
        return emit(self, api_params, operation_model, *more, **named)

    def answers(self: Any, event: Any, context: Any) -> Any:
        with _as(API):
            return answer(self, event, context)

    def works(self: Any, event: Any, context: Any) -> Any:
        with _as(workers()[(self.func.__module__, self.func.__name__)]):
            return work(self, event, context)

    unwrap = envelope._key

    def unwraps(owner: str, place: Any) -> Any:
        # In one process a key that one function unwrapped is at hand for all; deployed, each has to ask for it.
        note("dynamodb", "GetItem", {"TableName": os.environ["TABLE_KEYS"]})
        note("kms", "Decrypt", {})
        return unwrap(owner, place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelope, "_key", unwraps)
        patch.setattr(BaseClient, "_emit_api_params", asks)
        patch.setattr(chalice.app.Chalice, "__call__", answers)
        patch.setattr(chalice.app.EventSourceHandler, "__call__", works)
        for function, (module, verb) in JOBS.items():
            home = importlib.import_module(module)
            patch.setattr(home, verb, _runs_as(function, getattr(home, verb)))
        yield


def _runs_as(function: str, verb: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(verb)
    def run(*given: Any, **named: Any) -> Any:
        with _as(function):
            return verb(*given, **named)

    return run


@contextmanager
def _as(function: str) -> Iterator[None]:
    before = running.set(function)
    try:
        yield
    finally:
        running.reset(before)


def of_the_test() -> AbstractContextManager[None]:
    """What is asked for in this block is asked by the test, even where it looks on in the middle of a function."""
    return _as("")


@cache
def workers() -> dict[tuple[str, str], str]:
    """The name of each function that is no door for visitors, by module and name of its handler."""
    from chalice import Chalice

    from chalicelib.entrance import workers as entrance

    app = Chalice("packaging")
    for room in entrance.ROOMS:
        app.register_blueprint(room.blueprint)
    found = ((one.handler_string.rpartition("."), one.name) for one in app.event_sources)
    return {(module, handler): name for (module, _, handler), name in found}


def note(service: str, operation: str, asked: Mapping[str, Any], region: str = REGION) -> None:
    """Write down what the function that runs now asks for; what tests ask themselves is not ours. Raises NotAllowed."""
    function = running.get()
    if not function:
        return
    if region != REGION:
        raise NotAllowed(f"{function} asks {service} in {region}")
    for right in rights(service, operation, asked):
        used.add((function, right))
        if right not in allowed(function):
            raise NotAllowed(f"policy-{function}.json does not allow {right[0]} on {right[1]}, which {function} needs")


def rights(service: str, operation: str, asked: Mapping[str, Any]) -> Iterable[Right]:
    """What AWS asks for before it does `operation`. https://docs.aws.amazon.com/service-authorization/latest/reference/"""
    if service == "dynamodb":
        yield from _of_tables(operation, asked)
    elif service == "s3":
        yield f"s3:{operation}", _files(asked["Bucket"], asked.get("Key", ""))
    elif service == "sqs":
        # Ten at once need the same right as one; the emulator has a name of its own for it, hence the star in policies.
        yield f"sqs:{operation.removesuffix('Batch')}*", _queue(asked["QueueUrl"])
    elif service == "kms":
        yield f"kms:{operation}", "DataKey"
    elif service == "sesv2":
        yield f"ses:{operation}", "MailIdentity"
        if "Raw" in asked["Content"]:
            yield "ses:SendRawEmail", "MailIdentity"
    else:
        raise NotAllowed(f"nobody has said which right {service} {operation} needs")


def _of_tables(operation: str, asked: Mapping[str, Any]) -> Iterable[Right]:
    if operation == "TransactWriteItems":
        for item in asked["TransactItems"]:
            ((kind, request),) = item.items()
            yield IN_A_TRANSACTION[kind], _table(request["TableName"])
    elif operation == "TransactGetItems":
        for item in asked["TransactItems"]:
            yield "dynamodb:GetItem", _table(item["Get"]["TableName"])
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for name in asked["RequestItems"]:
            yield f"dynamodb:{operation}", _table(name)
    else:
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        yield f"dynamodb:{operation}", _table(asked["TableName"]) + index


def _table(name: str) -> str:
    return next(ours for variable, ours in TABLES.items() if os.environ[variable] == name)


def _files(bucket: str, key: str) -> str:
    ours = "FilesBucket" if bucket == os.environ.get("BUCKET_FILES") else "ProofsBucket"
    return f"{ours}/{key.partition('/')[0]}/*"


def _queue(url: str) -> str:
    return "OutboxQueue" if url == os.environ["QUEUE_OUTBOX"] else "ExportsQueue"


@cache
def allowed(function: str) -> frozenset[Right]:
    """Every pair of action and resource that the policy of a function allows."""
    policy = json.loads((CHALICE / f"policy-{function}.json").read_text())
    return frozenset(
        (action, _named(resource))
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        for resource in statement["Resource"]
    )


def _named(resource: Any) -> str:
    """A resource of a policy in the words of `Right`."""
    if resource == "*":
        return "*"
    ((how, what),) = resource.items()
    if how == "Fn::GetAtt":
        return str(what[0])
    if isinstance(what, list):  # the identity that mails come from: its name is worked out from the sender
        return "MailIdentity" if ":identity/" in what[0] else str(what[0])
    return str(what).replace("${", "").replace(".Arn}", "")


def functions() -> list[str]:
    """Every function that is deployed."""
    config = json.loads((CHALICE / "config.json").read_text())
    return sorted(config["lambda_functions"])


def of_lambda_itself(function: str) -> set[Right]:
    """What Lambda does in the name of a function, so that no call of ours shows it: its log, its settings, its queue."""
    group = "".join(part.capitalize() for part in function.split("_")) + "LogGroup"
    own: set[Right] = {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}
    own.add(("kms:Decrypt", "DataKey"))  # the environment is enciphered (KmsKeyArn in infra/resources.yaml)
    own |= {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}  # Tracing: Active
    queue = {"outbox_work": "OutboxQueue", "exchange_work": "ExportsQueue"}.get(function)
    return own | {(action, queue) for action in TAKING} if queue else own


def excess(seen: Iterable[tuple[str, Right]]) -> list[str]:
    """What policies allow and nobody used, a line each."""
    seen = set(seen)
    return [
        f"policy-{function}.json allows {action} on {resource}, and no test needs it"
        for function in functions()
        for action, resource in sorted(allowed(function) - of_lambda_itself(function))
        if (function, (action, resource)) not in seen | set(BY_CODE)
    ]
