"""Tell the newsletter's vendor of a subscriber, if the consent still holds; what came too late is taken back."""

from chalicelib.activity import outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.consent import choices, enrol, facts, leave, mailing, newsletter
from chalicelib.consent.line import Line
from chalicelib.consent.records import SubscriberRow
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing import table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit


class _Overtaken(Exception):
    """The consent was taken back while the vendor was being told."""


def subscriber(visit: Visit, row: outbox.Row) -> None:
    """Work on a claimed row of the task `newsletter_join`. Raises Later, Never, Unknown for the worker, and Stale.

    Every call that may have arrived leaves a disclosure, however it ended.
    """
    body = row.body or {}
    number, email = int(body["number"]), str(body["email"])
    held = table.get(SubscriberRow, enrol.partition(visit.partner), "subscriber")
    choice = choices.of(visit.partner, newsletter.PURPOSE)
    holds = choice is not None and choice.state == "given" and choice.number == number
    if not holds or held is None or int(held.number) != number:
        _not_wanted(visit, row, email=email, unsure=row.tried_at is not None and row.tried_at < visit.at)
        return
    vendor = mailing.vendor()
    one = Subscriber(held.email, held.first_name, held.last_name, held.confirmed_at)
    with Calls(visit) as calls:
        line = Line(vendor.VENDOR, ("partner", visit.partner), calls)
        reference = str(vendor.join(one, line))
        change = Change(visit)
        outbox.finish(change, row, visit.at, state="done", outcome="joined")
        change.update(
            held, [SubscriberRow.reference.set(reference)], SubscriberRow.number == number, lost=_Overtaken
        )  # fmt: skip
        calls.add(change)
        record.fact(change, visit, facts.NEWSLETTER_JOINED, subject=("partner", visit.partner))
        try:
            change.done()
        except _Overtaken:
            _take_back(visit, row, calls, email=email, reference=reference)
        except Stale:
            _take_back_alone(visit, email=email, reference=reference, number=number)
            raise


def failed(visit: Visit, row: outbox.Row, problem: Exception) -> None:
    """Give a hand-over up, visibly: the consent stays, and the partner sees that nothing comes of it."""
    change = Change(visit)
    code = str(getattr(problem, "code", None) or getattr(problem, "reason", type(problem).__name__))[:100]
    outbox.finish(change, row, visit.at, state="failed", outcome=code)
    detail = {"code": code}
    record.fact(change, visit, facts.NEWSLETTER_FAILED, subject=("partner", visit.partner), detail=detail)
    change.done()


def _not_wanted(visit: Visit, row: outbox.Row, *, email: str, unsure: bool) -> None:
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="dropped", outcome="overtaken")
    if unsure:
        leave.erase(change, visit, email=email, references=[])
    change.done()


def _take_back(visit: Visit, row: outbox.Row, calls: Calls, *, email: str, reference: str) -> None:
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done", outcome="overtaken")
    calls.add(change)
    leave.erase(change, visit, email=email, references=[reference])
    change.done()


def _take_back_alone(visit: Visit, *, email: str, reference: str, number: int) -> None:
    """Somebody else ended the row, or it went with its account: then only the consent decides what stays there."""
    choice = choices.of(visit.partner, newsletter.PURPOSE)
    if choice is not None and choice.state == "given" and choice.number == number:
        return
    change = Change(visit)
    leave.erase(change, visit, email=email, references=[reference])
    change.done()
