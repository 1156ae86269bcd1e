"""Every room that forgets, and which rows are its to forget. A list, not a registry; the first line that fits counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from chalicelib.accounts import forget as accounts
from chalicelib.activity import forget as activity
from chalicelib.billing import forget as billing
from chalicelib.booking import forget as booking
from chalicelib.calendars import forget as calendars
from chalicelib.consent import forget as consent
from chalicelib.exchange import forget as exchange
from chalicelib.messaging import forget as messaging
from chalicelib.offering import forget as offering
from chalicelib.privacy import forget as privacy
from chalicelib.relay import forget as relay


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows of one kind: how their keys look, the retention class of the proof, and who removes one.

    `forget(pk, sk, due, today)` says whether the row is gone; where a hold stands it raises holds.Held.
    """

    table: str
    partition: str  # how pk begins, or how it ends when this begins with `#`
    sort: str  # how sk begins
    retention: str
    forget: Callable[[str, str, str, date], bool]

    def holds(self, table: str, pk: str, sk: str) -> bool:
        """Whether a row stands here."""
        fits = pk.endswith(self.partition) if self.partition.startswith("#") else pk.startswith(self.partition)
        return table == self.table and fits and sk.startswith(self.sort)


SHELVES = (
    Shelf("records", "#outbox", "", "outbox", activity.outbox),
    Shelf("records", "#told", "", "activity", activity.told),
    Shelf("records", "#appointments", "", "appointment", booking.appointment),
    Shelf("records", "#customers", "customer#", "appointment", booking.customer),
    Shelf("records", "#calendar", "", "appointment", booking.calendar),
    Shelf("records", "#exports", "", "export", exchange.export),
    Shelf("records", "#imports", "", "import", exchange.brought),
    Shelf("records", "#requests", "", "request", privacy.answered),
    Shelf("records", "", "hold#", "hold", privacy.hold),
    Shelf("records", "#billing", "invoice#", "invoice", billing.bill),
    Shelf("records", "#webhooks", "delivery#", "webhook_log", relay.delivery),
    Shelf("records", "login#", "", "registration", accounts.login),
    Shelf("records", "", "profile", "registration", accounts.registration),
    Shelf("activity", "", "count#", "counters", activity.count),
    Shelf("activity", "", "seal#", "seal", activity.seal),
    Shelf("activity", "", "0", "activity", activity.fact),
    Shelf("ledger", "", "acceptance#", "acceptance", consent.proof),
    Shelf("ledger", "", "consent#", "acceptance", consent.proof),
    Shelf("ledger", "", "order#", "invoice", billing.row),
    Shelf("ledger", "", "invoice#", "invoice", billing.row),
    Shelf("ledger", "", "state#", "invoice", billing.row),
    Shelf("ledger", "certificates", "", "certificate", privacy.certificate),
    Shelf("ledger", "purges", "", "proof", privacy.proof),
    Shelf("ledger", "#breaches", "", "breach", privacy.breach),
)
# These rooms keep nothing that goes by a date, and say so in their own file.
NOTHING_BY_DATE = (messaging, offering, calendars)


def shelf(table: str, pk: str, sk: str) -> Shelf | None:
    """Whose a row is, or None: then nobody may remove it, and the proof says that it failed."""
    return next((one for one in SHELVES if one.holds(table, pk, sk)), None)
