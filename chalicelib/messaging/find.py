"""What others may see of messages: channel, kind and how it ended; never what was said or to which number."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.activity import outbox
from chalicelib.messaging import rules, standing
from chalicelib.plumbing.visit import Visit

CHANNELS = ("mail", "sms")


def messages(visit: Visit, values: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the partner's messages, the newest first, waiting reminders among them; of a `state` only those."""
    wish = values.get("state")

    def wanted(row: outbox.Row) -> bool:
        return wish is None or standing.of(row.state, row.delivery) == wish

    rows, cursor = outbox.newest(
        visit.partner, tasks=CHANNELS, limit=int(values["limit"]), cursor=values["cursor"], wanted=wanted
    )
    return {"items": [_shown(row) for row in rows], "next": cursor}


def every_message(partner_id: str) -> Iterator[dict[str, Any]]:
    """All messages of a partner as `messages` shows them, the oldest first, page by page."""
    return (_shown(row) for row in outbox.every(partner_id) if row.task in CHANNELS)


def _shown(row: outbox.Row) -> dict[str, Any]:
    return {
        "id": row.sk,
        "channel": row.task,
        "kind": rules.kind_of(row.sk),
        "state": "waiting" if row.state == "claimed" else row.state,
        "outcome": row.outcome,
        "delivery": row.delivery,
        "parts": int(row.parts) if row.parts is not None else None,
        "at": row.finished_at or row.planned_at,
        "attempts": int(row.attempts),
        "appointment_id": row.subject_id if row.subject_kind == "appointment" else None,
    }
