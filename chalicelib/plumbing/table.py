"""The five tables: what an attribute means, how a row is read, and how several rows change together or not at all."""

import base64
import json
import random
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import msgspec
from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.connection import Connection, TableConnection
from pynamodb.connection.base import MetaTable
from pynamodb.exceptions import VerboseClientError
from pynamodb.expressions.condition import Comparison, Condition, Exists, NotExists
from pynamodb.expressions.operand import Path, Value
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.plumbing import aws, clock, ids, rawquery, settings, trail
from chalicelib.plumbing.refusals import Malformed, Unavailable

CATEGORIES = ("master", "contact", "contract", "meta")
FORGOTTEN = ("delete", "shred", "redact", "keep", "expire")


# ---------------------------------------------------------------- what an attribute means


class About(msgspec.Struct, frozen=True):
    """Why an attribute is stored: the columns of the data inventory (Art. 30 GDPR, DSG 12)."""

    subject: str  # partner, employee, customer, visitor, nobody
    purpose: str  # contract, booking, reminder, security, accountability, newsletter, invoicing
    basis: str  # the article that allows it
    retention: str  # a class of privacy.rules.RETENTION
    recipients: tuple[str, ...] = ("aws_zrh",)
    category: str = "contract"
    forgotten: str = "delete"

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES or self.forgotten not in FORGOTTEN:
            raise TypeError(f"An attribute needs one of {CATEGORIES} and one of {FORGOTTEN}.")

    def but(self, **changes: Any) -> "About":
        """The same meaning with some columns changed."""
        return msgspec.structs.replace(self, **changes)


KEYS = About("nobody", "contract", "Art. 6(1)(b) GDPR", "life_of_row", category="meta")


_T = TypeVar("_T")


class _Plain(msgspec.Struct, frozen=True):
    """A value on its way in. Nothing but `Record` can turn it into something that a table takes."""

    attribute: str
    value: bytes


class _Sealed(msgspec.Struct, frozen=True):
    """A value as it lies in the table; None for one that does not lie there enciphered."""

    value: bytes | None


class _Enciphered(Attribute[_T]):
    """What is enciphered at rest (plumbing/envelope.py), each time anew, and deciphered only when somebody looks at it."""

    attr_type = "B"

    def get_value(self, value: dict[str, Any]) -> Any:
        # Text that was never enciphered must not pass for what was; it is refused when it is looked at.
        return value.get("B")

    def deserialize(self, value: Any) -> Any:
        return _Sealed(value)

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any:
            value = super().__get__(instance, owner)
            return self.plain(instance.opened(self.attr_name, value)) if isinstance(value, _Sealed) else value

    def plain(self, value: bytes) -> Any:
        """What stands in the deciphered bytes."""
        raise NotImplementedError


class Personal(_Enciphered[str]):
    """Text about a person. The one place through which such text enters and leaves a table."""

    def serialize(self, value: str) -> Any:
        return _Plain(self.attr_name, value.encode("utf-8", "surrogatepass"))

    def plain(self, value: bytes) -> str:
        return value.decode("utf-8", "surrogatepass")


class Instant(Attribute[datetime]):
    """An instant in UTC, stored as sortable text."""

    attr_type = "S"

    def serialize(self, value: datetime) -> str:
        return clock.text(value)

    def deserialize(self, value: str) -> datetime:
        return clock.parse(value)


class Day(Attribute[date]):
    """A calendar day, stored as `YYYY-MM-DD`."""

    attr_type = "S"

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


_A = TypeVar("_A", bound=Attribute[Any])


def _meant(attribute: _A, about: About) -> _A:
    attribute.about = about  # type: ignore[attr-defined]  # PynamoDB's attribute has no slot for a meaning of ours
    return attribute


def text(about: About, *, optional: bool = False) -> UnicodeAttribute:
    """Text that names no person: ids, codes, states."""
    return _meant(UnicodeAttribute(null=optional), about)


def personal(about: About, *, optional: bool = False) -> Personal:
    """Text about a person: names, addresses, numbers, notes, what somebody typed."""
    return _meant(Personal(null=optional), about)


def number(about: About, *, optional: bool = False) -> NumberAttribute:
    """A whole number."""
    return _meant(NumberAttribute(null=optional), about)


def flag(about: About, *, optional: bool = False) -> BooleanAttribute:
    """Yes or no."""
    return _meant(BooleanAttribute(null=optional), about)


