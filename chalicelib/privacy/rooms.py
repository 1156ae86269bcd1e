"""Every room that forgets, and which rows are its to forget. A list, not a registry; the first line that fits counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.accounts import forget as accounts
from chalicelib.activity import due
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

    `forget(pk, sk, due, today)` says whether the row is gone, or what goes of it first; where a hold stands it raises holds.Held. `together(pk, sks,
    due, today)` removes several of a partition, at most `at_once`, or says that it removed none.
    """

    table: str
    partition: str  # how pk begins, or how it ends when this begins with `#`
    sort: str  # how sk begins
    retention: str
    forget: Callable[[str, str, str, date], bool]
    together: Callable[[str, Sequence[str], str, date], bool] | None = None
    at_once: int = 1  # a transaction takes a hundred rows, holds that are asked about among them
    only: Callable[[str, str], bool] | None = None  # of a row with this sk that is due then, where a row goes in steps

    def holds(self, table: str, pk: str, sk: str, due: str) -> bool:
        """Whether a row that is due at `due` stands here."""
        fits = pk.endswith(self.partition) if self.partition.startswith("#") else pk.startswith(self.partition)
        return table == self.table and fits and sk.startswith(self.sort) and (self.only is None or self.only(sk, due))


SHELVES = (
    Shelf("records", "#outbox", "", "outbox", activity.outbox, activity.messages, 90),
    Shelf("records", "#told", "", "activity", activity.told, activity.tellings, 90),
    Shelf("records", "#appointments", "", "appointment", booking.appointment, booking.appointments, 30),
    Shelf("records", "#customers", "customer#", "appointment", booking.customer),
    Shelf("records", "#calendar", "", "appointment", booking.calendar, booking.days, 90),
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
    Shelf("activity", "", "0", "address", activity.address, activity.addresses, 90, due.for_its_address),
    Shelf("activity", "", "0", "activity", activity.fact, activity.facts, 90),
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


def shelf(table: str, pk: str, sk: str, due: str) -> Shelf | None:
    """Whose a row is that is due at `due`, or None: then nobody may remove it, and the proof says that it failed."""
    return next((one for one in SHELVES if one.holds(table, pk, sk, due)), None)
