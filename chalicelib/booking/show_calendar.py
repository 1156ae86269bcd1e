"""The calendar of the desk: a week, a day with a column for each person, or a list, from the same answer a program gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from chalicelib.accounts.find import Employee
from chalicelib.booking import bitmap, find, layout, rules, see
from chalicelib.booking.find import Customer
from chalicelib.booking.layout import Axis, Lane
from chalicelib.offering import find as offering
from chalicelib.offering import holidays, hours_rules, opening
from chalicelib.offering.find import Offer
from chalicelib.plumbing import formats, settings
from chalicelib.plumbing.sheets import Page, Sheet

_SLOT_MINUTES = 30
_SHORT_MINUTES = 25
_TINTS = 8


@dataclass(frozen=True, slots=True)
class _Scale:
    """How high a row is, how few rows a finger can hit (24 pixels), and fewer than how many hold but one line of text."""

    row: str
    least: int
    one_line: int


_LOW, _HIGH = _Scale("0.39rem", 4, 6), _Scale("0.52rem", 3, 5)


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as the calendar shows it. `customer` is None for somebody who has been erased."""

    id: str
    start: datetime
    end: datetime
    status: str
    customer: Customer | None
    service: str
    service_id: str
    employee: str
    employee_id: str
    tint: int
    note: str | None
    capacity: int
    movable: bool


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in one place: an appointment, or the seats of one session."""

    entries: tuple[Entry, ...]
    grouped: bool
    top: int
    bottom: int
    lane: Lane
    short: bool


@dataclass(frozen=True, slots=True)
class Away:
    """When somebody, or everybody (None), is away on a day; None for the whole of it."""

    employee: str | None
    reason: str | None
    start: datetime | None
    end: datetime | None
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A free half hour at which a new appointment may begin."""

    start: datetime
    employee_id: str | None
    top: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Column:
    """A day of the week view, or one person's day."""

    key: str
    on: date
    employee: Employee | None
    tint: int
    blocks: tuple[Block, ...]
    called_off: int
    opens: tuple[tuple[int, int], ...]
    hours: tuple[str, ...]
    away: tuple[Away, ...]
    slots: tuple[Slot, ...]
    begin: datetime
    is_holiday: bool
    is_today: bool
    lanes: int

    @property
    def sheet(self) -> list[Entry]:
        """Its appointments in the order of time, as a day sheet prints them."""
        return [entry for block in self.blocks for entry in block.entries]


