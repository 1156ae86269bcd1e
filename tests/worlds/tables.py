"""The five tables and the queue of infra/resources.yaml in an emulator, and how to empty them."""

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.fakes import engine
from tests.worlds import rights

TABLES = {
    "RecordsTable": "records",
    "LedgerTable": "ledger",
    "ActivityTable": "activity",
    "GuardTable": "guard",
    "KeysTable": "keys",
}
_MOST_WRITES = 25  # in one BatchWriteItem
_WANTED = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


class _Template(yaml.SafeLoader):
    """Reads CloudFormation's short tags as plain values."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix}")


@cache
def definitions() -> dict[str, dict[str, Any]]:
    """What CreateTable needs, by our name of the table."""
    text = (Path(__file__).parents[2] / "infra" / "resources.yaml").read_text("utf-8")
    resources = yaml.load(text, _Template)["Resources"]
    return {
        ours: {
            name: resources[theirs]["Properties"][name] for name in _WANTED if name in resources[theirs]["Properties"]
        }
        for theirs, ours in TABLES.items()
    }


def create(endpoint: str) -> None:
    """Make tables and queue at `endpoint` under the names of the environment."""
    client = _client("dynamodb", endpoint)
    for name, wanted in definitions().items():
        client.create_table(TableName=os.environ[f"TABLE_{name.upper()}"], **wanted)
    if "dynamodb-local" not in endpoint:
        queue = _client("sqs", endpoint).create_queue(QueueName="test-outbox")
        os.environ["QUEUE_OUTBOX"] = queue["QueueUrl"]


def empty(endpoint: str) -> None:
    """Remove every row of every table."""
    if engine.is_at(endpoint):
        engine.empty()
        return
    client = _client("dynamodb", endpoint)
    for name in definitions():
        table = os.environ[f"TABLE_{name.upper()}"]
        start: dict[str, Any] = {}
        while True:
            page = client.scan(TableName=table, ProjectionExpression="pk, sk", **start)
            gone = [{"DeleteRequest": {"Key": key}} for key in page["Items"]]
            for first in range(0, len(gone), _MOST_WRITES):
                some = gone[first : first + _MOST_WRITES]
                left = client.batch_write_item(RequestItems={table: some})["UnprocessedItems"]
                assert not left, f"{table}: an emulator has no reason to leave {len(left)} for later"
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def rows(endpoint: str, table: str) -> list[dict[str, Any]]:
    """Every row of one table (tests may scan, the product never does), text about people deciphered where there is a key.

    So what a test looks for and does not find is not there, and not merely hidden.
    """
    from chalicelib.plumbing import envelope

    found = raw_rows(endpoint, table)
    if not any(_is_sealed(value) for row in found for value in row.values()):
        return found
    keys = {}
    for row in raw_rows(endpoint, "keys"):
        context = {"partner": row["pk"]["S"]}
        blob = row["wrapped"]["B"]
        with suppress(ClientError), rights.of_the_test():
            keys[row["pk"]["S"]] = envelope.client().decrypt(
                KeyId=os.environ["KMS_KEY"], CiphertextBlob=blob, EncryptionContext=context
            )["Plaintext"]
    return [{name: _plain(table, row, name, keys) for name in row} for row in found]


def _is_sealed(value: dict[str, Any]) -> bool:
    return "B" in value and value["B"].startswith(b"\x01") and len(value["B"]) >= 29


def _plain(table: str, row: dict[str, Any], name: str, keys: dict[str, bytes]) -> dict[str, Any]:
    from chalicelib.plumbing import envelope

    value = row[name]
    head = row.get("partner_id", row["pk"])["S"].partition("#")[0]
    owner = "ledger" if table == "ledger" else head if head in keys else "house"
    if not _is_sealed(value) or owner not in keys:
        return dict(value)
    place = envelope.Place(table, owner, row["pk"]["S"], row["sk"]["S"], name)
    try:
        plain = AESGCM(keys[owner]).decrypt(value["B"][1:13], value["B"][13:], place.as_bytes())
    except InvalidTag:
        return dict(value)
    return {"S": plain.decode("utf-8", "surrogatepass")}


def put(endpoint: str, table: str, texts: Mapping[str, str]) -> None:
    """Lay a row of nothing but texts into one table, past the product."""
    item = {name: {"S": value} for name, value in texts.items()}
    _client("dynamodb", endpoint).put_item(TableName=os.environ[f"TABLE_{table.upper()}"], Item=item)


def raw_rows(endpoint: str, table: str) -> list[dict[str, Any]]:
    """Every row of one table as it lies there."""
    client = _client("dynamodb", endpoint)
    found: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        with rights.of_the_test():
            page = client.scan(TableName=os.environ[f"TABLE_{table.upper()}"], **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@cache
def _client(service: str, endpoint: str) -> Any:
    import botocore.session

    return botocore.session.get_session().create_client(service, region_name="eu-central-2", endpoint_url=endpoint)
