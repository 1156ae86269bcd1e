"""An appointment as a file brings it: everything is said there, and nothing is taken from the service but its seats."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.booking import rules
from chalicelib.booking.people import Person


class Arrival(msgspec.Struct, frozen=True):
    """One appointment that is to be taken in, with the names of the contract. `person` says who the customer is, where they are not here."""

    id: str
    service_id: str
    employee_id: str
    customer_id: str
    start: datetime
    end: datetime
    buffer_before_minutes: int
    buffer_after_minutes: int
    cancel_until_hours: int
    seats: int
    status: rules.Status
    price_rappen: int
    sms: bool
    language: str
    phone: str | None = None
    note: str | None = None
    answers: dict[str, Any] | None = None
    reason: str | None = None
    person: Person | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it takes time that somebody else could still want."""
        return self.status in rules.HOLDING and self.end > at

    @property
    def terms(self) -> rules.Terms:
        """What it asks of its start."""
        return rules.Terms(
            (self.end - self.start) // timedelta(minutes=1),
            self.buffer_before_minutes,
            self.buffer_after_minutes,
            capacity=self.seats,
        )

    def plain(self) -> Mapping[str, Any]:
        """As JSON values; `read` takes it back."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        return made


def read(plain: Mapping[str, Any]) -> Arrival:
    """An arrival that was written down."""
    return msgspec.convert(plain, Arrival)
