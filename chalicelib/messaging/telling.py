"""What messages tell a customer of an appointment: the facts, on whose behalf, and our SMS."""

from datetime import datetime

from chalicelib.accounts.find import Partner
from chalicelib.booking import invitation
from chalicelib.messaging import texts
from chalicelib.messaging.letter import Sender
from chalicelib.plumbing import formats, words

ROOM = "messaging"
PRODUCT = "Zeitfenster"


def sms(partner: Partner, kind: str, language: str, *, start_at: datetime, link: str) -> str:
    """The SMS of a kind in our words; of a business that wants it discreet it does not say which business it is (R37)."""
    time = texts.short_time(start_at, partner.timezone, language)
    practice = PRODUCT if partner.sms_discreet else partner.company
    return texts.sms(kind, language, {"practice": practice, "time": time, "link": link})


def facts(
    partner: Partner,
    language: str,
    *,
    service: str | None,
    employee: str | None,
    start_at: datetime,
    end_at: datetime,
    place: str | None,
    price_rappen: int,
    until: datetime | None,
) -> list[tuple[str, str]]:
    """What, when, with whom, where, for how much and until when it can be changed: as far as it is to be said."""
    zone = partner.timezone
    said = {
        "what": service or partner.company,
        "when": texts.long_time(start_at, zone, language, until=end_at),
        "with": employee,
        "where": place,
        "price": formats.money(price_rappen) if price_rappen else None,
        "until": texts.long_time(until, zone, language) if until else None,
    }
    return [(words.say(ROOM, f"facts.{name}", language), what) for name, what in said.items() if what]


def sender(partner: Partner) -> Sender:
    """On whose behalf a letter to a customer goes."""
    return Sender(partner.company, partner.accent, invitation.place(partner), partner.phone, partner.email)
