"""Whether a page loads the chat: only for somebody who agreed to it, and never on a partner's own pages."""

from typing import Any

from chalicelib.plumbing.sheets import Sheet
from chalicelib.support import chat_pass, chatra

_OPEN_TO_ALL = frozenset({"/", "/contact", "/policies", "/limits", "/imprint", "/sub-processors", "/processing-record"})


def visitor(sheet: Sheet) -> dict[str, Any]:
    """What a page needs to load the chat (`chat`) and whom it may talk to then (`guests`); empty for everybody else."""
    # Most visitors have no such cookie: nothing else is loaded for them.
    if chat_pass.COOKIE not in sheet.jar or not (sheet.visit.role or sheet.path in _OPEN_TO_ALL):
        return {}
    client = chat_pass.client_of(sheet.jar, sheet.visit)
    if client is None or not chatra.is_set_up():
        return {}
    return {"chat": chatra.widget(client, sheet.visit.language), "guests": chatra.origins()}
