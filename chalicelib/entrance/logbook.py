"""What happened at a partner, as the partner sees it: the list with sentences, and the dashboard."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts import find as accounts
from chalicelib.activity import dashboard, export, find, rules
from chalicelib.booking import utilisation
from chalicelib.entrance import sentences
from chalicelib.plumbing.refusals import Missing, invalid
from chalicelib.plumbing.visit import Visit

DAYS_SHOWN = 30


def entries(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """A page of the activity of the visit's partner, the newest first.

    `from` and `to` are days of the partner (both included) or instants with an offset. Raises Invalid, Malformed.
    """
    zone = _zone(visit.partner)
    since = _edge("from", values["from"], zone, days_later=0)
    before = _edge("to", values["to"], zone, days_later=1)
    if since is not None and before is not None and before < since:
        raise invalid("to", "end_before_start")
    found, cursor = find.listed(
        visit.partner, since=since, before=before, limit=values["limit"], cursor=values["cursor"]
    )
    return {"items": [_entry(one, visit.language) for one in found], "next": cursor}


def chain(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """One UTC day of the log as it is hashed. Raises Invalid, Malformed."""
    on = _sensible("on", values["on"])
    return export.day(visit.partner, on, limit=values["limit"], cursor=values["cursor"])


def numbers(visit: Visit, first_on: date | None, last_on: date | None) -> dict[str, Any]:
    """The dashboard of the visit's partner; the last thirty days unless asked otherwise. Raises Invalid."""
    zone = _zone(visit.partner)
    last_on = last_on or max(first_on or date.min, visit.at.astimezone(zone).date())
    if first_on is None:
        first_on = last_on - timedelta(days=min(DAYS_SHOWN - 1, (last_on - date.min).days))
    if last_on < first_on:
        raise invalid("to", "end_before_start")
    if (last_on - first_on).days >= rules.MOST_DAYS:
        raise invalid("to", "too_many_days", most=rules.MOST_DAYS)
    _sensible("from", first_on)
    _sensible("to", last_on)
    counted = dashboard.of(visit.partner, zone=zone, first_on=first_on, last_on=last_on, at=visit.at)
    return {
        **counted,
        "utilisation": utilisation.shares(visit.partner, first_on=first_on, last_on=last_on, at=visit.at),
    }


def totals_before(visit: Visit, first_on: date, last_on: date) -> dict[str, int]:
    """The totals of the period of the same length that ends on the day before `first_on`."""
    length = last_on - first_on
    before = first_on - timedelta(days=1)
    counted = dashboard.of(
        visit.partner, zone=_zone(visit.partner), first_on=before - length, last_on=before, at=visit.at
    )  # fmt: skip
    return dict(counted["totals"])


def _entry(one: find.Happened, language: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "employee_id": one.employee_id,
        "partner_id": one.partner_id,
        "ip": one.ip,
        "kind": one.kind,
        "source": one.source,
        "sentence": sentences.of(one.kind, language),
        "subject": {"kind": one.subject_kind, "id": one.subject_id} if one.subject_kind else None,
    }


def _zone(partner_id: str) -> ZoneInfo:
    partner = accounts.partner(partner_id)
    if partner is None:
        raise Missing
    return ZoneInfo(partner.timezone)


def _edge(name: str, value: str | None, zone: ZoneInfo, *, days_later: int) -> datetime | None:
    if value is None:
        return None
    try:
        if len(value) == len("2026-12-24"):
            on = _sensible(name, date.fromisoformat(value)) + timedelta(days=days_later)
            return datetime.combine(on, time(), zone).astimezone(UTC)
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(name, "not_a_date") from None
    if at.tzinfo is None:
        raise invalid(name, "no_offset")
    _sensible(name, at.date())
    return at.astimezone(UTC)


def _sensible(name: str, on: date) -> date:
    # Ids count milliseconds since 1970; beyond these years a zone's arithmetic leaves the calendar.
    if not 1970 < on.year < 9000:
        raise invalid(name, "not_a_date")
    return on
