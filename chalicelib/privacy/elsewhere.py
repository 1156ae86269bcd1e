"""What others hold of a closed account is put down to be erased there: by Zendesk when it is told, at Chatra by hand and by a date.

These rows stand in nobody's outbox, for the partner's own is erased. The mail address that Zendesk knows somebody by lies in
such a row only, and only until Zendesk has found that person.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.accounts import find
from chalicelib.activity import outbox, record
from chalicelib.billing import find as billing
from chalicelib.consent import choices
from chalicelib.plumbing import clock, egress, ids, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import certificate
from chalicelib.support import chat_erasure, chat_pass

ZENDESK = "zendesk_erasure"
CHATRA = chat_erasure.TASK
BEXIO = "bexio_erasure"
BY_HAND = chat_erasure.BY_HAND


def ask(visit: Visit, certificate_id: str) -> None:
    """Put down who has to be forgotten elsewhere, before anything goes here; to begin again puts nothing down twice."""
    ground = visit.for_partner(record.NOBODY)
    team = find.employees(visit.partner)
    partner = find.partner(visit.partner)
    addresses = {one.email.lower() for one in team} | ({partner.email.lower()} if partner else set())
    for number, email in enumerate(sorted(addresses)):
        body = {"certificate": certificate_id, "progress": {"email": email}}
        _put(ground, ZENDESK, body, row_id=f"{certificate_id}-zendesk-{number:04d}", due_at=visit.at)
    clients = [
        chat_pass.client_of_employee(one.person)
        for one in choices.all_of(visit.partner)
        if one.purpose == chat_pass.PURPOSE and one.person
    ]
    if clients:
        change = Change(ground)
        chat_erasure.ask(change, visit, clients, name=certificate_id, certificate=certificate_id)
        _once(change)
    until = billing.kept_until(visit.partner)
    if until is not None:
        body = {"certificate": certificate_id, "partner": visit.partner, "until": until.isoformat()}
        _put(ground, BEXIO, body, row_id=f"{certificate_id}-bexio", due_at=visit.at)


def ask_for(visit: Visit, email: str) -> None:
    """Put down somebody without an account who has asked to be forgotten at Zendesk; no certificate tells of it."""
    ground = visit.for_partner(record.NOBODY)
    body = {"certificate": None, "progress": {"email": email.strip().lower()}}
    _put(ground, ZENDESK, body, row_id=f"{ids.new(visit.at)}-zendesk", due_at=visit.at)


def states(certificate_id: str, asked_at: datetime) -> list[dict[str, Any]]:
    """What the certificate says of each processor when all is done here: nobody has confirmed anything yet."""
    persons = sum(1 for _ in _rows(f"{certificate_id}-zendesk-"))
    chats = any(True for _ in _rows(f"{certificate_id}-chatra"))
    made: list[dict[str, Any]] = [
        {"name": one.vendor, "state": "not_confirmed", "acknowledged_at": None}
        for one in egress.in_use()
        # What Google counts leads to nobody: there is nothing to confirm.
        if one not in (egress.ZENDESK, egress.BEXIO, egress.GA4)
    ]
    made.append({
        "name": egress.ZENDESK.vendor, "state": "requested", "acknowledged_at": None, "persons": persons, "confirmed": 0,
    })  # fmt: skip
    made.append({"name": egress.BEXIO.vendor, **_invoices(certificate_id)})
    due_on = (asked_at + BY_HAND).date().isoformat()
    waits = {"state": "manual_pending", "acknowledged_at": None, "due_on": due_on}
    made.append({"name": egress.CHATRA.vendor, **(waits if chats else {"state": "not_used", "acknowledged_at": None})})
    return made


def waiting() -> list[dict[str, Any]]:
    """What somebody has to erase by hand: `{id, certificate, clients, asked_at, due_on}`, the longest waiting first.

    `certificate` is None where somebody only took back the consent to the chat.
    """
    found = outbox.rows([address for address in _rows("") if address[1].endswith(chat_erasure.ENDING)][:100])
    return sorted(
        (
            {
                "id": one.sk.removesuffix(chat_erasure.ENDING),
                "certificate": (one.body or {})["certificate"],
                "clients": list((one.body or {})["clients"]),
                "asked_at": clock.text(one.created_at),
                "due_on": one.planned_at.date().isoformat(),
            }
            for one in found
            if one is not None
        ),
        key=lambda one: str(one["asked_at"]),
    )


def done_by_hand(visit: Visit, name: str) -> bool:
    """Write down that chats which `waiting` names are erased; False when none of that name was waiting."""
    row = outbox.rows([(outbox.partition(record.NOBODY), f"{name}{chat_erasure.ENDING}")])[0]
    certificate_id = (row.body or {})["certificate"] if row is not None else None
    if row is None or (certificate_id and not certificate.is_complete(certificate_id)):
        return False
    change = Change(visit)
    change.delete(row)
    if certificate_id:
        certificate.confirm(change, visit, certificate_id, processor=egress.CHATRA.vendor)
    change.done()
    return True


def _invoices(certificate_id: str) -> dict[str, Any]:
    """What bexio keeps: invoices, for the law says so, and the contact until they are settled."""
    row = outbox.rows([(outbox.partition(record.NOBODY), f"{certificate_id}-bexio")])[0]
    if row is None:
        return {"state": "not_used", "acknowledged_at": None}
    return {"state": "restricting", "acknowledged_at": None, "due_on": str((row.body or {})["until"])}


def _put(ground: Visit, task: str, body: Mapping[str, Any], *, row_id: str, due_at: datetime) -> None:
    change = Change(ground)
    outbox.add(change, ground, task, body, row_id=row_id, due_at=due_at, new=True)
    _once(change)


def _once(change: Change) -> None:
    try:
        change.done()
    except Stale:
        return  # put down before a crash


def _rows(prefix: str) -> Iterable[tuple[str, str]]:
    return ((pk, sk) for _, pk, sk in table.addresses("records", outbox.partition(record.NOBODY), prefix))