def instant(about: About, *, optional: bool = False) -> Instant:
    """An instant in UTC."""
    return _meant(Instant(null=optional), about)


def day(about: About, *, optional: bool = False) -> Day:
    """A calendar day."""
    return _meant(Day(null=optional), about)


def document(about: About, *, optional: bool = False) -> JSONAttribute:
    """A small JSON document without a person in it."""
    return _meant(JSONAttribute(null=optional), about)


class PersonalDocument(_Enciphered[Any]):
    """A small JSON document about a person; travels the same way as `Personal`."""

    def serialize(self, value: Any) -> Any:
        return _Plain(self.attr_name, json.dumps(value).encode())

    def plain(self, value: bytes) -> Any:
        return json.loads(value)


def personal_document(about: About, *, optional: bool = False) -> PersonalDocument:
    """A small JSON document with a person in it: answers to questions, what a message says."""
    return _meant(PersonalDocument(null=optional), about)


def bits(about: About, *, optional: bool = False) -> BinaryAttribute:
    """A bitmap."""
    return _meant(BinaryAttribute(legacy_encoding=False, null=optional), about)


# ---------------------------------------------------------------- a row


NOBODY = "-"  # the partition of what is no partner's
_NO_PERSONS = ("guard", "keys")  # lifecycles that hold nothing about persons
_KEYED = frozenset(
    ["pk", "sk", "due_shard", "due_at", "expiry_shard", "lookup", "lookup_at", "agenda", "start_at", "expires"]
)


