"""Utilisation is arithmetic on calendars: of the time that was open in an hour of the week, the share that was taken.

An hour of the week is an hour on the partner's wall: Tuesday 9 is every Tuesday from 09:00 to 10:00 of the days asked for.
The hour that clocks repeat in autumn counts twice, the one they skip in spring is not there. Time taken outside the open
hours is no utilisation, so that a share lies between 0 and 1.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.booking import bitmap
from chalicelib.offering.hours_rules import Stretch

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Hour = tuple[int, int]
"""Weekday (0 is Monday) and hour (0 to 23)."""


def hours(stretches: Iterable[Stretch], first_on: date, last_on: date) -> dict[Hour, int]:
    """The atoms of each hour of the week on the local dates `first_on` to `last_on`, as masks over the stretches' range."""
    masks: dict[Hour, int] = {}
    for stretch in stretches:
        if not first_on <= stretch.on <= last_on:
            continue
        weekday, atom, minute = stretch.on.weekday(), stretch.first, stretch.first_minute
        while atom < stretch.end:
            atoms = min((60 - minute % 60) // bitmap.ATOM_MINUTES, stretch.end - atom)
            hour = (weekday, minute // 60)
            masks[hour] = masks.get(hour, 0) | bitmap.span(atom, atoms)
            atom += atoms
            minute += atoms * bitmap.ATOM_MINUTES
    return masks


def shares(masks: Mapping[Hour, int], calendars: Iterable[tuple[int, int]]) -> dict[Hour, float]:
    """The share of the open time that was taken, for each hour of the week in which anything was open.

    `calendars` are (open, taken), one pair for each person, over the same range as `masks`.
    """
    opened = dict.fromkeys(masks, 0)
    used = dict.fromkeys(masks, 0)
    for open_, taken in calendars:
        for hour, mask in masks.items():
            here = open_ & mask
            if here:
                opened[hour] += here.bit_count()
                used[hour] += (here & taken).bit_count()
    return {hour: used[hour] / atoms for hour, atoms in sorted(opened.items()) if atoms}
