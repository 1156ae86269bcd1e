"""Check a team with its hours and absences: who is here already, who would be new, and what is wrong with a row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.accounts import forms as accounts
from chalicelib.accounts import rules as accounts_rules
from chalicelib.accounts import take_in
from chalicelib.accounts.find import Employee
from chalicelib.exchange import cell_rules, steps
from chalicelib.exchange.lines import Line
from chalicelib.exchange.steps import Asked, Found, Step
from chalicelib.exchange.team import Team
from chalicelib.offering import rules
from chalicelib.plumbing import contact, ids
from chalicelib.plumbing.forms import Field

_FIELDS = (*accounts.EMPLOYEE.fields, Field("active", "boolean", required=False, default=True))
_REASON = Field("reason", required=False)


def check(asked: Asked, sheets: Mapping[str, list[Line]]) -> Found:
    """People are known by the id of a file, else by their mail address; hours and absences go with the people of the same file."""
    found, team = Found(), Team(asked.offer)
    known = _people(asked, sheets.get("employees", []), found, team)

    def of(line: Line) -> str | None:
        name = line.text("employee_id")
        if name is None:
            return None
        employee_id = known.get(name.strip()) or team.id_of(name)
        if employee_id is None:
            line.wrong("employee_id", "unknown_employee", name=name[:60])
        return employee_id

    _hours(asked, sheets.get("hours", []), found, of)
    _absences(asked, sheets.get("absences", []), found, of)
    return found


def _people(asked: Asked, lines: list[Line], found: Found, team: Team) -> dict[str, str]:
    """The steps of the people; what ids and addresses of the file mean here."""
    known: dict[str, str] = {}
    seen: dict[str, int] = {}
    by_address = {contact.same_email(one.email): one for one in asked.offer.employees.values()}
    new: dict[str, tuple[Line, str]] = {}
    for line in lines:
        sent: dict[str, Any] = {name: line.text(name) for name in ("first_name", "last_name", "email", "role")}
        whole = line.text("full_name")
        if whole and not sent["first_name"] and not sent["last_name"]:
            sent["first_name"], sent["last_name"] = cell_rules.names(whole)
        sent |= {name: line.read(name, cell_rules.flag) for name in ("bookable", "active")}
        given = {name for name, value in sent.items() if value is not None}
        values = line.checked(_FIELDS, sent)
        if values is None:
            continue
        name = line.text("id") or line.text("external_id")
        address = contact.same_email(values["email"])
        here = asked.offer.employees.get(
            (team.id_of(name) if name and _is_file_id(asked, name) else None) or ""
        ) or by_address.get(address)
        # Never the id of the file: under an id of theirs people are signed in, and it might be somebody's of another account.
        employee_id = here.id if here else steps.id_of(asked, "employee", f"#{name or address}")
        if name:
            known[name.strip()] = employee_id
        known[values["email"]] = known[f"{values['first_name']} {values['last_name']}"] = employee_id
        if not steps.once(seen, line, line.known_by("email"), employee_id):
            continue
        origin = name if name and ids.is_id(name) and name != employee_id else None
        if here is not None:
            _here(found, line, here, {**values, "origin_id": origin if origin != here.file_id else None}, given)
            continue
        if not accounts_rules.may_hire(asked.role, values["role"]):
            line.wrong("role", "role_too_low")
        if values["active"]:
            new[employee_id] = line, values["email"]
        found.steps.append(Step("employee", employee_id, line.number, True, {**values, "origin_id": origin}))
    free = take_in.free_addresses({one: email for one, (_, email) in new.items()}, partner_id=asked.partner_id)
    for employee_id, (line, _) in new.items():
        if employee_id not in free:
            line.wrong("email", "email_in_use")
    return known


def _is_file_id(asked: Asked, name: str) -> bool:
    plain = name.strip()
    return plain in asked.offer.employees or any(one.file_id == plain for one in asked.offer.employees.values())


def _here(found: Found, line: Line, here: Employee, values: dict[str, Any], given: set[str]) -> None:
    if contact.same_email(here.email) != contact.same_email(values["email"]):
        line.wrong("email", "only_by_hand")
    for name in ("role", "active"):
        if name in given and values[name] != getattr(here, name):
            line.wrong(name, "only_by_hand")
    changed = steps.differing({one: values[one] for one in take_in.BY_FILE if one in given}, here)
    if values["origin_id"]:
        changed["origin_id"] = values["origin_id"]
    if changed:
        found.steps.append(Step("employee", here.id, line.number, False, changed))
    else:
        found.unchanged += 1


def _hours(asked: Asked, lines: list[Line], found: Found, of: Any) -> None:
    sent: dict[str, dict[str, dict[str, list[list[str]]]]] = {}
    where: dict[tuple[str, str], Line] = {}
    first: dict[str, Line] = {}
    for line in lines:
        employee_id = of(line)
        if employee_id is None:
            if not line.troubles:
                line.wrong("employee_id", "missing")
            continue
        on, weekday = line.read("date", cell_rules.day), line.text("weekday")
        kind, day = ("dates", on.isoformat()) if on is not None else ("weekly", (weekday or "").strip().casefold())
        if not day:
            line.wrong("weekday", "missing")
            continue
        own = sent.setdefault(employee_id, {"weekly": {}, "dates": {}})[kind].setdefault(day, [])
        begin, end = (_clock(line, name) for name in ("from", "to"))
        if begin is not None or end is not None:
            own.append([begin or "", end or ""])
        where.setdefault((employee_id, f"{kind}.{day}"), line)
        first.setdefault(employee_id, line)
    for employee_id, hours in sent.items():
        wrong = rules.check_hours(hours)
        for one in wrong:
            line = where.get((employee_id, one.path.split("[")[0]), first[employee_id])
            line.wrong(
                "from",
                one.code if one.code != "unknown_weekday" else "not_a_weekday",
                step=rules.MARK_MINUTES,
                most=rules.MOST_INTERVALS_A_DAY,
            )
        if wrong:
            continue
        as_sent = rules.hours_as_sent(rules.read_hours(hours))
        before = asked.offer.hours.get(employee_id)
        if before is not None and rules.hours_as_sent(before) == as_sent:
            found.unchanged += 1
        else:
            is_new = before is None
            found.steps.append(Step("hours", employee_id, first[employee_id].number, is_new, dict(as_sent)))


def _clock(line: Line, meant: str) -> str | None:
    text = line.text(meant)
    if text is None:
        return None
    if text.strip() == "24:00":
        return "24:00"
    at = line.read(meant, cell_rules.clock)
    return at.strftime("%H:%M") if at is not None else None


def _absences(asked: Asked, lines: list[Line], found: Found, of: Any) -> None:
    here = {one.id: one for one in asked.offer.absences}
    zone, seen = asked.offer.partner.timezone, dict[str, int]()
    for line in lines:
        employee_id = of(line)
        start, end = (line.instant(name, zone=line.zone(zone)) for name in ("start", "end"))
        reason = line.checked([_REASON], {"reason": line.text("reason")})
        for name, value in (("start", start), ("end", end)):
            if value is None and not line.has(name):
                line.wrong(name, "missing")
        if line.troubles or start is None or end is None:
            continue
        wrong = rules.check_absence(start, end, now=asked.at)
        if wrong is not None:
            line.wrong(
                wrong.path,
                wrong.code,
                most=(rules.ABSENCE_REACH if wrong.code == "too_far" else rules.LONGEST_ABSENCE).days,
            )
            continue
        name = (
            line.text("id") or line.text("external_id") or f"-\t{employee_id}\t{start.isoformat()}\t{end.isoformat()}"
        )
        absence_id = steps.id_of(asked, "absence", name)
        if not steps.once(seen, line, line.known_by("start"), absence_id):
            continue
        values = {
            "employee_id": employee_id,
            "start": start.isoformat(),
            "end": end.isoformat(),
            "reason": (reason or {}).get("reason"),
        }
        known = here.get(absence_id)
        if known is not None and _same(known, values, start, end):
            found.unchanged += 1
        else:
            found.steps.append(Step("absence", absence_id, line.number, known is None, values))


def _same(known: Any, values: Mapping[str, Any], start: datetime, end: datetime) -> bool:
    return (known.employee_id, known.start_at, known.end_at, known.reason or None) == (
        values["employee_id"], start, end, values["reason"],
    )  # fmt: skip