class Record(Model):
    """A row. `lifecycle` names the lifecycle it belongs to; every attribute carries its meaning or the class is refused.

    What is enciphered lies under the key of the partner whom the row belongs to: `partner_id` where it is declared, else
    what stands before the first `#` of `pk`. Rows of the ledger lie under the ledger's key; rows in the partition `-`, and
    kinds that say `nobodys`, under the house's.
    """

    lifecycle: ClassVar[str] = "records"
    nobodys: ClassVar[bool] = False

    class Meta:
        table_name = "named-by-the-environment"
        region = settings.REGION

    pk = _meant(UnicodeAttribute(hash_key=True), KEYS)
    sk = _meant(UnicodeAttribute(range_key=True), KEYS)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        for name, value in vars(cls).items():
            if isinstance(value, Attribute) and not isinstance(getattr(value, "about", None), About):
                raise TypeError(f"{cls.__module__}.{cls.__name__}.{name} is stored without saying why.")
            if isinstance(value, _Enciphered) and (name in _KEYED or cls.lifecycle in _NO_PERSONS):
                raise TypeError(
                    f"{cls.__module__}.{cls.__name__}.{name}: nothing can be found by it, or no person goes here."
                )
        super().__init_subclass__(**kwargs)

    def key_owner(self) -> str:
        """Under whose key this row's text about people lies. TypeError for a row that is nobody's and does not say so."""
        from chalicelib.plumbing import envelope

        if self.lifecycle == "ledger":
            return envelope.LEDGER
        owner = str(getattr(self, "partner_id", None) or self.pk.partition("#")[0])
        if self.nobodys or owner == NOBODY:
            return envelope.HOUSE
        if not ids.is_id(owner):
            raise TypeError(f"{type(self).__name__} belongs to no partner: it needs a partner_id, or `nobodys`.")
        return owner

    def opened(self, attribute: str, sealed: _Sealed) -> bytes:
        """What `sealed` says, if it was enciphered for this attribute of this row. Raises Unreadable, Unavailable."""
        from chalicelib.plumbing import envelope

        return envelope.opened(sealed.value, self._place(attribute))

    def sealed(self, plain: _Plain) -> bytes:
        """A value as this row stores it."""
        from chalicelib.plumbing import envelope

        return envelope.seal(plain.value, self._place(plain.attribute))

    def enciphered(self, name: str) -> str | None:
        """An attribute of a row that was read, as it lies in the table (base64): what can be hashed without any key."""
        stored = self.attribute_values.get(name)
        if isinstance(stored, _Sealed) and stored.value is not None:
            return base64.b64encode(stored.value).decode()
        return None

    def _place(self, attribute: str) -> Any:
        from chalicelib.plumbing import envelope

        return envelope.Place(self.lifecycle, self.key_owner(), self.pk, self.sk, attribute)

    def _container_serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        return self.with_sealed(super()._container_serialize(null_check))

    def with_sealed(self, values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The values of a request about this row, with everything enciphered that has to be."""
        for value in values.values():
            if isinstance(value.get("B"), _Plain):
                value["B"] = self.sealed(value["B"])
        return values

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB would open one client for each class; all rows share one.
        return _table_connection(cls.lifecycle)


_R = TypeVar("_R", bound=Record)
_C = TypeVar("_C", bound=Condition | None)


class _Connection(Connection):
    """PynamoDB's connection over the house's session."""

    @property
    def session(self) -> Any:
        return aws.session()


@cache
def _connection() -> Connection:
    made = _Connection(
        region=settings.get().region,
        connect_timeout_seconds=2,
        read_timeout_seconds=5,
        max_retry_attempts=3,
        max_pool_connections=32,
    )
    rawquery.install(made.client)
    made.client.meta.events.register("before-call.dynamodb", trail.heard, unique_id="zeitfenster-trail")
    return made


@cache
def _table_connection(table: str) -> TableConnection:
    name = table_name(table)
    made = TableConnection(name, region=settings.get().region)
    made.connection = _connection()
    made.connection.add_meta_table(
        MetaTable(
            {
                "TableName": name,
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
            }
        )
    )
    return made


def table_name(table: str) -> str:
    """The deployed name of one of the five tables."""
    return str(getattr(settings.get(), f"table_{table}"))


def client() -> Any:
    """The one DynamoDB client of this process. For `limits`, `rawquery` and tests; rooms use the functions below."""
    return _connection().client


def forget_connections() -> None:
    """Open everything anew at the next call (tests change the endpoint)."""
    _table_connection.cache_clear()
    _connection.cache_clear()


# ---------------------------------------------------------------- reading


def get(kind: type[_R], pk: str, sk: str) -> _R | None:
    """One row, read consistently, or None. One request."""
    answer = _ask("GetItem", {"TableName": table_name(kind.lifecycle), "Key": _key(pk, sk), "ConsistentRead": True})
    item = answer.get("Item")
    return kind.from_raw_data(item) if item else None


def get_many(wanted: Sequence[tuple[type[Record], str, str]]) -> list[Record | None]:
    """Several rows, read consistently in one request (at most 100), in the order asked for; None where there is none."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for kind, pk, sk in wanted:
        by_table.setdefault(table_name(kind.lifecycle), []).append(_key(pk, sk))
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    request = {name: {"Keys": keys, "ConsistentRead": True} for name, keys in by_table.items()}
    for attempt in range(6):
        answer = _ask("BatchGetItem", {"RequestItems": request})
        for name, items in answer.get("Responses", {}).items():
            for item in items:
                found[(name, item["pk"]["S"], item["sk"]["S"])] = item
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            break
        pause(attempt)
    else:
        raise Unavailable
    rows: list[Record | None] = []
    for kind, pk, sk in wanted:
        item = found.get((table_name(kind.lifecycle), pk, sk))
        rows.append(kind.from_raw_data(item) if item else None)
    return rows


class Page(msgspec.Struct, frozen=True):
    """Some raw rows and where to go on (None at the end)."""

    items: list[dict[str, Any]]
    next_key: dict[str, Any] | None


class Index(msgspec.Struct, frozen=True):
    """A sparse index: its name and the attributes it is keyed by."""

    name: str
    hash_key: str
    range_key: str


DUE = Index("due", "due_shard", "due_at")
EXPIRY = Index("expiry", "expiry_shard", "pk")
LOOKUP = Index("lookup", "lookup", "lookup_at")
AGENDA = Index("agenda", "agenda", "start_at")


def page(
    table: str,
    hash_value: str,
    *,
    first: str | None = None,
    last: str | None = None,
    index: Index | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    start_key: Mapping[str, Any] | None = None,
    consistent: bool = True,
) -> Page:
    """One Query, one request: rows of one partition whose sort key lies in [first, last], both included.

    Base tables are read consistently unless a reader can live with less for half the price; indexes cannot be, which is
    why nothing is decided from them.
    """
    hash_name, range_name = (index.hash_key, index.range_key) if index else ("pk", "sk")
    names, values = {"#h": hash_name}, {":h": {"S": hash_value}}
    condition = "#h = :h"
    if first is not None and last is not None:
        condition += " AND #r BETWEEN :a AND :b"
    elif first is not None:
        condition += " AND #r >= :a"
    elif last is not None:
        condition += " AND #r <= :b"
    if first is not None or last is not None:
        names["#r"] = range_name
    if first is not None:
        values[":a"] = {"S": first}
    if last is not None:
        values[":b"] = {"S": last}
    request: dict[str, Any] = {
        "TableName": table_name(table),
        "KeyConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ScanIndexForward": not newest_first,
    }
    if index:
        request["IndexName"] = index.name
    else:
        request["ConsistentRead"] = consistent
    if limit is not None:
        request["Limit"] = limit
    if start_key:
        request["ExclusiveStartKey"] = dict(start_key)
    answer = _ask("Query", request)
    return Page(answer["Items"], answer.get("LastEvaluatedKey"))


def prefixed(kind: type[_R], pk: str, prefix: str) -> list[_R]:
    """All rows of one kind: those of a partition whose sort key begins with `prefix`, oldest first; with "", all there are."""
    bounds = {"first": prefix, "last": prefix + "\uffff"} if prefix else {}  # an empty key is no key for DynamoDB
    return [kind.from_raw_data(item) for item in walk(kind.lifecycle, pk, **bounds)]


def walk(table: str, hash_value: str, **bounds: Any) -> Iterable[dict[str, Any]]:
    """All raw rows of a Query, page after page (bounds as for `page`)."""
    start_key = None
    while True:
        found = page(table, hash_value, start_key=start_key, **bounds)
        yield from found.items
        start_key = found.next_key
        if start_key is None:
            return


def count(table: str, hash_value: str, *, first: str, last: str) -> int:
    """How many rows of one partition have their sort key in [first, last]: nothing travels, but each row is read."""
    request = {
        "TableName": table_name(table),
        "KeyConditionExpression": "#h = :h AND #r BETWEEN :a AND :b",
        "ExpressionAttributeNames": {"#h": "pk", "#r": "sk"},
        "ExpressionAttributeValues": {":h": {"S": hash_value}, ":a": {"S": first}, ":b": {"S": last}},
        "Select": "COUNT",
    }
    found = 0
    while True:
        answer = _ask("Query", request)
        found += int(answer["Count"])
        if not answer.get("LastEvaluatedKey"):
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class Cursor:
    """Where a list goes on, as outsiders see it: opaque, and only good for the partition it was made for."""

    @staticmethod
    def write(partition: str, next_key: Mapping[str, Any] | None) -> str | None:
        if next_key is None:
            return None
        from chalicelib.plumbing import keyring

        plain = msgspec.json.encode({name: value["S"] for name, value in next_key.items()}).decode()
        seal = keyring.fingerprint("cursor", partition + "\n" + plain)
        return base64.urlsafe_b64encode(f"{seal}{plain}".encode()).decode().rstrip("=")

    @staticmethod
    def read(partition: str, cursor: str | None) -> dict[str, Any] | None:
        """The key a cursor stands for. Raises Malformed for one that we did not make for this partition."""
        if not cursor:
            return None
        from chalicelib.plumbing import keyring

        try:
            whole = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        except ValueError:
            raise Malformed("cursor_invalid") from None
        seal, plain = whole[:32], whole[32:]
        if not keyring.same(seal, keyring.fingerprint("cursor", partition + "\n" + plain)):
            raise Malformed("cursor_invalid")
        return {name: {"S": value} for name, value in msgspec.json.decode(plain).items()}


# ---------------------------------------------------------------- writing


class Stale(Exception):
    """A condition did not hold: what was read has changed. Read again and decide again."""


class _Write(msgspec.Struct, frozen=True):
    operation: str
    request: dict[str, Any]
    lost: Callable[[], BaseException]


class Transaction:
    """Rows that change together or not at all, in one request; each condition says what it means when it fails.

    `lost` is the exception raised when that row's condition does not hold (default `Stale`). When several fail, the
    first in the order of the calls speaks.
    """

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def put(
        self, row: Record, condition: Condition | None = None, *, lost: Callable[[], BaseException] = Stale
    ) -> None:
        """Write a whole row."""
        self._add("Put", _save(row, condition), lost)

    def put_new(self, row: Record, *, lost: Callable[[], BaseException] = Stale) -> None:
        """Write a row that must not exist yet."""
        self.put(row, type(row).pk.does_not_exist(), lost=lost)

    def update(
        self,
        row: Record,
        actions: Sequence[Action],
        condition: Condition | None = None,
        *,
        lost: Callable[[], BaseException] = Stale,
    ) -> None:
        """Change some attributes of a row (of which only the key is looked at, and `partner_id` where that is the owner)."""
        self._add("Update", _change(row, actions, condition), lost)

    def delete(
        self, row: Record, condition: Condition | None = None, *, lost: Callable[[], BaseException] = Stale
    ) -> None:
        """Remove a row."""
        self._add("Delete", row.get_delete_kwargs_from_instance(condition=_open(row, condition)), lost)

    def check(self, row: Record, condition: Condition, *, lost: Callable[[], BaseException] = Stale) -> None:
        """Let the transaction depend on a row that it does not change."""
        condition = _open(row, condition)
        kwargs = type(row).get_operation_kwargs_from_class(row.pk, range_key=row.sk, condition=condition)
        self._add("ConditionCheck", kwargs, lost)

    def __len__(self) -> int:
        return len(self._writes)

    def commit(self, token: str | None = None) -> None:
        """Send it. A repeated `token` (at most 36 characters) with the same content has one effect (ten minutes).

        Raises what `lost` made for the first failed condition, and Unavailable when the table stays busy or silent.
        Conflicts with other transactions are tried again with full jitter, at most six times.
        """
        request = {
            "TransactItems": [{write.operation: write.request} for write in self._writes],
            "ClientRequestToken": (token or uuid.uuid4().hex)[:36],
        }
        for attempt in range(7):
            try:
                _ask("TransactWriteItems", request)
            except _OtherContent:
                # The token stands for a change that was made before, with other content: what it was derived from is
                # used up, which is what the first write would have found.
                raise self._writes[0].lost() from None
            except _Cancelled as cancelled:
                for write, code in zip(self._writes, cancelled.codes, strict=True):
                    if code == "ConditionalCheckFailed":
                        raise write.lost() from None
                if attempt < 6 and cancelled.may_pass:
                    pause(attempt)
                    continue
                raise Unavailable from cancelled
            else:
                return

    def _add(self, operation: str, request: dict[str, Any], lost: Callable[[], BaseException]) -> None:
        request.pop("ReturnValues", None)
        self._writes.append(_Write(operation, request, lost))


def put(row: Record, condition: Condition | None = None) -> None:
    """Write one row. Raises Stale when the condition does not hold."""
    _ask("PutItem", _save(row, condition))


def update(row: Record, actions: Sequence[Action], condition: Condition | None = None) -> dict[str, Any]:
    """Change some attributes of one row; the raw row as it is afterwards. Raises Stale when the condition fails."""
    request = _change(row, actions, condition)
    request["ReturnValues"] = "ALL_NEW"
    return dict(_ask("UpdateItem", request).get("Attributes", {}))


def delete(row: Record, condition: Condition | None = None) -> None:
    """Remove one row. Raises Stale when the condition does not hold."""
    _ask("DeleteItem", row.get_delete_kwargs_from_instance(condition=_open(row, condition)))


def _save(row: Record, condition: Condition | None) -> dict[str, Any]:
    return row.get_save_kwargs_from_instance(condition=_open(row, condition))


def _change(row: Record, actions: Sequence[Action], condition: Condition | None) -> dict[str, Any]:
    request = row.get_update_kwargs_from_instance(actions=list(actions), condition=_open(row, condition))
    row.with_sealed(request.get("ExpressionAttributeValues", {}))
    return request


def _open(row: Record, condition: _C) -> _C:
    """The same condition. TypeError for one that compares what is enciphered: it looks different every time."""
    hidden = {one.attr_name for one in row.get_attributes().values() if isinstance(one, _Enciphered)}
    if hidden and condition is not None and hidden & _compared(condition):
        raise TypeError(f"A condition on {', '.join(sorted(hidden & _compared(condition)))} can never hold.")
    return condition


def as_read(row: _R, name: str) -> Condition:
    """The condition that a personal attribute was not written since `row` was read: ask before you change the row.

    What is enciphered cannot be compared with a text, but with itself: every writing of it looks different.
    """
    stored = row.attribute_values.get(name)
    if stored is None:
        return Path(name).does_not_exist()
    if not isinstance(stored, _Sealed):
        raise TypeError(f"{type(row).__name__}.{name} is not as it was read.")
    return _AsRead(Path(name), Value({"B": stored.value}))


class _AsRead(Comparison):
    def __init__(self, path: Path, stored: Value) -> None:
        super().__init__("=", path, stored)  # type: ignore[no-untyped-call]  # PynamoDB's is not annotated


def changed(row: _R, values: Mapping[str, Any]) -> _R:
    """A copy of a row with some attributes changed; the others are as they were, enciphered or not."""
    made = type(row)(row.pk, row.sk)
    made.attribute_values = {**row.attribute_values, **values}
    return made


def _compared(part: Any) -> set[str]:
    """The names of all attributes whose value a condition looks at; whether one is there may be asked of any."""
    if isinstance(part, Exists | NotExists | _AsRead):
        return set()
    if isinstance(part, Path):
        return {part.path[0].partition("[")[0]}
    if not hasattr(part, "format_string"):  # neither a condition nor an operand of one
        return set()
    return set().union(*(_compared(inner) for inner in part.values))


Address = tuple[str, str, str]
"""Where a row lies: its lifecycle (which is its table), its partition, its sort key."""


def addresses(lifecycle: str, pk: str, prefix: str = "") -> Iterable[Address]:
    """Where all rows of a partition lie, or those whose sort key begins with `prefix`."""
    bounds = {"first": prefix, "last": prefix + "\uffff"} if prefix else {}
    for item in walk(lifecycle, pk, **bounds):
        yield lifecycle, item["pk"]["S"], item["sk"]["S"]


def remove_many(where: Sequence[Address]) -> None:
    """Remove rows without any condition, 25 in one request: only for what nobody can change any more."""
    for begin in range(0, len(where), 25):
        request: dict[str, Any] = {}
        for lifecycle, pk, sk in where[begin : begin + 25]:
            request.setdefault(table_name(lifecycle), []).append({"DeleteRequest": {"Key": _key(pk, sk)}})
        for attempt in range(7):
            request = _ask("BatchWriteItem", {"RequestItems": request}).get("UnprocessedItems") or {}
            if not request:
                break
            pause(attempt)
        else:
            raise Unavailable


def delete_expired(kind: type[Record], pk: str, sk: str, due: str) -> bool:
    """Remove a row if its `expiry_shard` is still `due`; whether it is gone. False: its life was extended meanwhile."""
    try:
        delete(kind(pk, sk), Path("expiry_shard") == due)
    except Stale:
        return get(kind, pk, sk) is None
    return True


# ---------------------------------------------------------------- asking


class _OtherContent(Exception):
    pass


class _Cancelled(Exception):
    def __init__(self, codes: Sequence[str]) -> None:
        super().__init__("transaction cancelled")
        self.codes = codes

    @property
    def may_pass(self) -> bool:
        passing = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
        return any(code in passing for code in self.codes)


_BUSY = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
    "TransactionInProgressException",
    "TransactionConflictException",
}


