"""What a message says, written at the moment it goes, from what is true then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.accounts import confirmation_link, reset_link
from chalicelib.accounts import find as accounts
from chalicelib.activity import outbox
from chalicelib.billing import find as billing
from chalicelib.booking import invitation
from chalicelib.booking.find import Appointment, Customer
from chalicelib.consent import find as policies
from chalicelib.consent import newsletter_link
from chalicelib.messaging import (
    announce,
    as_page,
    as_text,
    hook,
    known,
    letter,
    own,
    own_rules,
    own_values,
    parts,
    reference,
    rules,
    smsapi,
    telling,
    texts,
)
from chalicelib.messaging.letter import Letter, Sender
from chalicelib.messaging.mail import Calendar, Mail
from chalicelib.messaging.own_rules import Words
from chalicelib.messaging.rules import Verdict
from chalicelib.messaging.smsapi import Sms
from chalicelib.offering import find as offering
from chalicelib.plumbing import egress, formats, log, settings, words
from chalicelib.plumbing.refusals import Missing

ROOM = "messaging"
PRODUCT = telling.PRODUCT
_OUR_ACCENT = "green"


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that goes now; `own_failed` says that it goes in our words because the partner's own were no good."""

    content: Mail | Sms
    own_failed: bool = False


class Unfit(Exception):
    """A partner's own text that cannot go as it is."""


def message(row: outbox.Row, at: datetime) -> Ready | Verdict:
    """The message of an outbox row, or why it does not go (now, or as it was planned)."""
    body: Mapping[str, Any] = row.body or {}
    kind = str(body.get("kind"))
    if kind not in rules.KINDS:
        return Verdict("drop", "unknown_kind")
    if kind == announce.KIND:
        return _of_policy(row, str(body.get("policy")), str(body.get("version")), at=at)
    if rules.KINDS[kind].to == "recipient":
        return _to_recipient(row, kind, str(body.get("order")), at=at)
    if rules.KINDS[kind].to == "account":
        return _to_account(row, kind, body, at)
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
    said = own.of(one.partner.id, kind, _language(one))
    if said is not None:
        try:
            return Ready(_to_customer(row, kind, one, customer=customer, at=at, said=said))
        except Exception as problem:  # noqa: BLE001 - whatever an own text does, the message goes, in our words
            log.error("message.own_text", problem, kind=kind, partner_id=one.partner.id)
    ours = _to_customer(row, kind, one, customer=customer, at=at, said=Words())
    return Ready(ours, own_failed=said is not None)


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


def _to_customer(
    row: outbox.Row, kind: str, one: Appointment, *, customer: Customer, at: datetime, said: Words
) -> Mail | Sms:
    if own_rules.unfit(kind, said):
        raise Unfit
    if row.task == "sms":
        return _sms(row, kind, one, said=said)
    return _mail(row, kind, one, customer=customer, at=at, said=said)


def _sms(row: outbox.Row, kind: str, one: Appointment, *, said: Words) -> Sms:
    partner, language = one.partner, _language(one)
    if said.sms and not partner.sms_discreet:
        text = own_rules.filled(
            said.sms, own_values.in_sms(partner, language, start_at=one.start_at, link=one.link)
        )  # fmt: skip
        if parts.count(text).parts > own_rules.MOST_SMS_PARTS:
            raise Unfit
    else:
        text = telling.sms(partner, kind, language, start_at=one.start_at, link=one.link)
    return Sms(
        to=one.phone or "",
        text=text,
        sender=settings.get().smsapi_sender,
        reference=reference.of(row.pk, row.sk),
        notify_url=hook.url(),
        disclosure=disclosure(row),
    )


