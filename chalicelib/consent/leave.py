"""End the newsletter: nothing is held here any more from this moment on, and its vendor is told to erase."""

from collections.abc import Sequence

from chalicelib.activity import outbox
from chalicelib.consent import enrol, newsletter_link, withdraw
from chalicelib.consent.choices import Choice
from chalicelib.consent.newsletter import PURPOSE
from chalicelib.consent.records import AddressRow, SubscriberRow
from chalicelib.plumbing import ids, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

ERASE = "newsletter_erase"


def newsletter(change: Change, visit: Visit, *, how: str, closing: bool = False) -> Choice | None:
    """Add to `change` that the visit's partner wants no newsletter; the choice as it is then, None where nothing changes.

    `how` is the code of the way (switch, link, vendor, closure). A keyed hash of the address stays, so that nothing goes
    there before its owner confirms it anew; not so where the whole account closes. `Stale` as for withdraw.
    """
    choice = withdraw.consent(change, visit, PURPOSE, evidence={"how": how})
    if choice is None:
        return None
    row = table.get(SubscriberRow, enrol.partition(visit.partner), "subscriber")
    if row is None:
        return choice
    change.delete(row, SubscriberRow.number == row.number)
    address = f"newsletter#{newsletter_link.fingerprint(row.email)}"
    if closing:
        change.delete(AddressRow(address, "-"))
    else:
        change.put(AddressRow(address, "-", state="suppressed", former=row.reference, at=visit.at))
    erase(change, visit, email=row.email, references=[row.reference] if row.reference else [])
    return choice


def erase(change: Change, visit: Visit, *, email: str, references: Sequence[str]) -> None:
    """Let the vendor be told with `change`; the address is in the row until the vendor has confirmed."""
    body = {"email": email, "references": list(references)}
    row_id = f"{ids.new(visit.at)}-{ERASE}"
    outbox.add(
        change, visit, ERASE, body, row_id=row_id, due_at=visit.at, subject=("partner", visit.partner), new=True
    )  # fmt: skip
