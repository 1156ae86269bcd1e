"""The point in time that tests restore from is as AWS describes it: its windows, its refusals, and what a restored table lacks."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.fakes import pitr
from tests.worlds import backups, tables

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
RECORDS, KEYS, GUARD = "test-records", "test-keys", "test-guard"


@pytest.fixture
def recovery(table: Any, clock: Any) -> Iterator[pitr.Recovery]:
    with backups.kept() as made:
        yield made


@pytest.fixture
def client(recovery: pitr.Recovery, emulator: Any) -> Any:
    return tables._client("dynamodb", emulator.endpoint)


def put(client: Any, sk: str, value: str) -> None:
    client.put_item(TableName=RECORDS, Item={"pk": {"S": "p"}, "sk": {"S": sk}, "value": {"S": value}})


def held(client: Any, name: str) -> dict[str, str]:
    rows = client.query(TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": {"S": "p"}})[
        "Items"
    ]
    return {row["sk"]["S"]: row["value"]["S"] for row in rows}


def refused(client: Any, operation: str, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**request)
    return str(caught.value.response["Error"]["Code"])


def restored(client: Any, clock: Any, at: Any, name: str) -> dict[str, str]:
    client.restore_table_to_point_in_time(SourceTableName=RECORDS, TargetTableName=name, RestoreDateTime=at)
    clock.set(clock.now + pitr.RESTORING_TAKES)
    return held(client, name)


def test_a_table_comes_back_as_it_was_at_any_second_whatever_wrote_to_it(client: Any, clock: Any) -> None:
    begin = clock.now
    states: list[dict[str, str]] = []

    def written() -> None:
        states.append(held(client, RECORDS))
        clock.set(clock.now + SECOND)

    key = {"pk": {"S": "p"}, "sk": {"S": "a"}}
    put(client, "a", "1"), put(client, "b", "1"), written()
    client.update_item(
        TableName=RECORDS, Key=key, UpdateExpression="SET #v = :v", ExpressionAttributeNames={"#v": "value"},
        ExpressionAttributeValues={":v": {"S": "2"}},
    ), written()  # fmt: skip
    new = {"pk": {"S": "p"}, "sk": {"S": "c"}, "value": {"S": "1"}}
    (
        client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": RECORDS, "Key": key}}, {"Put": {"TableName": RECORDS, "Item": new}}]
        ),
        written(),
    )
    batch = [
        {"PutRequest": {"Item": {**new, "value": {"S": "2"}}}},
        {"DeleteRequest": {"Key": {**key, "sk": {"S": "b"}}}},
    ]
    client.batch_write_item(RequestItems={RECORDS: batch}), written()
    client.delete_item(TableName=RECORDS, Key={**key, "sk": {"S": "c"}}), written()
    assert refused(client, "put_item", TableName=RECORDS, Item=new, ConditionExpression="attribute_exists(pk)") == (
        "ConditionalCheckFailedException"
    )
    clock.set(clock.now + pitr.BEHIND)

    back = [restored(client, clock, begin + n * SECOND, f"back-{n}") for n in range(len(states))]

    assert back == states
    assert len({str(one) for one in states}) == len(states)


def test_the_newest_instant_is_five_minutes_ago_and_the_oldest_as_many_days_as_are_asked_for(
    client: Any, clock: Any
) -> None:
    def window(name: str) -> tuple[Any, Any, Any]:
        said = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        found = said["PointInTimeRecoveryDescription"]
        latest, earliest = found["LatestRestorableDateTime"], found["EarliestRestorableDateTime"]
        return found["RecoveryPeriodInDays"], clock.now - latest, clock.now - earliest

    begun = clock.now
    clock.set(begun + 40 * DAY)

    assert window(RECORDS) == (35, 5 * MINUTE, 35 * DAY)
    assert window(KEYS) == (7, 5 * MINUTE, 7 * DAY)
    off = client.describe_continuous_backups(TableName=GUARD)["ContinuousBackupsDescription"]
    assert off["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}

    # Switched off and on again it begins anew.
    for enabled in (False, True):
        wanted = {"PointInTimeRecoveryEnabled": enabled}
        client.update_continuous_backups(TableName=KEYS, PointInTimeRecoverySpecification=wanted)
    assert window(KEYS)[2] == timedelta(0)


def test_what_aws_refuses_is_refused_by_the_names_that_botocore_knows(client: Any, clock: Any) -> None:
    operation, begun = "restore_table_to_point_in_time", clock.now
    clock.set(begun + 10 * DAY)

    def asked(source: str = RECORDS, target: str = "new-table", **when: Any) -> str:
        return refused(client, operation, SourceTableName=source, TargetTableName=target, **when)

    assert asked(KEYS, RestoreDateTime=clock.now - 8 * DAY) == "InvalidRestoreTimeException"
    assert asked(RestoreDateTime=begun - SECOND) == "InvalidRestoreTimeException"
    assert asked(RestoreDateTime=clock.now - MINUTE) == "InvalidRestoreTimeException"
    assert asked(target=KEYS, UseLatestRestorableTime=True) == "TableAlreadyExistsException"
    assert asked("unheard-of", UseLatestRestorableTime=True) == "TableNotFoundException"
    assert asked(GUARD, UseLatestRestorableTime=True) == "PointInTimeRecoveryUnavailableException"
    assert asked() == "ValidationException"
    assert refused(client, "describe_continuous_backups", TableName="unheard-of") == "TableNotFoundException"
    wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}
    unheard = {"TableName": "unheard-of", "PointInTimeRecoverySpecification": wanted}
    assert refused(client, "update_continuous_backups", **unheard) == "TableNotFoundException"


def test_a_table_that_comes_back_has_its_keys_and_indexes_and_nothing_that_was_set_besides(
    client: Any, clock: Any
) -> None:
    name, source = "new-table", client.describe_table(TableName=RECORDS)["Table"]
    tag = {"Key": "kept", "Value": "no"}
    client.tag_resource(ResourceArn=source["TableArn"], Tags=[tag])
    client.update_table(TableName=RECORDS, DeletionProtectionEnabled=True)
    put(client, "a", "1")
    clock.set(clock.now + 10 * MINUTE)
    try:
        client.restore_table_to_point_in_time(
            SourceTableName=RECORDS, TargetTableName=name, UseLatestRestorableTime=True
        )
        coming = client.describe_table(TableName=name)["Table"]
        wanted = {"TableName": name, "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
        while_it_comes = (
            refused(client, "scan", TableName=name),
            refused(client, "delete_table", TableName=name),
            refused(client, "update_continuous_backups", **wanted),
            refused(client, "restore_table_to_point_in_time", SourceTableName=RECORDS, TargetTableName=name,
                    UseLatestRestorableTime=True),
        )  # fmt: skip
        clock.set(clock.now + pitr.RESTORING_TAKES)
        there = client.describe_table(TableName=name)["Table"]
        at_first = refused(client, "update_continuous_backups", **wanted)
        clock.set(clock.now + pitr.BACKUPS_BEGIN_AFTER)
        unprotected = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        tags = client.list_tags_of_resource(ResourceArn=there["TableArn"])["Tags"]
        client.update_continuous_backups(**wanted)
    finally:
        client.update_table(TableName=RECORDS, DeletionProtectionEnabled=False)
        client.untag_resource(ResourceArn=source["TableArn"], TagKeys=["kept"])

    assert (coming["TableStatus"], coming["RestoreSummary"]["RestoreInProgress"]) == ("CREATING", True)
    assert (there["TableStatus"], there["RestoreSummary"]["RestoreInProgress"]) == ("ACTIVE", False)
    assert there["RestoreSummary"]["SourceTableArn"] == source["TableArn"]
    assert while_it_comes == (
        "ResourceNotFoundException", "ResourceInUseException", "ContinuousBackupsUnavailableException",
        "TableInUseException",
    )  # fmt: skip
    assert at_first == "ContinuousBackupsUnavailableException"
    assert there["KeySchema"] == source["KeySchema"]
    assert sorted(one["IndexName"] for one in there["GlobalSecondaryIndexes"]) == ["agenda", "due", "expiry", "lookup"]
    assert (tags, there["DeletionProtectionEnabled"]) == ([], False)
    assert unprotected["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert held(client, name) == {"a": "1"}


def test_a_protected_table_cannot_be_deleted_and_is_there_afterwards(client: Any) -> None:
    put(client, "a", "1")
    client.update_table(TableName=RECORDS, DeletionProtectionEnabled=True)
    try:
        code = refused(client, "delete_table", TableName=RECORDS)
        there = held(client, RECORDS)
    finally:
        client.update_table(TableName=RECORDS, DeletionProtectionEnabled=False)

    assert code == "ValidationException"
    assert there == {"a": "1"}


def test_an_answer_that_the_model_does_not_know_never_leaves() -> None:
    from botocore.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        pitr._told("DescribeContinuousBackups", {"ContinuousBackupsDescription": {"Invented": 1}})
    with pytest.raises(AssertionError):
        pitr._refused("DescribeContinuousBackups", "InventedException", "-")
    assert os.environ["TABLE_RECORDS"] == RECORDS
