"""The texts of a partner: own ones where there are, ours everywhere."""

from typing import Any

from chalicelib.accounts import find as accounts
from chalicelib.messaging import own, own_rules, preview
from chalicelib.plumbing import words
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def of_partner(visit: Visit, language: str | None) -> dict[str, Any]:
    """`{items, placeholders, next}`: every kind of message in every language, or in one. Two reads."""
    partner = accounts.partner(visit.partner)
    if partner is None:
        raise Missing
    rows = own.rows(partner.id)
    items = []
    for kind in own_rules.KINDS:
        for each in words.LANGUAGES:
            if language not in (None, each):
                continue
            row = rows.get(own.key(kind, each))
            one = own.shown(partner, kind, each, row)
            items.append(one | {"usable": one["usable"] and preview.fits(partner, row, kind, each, visit.at)})
    placeholders = {name: list(known) for name, known in own_rules.PLACEHOLDERS.items()}
    return {"items": items, "placeholders": placeholders, "next": None}
