"""The page by which people reach us: the form as it was typed, what happens with what they write, and the chat."""

from typing import Any

from chalicelib.consent import purposes
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.support import asking, chat_pass, chatra


def page(sheet: Sheet) -> Page:
    """The page itself, each of its forms on a page of its own, and each after a refusal."""
    writes = sheet.content.get("form") == "support"
    return Page(
        "support/pages/contact.html",
        {
            "form": sheet.content if writes else sheet.form("support"),
            "typed": sheet.typed if writes else {},
            "refused": sheet.refused if writes else None,
            "refused_chat": None if writes else sheet.refused,
            "ways": asking.ways(),
            **(_of_chat(sheet) if chatra.is_set_up() else {"agree": None, "end": None, "sentence": ""}),
        },
    )


def _of_chat(sheet: Sheet) -> dict[str, Any]:
    agreed = chat_pass.client_of(sheet.jar, sheet.visit) is not None
    version = purposes.version(chat_pass.PURPOSE)
    return {
        "agree": None if agreed else sheet.form("chat"),
        "end": sheet.form("chat-end") if agreed else None,
        "sentence": purposes.sentence(chat_pass.PURPOSE, version, sheet.visit.language),
    }
