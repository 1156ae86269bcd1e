"""A feed as the file that a calendar subscribes to: an employee's appointments, and of each no more than was chosen."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.activity import record
from chalicelib.booking import find as booking
from chalicelib.booking import invitation
from chalicelib.calendars import entries, facts, find, rules
from chalicelib.calendars.records import FeedRow
from chalicelib.offering import find as offering
from chalicelib.offering.find import Offer
from chalicelib.plumbing import ids, keyring, limits, table, words
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

PER_FEED = Limit("calendar_feed", 30, 900, "calendar_feed")
LIMITS = (PER_FEED,)
_ID = 26
_STATUS = {"requested": "TENTATIVE"}


def file(visit: Visit, name: str) -> tuple[str, str]:
    """The file of a feed, and the ETag of it. Three small requests and one Query (one more for each megabyte).

    Raises Missing, alike for a key that never was, one that was revoked, and somebody who does not work there any more;
    TooMany after thirty readings in a quarter of an hour.
    """
    partner_id, row = _opened(name)
    offer = offering.offer(partner_id)
    employee = offer.employees.get(row.employee_id)
    if employee is None or not employee.active or offer.partner.status != "active":
        raise Missing
    limits.count(PER_FEED, row.sk, at=visit.at)
    _note(visit.for_partner(partner_id), row)
    made = entries.file(
        offer.partner.company, _entries(offer, row, visit.at), minutes=rules.FEED_EVERY // timedelta(minutes=1)
    )
    return made, f'"{hashlib.sha256(made.encode()).hexdigest()[:32]}"'


def _opened(name: str) -> tuple[str, FeedRow]:
    key = name.removesuffix(".ics")
    partner_id, feed_id, secret = key[:_ID], key[_ID : 2 * _ID], key[2 * _ID :]
    if key == name or not (ids.is_id(partner_id) and ids.is_id(feed_id) and secret):
        raise Missing
    row = table.get(FeedRow, find.partition(partner_id), f"feed#{feed_id}")
    # Compared in any case, so that the time it takes tells nothing.
    known = row.secret_hash if row is not None else keyring.digest("-")
    if not keyring.same(known, keyring.digest(secret)) or row is None:
        raise Missing
    return partner_id, row


def _note(visit: Visit, row: FeedRow) -> None:
    """Write down that it was read: once a day, for programs read it all day long."""
    if row.read_on == visit.at.date():
        return
    change = Change(visit)
    before = FeedRow.read_on.does_not_exist() if row.read_on is None else FeedRow.read_on == row.read_on
    change.update(row, [FeedRow.read_on.set(visit.at.date())], FeedRow.pk.exists() & before)
    told = {"employee_id": row.employee_id, "detail": row.detail}
    record.fact(change, visit, facts.FEED_READ, subject=("calendar_feed", row.sk.removeprefix("feed#")), detail=told)
    with suppress(Stale):  # somebody else was first today, or it was revoked just now
        change.done()


def _entries(offer: Offer, row: FeedRow, at: datetime) -> Iterator[str]:
    first_at = at - timedelta(days=rules.PAST_DAYS)
    last_at = at + timedelta(days=rules.COMING_DAYS)
    language = offer.partner.language
    busy = words.say("calendars", "feed.busy", language)
    found = booking.held(offer.partner.id, row.employee_id, first_at, last_at=last_at)
    who = booking.customers_of(offer.partner.id, (one.customer_id for one in found)) if row.detail == "customer" else {}
    for one in found:
        summary = busy
        service = offer.services.get(one.service_id)
        if row.detail != "busy" and service is not None:
            summary = service.name
            if one.customer_id in who:
                person = who[one.customer_id]
                summary = f"{service.name}: {person.first_name} {person.last_name}"
        yield entries.entry(
            invitation.uid(one.id), start_at=one.start_at, end_at=one.end_at, changed_at=one.changed_at,
            sequence=one.sequence, status=_STATUS.get(one.status, "CONFIRMED"), summary=summary,
        )  # fmt: skip
    if row.absences:
        away = busy if row.detail == "busy" else words.say("calendars", "feed.away", language)
        for gone in offer.absences:
            if gone.employee_id in (None, row.employee_id) and gone.end_at > first_at and gone.start_at < last_at:
                yield entries.entry(
                    invitation.uid(gone.id), start_at=gone.start_at, end_at=gone.end_at, changed_at=ids.born_at(gone.id),
                    sequence=0, status="CONFIRMED", summary=away,
                )  # fmt: skip
