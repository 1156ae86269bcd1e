"""The page on which the second factor is switched on: a secret for the app, as picture and as text."""

from itertools import groupby
from typing import Any

from chalicelib.accounts import find, totp
from chalicelib.plumbing.sheets import Page, Sheet

_ISSUER = "Zeitfenster"
_GROUP = 4


def page(sheet: Sheet) -> Page:
    """The form, with the secret to be scanned or typed."""
    visit = sheet.visit
    secret = sheet.content["locked"]["secret"]
    person = find.employee(visit.partner, visit.employee_id or "")
    address = totp.address(secret, issuer=_ISSUER, account=person.email if person else "")
    return Page(
        "accounts/pages/switch_on.html",
        {
            "form": sheet.content,
            "typed": sheet.typed,
            "refused": sheet.refused,
            "picture": _picture(address),
            "address": address,
            "secret": " ".join(secret[begin : begin + _GROUP] for begin in range(0, len(secret), _GROUP)),
        },
    )


def _picture(text: str) -> dict[str, Any]:
    """A QR code as the path of an SVG, a unit for each module, and how many modules a side has."""
    import segno

    matrix = segno.make(text, error="m", micro=False).matrix
    runs: list[str] = []
    for y, row in enumerate(matrix):
        x = 0
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return {"size": len(matrix), "path": "".join(runs)}
