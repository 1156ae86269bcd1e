"""Count what a visitor did who allows it: one row in the outbox, which no visitor waits for and nobody else costs anything."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.activity import outbox, record
from chalicelib.analytics import counting_pass, events
from chalicelib.plumbing import clock, ids, limits, log
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Refusal, TooMany
from chalicelib.plumbing.sheets import Sheet

TASK = "count"
LATER = timedelta(seconds=1)  # not now: what is due now is queued while the visitor waits
PER_ADDRESS = Limit("counting", 60, 3_600, "ip_address")
LIMITS = (PER_ADDRESS,)


def passage(sheet: Sheet, door: str, *, seen: bool) -> None:
    """Count that somebody has `seen` a page, or sent a form to `door` with success. Never raises: counting is not worth a refusal.

    Nobody is counted without the cookie, whose browser says no (Sec-GPC, DNT), or who is a program.
    """
    visit = sheet.visit
    if sheet.declines or visit.source == "api" or not counting_pass.is_offered():
        return
    client = counting_pass.client_of(sheet.jar, visit.at)
    if client is None:
        return
    event = events.of_page(sheet.path) if seen else events.of_form(door, visit.source)
    if event is None:
        return
    ground = replace(visit, partner_id=record.NOBODY, once=None)
    minute = visit.at.replace(second=0, microsecond=0)
    body = {"client": client, "name": event.name, "params": event.params, "minute": clock.text(minute)}
    change = Change(ground)
    try:
        limits.count(PER_ADDRESS, limits.address(visit.ip or ""), at=visit.at)
        outbox.add(change, ground, TASK, body, row_id=ids.new(visit.at), due_at=visit.at + LATER)
        change.done()
    except TooMany:
        return  # enough of one address; the rest goes uncounted
    except (Refusal, Stale) as problem:
        log.warning("counting.lost", kind=type(problem).__name__)
