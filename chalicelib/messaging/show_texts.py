"""Show what messages to customers say, language by language; placeholders as the things that they stand for."""

import re
from typing import Any

from chalicelib.accounts import find as accounts
from chalicelib.messaging import own_rules
from chalicelib.plumbing import words
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.sheets import Page, Sheet

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*\}")


def page(sheet: Sheet) -> Page:
    """The texts of one language: the one asked for, else the partner's own."""
    partner = accounts.partner(sheet.visit.partner)
    if partner is None:
        raise Missing
    items = sheet.content["items"]
    asked = {one["language"] for one in items}
    chosen = partner.language if partner.language in asked else next(iter(asked))
    return Page(
        "messaging/pages/texts.html",
        {
            "chosen": chosen,
            "languages": words.LANGUAGES,
            "texts": [_shown(one) for one in items if one["language"] == chosen],
            "sms_enabled": partner.sms_enabled,
        },
    )


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    said = {name: one[name] or one["standard"][name] for name in own_rules.PLACEHOLDERS}
    return {
        "kind": one["kind"],
        "usable": one["usable"],
        "own": [name for name in own_rules.PLACEHOLDERS if one[name]],
        "said": {name: _parts(text) for name, text in said.items()},
    }


def _parts(text: str) -> list[dict[str, Any]]:
    """A text cut into what is said and the placeholders (those that there are)."""
    cut = _PLACEHOLDER.split(text)
    return [
        {"gap": place % 2 == 1 and part in own_rules.IN_BODY, "text": part if part in own_rules.IN_BODY else f"{{{part}}}"}
        if place % 2 else {"gap": False, "text": part}
        for place, part in enumerate(cut)
    ]  # fmt: skip
