"""Mark a customer who does not want their data used: no reminder goes to them; a booking of their own is still one."""

from chalicelib.booking import people
from chalicelib.booking.records import CustomerRow
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.transaction import Transaction


def customer(change: Transaction, partner_id: str, customer_id: str) -> None:
    """Let `change` mark a customer (Art. 18, 21 GDPR). Raises Missing when the customer is gone."""
    row = CustomerRow(people.partition(partner_id), f"customer#{customer_id}")
    change.update(row, [CustomerRow.no_reminders.set(True)], CustomerRow.pk.exists(), lost=Missing)


def lifted(change: Transaction, partner_id: str, customer_id: str) -> None:
    """Take the mark off again. Raises Missing when the customer is gone."""
    row = CustomerRow(people.partition(partner_id), f"customer#{customer_id}")
    change.update(row, [CustomerRow.no_reminders.remove()], CustomerRow.pk.exists(), lost=Missing)
