"""How long each kind of thing is kept, what starts its time and under which article: one table; and when a right or a duty is due."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """One class of the inventory. `months` or `days` where the period is a number that runs from `trigger`.

    What it is and why it is kept so long stands in four languages under `retention.<class>` and `reason.<class>`.
    """

    period: str
    trigger: str
    article: str
    by: str  # purge, ttl, verb (something a person does), owner (goes with the row or the account it belongs to)
    months: int | None = None
    days: int | None = None
    after_business_year: bool = False  # the months run from the end of the business year in which the trigger lies


RETENTION: Mapping[str, Retention] = {
    "account": Retention("life of the account", "closure by the owner", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "verb"),
    "registration": Retention(
        "7 days", "registration that nobody confirms", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=7
    ),
    "acceptance": Retention(
        "contract and 10 years", "end of the business year in which the contract ended", "Art. 7(1) GDPR, Art. 127 OR",
        "purge", months=120, after_business_year=True,
    ),
    "newsletter": Retention(
        "until it is not wanted any more", "withdrawal, or closure of the account", "Art. 7(3), 17(1)(b) GDPR", "verb"
    ),
    "suppression": Retention(
        "as long as newsletters are sent", "withdrawal", "Art. 21(3) GDPR, Art. 3(1)(o) UWG", "owner"
    ),
    "appointment": Retention(
        "1 to 120 months, set by the partner, 24 unless changed", "end of the last appointment",
        "Art. 5(1)(e) and 28(3)(g) GDPR", "purge", months=24,
    ),
    "outbox": Retention(
        "90 days; what was said goes when it is sent", "due time", "Art. 5(1)(e) GDPR", "purge", days=90
    ),
    "export": Retention(
        "24 hours for the file, 30 days for the list", "the file is ready", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=30
    ),
    "import": Retention(
        "24 hours for the file at most, 30 days for the list", "the file is brought", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=30
    ),
    "webhook_log": Retention("30 days", "the message is queued", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=30),
    "calendar_source": Retention(
        "until it is disconnected", "the calendar is disconnected, or the account is closed",
        "Art. 5(1)(e) and 28(3)(g) GDPR", "verb",
    ),
    "busy": Retention(
        "until the next reading; 7 days without one, past days one day", "the calendar is read",
        "Art. 5(1)(c) and (e) GDPR, Art. 6(4) DSG", "verb",
    ),
    "activity": Retention(
        "13 months", "day of the fact", "Art. 6(1)(f) GDPR, Art. 4(5) DSV (at least one year)", "purge", months=13
    ),
    "address": Retention(
        "90 days", "day of the fact", "Art. 6(1)(f) and 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=90
    ),
    "counters": Retention("25 months", "day that was counted", "Art. 6(1)(b) GDPR", "purge", months=25),
    "support": Retention(
        "life of the account; without one, until the person asks", "closure by the owner", "Art. 5(1)(e) GDPR", "verb"
    ),
    "seal": Retention("account and 25 months", "closure of the account", "Art. 5(2) GDPR", "purge", months=25),
    "invoice": Retention(
        "10 years", "end of the business year of the invoice", "Art. 958f OR, Art. 70(2) MWSTG, Art. 17(3)(b) GDPR", "purge",
        months=120, after_business_year=True,
    ),
    "statistics": Retention(
        "2 months at the vendor, a setting there; 30 days in the browser", "the visit", "Art. 5(1)(e) GDPR", "owner"
    ),
    "session": Retention("12 hours, 2 hours idle", "login, last use", "Art. 5(1)(e) GDPR", "ttl"),
    "limit": Retention("the window of the limit", "last attempt", "Art. 6(1)(f) GDPR", "ttl"),
    "idempotency": Retention("1 day behind the form's expiry", "first use", "Art. 6(1)(f) GDPR", "ttl", days=1),
    "life_of_row": Retention("life of the row it names", "its deletion", "Art. 5(1)(e) GDPR", "owner"),
    "certificate": Retention(
        "10 years", "end of the business year in which it was completed", "Art. 5(2) GDPR", "purge", months=120,
        after_business_year=True,
    ),
    "proof": Retention(
        "10 years", "end of the business year of the run", "Art. 5(2) GDPR", "purge", months=120,
        after_business_year=True,
    ),
    "hold": Retention(
        "at most 12 months, renewable", "the day it was set to end", "Art. 17(3)(e) and 18(1) GDPR", "purge", months=12
    ),
    "request": Retention("5 years", "answer or refusal", "Art. 5(2) and 12 GDPR, Art. 25 DSG", "purge", months=60),
    "breach": Retention(
        "5 years", "day of the note", "Art. 33(5) GDPR, Art. 15(4) DSV (at least two years)", "purge", months=60
    ),
}  # fmt: skip
"""Every stored attribute names one of these classes. Invoices and orders take the way of `acceptance` (Art. 958f OR)."""

BUSINESS_YEAR_ENDS = (12, 31)
REMIND_DAYS_BEFORE = 7
LONGEST_HOLD_MONTHS = 12
RIGHTS = ("access", "rectification", "erasure", "restriction", "objection", "portability")
ARTICLES: Mapping[str, str] = {
    "access": "Art. 15 GDPR, Art. 25 DSG",
    "rectification": "Art. 16 GDPR, Art. 32(1) DSG",
    "erasure": "Art. 17 GDPR, Art. 32(2)(c) DSG",
    "restriction": "Art. 18 GDPR, Art. 32(2)(a) DSG",
    "objection": "Art. 21 GDPR, Art. 30(2)(b) DSG",
    "portability": "Art. 20 GDPR, Art. 28 DSG",
}
AUTHORITY_WITHIN = timedelta(hours=72)


def business_year_end(on: date, *, ends: tuple[int, int] = BUSINESS_YEAR_ENDS) -> date:
    """The last day of the business year in which `on` lies; `ends` is the month and day on which business years end."""
    here = _in_year(on.year, ends)
    return here if on <= here else _in_year(on.year + 1, ends)


def keep_until(name: str, on: date, *, ends: tuple[int, int] = BUSINESS_YEAR_ENDS) -> date:
    """The last day on which something of a class with months is kept whose time began on `on`; it goes the day after.

    With `after_business_year` these are whole business years behind the one of `on` (Art. 958f(1) OR).
    """
    line = RETENTION[name]
    assert line.months is not None
    if line.after_business_year:
        end = business_year_end(on, ends=ends)
        return _in_year(end.year + line.months // 12, ends)
    return _months_later(on, line.months)


def latest_hold(on: date) -> date:
    """The last day that a hold may name which is set, or renewed, on `on`."""
    return _months_later(on, LONGEST_HOLD_MONTHS)


def due_on(received_on: date) -> date:
    """When a request has to be answered: within 30 days (Art. 25(7) DSG; Art. 12(3) GDPR says one month, never less than 28)."""
    return min(received_on + timedelta(days=30), _months_later(received_on, 1))


def extended(received_on: date) -> date:
    """When it has to be answered once it was extended: two further months (Art. 12(3) GDPR)."""
    return _months_later(received_on, 3)


def authority_by(noticed_at: datetime) -> datetime:
    """When the authority has to know of a breach (Art. 33(1) GDPR; Art. 24 DSG: as soon as possible)."""
    return noticed_at + AUTHORITY_WITHIN


def _in_year(year: int, ends: tuple[int, int]) -> date:
    month, day = ends
    return date(year, month, min(day, monthrange(year, month)[1]))


def _months_later(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
