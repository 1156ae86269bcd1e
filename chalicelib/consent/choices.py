"""What a partner, or somebody who works there, chose about a purpose: not asked, pending, given or withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.consent.records import ChoiceRow
from chalicelib.plumbing import table


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice as it stands. `number` counts its changes: a change is made on condition that it is still the same."""

    purpose: str
    person: str
    state: str
    number: int
    text_version: str
    text_hash: str
    language: str
    channel: str
    at: datetime
    asked_at: datetime | None
    mark: str | None = None
    """Of a choice just made: what its fact has to bind to the chain (`record.fact(..., ledger=made.mark)`)."""

    def shown(self) -> dict[str, Any]:
        """A consent as in the contract."""
        return {
            "purpose": self.purpose,
            "state": self.state,
            "text_version": self.text_version,
            "text_hash": self.text_hash,
            "language": self.language,
            "channel": self.channel,
            "at": self.at,
        }


def given(partner_id: str, purpose: str, *, person: str = "") -> bool:
    """Whether this consent holds now. One consistent read. `person` is an employee's id; without one, the account's own."""
    found = of(partner_id, purpose, person=person)
    return found is not None and found.state == "given"


def of(partner_id: str, purpose: str, *, person: str = "") -> Choice | None:
    """The choice as it stands, or None for somebody who never was asked. One consistent read."""
    row = table.get(ChoiceRow, partition(partner_id), sort(purpose, person))
    return _of(row) if row else None


def all_of(partner_id: str) -> list[Choice]:
    """Every choice at a partner, by purpose. One Query."""
    return [_of(row) for row in table.prefixed(ChoiceRow, partition(partner_id), "")]


def partition(partner_id: str) -> str:
    """Where the choices at a partner lie."""
    return f"{partner_id}#choices"


def sort(purpose: str, person: str) -> str:
    """The sort key of a choice."""
    return f"{purpose}#{person}" if person else purpose


def _of(row: ChoiceRow) -> Choice:
    purpose, _, person = row.sk.partition("#")
    return Choice(
        purpose=purpose, person=person, state=row.state, number=int(row.number), text_version=row.text_version,
        text_hash=row.text_hash, language=row.language, channel=row.channel, at=row.at, asked_at=row.asked_at,
    )  # fmt: skip
