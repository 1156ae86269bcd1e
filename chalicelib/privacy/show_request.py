"""One request on the desk: what to do, the forms that close or extend it, and all its steps."""

from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """From the answer of GET /requests/{id}."""
    one = sheet.content
    is_open = one["state"] == "open"
    may_extend = is_open and not one["overdue"] and not one["extended_because"]
    return Page(
        "privacy/pages/request.html",
        {
            "one": one,
            "answer": sheet.form("request", id=one["id"], method="PATCH") if is_open else None,
            "extension": sheet.form("request", id=one["id"], action="extension") if may_extend else None,
        },
    )
