"""Nothing goes by a date here: services, hours and absences live as long as the account and go with it."""

from collections.abc import Iterable

from chalicelib.offering.records import AbsenceRow, HoursRow, ServiceRow
from chalicelib.plumbing import table

KINDS = (
    AbsenceRow,
    HoursRow,
    ServiceRow,
)
"""Every kind of row that this room keeps."""

UNTIL = "account"  # the class of privacy.rules.RETENTION that says how long


def of_account(partner_id: str) -> Iterable[table.Address]:
    """Where everything lies that this room keeps of a partner."""
    for prefix in ("service#", "hours#", "absence#"):
        yield from table.addresses("records", partner_id, prefix)
