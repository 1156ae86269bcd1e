"""Write down what SMSAPI reports about our messages; nothing in a report is trusted beyond looking the message up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.activity.records import OutboxRow
from chalicelib.messaging import facts, hook, reference, rules, smsapi
from chalicelib.plumbing import keyring, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

_MOST_LETTERS = 30_000
_MOST_ATTEMPTS = 8
_FINAL = {status.name for status in smsapi.STATUSES.values() if status.final}


def reports(visit: Visit, sent: Mapping[str, Any], *, token: str) -> None:
    """Take the reports of one call; those on messages that are not ours, or no news, have no effect.

    Raises Missing for a wrong token.
    """
    if not keyring.same(token, hook.token()):
        raise Missing
    params = {name: value[:_MOST_LETTERS] for name, value in sent.items() if isinstance(value, str)}
    addressed: dict[tuple[str, str], list[smsapi.Report]] = {}
    for report in smsapi.reports(params):
        address = reference.address(report.reference or "")
        if address is not None:
            addressed.setdefault(address, []).append(report)
    for row in outbox.rows(list(addressed)):
        if row is not None and row.task == "sms":
            for report in addressed[(row.pk, row.sk)]:
                _take(visit, row, report)


def _take(visit: Visit, row: OutboxRow, report: smsapi.Report) -> None:
    partner_id = row.pk.removesuffix("#outbox")
    visit = replace(visit, partner_id=partner_id)
    known: OutboxRow | None = row
    for attempt in range(_MOST_ATTEMPTS):
        if attempt:
            known = outbox.rows([(row.pk, row.sk)])[0]
        if known is None or (known.provider_id is not None and known.provider_id != report.provider_id):
            return
        told = rules.Delivery(report.name, report.final, report.at)
        if not rules.moves_on(_delivery(known), told):
            return
        change = Change(visit, attempt=attempt)
        outbox.note_delivery(
            change, known, visit.at,
            delivery=report.name, told_at=report.at, provider_id=report.provider_id,
        )  # fmt: skip
        detail = {"channel": "sms", "kind": rules.kind_of(row.sk)}
        subject = (row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None
        if known.state == "waiting":
            record.fact(change, visit, facts.SENT, subject=subject, detail=detail)
        if report.delivered:
            record.fact(change, visit, facts.DELIVERED, subject=subject, detail=detail)
        elif report.final:
            record.fact(change, visit, facts.FAILED, subject=subject, detail={**detail, "code": report.name})
        try:
            change.done()
        except table.Stale:
            continue
        row.delivery, row.delivery_at, row.provider_id = report.name, report.at, report.provider_id
        if known.state == "waiting":
            row.state = "done"
        return


def _delivery(row: OutboxRow) -> rules.Delivery | None:
    if row.delivery is None:
        return None
    return rules.Delivery(row.delivery, row.delivery in _FINAL, row.delivery_at)
