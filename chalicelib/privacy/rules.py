"""How long each kind of thing is kept, what starts its time, and under which article."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retention:
    """One class of the inventory. `months` or `days` where the period is a number that runs from `trigger`."""

    period: str
    trigger: str
    article: str
    by: str  # purge, ttl, verb (something a person does), owner (goes with the row or the account it belongs to)
    months: int | None = None
    days: int | None = None


RETENTION: Mapping[str, Retention] = {
    "account": Retention("life of the account", "closure by the owner", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "verb"),
    "registration": Retention(
        "7 days", "registration that nobody confirms", "Art. 5(1)(e) GDPR, Art. 6(4) DSG", "purge", days=7
    ),
    "acceptance": Retention(
        "contract and 10 years", "end of the contract", "Art. 7(1) GDPR, Art. 127 OR", "verb", months=120
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
    "activity": Retention(
        "13 months", "day of the fact", "Art. 6(1)(f) GDPR, Art. 4(5) DSV (at least one year)", "purge", months=13
    ),
    "counters": Retention("25 months", "day that was counted", "Art. 6(1)(b) GDPR", "purge", months=25),
    "seal": Retention("life of the account", "day that was sealed", "Art. 5(2) GDPR", "owner"),
    "support": Retention(
        "life of the account; without one, until the person asks", "closure by the owner", "Art. 5(1)(e) GDPR", "verb"
    ),
    "session": Retention("12 hours, 2 hours idle", "login, last use", "Art. 5(1)(e) GDPR", "ttl"),
    "limit": Retention("the window of the limit", "last attempt", "Art. 6(1)(f) GDPR", "ttl"),
    "idempotency": Retention("1 day behind the form's expiry", "first use", "Art. 6(1)(f) GDPR", "ttl", days=1),
    "life_of_row": Retention("life of the row it names", "its deletion", "Art. 5(1)(e) GDPR", "owner"),
    "certificate": Retention("10 years", "completion", "Art. 5(2) GDPR", "verb", months=120),
    "proof": Retention("10 years", "run of the purge", "Art. 5(2) GDPR", "verb", months=120),
}  # fmt: skip
