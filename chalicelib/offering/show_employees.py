"""The page of the team, or of one of them: who works here, when, and who is away next."""

from typing import Any

from chalicelib.accounts import find as accounts
from chalicelib.accounts import rules as ranks
from chalicelib.offering import find, rules, spans, weeks
from chalicelib.plumbing.door import ADMINS
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """Everybody who works here, those who left last; only the one whom the path names, if it does."""
    visit = sheet.visit
    offer = find.offer(visit.partner)
    shown = [one for one in offer.employees.values() if sheet.parameters.get("id") in (None, one.id)]
    may_change = visit.role in ADMINS
    none: frozenset[str] = frozenset()
    invited, secured = accounts.ways_in([one for one in shown if one.active]) if may_change else (none, none)
    coming = sorted((one for one in offer.absences if one.end_at > visit.at), key=lambda one: one.start_at)
    people: list[dict[str, Any]] = []
    for one in sorted(shown, key=lambda e: (not e.active, e.first_name.casefold(), e.id)):
        mine = rules.may_change_time_of(visit.role, visit.employee_id, one.id)
        switchable = visit.employee_id != one.id and ranks.may_change(
            visit.role or "", one.role, fields={"active"}, new_role=one.role
        )
        away = next((each for each in coming if each.employee_id in (None, one.id)), None)
        hours = offer.hours.get(one.id, rules.NO_HOURS)
        people.append(
            {
                **one.shown(),
                "name": f"{one.first_name} {one.last_name}",
                "hours": weeks.told(hours, visit.language),
                "exceptions": sum(on >= visit.at.date() for on, _ in hours.dates),
                "away": spans.of(away, offer) if away else None,
                "is_away": away is not None and away.start_at <= visit.at,
                "invited": one.id in invited,
                "secured": one.id in secured,
                "resettable": one.id in secured
                and visit.employee_id != one.id
                and ranks.may_hire(visit.role or "", one.role),
                "invitation": sheet.form("invitation", id=one.id)
                if one.id in invited and ranks.may_hire(visit.role or "", one.role)
                else None,
                "me": visit.employee_id == one.id,
                "may_set_hours": mine,
                "switch": sheet.form("employee", id=one.id) if switchable else None,
            }
        )
    return Page(
        "offering/pages/employees.html",
        {"people": people, "may_change": may_change, "alone": len(offer.employees) == 1},
    )
