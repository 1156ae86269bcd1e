"""Check a list of appointments: when, what, with whom and for whom each is, and whether there is time for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking import find as booking
from chalicelib.booking import forms, keep_time, people, place, rules
from chalicelib.booking.arrival import Arrival
from chalicelib.booking.people import Person
from chalicelib.exchange import cell_rules, check_customers, steps
from chalicelib.exchange.lines import Line
from chalicelib.exchange.steps import Asked, Found, Step
from chalicelib.exchange.team import Team
from chalicelib.offering.find import Service
from chalicelib.plumbing.forms import Field

_WHEN = ("time", "start", "day")
_TEXTS = (
    Field("note", "lines", required=False, longest=1000), Field("reason", "lines", required=False, longest=500),
    Field("phone", "phone", required=False), Field("language", required=False, options=("de", "fr", "it", "en")),
)  # fmt: skip
_STATUSES: Mapping[str, str] = {
    **dict.fromkeys(("bestätigt", "gebucht", "geplant", "offen", "confirmé", "confirmée", "réservé", "confermato", "prenotato", "booked", "scheduled",
                     "active", "accepted", "approved"), "confirmed"),
    **dict.fromkeys(("angefragt", "provisorisch", "ausstehend", "en attente", "demandé", "in attesa", "richiesto", "pending", "tentative"), "requested"),
    **dict.fromkeys(("abgesagt", "storniert", "gelöscht", "annulé", "annulée", "annullato", "disdetto", "cancelled", "canceled"), "cancelled_by_customer"),
    **dict.fromkeys(("nicht erschienen", "no-show", "no show", "noshow", "absent", "non présenté", "non presentato"), "no_show"),
    **dict.fromkeys(("erledigt", "abgeschlossen", "stattgefunden", "wahrgenommen", "terminé", "effectué", "completato", "concluso", "done", "finished",
                     "attended"), "completed"),
    **dict.fromkeys(("abgelehnt", "refusé", "rifiutato", "rejected"), "declined"),
}  # fmt: skip
_SMALL = Field("answers", "object", required=False)
_MOST_ANSWERS = 50


def check(asked: Asked, lines: list[Line]) -> Found:
    """Appointments are known by the id of a file, else by when, with whom and for whom they are. One that is here stays as it is."""
    found, seen = Found(), dict[str, int]()
    reader = _Reader(asked, lines)
    read = [(line, reader.arrival(line)) for line in lines]
    wanted = [(line, one) for line, one in read if one is not None]
    known = booking.known_appointments(asked.partner_id, [one.id for _, one in wanted])
    new: dict[str, tuple[Line, Arrival]] = {}
    for line, one in wanted:
        if not steps.once(seen, line, line.known_by(_when(line)), one.id):
            continue
        if one.id in known:
            found.unchanged += 1
        elif _is_over(asked, one):
            found.skipped += 1
        else:
            new[one.id] = line, one
    holding = [one for _, one in new.values() if one.holds(asked.at)]
    for appointment_id, code in keep_time.conflicts(asked.partner_id, asked.at, holding, offer=asked.offer).items():
        line = new[appointment_id][0]
        line.wrong(_when(line), "slot_taken" if code == "slot_taken" else code, minutes=5)
    found.steps = [
        # Whether it holds time is decided here, once: the clock goes on while a file is taken in.
        Step("appointment", one.id, line.number, True, {**one.plain(), "_keep": one.holds(asked.at)})
        for line, one in new.values()
    ]
    return found


def _is_over(asked: Asked, one: Arrival) -> bool:
    """Whether its day of deletion has come already: then it may not come in at all."""
    partner = asked.offer.partner
    return people.kept_until(one.end, zone=partner.timezone, months=partner.retention_months) <= asked.at.date()


def _when(line: Line) -> str:
    return next((one for one in _WHEN if line.has(one)), "start")


class _Reader:
    """Reads rows into appointments, with what is known of the account at hand."""

    def __init__(self, asked: Asked, lines: list[Line]) -> None:
        self._asked = asked
        self._team = Team(asked.offer)
        self._services = {one.name.strip().casefold(): one for one in asked.offer.services.values()}
        self._people = {line.number: _person(line) for line in lines}
        ids = [steps.id_of(asked, "customer", name) for line in lines if (name := line.text("customer_id"))]
        self._known = booking.customers_of(asked.partner_id, ids)
        addresses = {one["email"] for one in self._people.values() if one and one.get("email")}
        self._by_address = booking.customer_ids(asked.partner_id, addresses)
        for line in lines:
            line.troubles.clear()  # what was read here is read again, once, with everything else

    def arrival(self, line: Line) -> Arrival | None:
        """One appointment, or None where something is wrong, which is noted."""
        service, employee_id = self._service(line), self._employee(line)
        span = self._span(line, service)
        person, customer_id = self._customer(line)
        texts = line.checked(_TEXTS, {
            "note": line.text("note"), "reason": line.text("reason"), "phone": line.text("phone"),
            "language": check_customers.language_of(line.text("language")),
        })  # fmt: skip
        status = self._status(line, span)
        sms = line.read("sms", cell_rules.flag) or False
        buffers = [line.read(f"buffer_{side}_minutes", cell_rules.integer) for side in ("before", "after")]
        price = line.read("price_rappen", cell_rules.integer)
        price = price if price is not None else line.read("price_chf", cell_rules.rappen)
        until = line.read("cancel_until_hours", cell_rules.integer)
        answers = _answers(line)
        if (
            line.troubles
            or service is None
            or employee_id is None
            or span is None
            or customer_id is None
            or texts is None
        ):
            return None
        before, after = (
            own
            if own is not None and 0 <= own <= 240 and own % 5 == 0
            else int(getattr(service, f"buffer_{side}_minutes"))
            for own, side in zip(buffers, ("before", "after"), strict=True)
        )
        phone = texts.get("phone") or (person.phone if person and sms else None)
        name = (
            line.text("id")
            or line.text("external_id")
            or f"-\t{span[0].isoformat()}\t{service.id}\t{employee_id}\t{customer_id}"
        )
        return Arrival(
            id=steps.id_of(self._asked, "appointment", name), service_id=service.id, employee_id=employee_id,
            customer_id=customer_id, start=span[0], end=span[1], buffer_before_minutes=before, buffer_after_minutes=after,
            cancel_until_hours=until if until is not None and 0 <= until <= 720 else service.cancel_until_hours,
            seats=service.capacity, status=status, price_rappen=price if price is not None else service.price_rappen,
            sms=sms, language=texts.get("language") or (person.language if person else None) or self._asked.offer.partner.language,
            phone=phone if sms else None, note=texts.get("note") or None, answers=answers, reason=texts.get("reason") or None,
            person=person,
        )  # fmt: skip

    def _service(self, line: Line) -> Service | None:
        key, name = line.text("service_id"), line.text("service_name")
        found = self._asked.offer.services.get(steps.id_of(self._asked, "service", key)) if key else None
        found = found or (self._services.get(name.strip().casefold()) if name else None)
        if found is None:
            meant = "service_id" if key else "service_name"
            line.wrong(meant, "unknown_service" if key or name else "missing", name=(name or key or "")[:60])
        return found

    def _employee(self, line: Line) -> str | None:
        found = self._team.one(line, ("employee_id", "employee_name"))
        if found is None and not line.has("employee_id") and not line.has("employee_name"):
            bookable = [one.id for one in self._asked.offer.employees.values() if one.bookable and one.active]
            if len(bookable) == 1:
                return bookable[0]
            line.wrong("employee_name", "missing")
        return found

    def _span(self, line: Line, service: Service | None) -> tuple[datetime, datetime] | None:
        zone = line.zone(self._asked.offer.partner.timezone)
        start = self._start(line, zone)
        if start is None:
            return None
        minutes = line.read("duration", cell_rules.minutes)
        end = self._end(line, start, zone)
        if end is None:
            end = start + timedelta(minutes=minutes or (service.duration_minutes if service else 0))
        if line.troubles or service is None:
            return None
        length = end - start
        if length <= timedelta():
            line.wrong("end", "end_before_start")
        elif length > timedelta(hours=12) or length % timedelta(minutes=5) or start.timestamp() % 300:
            line.wrong(_when(line) if start.timestamp() % 300 else "end", "off_mark", minutes=5)
        elif start > self._asked.at + place.FARTHEST:
            line.wrong(_when(line), "too_far", most=place.FARTHEST.days)
        return None if line.troubles else (start, end)

    def _start(self, line: Line, zone: str) -> datetime | None:
        if line.has("start") and not line.has("day"):
            return line.instant("start", zone=zone)
        on = line.read("day", cell_rules.day)
        at = line.read("time" if line.has("time") else "start", cell_rules.clock)
        if on is None or at is None:
            if not line.troubles:
                line.wrong("day" if on is None else "time", "missing")
            return None
        return line.read("day", lambda _: cell_rules.instant(datetime.combine(on, at), zone=zone))

    def _end(self, line: Line, start: datetime, zone: str) -> datetime | None:
        if not line.has("end"):
            return None
        try:
            at = cell_rules.clock(line.cells["end"]) if line.has("day") else None
        except cell_rules.Bad:
            at = None
        if at is None:
            return line.instant("end", zone=zone)
        on = line.read("day", cell_rules.day)
        assert on is not None
        return line.read("end", lambda _: cell_rules.instant(datetime.combine(on, at), zone=zone))

    def _customer(self, line: Line) -> tuple[Person | None, str | None]:
        values = _person(line)
        if values is None:
            return None, None
        key = line.text("customer_id")
        if key and (known := self._known.get(steps.id_of(self._asked, "customer", key))) is not None:
            return None, known.id
        if owner := self._by_address.get(values.get("email") or ""):
            return _described(self._asked, line, values), owner
        person = _described(self._asked, line, values)
        if person is None:
            if key:
                line.wrong("customer_id", "unknown_customer")
            else:
                for name in ("first_name", "last_name"):
                    if not values.get(name):
                        line.wrong(f"customer_{name}", "missing")
            return None, None
        parts = (person.email,) if person.email else (person.first_name, person.last_name, person.phone)
        name = key or "\t".join(str(one or "") for one in ("-", *parts))
        return person, steps.id_of(self._asked, "customer", name)

    def _status(self, line: Line, span: tuple[datetime, datetime] | None) -> Any:
        word = (line.text("status") or "confirmed").strip()
        status = word if word in rules.NEXT else _STATUSES.get(word.casefold())
        if status is None:
            line.wrong("status", "not_an_option", options=", ".join(forms.STATUSES))
        elif span is not None and span[0] > self._asked.at and status in ("completed", "no_show"):
            line.wrong("status", "not_before_start")
        return status


def _person(line: Line) -> dict[str, Any] | None:
    return check_customers.person_of(line, prefix="customer_")


def _described(asked: Asked, line: Line, values: Mapping[str, Any]) -> Person | None:
    if not values.get("first_name") or not values.get("last_name"):
        return None
    language = check_customers.language_of(line.text("language"))
    language = language if language in ("de", "fr", "it", "en") else asked.offer.partner.language
    return Person(values["first_name"], values["last_name"], values.get("email"), values.get("phone"), language)


def _answers(line: Line) -> dict[str, Any] | None:
    sent = line.read("answers", cell_rules.listed)
    checked = line.checked([_SMALL], {"answers": sent})
    answers = (checked or {}).get("answers") or {}
    good = len(answers) <= _MOST_ANSWERS and all(
        isinstance(one, bool) or (isinstance(one, str) and len(one) <= 1000) for one in answers.values()
    )
    if not good:
        line.wrong("answers", "not_a_list")
    return answers or None
