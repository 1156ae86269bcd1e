"""Now, as an instant in UTC; in local runs it can be set to stand still."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.plumbing import settings


def now() -> datetime:
    """The present instant, aware, in UTC, to the millisecond (what DynamoDB keys and limits are written with)."""
    file = settings.get().clock_file
    if file:
        try:
            text = Path(file).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            text = ""
        if text:
            return _to_millisecond(datetime.fromisoformat(text).astimezone(UTC))
    return _to_millisecond(datetime.now(UTC))


def today(zone: str) -> date:
    """The present calendar day in `zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


def milliseconds(at: datetime) -> int:
    """An instant as whole milliseconds since 1970, exact (no float in between)."""
    delta = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def text(at: datetime) -> str:
    """An instant as stored and sorted: `2026-11-22T19:24:08.123Z`, always UTC, always the same width."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def parse(stored: str) -> datetime:
    """The instant that `text` wrote."""
    return datetime.fromisoformat(stored)


def _to_millisecond(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def parse_milliseconds(since_1970: int) -> datetime:
    """The instant that `milliseconds` counted."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=since_1970)


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months later; the last day of a month that is too short."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
