"""Put somebody on the list of the newsletter, once the wish is confirmed, and let its vendor know."""

from chalicelib.activity import outbox
from chalicelib.consent import choices, newsletter, newsletter_link
from chalicelib.consent.records import AddressRow, ChoiceRow, SubscriberRow
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

JOIN = "newsletter_join"


def subscriber(change: Change, visit: Visit, one: Subscriber, *, number: int) -> None:
    """Add to `change` the subscriber of the visit's partner, and the hand-over.

    Nothing is added where the choice of this number holds no more. A suppression of the address ends: its owner has
    confirmed it anew. A choice that changes meanwhile: `Stale`.
    """
    choice = choices.of(visit.partner, newsletter.PURPOSE)
    if choice is None or choice.state != "given" or choice.number != number:
        return
    row = ChoiceRow(choices.partition(visit.partner), newsletter.PURPOSE)
    change.check(row, ChoiceRow.number == number)
    change.put(
        SubscriberRow(
            partition(visit.partner),
            "subscriber",
            email=one.email,
            first_name=one.first_name,
            last_name=one.last_name,
            confirmed_at=one.confirmed_at,
            number=number,
        )
    )
    change.put(
        AddressRow(
            f"newsletter#{newsletter_link.fingerprint(one.email)}",
            "-",
            state="subscribed",
            partner_id=visit.partner,
            at=visit.at,
        )
    )
    hand_over(change, visit, email=one.email, number=number)


def hand_over(change: Change, visit: Visit, *, email: str, number: int) -> None:
    """Let the vendor know with `change`. The address stands in the row for one reason: to take back what came too late."""
    outbox.add(
        change, visit, JOIN, {"number": number, "email": email}, row_id=f"{ids.new(visit.at)}-{JOIN}",
        due_at=visit.at, subject=("partner", visit.partner), new=True,
    )  # fmt: skip


def partition(partner_id: str) -> str:
    """Where a partner's subscriber lies."""
    return f"{partner_id}#newsletter"
