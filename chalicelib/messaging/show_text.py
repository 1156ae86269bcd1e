"""The form of one text, beside it how mail and SMS will look with an example."""

from collections.abc import Mapping
from typing import Any

from chalicelib.messaging import own, own_rules, preview
from chalicelib.messaging.own_rules import Words
from chalicelib.offering import find as offering
from chalicelib.plumbing.sheets import Page, Sheet


def page(sheet: Sheet) -> Page:
    """The text as it is now, or as it was typed when it was refused."""
    return drawn(sheet, sheet.content, typed=sheet.typed)


def drawn(sheet: Sheet, form: Mapping[str, Any], *, typed: Mapping[str, Any], tried: bool = False) -> Page:
    """The page for a form as issued; `typed` goes before what it holds, `tried` says that nothing is stored yet."""
    kind, language = _place(form)
    offer = offering.offer(sheet.visit.partner)
    held = {one["name"]: one.get("default") or "" for one in form["fields"]}
    said = {name: _text(typed.get(name, held[name])) or None for name in own_rules.PLACEHOLDERS}
    seen = preview.of(offer, kind, language, said=Words(**said), at=sheet.visit.at)
    is_own = own.row_of(sheet.visit.partner, kind, language) is not None
    return Page(
        "messaging/pages/text.html",
        {
            "form": form,
            "typed": typed,
            "refused": sheet.refused,
            "kind": kind,
            "text_language": language,
            "placeholders": own_rules.PLACEHOLDERS,
            "needed": own_rules.needed(kind),
            "most_parts": own_rules.MOST_SMS_PARTS,
            "seen": seen,
            "too_long": seen.counted.parts > own_rules.MOST_SMS_PARTS,
            "tried": tried,
            "reset": sheet.form("text-reset", kind=kind, language=language) if is_own else None,
            "sms_enabled": offer.partner.sms_enabled,
            "accent_of_mail": offer.partner.accent,
        },
    )


def _place(form: Mapping[str, Any]) -> tuple[str, str]:
    _, _, kind, language = form["action"].split("/")
    return kind, language


def _text(value: Any) -> str:
    # A name that was sent twice is a list; what is too long is cut here and refused elsewhere.
    return value[: own_rules.LONGEST_BODY].replace("\r\n", "\n").strip() if isinstance(value, str) else ""