def _mail(row: outbox.Row, kind: str, one: Appointment, *, customer: Customer, at: datetime, said: Words) -> Mail:
    partner, language = one.partner, _language(one)
    name = f"{customer.first_name} {customer.last_name}".strip()
    values = {
        "name": name,
        "first_name": customer.first_name,
        "practice": partner.company,
        "service": one.service.name if one.service else partner.company,
        "time": texts.long_time(one.start_at, partner.timezone, language),
        "link": one.link,
        "calendar": f"{one.link}/calendar.ics",
    }
    made = letter.written(
        kind, language, values,
        facts=_facts(one, language, at, kind=kind),
        sender=telling.sender(partner),
        why=words.say(ROOM, "foot.why.customer", language, {"practice": partner.company}),
        more=(words.say(ROOM, "foot.data", language), f"{one.link}/data"),
        own=_own_letter(one, customer, language, said=said),
    )  # fmt: skip
    method = rules.KINDS[kind].method
    calendar = None
    if method is not None:
        entry = invitation.of(
            one, customer, method=method, cancelled=method == "CANCEL", stamped_at=row.created_at
        )  # fmt: skip
        calendar = Calendar(method, entry)
    return Mail(
        to=customer.email or "",
        to_name=name,
        sender_name=f"{partner.company} via {PRODUCT}",
        reply_to=partner.email,
        subject=made.subject,
        text=as_text.drawn(made),
        page=as_page.drawn(made),
        language=made.language,
        reference=reference.of(row.pk, row.sk),
        at=at,
        calendar=calendar,
    )


def _own_letter(one: Appointment, customer: Customer, language: str, *, said: Words) -> letter.Own:
    values = own_values.in_mail(
        one.partner, language, start_at=one.start_at, first_name=customer.first_name, last_name=customer.last_name,
        service=one.service.name if one.service else None,
        employee=one.employee.first_name if one.employee else None,
    )  # fmt: skip
    return letter.Own(
        own_rules.filled(said.subject, values) if said.subject else None,
        own_rules.laid_out(said.body, values) if said.body else None,
    )


def _facts(one: Appointment, language: str, at: datetime, *, kind: str) -> list[tuple[str, str]]:
    partner = one.partner
    to_customer, still_on = rules.KINDS[kind].to == "customer", one.status in rules.GOOD
    until = one.start_at - timedelta(hours=one.cancel_until_hours)
    return telling.facts(
        partner, language,
        service=one.service.name if one.service else None,
        employee=one.employee.first_name if one.employee else None,
        start_at=one.start_at, end_at=one.end_at,
        place=invitation.place(partner) if to_customer else None,
        price_rappen=one.price_rappen if to_customer and still_on else 0,
        until=until if to_customer and still_on and until > at else None,
    )  # fmt: skip


def _notice(row: outbox.Row, kind: str, one: Appointment, at: datetime) -> Mail:
    partner = one.partner
    language = partner.language
    to = one.employee.email if one.employee is not None and one.employee.active else partner.email
    values = {
        "practice": partner.company,
        "service": one.service.name if one.service else "-",
        "time": texts.long_time(one.start_at, partner.timezone, language),
        "link": f"{settings.get().public_url}/appointments/{one.id}",
    }
    made = letter.written(
        kind, language, values,
        facts=_facts(one, language, at, kind=kind),
        sender=Sender(PRODUCT, partner.accent),
        why=words.say(ROOM, "foot.why.staff", language, {"practice": partner.company}),
    )  # fmt: skip
    return _from_us(row, made, to=to, name=partner.company, at=at)


def _to_account(row: outbox.Row, kind: str, body: Mapping[str, Any], at: datetime) -> Ready | Verdict:
    employee_id = body.get("employee_id")
    partner = accounts.partner(_partner_id(row))
    if partner is None or partner.status == "closed":
        return Verdict("drop", "erased")
    to, name = partner.email, f"{partner.first_name} {partner.last_name}"
    if employee_id is not None:
        employee = _employee(partner.id, employee_id)
        if employee is None:
            return Verdict("drop", "erased")
        to, name = employee.email, f"{employee.first_name} {employee.last_name}"
    link = _account_link(kind, partner, employee_id, body.get("path"))
    if link is None:
        return Verdict("drop", "overtaken")
    values = {"name": name, "practice": partner.company, "link": link}
    if kind == "welcome":
        values |= _accepted(partner.id)
    why, more, ending = words.say(ROOM, "foot.why.account", partner.language), None, None
    if kind == "confirm_newsletter":
        # The one kind that is not about the account itself: it says how it ends, to people and to mail programs.
        ending = newsletter_link.ending(partner.id)
        why = words.say(ROOM, "foot.why.newsletter", partner.language)
        more = (words.say(ROOM, "foot.unsubscribe", partner.language), ending)
    made = letter.written(
        kind, partner.language, values,
        sender=Sender(PRODUCT, _OUR_ACCENT), why=why, more=more,
    )  # fmt: skip
    return Ready(replace(_from_us(row, made, to=to, name=name, at=at), unsubscribe_url=ending))


