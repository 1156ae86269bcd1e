"""What the forms of this room are given for one visitor: the text as it is now."""

from collections.abc import Mapping

from chalicelib.accounts import find as accounts
from chalicelib.messaging import forms, own
from chalicelib.plumbing.door import Offer
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def text(visit: Visit, context: Mapping[str, str]) -> Offer:
    """A text as it is now, in ours where there are no own words. Raises Missing."""
    kind, language = context.get("kind", ""), context.get("language", "")
    row = own.row_of(visit.partner, kind, language)
    partner = accounts.partner(visit.partner)
    if partner is None:
        raise Missing
    ours = own.ours(partner, kind, language)
    fields = (
        one.but(default=(getattr(row, one.name) if row else None) or getattr(ours, one.name)) if one.nullable else one
        for one in forms.FIELDS
    )
    return Offer({"kind": kind, "language": language}, tuple(fields))


def own_text(visit: Visit, context: Mapping[str, str]) -> Offer:
    """Own words to be taken back. Raises Missing where there are none."""
    kind, language = context.get("kind", ""), context.get("language", "")
    if own.row_of(visit.partner, kind, language) is None:
        raise Missing
    return Offer({"kind": kind, "language": language})
