"""Show the dashboard: key figures with the period before, charts drawn here, and every number as a table."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.activity.tally import TOTALS
from chalicelib.booking.utilisation_rules import WEEKDAYS
from chalicelib.entrance import charts, logbook
from chalicelib.offering import find as offering
from chalicelib.plumbing import words
from chalicelib.plumbing.sheets import Page, Sheet

PERIODS = (7, 30, 90, 365)
HEIGHT = 160.0
KINDS = ("booked", "moved", "cancelled", "no_show")
SMS_KINDS = ("parts", "failed")
_KIND_OF = {TOTALS[name][0]: name for name in KINDS}


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure and what it was in the period before."""

    name: str
    now: int
    before: int
    change: float | None


def page(sheet: Sheet) -> Page:
    """The dashboard of the answer's days."""
    visit, content = sheet.visit, sheet.content
    first_on, last_on = date.fromisoformat(content["from"]), date.fromisoformat(content["to"])
    zone = ZoneInfo(offering.offer_as_known(visit.partner).partner.timezone)
    today = visit.at.astimezone(zone).date()
    before = logbook.totals_before(visit, first_on, last_on)
    totals = content["totals"]
    unit, spans = charts.spans(first_on, last_on)
    bookings = _by_span(spans, [(one["date"], _KIND_OF.get(one["kind"]), one["count"]) for one in content["days"]])
    sms = _by_span(spans, [(one["date"], kind, one[kind]) for one in content["sms"] for kind in SMS_KINDS])
    shares = {(WEEKDAYS.index(one["weekday"]), one["hour"]): one["share"] for one in content["utilisation"]}
    hours, cells = charts.cells(shares)
    return Page(
        "entrance/pages/dashboard.html",
        {
            "first_on": first_on,
            "last_on": last_on,
            "days": (last_on - first_on).days + 1,
            "periods": [_period(days, today, first_on, last_on) for days in PERIODS],
            "figures": [
                Figure(name, totals[name], before[name], charts.change(totals[name], before[name])) for name in TOTALS
            ],
            "nothing": not any(totals.values()) and not any(before.values()),
            "booking_name": offering.offer_as_known(visit.partner).partner.booking_name,
            "unit": unit,
            "spans": spans,
            "kinds": KINDS,
            "bookings": bookings,
            "bookings_chart": charts.bars(bookings, KINDS, height=HEIGHT),
            "sms_kinds": SMS_KINDS,
            "sms": sms,
            "sms_chart": charts.bars(sms, SMS_KINDS, height=HEIGHT),
            "sms_parts": sum(one["parts"] for one in content["sms"]),
            "hours": hours,
            "cells": cells,
            "shares": shares,
            "monday": date(2024, 1, 1),  # a Monday, for the names of the days
            "a_day": timedelta(days=1),
            "busiest": max(cells, key=lambda cell: cell.share, default=None),
            "sources": _sources(content["days"], visit.language),
        },
    )


def _by_span(spans: tuple[tuple[date, date], ...], counted: list[tuple[str, str | None, int]]) -> list[dict[str, int]]:
    of_day: dict[str, Counter[str]] = {}
    for on, kind, number in counted:
        if kind is not None:
            of_day.setdefault(on, Counter())[kind] += number
    made = []
    for first, last in spans:
        together: Counter[str] = Counter()
        for on, numbers in of_day.items():
            if first.isoformat() <= on <= last.isoformat():
                together += numbers
        made.append(dict(together))
    return made


def _sources(days: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    counted: Counter[str] = Counter()
    for one in days:
        if _KIND_OF.get(one["kind"]) == "booked":
            counted[one["source"]] += one["count"]
    return [
        {
            "name": words.say("entrance", f"source.{source}", language),
            "count": number,
            "share": number / counted.total(),
        }
        for source, number in counted.most_common()
    ]


def _period(days: int, today: date, first_on: date, last_on: date) -> dict[str, Any]:
    begins_on = today - timedelta(days=days - 1)
    return {
        "days": days,
        "href": f"/dashboard?from={begins_on}&to={today}",
        "here": (first_on, last_on) == (begins_on, today),
    }
