"""The page with what a partner agreed to, and what waits to be read."""

from chalicelib.consent import find, purposes
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The texts in force, each with the partner's agreement or the way to it, and all agreements there were."""
    agreed = {(one["purpose"], one["text_version"]) for one in sheet.content["items"]}
    texts = [
        {"name": one.name, "version": one.version, "agreed": (one.name, one.version) in agreed}
        for one in find.policies(find.today(sheet.visit.at))
    ]
    may_accept = sheet.visit.role in ("owner", "admin")
    return Page("consent/pages/consents.html", {"texts": texts, "may_accept": may_accept, "chosen": purposes.PURPOSES})