def _accepted(partner_id: str) -> dict[str, str]:
    """What was agreed to with the registration: versions, and where each can be read for good."""
    versions = accounts.accepted(partner_id)
    places = {
        f"{name}_link": f"{settings.get().public_url}/policies/{name}?version={versions[name]}" for name in versions
    }
    return {**versions, **places}


def _of_policy(row: outbox.Row, name: str, version: str, *, at: datetime) -> Ready | Verdict:
    partner = accounts.partner(_partner_id(row))
    if partner is None or partner.status != "active":
        return Verdict("drop", "erased")
    try:
        one = policies.policy(name, version)
    except Missing:
        return Verdict("drop", "overtaken")
    language = partner.language
    values = {
        "name": f"{partner.first_name} {partner.last_name}",
        "text": words.say("consent", f"policy.{name}", language),
        "day": formats.long_day(one.in_force_since, language),
        "changes": one.changes[language],
        "what_now": (
            words.say(ROOM, "policy_change.important", language)
            if one.important
            else words.say(ROOM, "policy_change.minor", language)
        ),
        "link": f"{settings.get().public_url}/policies/{name}?version={version}",
    }
    made = letter.written(
        announce.KIND, language, values,
        sender=Sender(PRODUCT, _OUR_ACCENT),
        why=words.say(ROOM, "foot.why.account", language),
    )  # fmt: skip
    return Ready(_from_us(row, made, to=partner.email, name=values["name"], at=at))


def _to_recipient(row: outbox.Row, kind: str, order_id: str, *, at: datetime) -> Ready | Verdict:
    one = billing.new_recipient(_partner_id(row), order_id)
    if one is None:
        return Verdict("drop", "erased")
    here = settings.get()
    name = f"{one.first_name} {one.last_name}"
    values = {
        "name": name,
        "practice": one.named_by,
        "operator": ", ".join((here.operator_name or PRODUCT, *here.operator_address)),
        "contact": here.operator_email or f"{here.public_url}/contact",
        "link": f"{here.public_url}/policies/privacy",
    }
    made = letter.written(
        kind, one.language, values,
        sender=Sender(PRODUCT, _OUR_ACCENT),
        why=words.say(ROOM, "foot.why.recipient", one.language, {"practice": one.named_by}),
    )  # fmt: skip
    return Ready(_from_us(row, made, to=one.email, name=name, at=at))


def _account_link(kind: str, partner: accounts.Partner, employee_id: str | None, path: str | None) -> str | None:
    if path is not None:
        return f"{settings.get().public_url}{path}"
    if kind == "welcome":
        return confirmation_link.of(partner.id)
    if kind == "confirm_newsletter":
        return newsletter_link.confirming(partner.id, partner.email)
    if kind in ("already_registered", "password_set"):
        return f"{settings.get().public_url}/forms/forgot-password"
    return reset_link.of(partner.id, employee_id) if employee_id else None


def _employee(partner_id: str, employee_id: str) -> accounts.Employee | None:
    try:
        employee = offering.offer(partner_id).employees.get(employee_id)
    except Missing:
        return None
    return employee if employee is not None and employee.active else None


def _from_us(row: outbox.Row, made: Letter, *, to: str, name: str, at: datetime) -> Mail:
    return Mail(
        to=to, to_name=name, sender_name=PRODUCT, reply_to=None, subject=made.subject, text=as_text.drawn(made),
        page=as_page.drawn(made), language=made.language, reference=reference.of(row.pk, row.sk), at=at,
    )  # fmt: skip


def _language(one: Appointment) -> str:
    language = one.language if one.language in words.LANGUAGES else one.partner.language
    return words.informal(language, one.partner.salutation)


def _partner_id(row: outbox.Row) -> str:
    return row.pk.removesuffix("#outbox")
