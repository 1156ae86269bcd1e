"""The page with what a partner agreed to, and what waits to be read."""

from chalicelib.consent import find, purposes
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The texts in force, each with the partner's agreement or the way to it, and all agreements there were."""
    agreed = {(one["purpose"], one["text_version"]) for one in sheet.content["items"]}
    today = find.today(sheet.visit.at)
    with_terms = ("terms", find.version_in_force("terms", today)) in agreed
    texts = [
        {
            "name": one.name,
            "version": one.version,
            "agreed": (one.name, one.version) in agreed,
            "with_terms": one.name == "dpa" and with_terms,  # the agreement is a part of the terms
        }
        for one in find.policies(today)
    ]
    may_accept = sheet.visit.role in ("owner", "admin")
    return Page("consent/pages/consents.html", {"texts": texts, "may_accept": may_accept, "chosen": purposes.PURPOSES})
