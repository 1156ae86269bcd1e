"""The data processing agreement, filled in for a partner."""

from chalicelib.accounts import find
from chalicelib.consent import document
from chalicelib.plumbing import formats
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

NAME = "dpa"


def of(visit: Visit, *, language: str | None = None) -> tuple[str, dict[str, str]]:
    """The file (ASCII text) of the version that holds for the visit's partner, and its headers. Raises Missing."""
    partner = find.partner(visit.partner)
    if partner is None:
        raise Missing
    language = language or visit.language
    version = document.version_accepted(partner.id, NAME, visit.at)
    lines = (
        partner.company, f"{partner.first_name} {partner.last_name}", partner.street,
        f"{partner.postcode} {partner.city}", formats.country(partner.country, language),
    )  # fmt: skip
    made = document.of(NAME, version=version, language=language, party=document.Party(partner.id, lines))
    return made, document.headers(NAME, version)
