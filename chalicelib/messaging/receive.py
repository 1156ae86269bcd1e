"""Write down what SMSAPI reports about our messages; nothing in a report is trusted beyond looking the message up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.messaging import facts, hook, reference, reported, rules
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

_MOST_LETTERS = 30_000
_FINAL = {status.name for status in reported.STATUSES.values() if status.final}


def reports(visit: Visit, sent: Mapping[str, Any], *, token: str) -> None:
    """Take the reports of one call; those on messages that are not ours, or no news, have no effect.

    Raises Missing for a wrong token.
    """
    if not hook.is_ours(token):
        raise Missing
    params = {name: value[:_MOST_LETTERS] for name, value in sent.items() if isinstance(value, str)}
    addressed: dict[tuple[str, str], list[reported.Report]] = {}
    for report in reported.reports(params):
        address = reference.address(report.reference or "")
        if address is not None:
            addressed.setdefault(address, []).append(report)
    # One request tells which of them are ours; the others cost no more.
    for row in outbox.rows(list(addressed)):
        if row is not None and row.task == "sms":
            for report in addressed[(row.pk, row.sk)]:
                _take(visit, (row.pk, row.sk), report)


def _take(visit: Visit, address: tuple[str, str], report: reported.Report) -> None:
    visit = replace(visit, partner_id=address[0].removesuffix("#outbox"))

    def decide(change: Change) -> None:
        row = outbox.rows([address])[0]
        if row is not None and _is_news(row, report):
            _write(change, visit, row, report)

    settled(visit, decide)


def _is_news(row: outbox.Row, report: reported.Report) -> bool:
    if row.provider_id is not None and row.provider_id != report.provider_id:
        return False
    known = None
    if row.delivery is not None:
        known = rules.Delivery(row.delivery, row.delivery in _FINAL, row.delivery_at)
    return rules.moves_on(known, rules.Delivery(report.name, report.final, report.at))


def _write(change: Change, visit: Visit, row: outbox.Row, report: reported.Report) -> None:
    outbox.note_delivery(
        change, row, visit.at,
        delivery=report.name, told_at=report.at, provider_id=report.provider_id,
    )  # fmt: skip
    detail = {"channel": "sms", "kind": rules.kind_of(row.sk)}
    subject = (row.subject_kind, row.subject_id) if row.subject_kind and row.subject_id else None
    if row.state == "waiting":
        record.fact(change, visit, facts.SENT, subject=subject, detail=detail)
    if report.delivered:
        record.fact(change, visit, facts.DELIVERED, subject=subject, detail=detail)
    elif report.final:
        record.fact(change, visit, facts.FAILED, subject=subject, detail={**detail, "code": report.name})