@dataclass(frozen=True, slots=True)
class _Asked:
    view: str
    first_on: date
    last_on: date
    employee_id: str | None
    today: date


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lies under the appointments: the range as stretches, and who is open when."""

    stretches: tuple[hours_rules.Stretch, ...]
    first_utc_day: date
    days: int
    opened: Mapping[str, int]


def page(sheet: Sheet) -> Page:
    """GET /appointments for people. Reads the names of the customers in one request; that they were read is written down by the door, and here only for whom its answer left out."""
    offer = offering.offer(sheet.visit.partner)
    asked = _asked(sheet, offer)
    shown = _all(sheet, asked)
    team = _team(offer, shown)
    chosen = [one for one in team if asked.employee_id in (None, one.id)]
    customers = see.several(sheet.visit, see.customers_in(shown), seen=see.customers_in(sheet.content["items"]))
    entries = [_entry(one, sheet, offer, team=team, customers=customers) for one in shown]
    ground = _ground(offer, asked, chosen)
    paper = _paper(asked, entries, ground)
    now = sheet.visit.at.astimezone(ZoneInfo(offer.partner.timezone))
    columns = _columns(offer, asked, entries, chosen=chosen, ground=ground, paper=paper, now=now)
    return Page(
        "booking/pages/calendar.html",
        {
            "view": asked.view,
            "day": _stays_on(asked),
            "first_on": asked.first_on,
            "last_on": asked.last_on,
            "today": asked.today,
            "employee_id": asked.employee_id,
            "team": team,
            "tints": {one.id: _tint(team, one.id) for one in team},
            "title": _title(asked, sheet.visit.language),
            "week": asked.first_on.isocalendar().week,
            "ways": _ways(asked),
            "more": _more(sheet),
            "columns": columns,
            "entries": entries,
            "days": [asked.first_on + timedelta(days=n) for n in range((asked.last_on - asked.first_on).days + 1)],
            "paper": paper,
            "now": now,
            "now_row": paper.row(now.hour * 60 + now.minute, now.fold) if asked.view != "list" else 0,
            "rules": _rules(paper, columns, now=now, row=_scale(entries).row),
            "has_services": any(one.active for one in offer.services.values()),
            "is_admin": sheet.visit.role != "employee",
            "booking_page": f"{settings.get().public_url}/book/{offer.partner.booking_name}"
            if offer.partner.booking_name
            else None,
        },
    )


def _asked(sheet: Sheet, offer: Offer) -> _Asked:
    """What the answer is about; the door has checked the query already."""
    today = sheet.visit.at.astimezone(ZoneInfo(offer.partner.timezone)).date()
    days = {
        name: date.fromisoformat(sheet.query[name]) if sheet.query.get(name) else None for name in ("from", "to", "day")
    }
    view = "list" if _is_paged(sheet) else sheet.query.get("view") or "week"
    first_on, last_on = find.days_asked({**days, "view": view}, today)
    return _Asked(view, first_on, last_on, sheet.query.get("employee_id") or None, today)


def _all(sheet: Sheet, asked: _Asked) -> list[dict[str, Any]]:
    """What the answer lists, and where its page is too short for a calendar, the rest of it: one Query more."""
    items: list[dict[str, Any]] = list(sheet.content["items"])
    if sheet.content["next"] and not _is_paged(sheet):
        rest = {"from": asked.first_on, "to": asked.last_on, "day": None, "view": "list",
                "employee_id": asked.employee_id, "cursor": sheet.content["next"]}  # fmt: skip
        items += find.agenda(sheet.visit.partner, rest, sheet.visit.at)["items"]
    return items


def _is_paged(sheet: Sheet) -> bool:
    """Whether somebody asked for a range of their own, which comes page after page like other lists."""
    return bool(sheet.query.get("from") or sheet.query.get("to"))


def _team(offer: Offer, shown: Sequence[Mapping[str, Any]]) -> list[Employee]:
    """Who has a calendar: everybody who can be booked, and whoever has appointments all the same."""
    busy = {one["employee_id"] for one in shown}
    return sorted(
        (one for one in offer.employees.values() if (one.bookable and one.active) or one.id in busy), key=lambda e: e.id
    )


def _tint(team: Sequence[Employee], employee_id: str) -> int:
    return next((number for number, one in enumerate(team) if one.id == employee_id), 0) % _TINTS


def _entry(
    one: Mapping[str, Any],
    sheet: Sheet,
    offer: Offer,
    *,
    team: Sequence[Employee],
    customers: Mapping[str, Customer],
) -> Entry:
    zone, visit = offer.partner.timezone, sheet.visit
    service, employee = offer.services.get(one["service_id"]), offer.employees.get(one["employee_id"])
    return Entry(
        id=one["id"],
        start=formats.instant(one["start"], zone),
        end=formats.instant(one["end"], zone),
        status=one["status"],
        customer=customers.get(one["customer_id"]),
        service=service.name if service else "–",
        service_id=one["service_id"],
        employee=employee.first_name if employee else "–",
        employee_id=one["employee_id"],
        tint=_tint(team, one["employee_id"]),
        note=one["note"],
        capacity=service.capacity if service else 1,
        movable=one["status"] in rules.MOVABLE
        and (visit.role != "employee" or one["employee_id"] == visit.employee_id),
    )


# The ground --------------------------------------------------------------------------------------------------------------


def _ground(offer: Offer, asked: _Asked, chosen: Sequence[Employee]) -> _Ground:
    first_utc_day = asked.first_on - timedelta(days=1)
    days = (asked.last_on - asked.first_on).days + 3
    return _Ground(
        hours_rules.stretches(first_utc_day, days, offer.partner.timezone),
        first_utc_day,
        days,
        {one.id: opening.mask(offer, one.id, first_utc_day=first_utc_day, days=days) for one in chosen},
    )


def _paper(asked: _Asked, entries: Sequence[Entry], ground: _Ground) -> Axis:
    minutes: list[tuple[int, int]] = []
    days = (asked.last_on - asked.first_on).days + 1
    opened = _any(ground.opened.values())
    for number in range(days if asked.view != "list" else 0):
        on = asked.first_on + timedelta(days=number)
        minutes += layout.minutes_of(opened, ground.stretches, on)
    for one in _standing(entries):
        start = one.start.hour * 60 + one.start.minute
        same_day = one.end.date() == one.start.date()
        minutes.append((start, max(one.end.hour * 60 + one.end.minute, start + layout.STEP) if same_day else 24 * 60))
        if not same_day:
            minutes.append((0, max(one.end.hour * 60 + one.end.minute, layout.STEP)))
    twice = [
        layout.repeated([one for one in ground.stretches if one.on == asked.first_on + timedelta(days=number)])
        for number in range(days)
    ]
    return layout.axis(minutes, next((one for one in twice if one), None))


def _columns(
    offer: Offer,
    asked: _Asked,
    entries: Sequence[Entry],
    *,
    chosen: Sequence[Employee],
    ground: _Ground,
    paper: Axis,
    now: datetime,
) -> list[Column]:
    scale = _scale(entries)

    def column(on: date, employee: Employee | None) -> Column:
        people = [employee] if employee else list(chosen)
        mine = [one for one in entries if employee is None or one.employee_id == employee.id]
        here = [one for one in mine if one.start.date() <= on <= (one.end - timedelta(minutes=1)).date()]
        opened = _any(ground.opened.get(one.id, 0) for one in people)
        blocks = _blocks(_standing(here), on, paper, scale=scale)
        return Column(
            key=employee.id if employee else on.isoformat(),
            on=on,
            employee=employee,
            tint=_tint(chosen, employee.id) if employee else 0,
            blocks=blocks,
            called_off=len(here) - len(_standing(here)),
            opens=tuple(layout.rows_of(opened, ground.stretches, on, paper)),
            hours=tuple(_span(one) for one in layout.minutes_of(opened, ground.stretches, on)),
            away=_away(offer, on, people, paper=paper, everybody=employee is None),
            slots=_slots(
                on, people, mine, ground=ground, paper=paper, now=now, named=bool(employee or asked.employee_id)
            ),
            begin=_begin(on, opened, ground, zone=offer.partner.timezone),
            is_holiday=offer.partner.country == "CH" and on in holidays.between(offer.partner.canton, on, on),
            is_today=on == asked.today,
            lanes=max((one.lane.lanes for one in blocks), default=1),
        )

    if asked.view == "day":
        return [column(asked.first_on, one) for one in chosen]
    if asked.view == "week":
        return [column(asked.first_on + timedelta(days=number), None) for number in range(7)]
    return []


def _blocks(entries: Sequence[Entry], on: date, paper: Axis, *, scale: _Scale) -> tuple[Block, ...]:
    sessions: dict[tuple[Any, ...], list[Entry]] = {}
    for one in entries:
        seat = (one.employee_id, one.service_id, one.start) if one.capacity > 1 else (one.id,)
        sessions.setdefault(seat, []).append(one)
    placed = []
    for held in sessions.values():
        top, bottom = paper.place(held[0].start, held[0].end, on)
        grouped = held[0].capacity > 1
        bottom = min(max(bottom, top + scale.least * (2 if grouped else 1)), paper.rows)
        top = max(0, min(top, bottom - scale.least))
        placed.append(Block(tuple(held), grouped, top, bottom, Lane(0, 1), bottom - top < scale.one_line))
    placed.sort(key=lambda one: (one.top, -one.bottom, one.entries[0].employee_id))
    side = layout.lanes([(one.top, one.bottom) for one in placed])
    return tuple(replace(one, lane=lane) for one, lane in zip(placed, side, strict=True))


def _away(offer: Offer, on: date, people: Sequence[Employee], *, paper: Axis, everybody: bool) -> tuple[Away, ...]:
    zone = offer.partner.timezone
    ids = {one.id for one in people}
    found = []
    for one in offer.absences:
        if not one.touches(on, on, zone=zone) or (one.employee_id is not None and one.employee_id not in ids):
            continue
        start, end = one.start_at.astimezone(ZoneInfo(zone)), one.end_at.astimezone(ZoneInfo(zone))
        top, bottom = paper.place(start, end, on)
        whole = top == 0 and bottom == paper.rows
        who = offer.employees.get(one.employee_id or "")
        found.append(
            Away(
                who.first_name if who and everybody else None,
                one.reason,
                None if whole or start.date() < on else start,
                None if whole or end.date() > on else end,
                top,
                bottom,
            )
        )
    return tuple(found)


def _slots(
    on: date,
    people: Sequence[Employee],
    entries: Sequence[Entry],
    *,
    ground: _Ground,
    paper: Axis,
    now: datetime,
    named: bool,
) -> tuple[Slot, ...]:
    midnight = datetime(ground.first_utc_day.year, ground.first_utc_day.month, ground.first_utc_day.day, tzinfo=UTC)
    atoms, clock = _SLOT_MINUTES // bitmap.ATOM_MINUTES, now.tzinfo
    free = 0
    for one in people:
        taken = _any(
            _mask(each.start, each.end, midnight, ground.days)
            for each in _standing(entries)
            if each.employee_id == one.id
        )
        free |= bitmap.runs(ground.opened.get(one.id, 0) & ~taken, atoms)
    marks = hours_rules.grid_mask(_SLOT_MINUTES, first_utc_day=ground.first_utc_day, days=ground.days, zone=str(clock))
    day = hours_rules.dates_mask(on, on, first_utc_day=ground.first_utc_day, days=ground.days, zone=str(clock))
    made = []
    for atom in bitmap.atoms_of(free & marks & day):
        start = (midnight + timedelta(minutes=atom * bitmap.ATOM_MINUTES)).astimezone(clock)
        if start >= now:
            top, bottom = paper.place(start, start.astimezone(UTC) + timedelta(minutes=_SLOT_MINUTES), on)
            made.append(Slot(start, people[0].id if named and people else None, top, bottom))
    return tuple(made)


def _mask(start: datetime, end: datetime, midnight: datetime, days: int) -> int:
    first = max(0, (start - midnight) // timedelta(minutes=bitmap.ATOM_MINUTES))
    until = min(days * bitmap.DAY_ATOMS, -((midnight - end) // timedelta(minutes=bitmap.ATOM_MINUTES)))
    return bitmap.span(first, until - first) if until > first else 0


def _begin(on: date, opened: int, ground: _Ground, *, zone: str) -> datetime:
    """Where a new appointment of this day is put to begin with: at opening, or in the morning."""
    hours = layout.minutes_of(opened, ground.stretches, on)
    minute = hours[0][0] if hours else 9 * 60
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))


def _scale(entries: Sequence[Entry]) -> _Scale:
    short = timedelta(minutes=_SHORT_MINUTES)
    return _HIGH if any(one.end - one.start < short for one in _standing(entries)) else _LOW


def _standing(entries: Sequence[Entry]) -> list[Entry]:
    """Those that hold their time; what was called off has given it to others."""
    return [one for one in entries if one.status in rules.HOLDING]


def _any(masks: Any) -> int:
    made = 0
    for one in masks:
        made |= one
    return made


# The words and the ways ----------------------------------------------------------------------------------------------------


def _span(minutes: tuple[int, int]) -> str:
    return "–".join(f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)


def _title(asked: _Asked, language: str) -> str:
    if asked.first_on == asked.last_on:
        return formats.long_day(asked.first_on, language)
    dot = "." if language == "de" else ""
    same_month = (asked.first_on.year, asked.first_on.month) == (asked.last_on.year, asked.last_on.month)
    same_year = asked.first_on.year == asked.last_on.year
    first = f"d{dot}" if same_month else f"d{dot} MMMM" if same_year else f"d{dot} MMMM y"
    return (
        f"{formats.pattern(asked.first_on, first, language)} – "
        f"{formats.pattern(asked.last_on, f'd{dot} MMMM y', language)}"
    )


def _stays_on(asked: _Asked) -> date:
    """The day that another view opens with: today if it can be seen."""
    return asked.today if asked.first_on <= asked.today <= asked.last_on else asked.first_on


def _ways(asked: _Asked) -> dict[str, str]:
    """The query of what comes before, of today, and of what comes after."""
    length = (asked.last_on - asked.first_on).days + 1
    return {
        "before": _query(asked, asked.first_on - timedelta(days=length)),
        "today": _query(asked, asked.today),
        "after": _query(asked, asked.first_on + timedelta(days=length)),
        "week": _query(replace(asked, view="week"), _stays_on(asked)),
        "day": _query(replace(asked, view="day"), _stays_on(asked)),
        "list": _query(replace(asked, view="list"), _stays_on(asked)),
    }


def _query(asked: _Asked, day: date) -> str:
    who = f"&employee_id={asked.employee_id}" if asked.employee_id else ""
    return f"view={asked.view}&day={day.isoformat()}{who}"


def _more(sheet: Sheet) -> str | None:
    """The query of the next page of a list."""
    if not sheet.content["next"] or not _is_paged(sheet):
        return None
    kept = {name: value for name, value in sheet.query.items() if name in ("from", "to", "employee_id", "limit")}
    return urlencode({**kept, "cursor": sheet.content["next"]})


def _rules(paper: Axis, columns: Sequence[Column], *, now: datetime, row: str) -> list[str]:
    """The positions on this page, as rules of a style sheet."""
    made: dict[str, None] = {}
    for column in columns:
        things: tuple[Block | Away | Slot, ...] = (*column.blocks, *column.away, *column.slots)
        placed = [(one.top, one.bottom) for one in things]
        for top, bottom in (*column.opens, *placed):
            made[f".r{top}-{bottom}{{grid-row:{top + 1}/{bottom + 1}}}"] = None
        for lane in {block.lane for block in column.blocks if block.lane.lanes > 1}:
            share = 100 / lane.lanes
            made[f".l{lane.lane}-{lane.lanes}{{width:{share:.3f}%;margin-inline-start:{share * lane.lane:.3f}%}}"] = (
                None
            )
    made |= {f".h{row_}{{grid-row:{row_ + 1}}}": None for row_, _ in paper.hours}
    now_row = paper.row(now.hour * 60 + now.minute, now.fold)
    made[f".now{{grid-row:{min(now_row + 1, paper.rows)}}}"] = None
    widths = " ".join(
        f"minmax({max(6.5, 5.0 * one.lanes):g}rem,{'1.5' if one.blocks or one.hours else '.7'}fr)" for one in columns
    )
    hour = 60 // layout.STEP
    return [f".calendar{{--rows:{paper.rows};--row:{row};--hour:{hour};--columns:{widths or 'none'}}}", *made]
