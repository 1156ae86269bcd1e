"""A fact that something follows from, as the higher rooms get to see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.activity.records import OutboxRow


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, to what, when and through which door; `id` is the fact's, so that what follows can be named by it."""

    id: str
    partner_id: str
    kind: str
    subject_kind: str | None
    subject_id: str | None
    detail: Mapping[str, Any]
    source: str
    role: str | None
    at: datetime

    @property
    def by_customer(self) -> bool:
        """Whether somebody did it who works for nobody here: a customer at the booking page or by their link."""
        return self.role is None and self.source in ("web", "widget")


def of(row: OutboxRow) -> Happened:
    """The fact in an outbox row of the task `reaction`."""
    body: Mapping[str, Any] = row.body or {}
    subject = body.get("subject") or (row.subject_kind, row.subject_id)
    return Happened(
        id=str(body.get("fact_id") or row.sk),
        partner_id=row.pk.removesuffix("#outbox"),
        kind=str(body.get("kind")),
        subject_kind=subject[0],
        subject_id=subject[1],
        detail=body.get("detail") or {},
        source=str(body.get("source")),
        role=body.get("role"),
        at=row.created_at,
    )
