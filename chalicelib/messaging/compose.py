"""What a message says, written at the moment it goes, from what is true then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from chalicelib.accounts import confirmation_link, reset_link
from chalicelib.accounts import find as accounts
from chalicelib.activity import outbox
from chalicelib.booking.find import Appointment, Customer
from chalicelib.messaging import hook, invitation, known, reference, rules, smsapi, texts
from chalicelib.messaging.mail import Calendar, Mail
from chalicelib.messaging.rules import Verdict
from chalicelib.messaging.smsapi import Sms
from chalicelib.offering import find as offering
from chalicelib.plumbing import egress, settings, words
from chalicelib.plumbing.refusals import Missing

PRODUCT = "Zeitfenster"


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that goes now."""

    content: Mail | Sms


def message(row: outbox.Row, at: datetime) -> Ready | Verdict:
    """The message of an outbox row, or why it does not go (now, or as it was planned)."""
    body: Mapping[str, Any] = row.body or {}
    kind = str(body.get("kind"))
    if kind not in rules.KINDS:
        return Verdict("drop", "unknown_kind")
    if rules.KINDS[kind].to == "account":
        return _to_account(row, kind, body.get("employee_id"), at)
    found = known.of(_partner_id(row), str(body.get("appointment_id")))
    if found is None:
        return Verdict("drop", "erased")
    next_due_at = body.get("next_due_at")
    one, customer = found
    facts = known.facts(one, customer)
    if rules.KINDS[kind].to == "staff":
        # A notice goes to the staff's address, so that the customer's does not matter.
        facts = replace(facts, has_mail=True)
    verdict = rules.verdict(
        kind, row.task, facts,
        sequence=int(body.get("sequence", -1)), at=at,
        next_due_at=datetime.fromisoformat(next_due_at) if next_due_at else None,
    )  # fmt: skip
    if verdict.step != "go":
        return verdict
    if rules.KINDS[kind].to == "staff":
        return Ready(_notice(row, kind, one, at))
    return Ready(_sms(row, kind, one) if row.task == "sms" else _mail(row, kind, one, customer=customer, at=at))


def disclosure(row: outbox.Row) -> egress.Disclosure:
    """What an SMS tells its vendor, and why it may."""
    return egress.Disclosure(
        recipient=smsapi.VENDOR,
        purpose=egress.SMSAPI.purpose,
        legal_basis=egress.SMSAPI.legal_basis,
        categories=("phone", "appointment"),
        subject_kind=row.subject_kind or "appointment",
        subject_id=row.subject_id or row.sk,
    )


def _sms(row: outbox.Row, kind: str, one: Appointment) -> Sms:
    language = _language(one)
    values = {
        "practice": one.partner.company,
        "time": texts.short_time(one.start_at, one.partner.timezone, language),
        "link": one.link,
    }
    return Sms(
        to=one.phone or "",
        text=texts.sms(kind, language, values),
        sender=settings.get().smsapi_sender,
        reference=reference.of(row.pk, row.sk),
        notify_url=hook.url(),
        disclosure=disclosure(row),
    )


def _mail(row: outbox.Row, kind: str, one: Appointment, *, customer: Customer, at: datetime) -> Mail:
    partner, language = one.partner, _language(one)
    name = f"{customer.first_name} {customer.last_name}".strip()
    place = _place(partner)
    service = one.service.name if one.service else partner.company
    values = {
        "name": name,
        "practice": partner.company,
        "service": service,
        "time": texts.long_time(one.start_at, partner.timezone, language),
        "place": place,
        "link": one.link,
    }
    subject, text = texts.mail(kind, language, values)
    method = rules.KINDS[kind].method
    calendar = None
    if method is not None:
        entry = invitation.Entry(
            appointment_id=one.id,
            host=urlsplit(settings.get().public_url).hostname or PRODUCT.lower(),
            method=method,
            sequence=one.sequence,
            start_at=one.start_at,
            end_at=one.end_at,
            stamped_at=row.created_at,
            summary=f"{service}, {partner.company}" if one.service else service,
            place=place,
            link=one.link,
            organizer_name=partner.company,
            organizer_email=partner.email,
            attendee_name=name,
            attendee_email=customer.email or "",
        )
        calendar = Calendar(method, invitation.calendar(entry))
    return Mail(
        to=customer.email or "",
        to_name=name,
        sender_name=f"{partner.company} via {PRODUCT}",
        reply_to=partner.email,
        subject=subject,
        text=text,
        language=language,
        reference=reference.of(row.pk, row.sk),
        at=at,
        calendar=calendar,
    )


def _notice(row: outbox.Row, kind: str, one: Appointment, at: datetime) -> Mail:
    partner = one.partner
    language = partner.language
    to = one.employee.email if one.employee is not None and one.employee.active else partner.email
    values = {
        "name": partner.company,
        "practice": partner.company,
        "service": one.service.name if one.service else "-",
        "time": texts.long_time(one.start_at, partner.timezone, language),
        "place": _place(partner),
        "link": f"{settings.get().public_url}/appointments/{one.id}",
    }
    subject, text = texts.mail(kind, language, values)
    return _from_us(row, subject, text, to=to, name=partner.company, language=language, at=at)


def _to_account(row: outbox.Row, kind: str, employee_id: str | None, at: datetime) -> Ready | Verdict:
    partner = accounts.partner(_partner_id(row))
    if partner is None or partner.status == "closed":
        return Verdict("drop", "erased")
    to, name = partner.email, f"{partner.first_name} {partner.last_name}"
    if employee_id is not None:
        employee = _employee(partner.id, employee_id)
        if employee is None:
            return Verdict("drop", "erased")
        to, name = employee.email, f"{employee.first_name} {employee.last_name}"
    link = _account_link(kind, partner.id, employee_id)
    if link is None:
        return Verdict("drop", "overtaken")
    values = {"name": name, "practice": partner.company, "link": link}
    subject, text = texts.mail(kind, partner.language, values)
    return Ready(_from_us(row, subject, text, to=to, name=name, language=partner.language, at=at))


def _account_link(kind: str, partner_id: str, employee_id: str | None) -> str | None:
    if kind == "welcome":
        return confirmation_link.of(partner_id)
    if kind == "already_registered":
        return f"{settings.get().public_url}/forms/forgot-password"
    return reset_link.of(partner_id, employee_id) if employee_id else None


def _employee(partner_id: str, employee_id: str) -> accounts.Employee | None:
    try:
        employee = offering.offer(partner_id).employees.get(employee_id)
    except Missing:
        return None
    return employee if employee is not None and employee.active else None


def _from_us(row: outbox.Row, subject: str, text: str, *, to: str, name: str, language: str, at: datetime) -> Mail:
    return Mail(
        to=to, to_name=name, sender_name=PRODUCT, reply_to=None, subject=subject, text=text,
        language=language, reference=reference.of(row.pk, row.sk), at=at,
    )  # fmt: skip


def _language(one: Appointment) -> str:
    return one.language if one.language in words.LANGUAGES else one.partner.language


def _place(partner: accounts.Partner) -> str:
    return f"{partner.street}, {partner.postcode} {partner.city}"


def _partner_id(row: outbox.Row) -> str:
    return row.pk.removesuffix("#outbox")
