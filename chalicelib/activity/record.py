"""Add a fact to an open change: it is the action log, and the start of whatever follows from it."""

from collections.abc import Mapping

from chalicelib.activity import due, measure, outbox
from chalicelib.activity.records import FactRow
from chalicelib.activity.vocabulary import Fact
from chalicelib.plumbing import ids, trail
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit

NOBODY = "-"


def fact(
    change: Change,
    visit: Visit,
    what: Fact,
    *,
    subject: tuple[str, str] | None = None,
    detail: Mapping[str, object] | None = None,
    ledger: str | None = None,
) -> str:
    """Write down that `what` happened in this visit; the fact's id.

    `subject` is what it happened to (kind, id); `detail` holds ids, codes and instants, never a name or a number of a
    person. A fact that something follows from also becomes an outbox row of the task `reaction`. `ledger` binds a row of the
    ledger that the same change writes to the chain (`ledger.mark(row)`) or says that one goes (`ledger.gone(row)`).
    """
    fact_id = ids.new(visit.at)
    pk = visit.partner_id or NOBODY
    detail = dict(detail or {})
    if what.traced and (begun_by := trail.correlation_id()):
        detail["correlation_id"] = begun_by
    for metric, number in measure.of(what.kind, detail):
        change.count(metric, number)
    change.put(
        FactRow(
            pk,
            fact_id,
            at=visit.at,
            kind=what.kind,
            employee_id=visit.employee_id,
            ip=visit.ip,
            source=visit.source,
            subject_kind=subject[0] if subject else None,
            subject_id=subject[1] if subject else None,
            detail=detail or None,
            salt=ids.secret()[:22],
            ledger=ledger,
            expiry_shard=due.first(visit.at.date(), pk, with_address=visit.ip is not None),
        )
    )
    if what.followed:
        body = {
            "fact_id": fact_id,
            "kind": what.kind,
            "subject": subject,
            "detail": detail,
            "source": visit.source,
            "role": visit.role,
        }
        outbox.add(change, visit, "reaction", body, row_id=fact_id, due_at=visit.at, subject=subject)
    return fact_id
