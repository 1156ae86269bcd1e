"""When a message may go: never overtaken, never after the start, no SMS at night; and reports only move forward."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

QUIET_FROM = time(21)
QUIET_UNTIL = time(7)
LEAST_BEFORE_START = timedelta(hours=1)
LEAST_AFTER_BOOKING = timedelta(minutes=30)
UNSURE_FOR = timedelta(hours=23)  # SMSAPI remembers a reference for 24 hours; later a repeat could be a second SMS
GSM_LETTERS = 160
LEAST_PRACTICE_LETTERS = 10

GOOD = ("confirmed",)
OVER = ("cancelled_by_customer", "cancelled_by_partner", "declined")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: to whom, in which state of the appointment it is still true, its iCalendar method, if any."""

    to: Literal["customer", "staff", "account", "recipient"]
    statuses: tuple[str, ...] = ()
    method: Literal["REQUEST", "CANCEL"] | None = None


KINDS: Mapping[str, Kind] = {
    "confirmation": Kind("customer", GOOD, "REQUEST"),
    "moved": Kind("customer", GOOD, "REQUEST"),
    "cancelled": Kind("customer", OVER, "CANCEL"),
    "reminder": Kind("customer", GOOD),
    "notice_booked": Kind("staff", GOOD),
    "notice_moved": Kind("staff", GOOD),
    "notice_cancelled": Kind("staff", OVER),
    "welcome": Kind("account"),
    "already_registered": Kind("account"),
    "reset": Kind("account"),
    "password_set": Kind("account"),
    "invite": Kind("account"),
    "second_factor_on": Kind("account"),
    "second_factor_off": Kind("account"),
    "codes_refused": Kind("account"),
    "policy_change": Kind("account"),
    "confirm_newsletter": Kind("account"),
    "request_due": Kind("account"),
    "webhook_stopped": Kind("account"),
    "calendar_silent": Kind("account"),
    "invoice_recipient": Kind("recipient"),
}
SMS_KINDS = ("confirmation", "moved", "cancelled", "reminder")


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about a message on an appointment, all of it read now and not when the message was planned."""

    status: str
    sequence: int
    start_at: datetime
    zone: str
    sms_allowed: bool  # the person wished it, the partner has it switched on, and there is a number
    has_mail: bool
    no_reminders: bool = False  # they objected, or had the use of their data restricted (Art. 18, 21 GDPR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`go`, `drop` for a reason, `wait` until an instant, or go by `mail` instead of SMS."""

    step: Literal["go", "drop", "wait", "mail"]
    reason: str = ""
    until: datetime | None = None


def verdict(
    kind: str, channel: str, facts: Facts, *, sequence: int, at: datetime, next_due_at: datetime | None = None
) -> Verdict:
    """Whether a message on an appointment goes now. `next_due_at` is when the reminder after this one is due."""
    if facts.sequence != sequence or facts.status not in KINDS[kind].statuses:
        return Verdict("drop", "overtaken")
    if kind == "reminder" and facts.no_reminders:
        return Verdict("drop", "objected")
    if facts.start_at <= at or (next_due_at is not None and next_due_at <= at):
        return Verdict("drop", "too_late")
    if channel == "mail":
        return Verdict("go") if facts.has_mail else Verdict("drop", "no_address")
    mail_instead = kind == "reminder" and facts.has_mail
    if not facts.sms_allowed:
        return Verdict("mail" if mail_instead else "drop", "sms_off")
    morning = morning_after(at, facts.zone)
    if morning is None:
        return Verdict("go")
    room = LEAST_BEFORE_START if kind == "reminder" else timedelta(0)
    # A confirmation needs only to come before the start, a reminder early enough to set out.
    if facts.start_at - morning >= room and facts.start_at > morning:
        return Verdict("wait", "quiet_hours", morning)
    return Verdict("mail" if mail_instead else "drop", "quiet_hours")


def morning_after(at: datetime, zone: str) -> datetime | None:
    """When the quiet hours (21:00 to 07:00 on the clocks of `zone`) that `at` falls into end, or None by day."""
    local = at.astimezone(ZoneInfo(zone))
    clock_time = local.time()
    if QUIET_UNTIL <= clock_time < QUIET_FROM:
        return None
    day = local.date() + timedelta(days=1 if clock_time >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, ZoneInfo(zone)).astimezone(at.tzinfo)


def reminders(
    start_at: datetime, hours: Sequence[int], *, booked_at: datetime, at: datetime
) -> list[tuple[int, datetime]]:
    """The lead times in hours that still make sense, the longest first, and the instant of each."""
    planned = [(lead, start_at - timedelta(hours=lead)) for lead in sorted({*hours}, reverse=True) if lead > 0]
    return [(lead, due_at) for lead, due_at in planned if due_at > at and due_at >= booked_at + LEAST_AFTER_BOOKING]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A state of delivery as the vendor tells it; `at` is None where the vendor did not say when."""

    name: str
    final: bool
    at: datetime | None


def moves_on(known: Delivery | None, told: Delivery) -> bool:
    """Whether a report is news: an end is never replaced by something in between, else the later one counts.

    A repeated state with a later date is news too: it is what an even older report is compared with. Two states of the
    same instant have an order by name, so that the order in which they come never matters.
    """
    if known is None:
        return True
    if known.final != told.final:
        return told.final
    if told.at is None:
        return False
    return known.at is None or (told.at, told.name) > (known.at, known.name)


def kind_of(row_id: str) -> str:
    """The kind of message, which is a part of the id of its outbox row."""
    return next((part for part in row_id.split("-") if part in KINDS), "unknown")


def shortened(name: str, letters: int) -> str:
    """A name cut to fit, but never below what can be recognised."""
    return name if len(name) <= letters else name[: max(letters, LEAST_PRACTICE_LETTERS)].rstrip(" .,-&")
