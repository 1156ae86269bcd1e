"""Draw a page from its template: words in the visitor's language, days and money as people write them, everything escaped."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.plumbing import assets, contact, formats, words

_HOUSE = Path(__file__).resolve().parent.parent


def page(template: str, language: str, data: Mapping[str, Any]) -> str:
    """A rendered page; `template` is `<room>/pages/<name>.html`. A name that the template misses is a defect, not a gap."""
    return str(_pages().get_template(template).render({"language": language, **data}))


@cache
def _pages() -> Any:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HOUSE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    @jinja2.pass_context
    def t(context: Any, key: str, /, **params: Any) -> str:
        """`t("booking.page.title", name=…)`: a sentence of a room."""
        room, _, name = key.partition(".")
        return words.say(room, name, context["language"], params)

    def told(write: Any) -> Any:
        @jinja2.pass_context
        def filtered(context: Any, value: Any, *more: Any) -> str:
            return str(write(value, context["language"], *more))

        return filtered

    @jinja2.pass_context
    def by_pattern(context: Any, value: Any, how: str) -> str:
        return formats.pattern(value, how, context["language"])

    @jinja2.pass_context
    def countries(context: Any) -> list[tuple[str, str]]:
        return formats.countries(contact.COUNTRIES, context["language"])

    made.globals |= {
        "t": t,
        "countries": countries,
        "has_words": words.has,
        "asset": assets.url,
        "LANGUAGES": words.LANGUAGES,
    }
    made.filters |= {
        "clock": formats.clock,
        "stamp": formats.stamp,
        "day": told(formats.day),
        "long_day": told(formats.long_day),
        "short_day": told(formats.short_day),
        "month": told(formats.month),
        "country": told(formats.country),
        "number": told(formats.number),
        "percent": told(formats.percent),
        "pattern": by_pattern,
        "money": formats.money,
        "duration": formats.duration,
        "phone": formats.phone,
        "law": told(formats.law),
    }
    return made
