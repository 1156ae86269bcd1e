"""What is counted and under which sentence, for everybody to read."""

from typing import Any

from chalicelib.analytics import counting_pass, events
from chalicelib.consent import purposes


def counting(language: str) -> dict[str, Any]:
    """`{offered, text_version, sentence, events, pages, most_days}`: all that can ever be counted, from the list that decides it."""
    version = purposes.version(counting_pass.PURPOSE)
    return {
        "offered": counting_pass.is_offered(),
        "text_version": version,
        "sentence": purposes.sentence(counting_pass.PURPOSE, version, language),
        "events": list(events.NAMES),
        "pages": list(events.PAGES),
        "most_days": counting_pass.LIFE.days,
    }