def _ask(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    from botocore.exceptions import BotoCoreError

    for attempt in range(4):
        try:
            return _connection().dispatch(operation, dict(request))
        except VerboseClientError as problem:
            code = problem.response["Error"]["Code"]
            if code == "ConditionalCheckFailedException":
                raise Stale from None
            if code == "IdempotentParameterMismatchException":
                raise _OtherContent from None
            if code == "TransactionCanceledException":
                reasons = problem.cancellation_reasons
                raise _Cancelled([reason.code if reason else "None" for reason in reasons]) from None
            if code not in _BUSY:
                raise
            if attempt == 3:
                raise Unavailable from problem
            pause(attempt)
        except BotoCoreError as problem:
            raise Unavailable from problem
    raise Unavailable


def _key(pk: str, sk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def pause(attempt: int) -> None:
    """Wait a random moment (full jitter: at most 20 ms, doubling with each attempt) before trying again."""
    time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret


SHARDS = 4
EXPIRY_SHARDS = 1  # a day's rows of all partners: a thousand writes a second fit, and a night asks once a day and table


def shard(pk: str) -> int:
    """Which of the few shards of a sparse index a partition falls into: enough to spread, few enough to ask them all."""
    return zlib.crc32(pk.encode()) % SHARDS


def expires_on(on: date, pk: str) -> str:
    """The value of `expiry_shard` for a row that goes on a day."""
    return f"{on.isoformat()}#{shard(pk) % EXPIRY_SHARDS}"
