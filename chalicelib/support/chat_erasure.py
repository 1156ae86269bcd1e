"""Chats to be erased at Chatra: there is no call for it, so that somebody has to do it there, by a date."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.activity import outbox, record
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

TASK = "chatra_erasure"
BY_HAND = timedelta(days=30)
ENDING = "-chatra"


def ask(change: Change, visit: Visit, clients: Sequence[str], *, name: str, certificate: str | None) -> None:
    """Put down with `change`, once for each `name`, that the chats of these clients are to be erased."""
    ground = visit.for_partner(record.NOBODY)
    body = {"certificate": certificate, "clients": list(clients)}
    row_id, due_at = f"{name}{ENDING}", visit.at + BY_HAND
    outbox.add(change, ground, TASK, body, row_id=row_id, due_at=due_at, new=True)
