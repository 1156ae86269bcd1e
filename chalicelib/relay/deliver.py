"""Make one delivery once, and write down how it went: heard, tried again later, or given up and the address stopped."""

import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.activity import outbox, record
from chalicelib.activity.calls import Calls
from chalicelib.plumbing import egress, reach, settings, table, web
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import content, facts, find, rules, signature
from chalicelib.relay.content import Content
from chalicelib.relay.records import DeliveryRow, EndpointRow


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a call ended: a status, or the word for why there is none."""

    outcome: str  # heard, refused, gone, unreachable, no_answer, inside
    status: int | None
    milliseconds: int

    @property
    def may_have_arrived(self) -> bool:
        return self.outcome not in ("unreachable", "inside")


def message(visit: Visit, row: outbox.Row) -> None:
    """Make the delivery of a claimed row; `visit` is on the ground of its partner.

    A worker that dies between the call and the note of it makes the call twice, under the same `webhook-id`. Raises
    Stale when another worker has the row by now.
    """
    body = row.body or {}
    endpoint = find.endpoint_row(visit.partner, str(body.get("endpoint")))
    delivery = find.delivery_row(visit.partner, str(body.get("endpoint")), str(body.get("delivery")))
    if delivery is None or endpoint is None or endpoint.state != "active":
        _drop(visit, row, delivery, outcome="removed" if endpoint is None else "stopped")
        return
    last_at = row.created_at + rules.TRIED_FOR
    if (
        endpoint.rests_until is not None
        and visit.at < min(endpoint.rests_until, last_at)
        and delivery.kind != rules.TEST
    ):
        # Something else has just failed there three times: this would only fail too.
        until = endpoint.rests_until + rules.pause(1, row.sk) / 4
        _wait(visit, row, delivery, until=min(until, last_at))
        return
    said = content.of(visit.partner, endpoint, delivery)
    with Calls(visit, also={"webhook_id": _id(endpoint)}) as calls:
        _tell(visit, row, calls, endpoint, delivery=delivery, said=said)


def _tell(
    visit: Visit, row: outbox.Row, calls: Calls, endpoint: EndpointRow, *, delivery: DeliveryRow, said: Content
) -> None:
    ended = _called(visit, calls, endpoint, delivery=delivery, said=said)
    last_at = row.created_at + rules.TRIED_FOR
    if ended.outcome == "heard":
        _note_health(endpoint, visit.at, heard=True, salt=row.sk)
        _end(visit, row, calls, endpoint, delivery=delivery, ended=ended, state="delivered")
        return
    if ended.outcome == "gone" or visit.at >= last_at:
        since = endpoint.failing_since
        failing = since is not None and visit.at - since >= rules.STOPPED_AFTER
        stop = "gone" if ended.outcome == "gone" else "failing" if failing else None
        _end(visit, row, calls, endpoint, delivery=delivery, ended=ended, state="failed", stop=stop)
        return
    _note_health(endpoint, visit.at, heard=False, salt=row.sk)
    until = min(visit.at + rules.pause(int(row.attempts), row.sk), last_at)
    change = Change(visit)
    change.update(delivery, [*_tried(visit, ended), DeliveryRow.next_at.set(until)], DeliveryRow.pk.exists())
    calls.add(change)
    change.done()
    outbox.postpone(row, visit.at, until=until, outcome=ended.outcome, surely_not_done=not ended.may_have_arrived)


def _called(visit: Visit, calls: Calls, endpoint: EndpointRow, *, delivery: DeliveryRow, said: Content) -> _Ended:
    secrets = [endpoint.secret]
    if endpoint.old_secret_until is not None and visit.at < endpoint.old_secret_until and endpoint.old_secret:
        secrets.append(endpoint.old_secret)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Zeitfenster-Webhooks/{settings.get().version}",
        **signature.headers(delivery.message_id, visit.at, said.body, secrets=secrets),
    }
    disclosure = egress.Disclosure(
        recipient=egress.OWN_SYSTEM.vendor,
        purpose=egress.OWN_SYSTEM.purpose,
        legal_basis=egress.OWN_SYSTEM.legal_basis,
        categories=said.told or ("ids",),
        subject_kind="customer" if said.customer_id else "webhook",
        subject_id=said.customer_id or _id(endpoint),
    )
    # Ids alone stand in the delivery log; what is said of a customer is a disclosure.
    logged = calls.one(disclosure) if said.customer_id else nullcontext()
    started, status = time.monotonic(), None
    try:
        with logged:
            status = web.deliver(disclosure, endpoint.url, body=said.body, headers=headers)
        outcome = "heard" if rules.is_good(status) else "gone" if status == 410 else "refused"
    except reach.Hostile:
        outcome = "inside"
    except web.Unreachable:
        outcome = "unreachable"
    except web.Ambiguous:
        outcome = "no_answer"
    return _Ended(outcome, status, int((time.monotonic() - started) * 1000))


def _note_health(endpoint: EndpointRow, at: datetime, *, heard: bool, salt: str) -> None:
    """Count failures in a row; after three of them the address is left alone for a while."""
    if heard:
        if endpoint.failures or endpoint.failing_since:
            actions: list[Any] = [
                EndpointRow.failures.set(0),
                EndpointRow.failing_since.remove(),
                EndpointRow.rests_until.remove(),
            ]
            with suppress(Stale):
                table.update(endpoint, actions, EndpointRow.pk.exists())
        return
    failures = int(endpoint.failures) + 1
    actions = [EndpointRow.failures.set(failures), EndpointRow.failing_since.set(EndpointRow.failing_since | at)]
    if failures >= rules.RESTS_AFTER:
        rest = rules.pause(failures - rules.RESTS_AFTER + 1, salt)
        actions.append(EndpointRow.rests_until.set(at + rest))
    with suppress(Stale):
        table.update(endpoint, actions, EndpointRow.pk.exists())


def _end(
    visit: Visit,
    row: outbox.Row,
    calls: Calls,
    endpoint: EndpointRow,
    *,
    delivery: DeliveryRow,
    ended: _Ended,
    state: str,
    stop: str | None = None,
) -> None:
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="done" if state == "delivered" else "failed", outcome=ended.outcome)
    actions = [*_tried(visit, ended), DeliveryRow.state.set(state), DeliveryRow.next_at.remove()]
    change.update(delivery, actions, DeliveryRow.pk.exists())
    calls.add(change)
    if stop is not None:
        change.update(endpoint, [EndpointRow.state.set(stop)], EndpointRow.state == "active")
        record.fact(change, visit, facts.STOPPED, subject=("webhook", _id(endpoint)), detail={"state": stop})
    change.done()


def _drop(visit: Visit, row: outbox.Row, delivery: DeliveryRow | None, *, outcome: str) -> None:
    change = Change(visit)
    outbox.finish(change, row, visit.at, state="dropped", outcome=outcome)
    if delivery is not None:
        actions = [DeliveryRow.state.set("dropped"), DeliveryRow.outcome.set(outcome), DeliveryRow.next_at.remove()]
        change.update(delivery, actions, DeliveryRow.pk.exists())
    change.done()


def _wait(visit: Visit, row: outbox.Row, delivery: DeliveryRow, *, until: datetime) -> None:
    table.update(delivery, [DeliveryRow.next_at.set(until)], DeliveryRow.pk.exists())
    outbox.postpone(row, visit.at, until=until, outcome="rests", surely_not_done=row.tried_at == visit.at)


def _tried(visit: Visit, ended: _Ended) -> list[Any]:
    actions = [
        DeliveryRow.attempts.add(1),
        DeliveryRow.tried_at.set(visit.at),
        DeliveryRow.outcome.set(ended.outcome),
        DeliveryRow.milliseconds.set(ended.milliseconds),
    ]
    return [*actions, DeliveryRow.status.set(ended.status) if ended.status else DeliveryRow.status.remove()]


def _id(endpoint: EndpointRow) -> str:
    return endpoint.sk.removeprefix("endpoint#")
