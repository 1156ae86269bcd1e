"""Change the profile of a partner: master data, language, zone, canton, retention, the name of the booking page."""

import zoneinfo
from typing import Any

from chalicelib.accounts import facts, find, rules, version
from chalicelib.accounts.records import NameRow, PartnerRow
from chalicelib.activity import record
from chalicelib.plumbing import forms, table
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.refusals import Invalid, Missing, Problem, invalid
from chalicelib.plumbing.visit import Visit

_MAY_BE_EMPTY = {"canton"}


def partner(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Change what `values` names (fields of the form `profile`) and leave the rest; the partner afterwards.

    Raises Invalid, among others `booking_name_taken`.
    """
    sent = _checked(values)

    def decide(change: Change) -> dict[str, Any]:
        row = table.get(PartnerRow, visit.partner, "profile")
        if row is None or row.status != "active":
            raise Missing
        values = sent | _postcode(row, sent)
        changed = sorted(name for name, value in values.items() if value != _as_read(row, name))
        name = values.get("booking_name", row.booking_name)
        if name != row.booking_name:
            change.put_new(
                NameRow(f"name#{name}", "-", partner_id=row.pk),
                lost=lambda: invalid("booking_name", "booking_name_taken"),
            )
            change.delete(NameRow(f"name#{row.booking_name}", "-"))
        if changed:
            change.update(
                row,
                [_action(one, values[one]) for one in changed],
                (PartnerRow.status == "active") & (PartnerRow.booking_name == row.booking_name),
            )
            version.bump(change, row.pk)
            record.fact(change, visit, facts.PROFILE_CHANGED, subject=("partner", row.pk), detail={"fields": changed})
        return find.partner_of(row.changed({one: values[one] for one in changed})).shown()

    return settled(visit, decide)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    problems = [
        Problem(name, "missing")
        for name, value in values.items()
        if name not in _MAY_BE_EMPTY and (value is None or value == "")
    ]
    empty = {problem.field for problem in problems}
    wished = {name: value for name, value in values.items() if name not in empty}
    if "booking_name" in wished and not rules.is_booking_name(wished["booking_name"]):
        problems.append(Problem("booking_name", "not_a_booking_name"))
    if "timezone" in wished and wished["timezone"] not in zoneinfo.available_timezones():
        problems.append(Problem("timezone", "not_a_timezone"))
    if "embed_origins" in wished:
        origins = [rules.origin(one) for one in wished["embed_origins"]]
        if None in origins:
            problems.append(Problem("embed_origins", "not_an_origin"))
        wished["embed_origins"] = tuple(sorted({one for one in origins if one is not None}))
    if problems:
        raise Invalid(problems)
    if wished.get("canton") == "":
        wished["canton"] = None
    return wished


def _postcode(row: PartnerRow, sent: dict[str, Any]) -> dict[str, str]:
    """Postcode and country fit together, whichever of the two stays."""
    if not {"postcode", "country"} & sent.keys():
        return {}
    return {"postcode": forms.postcode(sent.get("postcode", row.postcode), sent.get("country", row.country))}


def _as_read(row: PartnerRow, name: str) -> Any:
    return getattr(find.partner_of(row), name)


def _action(name: str, value: Any) -> Any:
    attribute = getattr(PartnerRow, name)
    if value is None:
        return attribute.remove()
    return attribute.set(list(value) if isinstance(value, tuple) else value)
