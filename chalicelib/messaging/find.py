"""What others may see of messages: channel, kind and how it ended; never what was said or to which number."""

from collections.abc import Mapping
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
    items = [
        {
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
        for row in rows
    ]
    return {"items": items, "next": cursor}
