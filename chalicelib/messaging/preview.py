"""How messages in somebody's own words would look, with an example of an appointment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Partner
from chalicelib.booking import invitation, link
from chalicelib.messaging import letter, own, own_rules, own_values, parts, rules, telling
from chalicelib.messaging.letter import Letter
from chalicelib.messaging.own_rules import Words
from chalicelib.messaging.parts import Parts
from chalicelib.messaging.records import TextRow
from chalicelib.offering.find import Offer
from chalicelib.plumbing import words

ROOM = "messaging"
NOBODY = "0" * 26  # an appointment that there is not: its link is as long as every other, and opens nothing
FIRST_NAME, LAST_NAME = "Lea", "Keller"


@dataclass(frozen=True, slots=True)
class Seen:
    """A mail and an SMS as they would go, and what the SMS takes; `strange` are the letters that make it dear."""

    mail: Letter
    sms: str
    counted: Parts
    strange: str


def of(offer: Offer, kind: str, language: str, *, said: Words, at: datetime) -> Seen:
    """The messages of a kind; what is not said in own words is said in ours. A wrong placeholder stays as it was typed."""
    partner, service, employee = offer.partner, _service(offer, language), _employee(offer, language)
    spoken = words.informal(language, partner.salutation)
    ours = own.ours(partner, kind, language)
    start_at = example_start(partner, at)
    values = own_values.in_mail(
        partner, spoken, start_at=start_at, first_name=FIRST_NAME, last_name=LAST_NAME, service=service[0],
        employee=employee,
    )  # fmt: skip
    address = link.url(partner.id, NOBODY)
    mail = letter.written(
        kind, spoken, {"practice": "", "time": "", "name": "", "first_name": "", "link": address, "calendar": address},
        facts=telling.facts(
            partner, spoken, service=service[0], employee=employee, start_at=start_at,
            end_at=start_at + timedelta(minutes=service[1]),
            place=invitation.place(partner), price_rappen=service[2] if kind != "cancelled" else 0,
            until=start_at - timedelta(hours=service[3]) if kind != "cancelled" else None,
        ),
        sender=telling.sender(partner),
        why=words.say(ROOM, "foot.why.customer", spoken, {"practice": partner.company}),
        own=letter.Own(
            own_rules.filled(said.subject or ours.subject or "", values),
            own_rules.laid_out(said.body or ours.body or "", values),
        ),
    )  # fmt: skip
    sms = _sms(partner, kind, spoken, said=said, start_at=start_at)
    return Seen(mail, sms, parts.count(sms), own_rules.strange_letters(sms))


def sms_parts(partner: Partner, kind: str, language: str, *, said: Words, at: datetime) -> int:
    """How many parts the SMS takes."""
    spoken = words.informal(language, partner.salutation)
    return parts.count(_sms(partner, kind, spoken, said=said, start_at=example_start(partner, at))).parts


def fits(partner: Partner, row: TextRow | None, kind: str, language: str, at: datetime) -> bool:
    """Whether the own SMS of a row, if there is one, is still short enough; the name of a business may have grown."""
    if row is None or not row.sms:
        return True
    said = own.words_of(row)
    return sms_parts(partner, kind, language, said=said, at=at) <= own_rules.MOST_SMS_PARTS


def example_start(partner: Partner, at: datetime) -> datetime:
    """Half past two on the last Wednesday of the next November: no date takes more room in an SMS."""
    zone = ZoneInfo(partner.timezone)
    today = at.astimezone(zone)
    last = [datetime(year, 11, 30, 14, 30, tzinfo=zone) for year in (today.year, today.year + 1)]
    wednesdays = [one - timedelta(days=(one.weekday() - 2) % 7) for one in last]
    return next(one for one in wednesdays if one > today)


def _sms(partner: Partner, kind: str, language: str, *, said: Words, start_at: datetime) -> str:
    assert kind in rules.SMS_KINDS
    address = link.url(partner.id, NOBODY)
    if said.sms and not partner.sms_discreet:
        return own_rules.filled(said.sms, own_values.in_sms(partner, language, start_at=start_at, link=address))
    return telling.sms(partner, kind, language, start_at=start_at, link=address)


def _service(offer: Offer, language: str) -> tuple[str, int, int, int]:
    """Name, minutes, price in Rappen and hours until which it can be cancelled, of a service that people book here."""
    for one in offer.services.values():
        if one.active:
            return one.name, one.duration_minutes, one.price_rappen, one.cancel_until_hours
    return words.say("messaging", "example.service", language), 45, 0, 24


def _employee(offer: Offer, language: str) -> str:
    for one in offer.employees.values():
        if one.active and one.bookable:
            return one.first_name
    return words.say("messaging", "example.employee", language)
