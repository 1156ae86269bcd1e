"""The table of retention in words: what, how long, why, and under which article."""

from typing import Any

from chalicelib.plumbing import words
from chalicelib.privacy.rules import RETENTION


def told(language: str) -> list[dict[str, Any]]:
    """Every class, in the order of its name."""
    return [
        {
            "id": name,
            "what": words.say("privacy", f"retention.{name}", language),
            "why": words.say("privacy", f"reason.{name}", language),
            "article": one.article,
            "months": one.months,
            "days": one.days,
            "after_business_year": one.after_business_year,
            "by": one.by,
        }
        for name, one in sorted(RETENTION.items())
    ]
