"""The page on which a part of the profile is changed."""

from zoneinfo import available_timezones

from chalicelib.accounts import forms
from chalicelib.plumbing.sheets import Page, Sheet

_MAY_BE_EMPTY = ("canton", "embed_origins")


def page(sheet: Sheet) -> Page:
    """The fields of one part (`?section=look`), or of all of them; after a refusal, of the part that was sent."""
    section = sheet.query.get("section", "")
    form = sheet.content
    if sheet.refused is not None:
        section = next((name for name, fields in forms.SECTIONS.items() if set(fields) & set(sheet.typed)), "")
        sent = {name.partition(".")[0] for name in sheet.typed}
        whole = any(sent & set(fields) for name, fields in forms.SECTIONS.items() if name != section)
        section = "" if whole else section
        form = sheet.form("profile", section=section, next=sheet.query.get("next", ""))
    # A program may leave any field out; on the page only these may be empty.
    by_name = {one["name"]: {**one, "required": one["name"] not in _MAY_BE_EMPTY} for one in form["fields"]}
    parts = {name: [one for one in fields if one in by_name] for name, fields in forms.SECTIONS.items()}
    zone = by_name["timezone"]["default"] if "timezone" in by_name else ""
    return Page(
        "accounts/pages/profile.html",
        {
            "form": form,
            "by_name": by_name,
            "parts": {name: fields for name, fields in parts.items() if fields},
            "section": section if section in forms.SECTIONS else "",
            "zones": sorted({zone, *(one for one in available_timezones() if one.startswith("Europe/"))}),
            "typed": sheet.typed,
            "refused": sheet.refused,
        },
    )
