"""Somebody who gets the newsletter: exactly what its vendor may learn (R29: mail address, first and last name)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`confirmed_at` is when the link in the mail was followed."""

    email: str
    first_name: str
    last_name: str
    confirmed_at: datetime
