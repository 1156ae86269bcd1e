"""DynamoDB's point-in-time recovery before the engine of this process: what a row was before each write is kept, by the product's clock.

Built after AWS's own words: API reference (RestoreTableToPointInTime, DescribeContinuousBackups, UpdateContinuousBackups,
RestoreSummary) and developer guide ("Enable point-in-time recovery in DynamoDB", "Restore a table in DynamoDB"). Every answer
and every refusal is held against botocore's model before it leaves (tests/operations/test_point_in_time.py).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import validate_parameters

from tests.fakes.engine import Answer, Forward, Json

BEHIND = timedelta(minutes=5)
"""`LatestRestorableDateTime` is typically five minutes before the current time."""
MOST_DAYS = 35
RESTORING_TAKES = timedelta(minutes=20)
BACKUPS_BEGIN_AFTER = timedelta(minutes=1)
"""Of a new table: so long PITR is refused ("Backups are being enabled for the table", which provisioning tools wait for)."""
_SETTINGS = ("AttributeDefinitions", "KeySchema")
_INDEX = ("IndexName", "KeySchema", "Projection")
_COMMON = frozenset({"ValidationException", "ResourceNotFoundException"})  # of every operation, modelled or not


@dataclass(slots=True)
class _Backed:
    """A table whose writes are kept: since when, for how many days, and (instant, key, row before it) of each."""

    since: datetime
    days: int
    before: list[tuple[datetime, Json, Json | None]] = field(default_factory=list)


@dataclass(slots=True)
class _Target:
    """A table that is, or was, being restored."""

    summary: Json
    ready_at: datetime


@dataclass(slots=True)
class Recovery:
    """Stands before the engine; `now` is the product's clock."""

    now: Callable[[], datetime]
    tables: dict[str, _Backed] = field(default_factory=dict)
    targets: dict[str, _Target] = field(default_factory=dict)

    def answer(self, action: str, asked: Json, forward: Forward) -> Answer:
        """What AWS would answer."""
        own: dict[str, Callable[[Json, Forward], Answer]] = {
            "DescribeContinuousBackups": self._describe_backups,
            "UpdateContinuousBackups": self._update_backups,
            "RestoreTableToPointInTime": self._restore,
            "DescribeTable": self._describe,
        }
        if action in own:
            return own[action](asked, forward)
        for name in _names(action, asked):
            if self._is_being_made(name):
                of_tables = action in {"UpdateTable", "DeleteTable"}
                code = "ResourceInUseException" if of_tables else "ResourceNotFoundException"
                return _refused(action, code, f"Table is being created: {name}")
        touched = [(name, key, self._row(name, key, forward)) for name, key in _touched(action, asked)]
        status, said = forward(action, asked)
        if status == 200:
            for name, key, row in touched:
                if name in self.tables:
                    self.tables[name].before.append((self.now(), key, row))
            if action == "DeleteTable":
                self.tables.pop(asked["TableName"], None)
                self.targets.pop(asked["TableName"], None)
        return status, said

    def _is_being_made(self, name: str) -> bool:
        return name in self.targets and self.now() < self.targets[name].ready_at

    def _row(self, name: str, key: Json, forward: Forward) -> Json | None:
        if name not in self.tables:
            return None
        _, said = forward("GetItem", {"TableName": name, "Key": key, "ConsistentRead": True})
        return said.get("Item")

    def _window(self, backed: _Backed) -> tuple[datetime, datetime]:
        earliest = max(backed.since, self.now() - timedelta(days=backed.days))
        return earliest, max(earliest, self.now() - BEHIND)

    # ------------------------------------------------------------ backups

    def _describe_backups(self, asked: Json, forward: Forward) -> Answer:
        name = asked["TableName"]
        if forward("DescribeTable", {"TableName": name})[0] != 200:
            return _refused("DescribeContinuousBackups", "TableNotFoundException", f"Table not found: {name}")
        return _told("DescribeContinuousBackups", {"ContinuousBackupsDescription": self._backups(name)})

    def _update_backups(self, asked: Json, forward: Forward) -> Answer:
        action, name, wanted = "UpdateContinuousBackups", asked["TableName"], asked["PointInTimeRecoverySpecification"]
        if forward("DescribeTable", {"TableName": name})[0] != 200:
            return _refused(action, "TableNotFoundException", f"Table not found: {name}")
        if name in self.targets and self.now() < self.targets[name].ready_at + BACKUPS_BEGIN_AFTER:
            text = f"Backups are being enabled for the table: {name}. Please retry later"
            return _refused(action, "ContinuousBackupsUnavailableException", text)
        if not wanted["PointInTimeRecoveryEnabled"]:
            self.tables.pop(name, None)
        else:
            days = int(wanted.get("RecoveryPeriodInDays", MOST_DAYS))
            if not 1 <= days <= MOST_DAYS:
                return _refused(action, "ValidationException", f"RecoveryPeriodInDays is 1 to {MOST_DAYS}")
            self.tables.setdefault(name, _Backed(self.now(), days)).days = days
        return _told(action, {"ContinuousBackupsDescription": self._backups(name)})

    def _backups(self, name: str) -> Json:
        said: Json = {"PointInTimeRecoveryStatus": "DISABLED"}
        if name in self.tables:
            earliest, latest = self._window(self.tables[name])
            said = {
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": self.tables[name].days,
                "EarliestRestorableDateTime": earliest.timestamp(),
                "LatestRestorableDateTime": latest.timestamp(),
            }
        return {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": said}

    # ------------------------------------------------------------ restoring

    def _restore(self, asked: Json, forward: Forward) -> Answer:
        action, target = "RestoreTableToPointInTime", asked["TargetTableName"]
        source = str(asked.get("SourceTableName") or asked.get("SourceTableArn", "").rpartition("/")[2])
        status, said = forward("DescribeTable", {"TableName": source})
        if status != 200:
            return _refused(action, "TableNotFoundException", f"Source table not found: {source}")
        if source not in self.tables:
            text = f"Point in time recovery is not enabled for table '{source}'"
            return _refused(action, "PointInTimeRecoveryUnavailableException", text)
        if forward("DescribeTable", {"TableName": target})[0] == 200:
            being = self._is_being_made(target)
            code = "TableInUseException" if being else "TableAlreadyExistsException"
            return _refused(action, code, f"Table already exists: {target}")
        newest = bool(asked.get("UseLatestRestorableTime"))
        if newest == ("RestoreDateTime" in asked):
            return _refused(action, "ValidationException", "One of RestoreDateTime and UseLatestRestorableTime")
        earliest, latest = self._window(self.tables[source])
        at = latest if newest else datetime.fromtimestamp(float(asked["RestoreDateTime"]), UTC)
        if not earliest <= at <= latest:
            text = f"RestoreDateTime must be between {earliest.isoformat()} and {latest.isoformat()}"
            return _refused(action, "InvalidRestoreTimeException", text)
        self._make(source, target, said["Table"], at, forward)
        summary = {"SourceTableArn": said["Table"]["TableArn"], "RestoreDateTime": at.timestamp()}
        self.targets[target] = _Target(summary, self.now() + RESTORING_TAKES)
        return _told(action, {"TableDescription": self._described(target, forward)})

    def _make(self, source: str, target: str, of: Json, at: datetime, forward: Forward) -> None:
        """A table with the keys, indexes and capacity of `source`, which has them now, and its rows of `at`.

        Not with its tags, policies, TTL, stream, alarms, deletion protection and PITR: whoever restores sets these again.
        """
        made: Json = {"TableName": target, "BillingMode": of["BillingModeSummary"]["BillingMode"]}
        made |= {name: of[name] for name in _SETTINGS}
        if of.get("GlobalSecondaryIndexes"):
            made["GlobalSecondaryIndexes"] = [{key: one[key] for key in _INDEX} for one in of["GlobalSecondaryIndexes"]]
        assert forward("CreateTable", made)[0] == 200
        for row in self.state(source, at, forward):
            assert forward("PutItem", {"TableName": target, "Item": row})[0] == 200

    def state(self, name: str, at: datetime, forward: Forward) -> list[Json]:
        """The rows of a table as they were at an instant: today's, with every later write taken back, the last one first."""
        rows = {json.dumps(_key(row), sort_keys=True): row for row in _rows(name, forward)}
        for written_at, key, before in reversed(self.tables[name].before):
            if written_at <= at:
                break
            place = json.dumps(key, sort_keys=True)
            if before is None:
                rows.pop(place, None)
            else:
                rows[place] = before
        return list(rows.values())

    def _describe(self, asked: Json, forward: Forward) -> Answer:
        status, said = forward("DescribeTable", asked)
        if status != 200 or asked["TableName"] not in self.targets:
            return status, said
        return _told("DescribeTable", {"Table": self._described(asked["TableName"], forward)})

    def _described(self, name: str, forward: Forward) -> Json:
        table: Json = forward("DescribeTable", {"TableName": name})[1]["Table"]
        for one in (table, *table.get("GlobalSecondaryIndexes", [])):
            one.pop("WarmThroughput", None)  # the engine says 0, which the model does not allow
        being = self._is_being_made(name)
        table["TableStatus"] = "CREATING" if being else "ACTIVE"
        return {**table, "RestoreSummary": {**self.targets[name].summary, "RestoreInProgress": being}}


def _names(action: str, asked: Json) -> set[str]:
    """The tables that an action is about."""
    if "RequestItems" in asked:
        return set(asked["RequestItems"])
    if "TransactItems" in asked:
        return {next(iter(one.values()))["TableName"] for one in asked["TransactItems"]}
    return {asked["TableName"]} if "TableName" in asked else set()


def _touched(action: str, asked: Json) -> Iterator[tuple[str, Json]]:
    """(table, key) of each row that an action writes."""
    if action in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield asked["TableName"], _key(asked.get("Item") or asked["Key"])
    elif action == "BatchWriteItem":
        for name, some in asked["RequestItems"].items():
            for one in some:
                yield name, _key(one["PutRequest"]["Item"] if "PutRequest" in one else one["DeleteRequest"]["Key"])
    elif action == "TransactWriteItems":
        for item in asked["TransactItems"]:
            ((kind, one),) = item.items()
            if kind != "ConditionCheck":
                yield one["TableName"], _key(one.get("Item") or one["Key"])


def _key(row: Json) -> Json:
    return {"pk": row["pk"], "sk": row["sk"]}


def _rows(name: str, forward: Forward) -> Iterator[Json]:
    start: Json = {}
    while True:
        _, page = forward("Scan", {"TableName": name, "ConsistentRead": True, **start})
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@cache
def _model() -> Any:
    return botocore.session.get_session().get_service_model("dynamodb")


def _told(action: str, said: Json) -> Answer:
    """An answer, once botocore's model knows every member of it."""
    validate_parameters(said, _model().operation_model(action).output_shape)
    return 200, said


def _refused(action: str, code: str, message: str) -> Answer:
    """A refusal, of a kind that botocore's model has for this operation."""
    assert code in _COMMON | {one.name for one in _model().operation_model(action).error_shapes}, (action, code)
    return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": message}
