"""Ask for a file: written down with its order in one transaction, made by a worker right after."""

from typing import Any

from chalicelib.activity import moment, outbox, record
from chalicelib.exchange import facts, rules, watch
from chalicelib.exchange.records import ExportRow, RunningRow
from chalicelib.plumbing import ids, limits, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Conflict
from chalicelib.plumbing.visit import Visit

PER_PARTNER = Limit("export", 30, 3600, "partner")
PER_LINK = Limit("my_export", 5, 3600, "link")
LIMITS = (PER_PARTNER, PER_LINK)


def export(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Ask for a file of the partner: `{id, state}`.

    Raises TooMany, and Conflict `export_running` while one of the same kind is being made.
    """
    limits.count(PER_PARTNER, visit.partner, at=visit.at)
    return _ordered(visit, ids.new(visit.at), values["what"], file_format=values["format"])


def of_customer(visit: Visit, appointment_id: str, *, customer_id: str, file_format: str) -> dict[str, Any]:
    """Ask for a file with all that is held about a customer: `{id, state}`. Raises as `export` does."""
    limits.count(PER_LINK, f"{visit.partner}/{appointment_id}", at=visit.at)
    sk = f"my#{customer_id}#{ids.new(visit.at)}"
    mine = (appointment_id, customer_id)
    return _ordered(visit, sk, rules.MINE, file_format=file_format, mine=mine)


def _ordered(
    visit: Visit, sk: str, what: str, *, file_format: str, mine: tuple[str, str] | None = None
) -> dict[str, Any]:
    """`mine` is whose link asked for it: the appointment and the customer."""
    pk = watch.partition(visit.partner)
    expiry = shards.expires_on(watch.listed_until(visit.at), pk)
    running = RunningRow(
        pk, watch.running_key(sk, what), export_id=sk, until_at=visit.at + rules.GIVEN_UP_AFTER, expiry_shard=expiry
    )
    change = Change(visit)
    change.put(
        running,
        RunningRow.pk.does_not_exist() | (RunningRow.until_at < visit.at),
        lost=lambda: Conflict("export_running"),
    )
    change.put_new(
        ExportRow(
            pk, sk, what=what, format=file_format, language=visit.language, state="waiting", asked_at=visit.at,
            asked_by=visit.employee_id, appointment_id=mine[0] if mine else None, tries=0, rows_done=0, expiry_shard=expiry,
        )
    )  # fmt: skip
    subject = ("export", watch.public_id(sk))
    about = ("customer", mine[1]) if mine else subject
    fact_id = record.fact(change, visit, facts.ASKED, subject=about, detail={"what": what, "format": file_format})
    if mine:  # it is found, and blacked out, when they are forgotten
        moment.keep_told(change, visit, mine[1], fact_id)
    outbox.add(change, visit, watch.TASK, {"export": sk}, row_id=ids.new(visit.at), due_at=visit.at, subject=subject)
    return change.done({"id": watch.public_id(sk), "state": "waiting"})
