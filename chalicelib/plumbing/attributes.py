"""What an attribute of a row means: of which kind it is, why it is stored, and whether it lies there enciphered."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from pynamodb.attributes import (
    Attribute,
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
)

from chalicelib.plumbing import clock

CATEGORIES = ("master", "contact", "contract", "meta")
FORGOTTEN = ("delete", "shred", "redact", "keep", "expire")


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


class Plain(msgspec.Struct, frozen=True):
    """A value on its way in. Nothing but `Record` can turn it into something that a table takes."""

    attribute: str
    value: bytes


class Sealed(msgspec.Struct, frozen=True):
    """A value as it lies in the table; None for one that does not lie there enciphered."""

    value: bytes | None


class Enciphered(Attribute[_T]):
    """What is enciphered at rest (plumbing/envelope.py), each time anew, and deciphered only when somebody looks at it."""

    attr_type = "B"

    def get_value(self, value: dict[str, Any]) -> Any:
        # Text that was never enciphered must not pass for what was; it is refused when it is looked at.
        return value.get("B")

    def deserialize(self, value: Any) -> Any:
        return Sealed(value)

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any:
            value = super().__get__(instance, owner)
            return self.plain(instance.opened(self.attr_name, value)) if isinstance(value, Sealed) else value

    def plain(self, value: bytes) -> Any:
        """What stands in the deciphered bytes."""
        raise NotImplementedError


class Personal(Enciphered[str]):
    """Text about a person. The one place through which such text enters and leaves a table."""

    def serialize(self, value: str) -> Any:
        return Plain(self.attr_name, value.encode("utf-8", "surrogatepass"))

    def plain(self, value: bytes) -> str:
        return value.decode("utf-8", "surrogatepass")


class PersonalDocument(Enciphered[Any]):
    """A small JSON document about a person; travels the same way as `Personal`."""

    def serialize(self, value: Any) -> Any:
        return Plain(self.attr_name, json.dumps(value).encode())

    def plain(self, value: bytes) -> Any:
        return json.loads(value)


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


def meant(attribute: _A, about: About) -> _A:
    """The same attribute with its meaning."""
    attribute.about = about  # type: ignore[attr-defined]  # PynamoDB's attribute has no slot for a meaning of ours
    return attribute


def text(about: About, *, optional: bool = False) -> UnicodeAttribute:
    """Text that names no person: ids, codes, states."""
    return meant(UnicodeAttribute(null=optional), about)


def personal(about: About, *, optional: bool = False) -> Personal:
    """Text about a person: names, addresses, numbers, notes, what somebody typed."""
    return meant(Personal(null=optional), about)


def number(about: About, *, optional: bool = False) -> NumberAttribute:
    """A whole number."""
    return meant(NumberAttribute(null=optional), about)


def flag(about: About, *, optional: bool = False) -> BooleanAttribute:
    """Yes or no."""
    return meant(BooleanAttribute(null=optional), about)


def instant(about: About, *, optional: bool = False) -> Instant:
    """An instant in UTC."""
    return meant(Instant(null=optional), about)


def day(about: About, *, optional: bool = False) -> Day:
    """A calendar day."""
    return meant(Day(null=optional), about)


def document(about: About, *, optional: bool = False) -> JSONAttribute:
    """A small JSON document without a person in it."""
    return meant(JSONAttribute(null=optional), about)


def personal_document(about: About, *, optional: bool = False) -> PersonalDocument:
    """A small JSON document with a person in it: answers to questions, what a message says."""
    return meant(PersonalDocument(null=optional), about)


def bits(about: About, *, optional: bool = False) -> BinaryAttribute:
    """A bitmap."""
    return meant(BinaryAttribute(legacy_encoding=False, null=optional), about)
