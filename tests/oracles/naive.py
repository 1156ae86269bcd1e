"""What a plain loop over datetimes says: every candidate on the wall clock against opening hours and bookings, one by one."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Period = tuple[datetime, datetime]
FIVE_MINUTES = timedelta(minutes=5)


def is_open(
    instant: datetime,
    *,
    weekly: dict[str, list[list[str]]],
    dates: dict[str, list[list[str]]],
    zone: ZoneInfo,
    holidays: frozenset[date],
) -> bool:
    """Whether the wall clock at `instant` lies within the hours of its local date."""
    wall = instant.astimezone(zone)
    key = wall.date().isoformat()
    if key in dates:
        intervals = dates[key]
    elif wall.date() in holidays:
        intervals = []
    else:
        intervals = weekly.get(("mon", "tue", "wed", "thu", "fri", "sat", "sun")[wall.weekday()], [])
    shown = f"{wall:%H:%M}"
    return any(start <= shown < end for start, end in intervals)


def opening(
    first_utc_day: date,
    days: int,
    *,
    weekly: dict[str, list[list[str]]],
    dates: dict[str, list[list[str]]],
    zone: ZoneInfo,
    holidays: frozenset[date] = frozenset(),
    absences: Sequence[Period] = (),
) -> list[Period]:
    """The open periods, found by asking the wall clock at every five-minute mark of the range."""
    instant = datetime.combine(first_utc_day, time(), UTC)
    end = instant + timedelta(days=days)
    periods: list[Period] = []
    while instant < end:
        following = instant + FIVE_MINUTES
        absent = any(start < following and instant < until for start, until in absences)
        if not absent and is_open(instant, weekly=weekly, dates=dates, zone=zone, holidays=holidays):
            if periods and periods[-1][1] == instant:
                periods[-1] = (periods[-1][0], following)
            else:
                periods.append((instant, following))
        instant = following
    return periods


def candidates(first_on: date, last_on: date, *, interval_minutes: int, zone: ZoneInfo) -> list[datetime]:
    """Every start on the wall clock from local midnight, as UTC: none in the spring gap, both in the autumn hour."""
    found: set[datetime] = set()
    on = first_on
    while on <= last_on:
        minutes = 0
        while minutes < 24 * 60:
            wall = datetime.combine(on, time(minutes // 60, minutes % 60), zone)
            for fold in (0, 1):
                instant = wall.replace(fold=fold).astimezone(UTC)
                if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
                    found.add(instant)
            minutes += interval_minutes
        on += timedelta(days=1)
    return sorted(found)


def free_starts(
    open_periods: Sequence[Period],
    bookings: Sequence[Period],
    *,
    starts: Sequence[datetime],
    duration: timedelta,
    before: timedelta,
    after: timedelta,
    earliest: datetime,
    latest: datetime,
) -> list[datetime]:
    """The candidates within the window whose appointment is open and whose appointment and buffers meet no booking."""
    free = []
    for start in starts:
        if not earliest <= start <= latest:
            continue
        end = start + duration
        if not any(opens <= start and end <= closes for opens, closes in open_periods):
            continue
        if any(start - before < booked_until and booked_from < end + after for booked_from, booked_until in bookings):
            continue
        free.append(start)
    return free


def day_by_day(
    hours: Sequence[tuple[str, str]],
    bookings_of: dict[date, list[Period]],
    *,
    first_on: date,
    days: int,
    zone: ZoneInfo,
    duration: timedelta,
    interval: timedelta,
) -> list[datetime]:
    """The everyday loop for Monday to Friday that the benchmark takes as its yardstick: one employee, day after day."""
    free = []
    for number in range(days):
        on = first_on + timedelta(days=number)
        if on.weekday() >= 5:
            continue
        booked = bookings_of.get(on, [])
        for opens, closes in hours:
            start = datetime.combine(on, time.fromisoformat(opens), zone).astimezone(UTC)
            close = datetime.combine(on, time.fromisoformat(closes), zone).astimezone(UTC)
            while start + duration <= close:
                end = start + duration
                if not any(start < booked_until and booked_from < end for booked_from, booked_until in booked):
                    free.append(start)
                start += interval
    return free
