"""What each column of an export is, in words: label, source, purpose, recipients and how long it is kept, from the inventory."""

from collections.abc import Mapping
from functools import cache
from itertools import chain

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.billing import forget as billing
from chalicelib.booking import forget as booking
from chalicelib.calendars import forget as calendars
from chalicelib.consent import forget as consent
from chalicelib.exchange.content import FIELDS, Column, Meaning, Part
from chalicelib.messaging import forget as messaging
from chalicelib.offering import forget as offering
from chalicelib.plumbing import api_keys, attributes, egress, sessions, words
from chalicelib.plumbing.rows import Record

__all__ = ["FIELDS", "Meaning", "label", "of", "recipient"]

_ROOMS = (accounts, activity, billing, booking, consent, messaging, offering, calendars)


def of(part: Part, column: Column, language: str) -> Meaning:
    """What a column is, in one of the four languages. Raises KeyError for one that stands for nothing that is stored."""
    kind, attribute = column.stored or (part.row, column.key)
    about = _inventory()[kind].get(attribute) or _inventory()[kind]["pk"]
    return Meaning(
        sheet=part.name,
        key=column.key,
        label=label(column, language),
        type=column.kind,
        unit=column.unit,
        required=column.required,
        values=" | ".join(column.values),
        source=words.say("exchange", f"source.{part.source}", language),
        purpose=words.say("privacy", f"purpose.{about.purpose}", language),
        legal_basis=about.basis,
        recipients=", ".join(recipient(one) for one in about.recipients),
        retention=words.say("privacy", f"retention.{about.retention}", language),
    )


def label(column: Column, language: str) -> str:
    """What a column is called for people."""
    key = column.key.removeprefix("customer_") if column.key != "customer_id" else column.key
    key = key if words.has("exchange", f"column.{key}") or words.has("plumbing", f"field.{key}") else column.key
    if words.has("exchange", f"column.{key}"):
        return words.say("exchange", f"column.{key}", language)
    return words.say("plumbing", f"field.{key}", language)


def recipient(name: str) -> str:
    """The firm behind a recipient of the inventory, and where it is."""
    if name == "aws_zrh":
        return "Amazon Web Services (CH)"
    listed = egress.recipient(name)
    return f"{listed.vendor} ({listed.country})"


@cache
def _inventory() -> Mapping[str, Mapping[str, attributes.About]]:
    kinds = (*chain.from_iterable(room.KINDS for room in _ROOMS), sessions.SessionRow, api_keys.ApiKey)
    return {
        _named(kind): {name: _about(attribute, kind) for name, attribute in kind.get_attributes().items()}
        for kind in kinds
    }


def _about(attribute: object, kind: type[Record]) -> attributes.About:
    about: attributes.About = getattr(attribute, "about")  # noqa: B009 - PynamoDB's attribute has no slot for it
    if about is not attributes.KEYS:
        return about
    # A key means what the row is there for; the first attribute says that.
    for other in kind.get_attributes().values():
        meant: attributes.About = getattr(other, "about")  # noqa: B009 - see above
        if meant is not attributes.KEYS:
            return meant
    return about


def _named(kind: type[Record]) -> str:
    name = kind.__name__.removesuffix("Row")
    return "".join("_" + one.lower() if one.isupper() else one for one in name).lstrip("_")
