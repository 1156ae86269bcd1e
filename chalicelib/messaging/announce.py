"""Tell every partner by mail of a version that comes: once each, however often this runs and wherever it stops."""

import time
from datetime import timedelta
from typing import Any

from chalicelib.accounts import everybody
from chalicelib.activity import outbox, record
from chalicelib.consent import announced, facts, find
from chalicelib.consent.find import Policy
from chalicelib.plumbing import log
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit

KIND = "policy_change"
LEAST_DAYS = 30  # how long before it is in force everybody should know (terms, 12)
MOST_PARTNERS = 5000
LONGEST_S = 240  # the function may run for 300
_PAGE = 100
_A_MINUTE = 200  # mails that fall due in one minute, so that nobody's reminder waits behind thousands of them


def everything(visit: Visit, *, most: int = MOST_PARTNERS) -> dict[str, Any]:
    """Put a mail into the outbox for every partner who has not heard of a version that comes, at most `most` a run.

    The next run goes on behind the last one, so whoever registers meanwhile is told too. Nothing comes: nothing is read.
    Else, for each version, one read and at least one Query for each shard.
    """
    began, today = time.monotonic(), find.today(visit.at)
    seen = told = 0
    for one in (each for name in find.NAMES for each in find.coming(name, today)):
        progress = announced.progress(one, visit.at)
        if not progress.runs and (one.in_force_since - today).days < LEAST_DAYS:
            log.warning("policy.announced_late", policy=one.name, version=one.version)
        for shard in range(everybody.SHARDS):
            while True:
                room = min(_PAGE, most - seen)
                if room <= 0 or time.monotonic() - began > LONGEST_S:
                    return {"told": told, "complete": False}
                found = everybody.page(shard, visit.at, after=progress.after.get(str(shard)), limit=room)
                if not found:
                    break
                now = sum(_tell(visit, one, partner_id, place=seen + n) for n, (partner_id, _) in enumerate(found))
                seen, told = seen + len(found), told + now
                try:
                    announced.save(progress, visit.at, shard=shard, after=found[-1][1], told=now)
                except Stale:
                    return {"told": told, "complete": False}  # another run is at it
    return {"told": told, "complete": True}


def _tell(visit: Visit, one: Policy, partner_id: str, *, place: int) -> int:
    """One mail and one fact, or neither where they are already; how many."""
    there = visit.for_partner(partner_id)
    change = Change(there)
    outbox.add(
        change, there, "mail", {"kind": KIND, "policy": one.name, "version": one.version},
        row_id=f"{KIND}-{one.name}-{one.version}-mail", due_at=visit.at + timedelta(minutes=1 + place // _A_MINUTE),
        subject=("policy", one.name), new=True,
    )  # fmt: skip
    detail = {"version": one.version, "important": one.important}
    record.fact(change, there, facts.ANNOUNCED, subject=("policy", one.name), detail=detail)
    try:
        change.done()
    except Stale:
        return 0
    return 1
