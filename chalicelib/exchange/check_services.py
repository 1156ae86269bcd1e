"""Check a list of services: which are here already, and what is wrong with a row."""

from typing import Any

from chalicelib.exchange import cell_rules, steps
from chalicelib.exchange.lines import Line
from chalicelib.exchange.steps import Asked, Found, Step
from chalicelib.exchange.team import Team
from chalicelib.offering import forms, problems, rules, service_check
from chalicelib.plumbing.refusals import Invalid

_NUMBERS = tuple(rules.SERVICE_BOUNDS)
_DEFAULTS = {field.name: field.default for field in forms.SERVICE_FIELDS}


def check(asked: Asked, lines: list[Line]) -> Found:
    """Services are known by the id of a file, else by their name."""
    found, team, seen = Found(), Team(asked.offer), dict[str, int]()
    by_name = {one.name.strip().casefold(): one for one in asked.offer.services.values()}
    for line in lines:
        sent = _sent(line, team)
        name = sent.get("name")
        key = line.text("id") or line.text("external_id") or (f"-\t{name}" if name else None)
        if key is None:
            line.wrong("name", "missing")
            continue
        service_id = steps.id_of(asked, "service", key)
        here = asked.offer.services.get(service_id) or (
            by_name.get(str(name).strip().casefold()) if name and not line.has("id") else None
        )
        service_id = here.id if here else service_id
        if not steps.once(seen, line, line.known_by("name"), service_id):
            continue
        checked = _checked(asked, line, sent, is_new=here is None)
        if checked is None:
            continue
        if here is None:
            found.steps.append(Step("service", service_id, line.number, True, checked))
        elif changed := steps.differing(checked, _Listed(here)):
            found.steps.append(Step("service", service_id, line.number, False, changed))
        else:
            found.unchanged += 1
    return found


class _Listed:
    """A service whose lists compare with those of JSON."""

    def __init__(self, service: Any) -> None:
        self._service = service

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._service, name)
        return list(value) if isinstance(value, tuple) else value


def _sent(line: Line, team: Team) -> dict[str, Any]:
    sent: dict[str, Any] = {"name": line.text("name")}
    sent |= {name: line.read(name, cell_rules.integer) for name in _NUMBERS}
    sent["duration_minutes"] = sent["duration_minutes"] or line.read("duration", cell_rules.minutes)
    if sent["price_rappen"] is None:
        sent["price_rappen"] = line.read("price_chf", cell_rules.rappen)
    sent["active"] = line.read("active", cell_rules.flag)
    for name in ("reminder_hours", "questions"):
        sent[name] = line.read(name, cell_rules.listed)
    sent["employee_ids"] = team.listed(line, "employee_ids")
    currency = line.text("currency")
    if currency is not None and currency.strip().upper() not in ("CHF", "SFR", "FR.", "FR"):
        line.wrong("currency", "not_an_option", options="CHF")
    return sent


def _checked(asked: Asked, line: Line, sent: dict[str, Any], *, is_new: bool) -> dict[str, Any] | None:
    under = {"duration_minutes": "duration"} if not line.has("duration_minutes") else {}
    under |= {"price_rappen": "price_chf"} if not line.has("price_rappen") else {}
    fields = forms.NEW_SERVICE.fields if is_new else forms.SERVICE.fields
    before = len(line.troubles)
    values = line.checked(fields, sent, under=under)
    if values is None or len(line.troubles) > before:
        return None
    if is_new:
        values = {name: _DEFAULTS[name] if value is None else value for name, value in values.items()}
    checked, wrong = service_check.of(values, employee_ids=asked.offer.employees.keys())
    try:
        problems.refuse(wrong)
    except Invalid as refused:
        line.refused(refused.problems, under=under)
        return None
    return checked
