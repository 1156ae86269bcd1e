"""Have the newsletter's vendor erase somebody, until it has confirmed it."""

from chalicelib.activity import outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.consent import enrol, facts, mailing
from chalicelib.consent.line import Line
from chalicelib.consent.records import SubscriberRow
from chalicelib.plumbing import outcomes, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


class _SubscribedAgain(Exception):
    """The newsletter was wanted anew while the vendor was erasing."""


def at_vendor(visit: Visit, row: outbox.Row) -> None:
    """Work on a claimed row of the task `newsletter_erase`. Raises Later and Unknown for the worker, and Stale.

    It is never given up: what the vendor refuses is tried again. Whoever subscribed anew meanwhile is not erased, only
    what the vendor holds of them from before and under another id (half erased, it does not find them again).
    """
    body = row.body or {}
    held = table.get(SubscriberRow, enrol.partition(visit.partner), "subscriber")
    references = tuple(one for one in body.get("references") or () if held is None or one != held.reference)
    if held is not None and not references:
        change = Change(visit)
        outbox.finish(change, row, visit.at, state="dropped", outcome="subscribed_again")
        change.done()
        return
    if held is not None and held.reference is None:
        raise outcomes.Later("subscribed again, under an id that is not known yet")
    vendor = mailing.vendor()
    with Calls(visit) as calls:
        line = Line(vendor.VENDOR, ("partner", visit.partner), calls)
        try:
            references = references or _found(row, line)
            if references:
                vendor.erase(references, line)
        except outcomes.Never as never:
            raise outcomes.Later(f"refused: {never.code}") from never
        change = Change(visit)
        outbox.finish(change, row, visit.at, state="done", outcome="erased", provider_id=vendor.VENDOR)
        same = SubscriberRow.reference == held.reference if held else SubscriberRow.pk.does_not_exist()
        change.check(SubscriberRow(enrol.partition(visit.partner), "subscriber"), same, lost=_SubscribedAgain)
        calls.add(change)
        record.fact(change, visit, facts.NEWSLETTER_ERASED, subject=("partner", visit.partner))
        try:
            change.done()
        except _SubscribedAgain:
            _hand_over_again(visit, row, calls)


def _found(row: outbox.Row, line: Line) -> tuple[str, ...]:
    """The vendor's ids of an address; noted before the first is touched, for half erased it is found no more."""
    body = row.body or {}
    found: tuple[str, ...] = mailing.vendor().find(str(body["email"]), line)
    if found:
        outbox.keep(row, {**body, "references": list(found)})
    return found


def _hand_over_again(visit: Visit, row: outbox.Row, calls: Calls) -> None:
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome="subscribed_again")
    calls.add(change)
    held = table.get(SubscriberRow, enrol.partition(visit.partner), "subscriber")
    if held is not None:
        enrol.hand_over(change, visit, email=held.email, number=int(held.number))
    change.done()
