"""The booking page: what, with whom, when, and who; every step has its own address, and every page shows what is chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.accounts.find import Employee
from chalicelib.booking import embed, link, month, people, place, why_asked
from chalicelib.booking.forms import ANYBODY, STEPS
from chalicelib.offering import find
from chalicelib.offering.find import Offer, Service
from chalicelib.plumbing import words
from chalicelib.plumbing.sheets import Page, Sheet

_PARTS_OF_DAY = (("morning", "00:00", "12:00"), ("afternoon", "12:00", "17:00"), ("evening", "17:00", "24:00"))


@dataclass(frozen=True, slots=True)
class Choice:
    """What a customer has chosen so far, as far as it can be had; what skips itself counts as chosen."""

    service: Service | None = None
    able: tuple[Employee, ...] = ()
    employee_id: str | None = None
    start: datetime | None = None

    @property
    def step(self) -> str:
        if self.service is None:
            return "service"
        if self.employee_id is None:
            return "person"
        return "time" if self.start is None else "details"


def page(sheet: Sheet) -> Page:
    """Draw GET /book/{booking_name} at the step that its query has come to, and the sealed form of `book`, refused or not.

    The calendar is asked at the step of the times, and for the nearest times after a start was refused; elsewhere not.
    """
    name = sheet.parameters["booking_name"]
    offer = find.offer_as_known(find.partner_id_of(name))
    partner, at = offer.partner, sheet.visit.at
    asked = _asked(sheet)
    chosen = _chosen(offer, asked, at)
    language = words.informal(sheet.visit.language, partner.salutation)
    embedded = sheet.query.get("embed") == "1"
    services = sorted((one for one in offer.services.values() if one.active), key=lambda s: (s.name.casefold(), s.id))
    data: dict[str, Any] = {
        "partner": partner,
        "services": services,
        "chosen": chosen,
        "asked": asked,
        "employee": next((one for one in chosen.able if one.id == chosen.employee_id), None),
        "way": _ways(name, sheet.query, embedded=embedded),
        "embedded": embedded,
        "frames": embed.frames_of(partner) if embedded else (),
        "refused": sheet.refused,
        "cookies_refused": _cookies_refused(sheet),
        "month": None,
        "form": None,
    }
    if chosen.step == "time" and chosen.service is not None and chosen.employee_id is not None:
        data["month"] = month.of(
            offer,
            chosen.service,
            chosen.able,
            employee_id=chosen.employee_id,
            day=_date(asked.get("day")),
            month=_date(asked.get("month", "") + "-01"),
            since=_date(asked.get("since")),
            at=at,
        )
        data["parts"] = _parts_of_day(data["month"].chosen)
    if chosen.step == "details":
        data |= _details(sheet, offer, chosen)
    return Page(
        "booking/pages/booking.html",
        data,
        language=language,
        accent=partner.accent,
        frames=embed.frames_of(partner) if embedded else (),
    )


def _parts_of_day(day: month.Day | None) -> list[tuple[str, str, str, list[str]]]:
    starts = day.starts if day else ()
    return [
        (name, begins, ends, [start for start in starts if begins <= start[11:16] < ends])
        for name, begins, ends in _PARTS_OF_DAY
    ]


def _details(sheet: Sheet, offer: Offer, chosen: Choice) -> dict[str, Any]:
    service, start, zone = chosen.service, chosen.start, offer.partner.timezone
    assert service is not None
    assert start is not None
    end = start + timedelta(minutes=service.duration_minutes)
    until = start - timedelta(hours=service.cancel_until_hours)
    # A refused form is sealed anew already; one that came with locked values is not, for here a start can be changed.
    ready = "token" in sheet.content and not sheet.content["locked"]
    form = sheet.content if ready else sheet.form("book", booking_name=offer.partner.booking_name or "")
    return {
        "form": form,
        "fields_by_name": {one["name"]: one for one in form["fields"]},
        "typed": sheet.typed,
        "start": link.local(start, zone),
        "end": link.local(end, zone),
        "may_cancel_until": link.local(until, zone) if until > sheet.visit.at else None,
        "delete_on": people.kept_until(end, zone=zone, months=offer.partner.retention_months),
        "why": why_asked.fields([one["name"] for one in form["fields"]], sheet.visit.language),
        "start_refused": _start_refused(sheet),
        "alternatives": _alternatives(sheet, offer, chosen),
    }


def _alternatives(sheet: Sheet, offer: Offer, chosen: Choice) -> list[str]:
    """The free starts nearest to one that was refused."""
    if sheet.refused is None or not _start_refused(sheet):
        return []
    told = sheet.refused.get("alternatives")
    if told is None:
        assert chosen.service is not None
        assert chosen.start is not None
        told = place.alternatives(sheet.visit, offer, chosen.service.id, chosen.employee_id or ANYBODY, chosen.start)
    return [str(one["start"]) for one in told]


def _start_refused(sheet: Sheet) -> bool:
    refused = sheet.refused or {}
    return refused.get("code") == "slot_taken" or any(one["field"] == "start" for one in refused.get("errors", ()))


def _cookies_refused(sheet: Sheet) -> bool:
    # Inside another site some browsers keep no cookie at all; then no form of ours can come back whole.
    refused = sheet.refused or {}
    return refused.get("code") == "form_token_invalid" and "reason" not in refused


def _chosen(offer: Offer, asked: Mapping[str, str], at: datetime) -> Choice:
    services = [one for one in offer.services.values() if one.active]
    service = next((one for one in services if one.id == asked.get("service_id")), None)
    if service is None and len(services) == 1:
        service = services[0]
    if service is None:
        return Choice()
    able = offer.employees_for(service)
    wanted = asked.get("employee_id")
    if len(able) < 2:
        wanted = ANYBODY
    elif wanted != ANYBODY and wanted not in {one.id for one in able}:
        return Choice(service, able)
    return Choice(service, able, wanted, _start(asked.get("start"), at))


def _asked(sheet: Sheet) -> dict[str, str]:
    given = {**sheet.query, **sheet.typed}
    names = [one.name for one in STEPS]
    return {name: given[name] for name in names if isinstance(given.get(name), str) and given[name]}


def _start(text: str | None, at: datetime) -> datetime | None:
    try:
        start = datetime.fromisoformat(text or "")
        start = start.astimezone(UTC) if start.tzinfo else at
    except (ValueError, OverflowError):
        return None
    return start if at < start < at + place.FARTHEST else None


def _date(text: str | None) -> date | None:
    try:
        on = date.fromisoformat(text or "")
    except ValueError:
        return None
    return on if 2000 < on.year < 2200 else None


def _ways(name: str, query: Mapping[str, str], *, embedded: bool) -> Callable[..., str]:
    # Inside a frame the language has no cookie to live in.
    kept = {"embed": "1", **({"lang": query["lang"]} if "lang" in query else {})} if embedded else {}

    def way(path: str = "", **chosen: Any) -> str:
        """The address of a step of this page, with these choices."""
        parts = {
            **{key: str(value) for key, value in chosen.items() if value},
            **{k: v for k, v in kept.items() if k not in chosen},
        }
        return f"/book/{name}{path}" + (f"?{urlencode(parts)}" if parts else "")

    return way
