"""Every hour a signed checkpoint of the log and the ledger, kept where nobody can change it, us included.

A checkpoint holds hashes and numbers and no person. It names the one before it, and is made from nothing but its hour and
that one: a run that dies, or two at once, make the same bytes under the same key. Signature: as for certificates.
"""

from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.activity import chain, heads, record
from chalicelib.plumbing import archive, clock, log, table, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate, facts
from chalicelib.privacy.records import CheckpointRow

KEY = ("checkpoint", "progress")
# A fact carries the instant at which its visit began; the longest visit is a job of fifteen minutes.
MARGIN = timedelta(minutes=30)
FIRST_RUN_HOURS = 3
MOST_HOURS = 240  # in one run; after a longer silence the next run goes on


def everything(visit: Visit, *, most: int = MOST_HOURS) -> dict[str, Any]:
    """A checkpoint for every hour (UTC) that is over and has none, at most `most` a run. Raises Unavailable.

    Costs the keys of the facts of the days it looks at, one Query for each partner to whom something happened in an hour,
    one put and one transaction an hour. Nothing to do, or the clock set back: one read.
    """
    end = _hour(visit.at - MARGIN)
    state = table.get(CheckpointRow, *KEY) or CheckpointRow(
        *KEY, number=0, until_at=end - timedelta(hours=FIRST_RUN_HOURS), hash="", ledger_head="", ledger_rows=0
    )
    days: dict[date, dict[datetime, set[str]]] = {}
    made = counted = 0
    while state.until_at < end and made < most:
        since = state.until_at
        if since.date() not in days:
            days = {since.date(): heads.active(since.date())}
        hour = heads.hour(since, sorted(days[since.date()].get(since, ())))
        said = _said(state, since, hour)
        _keep(said)
        if not _note(visit, state, said):
            log.warning("checkpoint.overtaken", number=said["number"])
            return {"checkpoints": made, "facts": counted, "complete": False, "overtaken": True}
        made, counted = made + 1, counted + hour.facts
    trail.count("Checkpoints", made)
    return {"checkpoints": made, "facts": counted, "complete": state.until_at >= end}


def _said(state: CheckpointRow, since: datetime, hour: heads.Hour) -> dict[str, Any]:
    """What the checkpoint says: everything but its signature."""
    return {
        "number": int(state.number) + 1,
        "since": clock.text(since),
        "until": clock.text(since + heads.HOUR),
        "previous": state.hash,
        "facts": hour.facts,
        "lines": hour.lines,
        "ledger": {
            "entries": hour.ledger,
            "rows": int(state.ledger_rows) + len(hour.ledger),
            "head": chain.entered(state.ledger_head, [(one[0], one[1]) for one in hour.ledger]),
        },
    }


def _keep(said: dict[str, Any]) -> None:
    signed = {**said, "signature": certificate.signature(said), "key_id": certificate.key_id()}
    name = f"checkpoints/{said['number']:010d}-{chain.hashed(said)[:16]}.json"
    archive.put(name, certificate.canonical(signed) + b"\n")


def _note(visit: Visit, state: CheckpointRow, said: dict[str, Any]) -> bool:
    """Go on from here; False when another run did so first."""
    before = int(state.number)
    condition = (CheckpointRow.number == before) | CheckpointRow.pk.does_not_exist()
    state.number, state.until_at, state.hash = said["number"], clock.parse(said["until"]), chain.hashed(said)
    state.ledger_head, state.ledger_rows = said["ledger"]["head"], said["ledger"]["rows"]
    change = Change(visit)
    change.put(state, condition)
    detail = {"number": said["number"], "facts": said["facts"]}
    record.fact(change, visit, facts.CHECKPOINTED, subject=("checkpoint", str(said["number"])), detail=detail)
    try:
        change.done()
    except Stale:
        return False
    return True


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
