"""Chatra: what a browser needs to load the chat; our own servers never call it, and its host stands on no other page.

Vendor facts: help pages of chatra.com (widget, setup). There is no call to erase a person: somebody has to do it there.
"""

from typing import Any
from urllib.parse import urlsplit

from chalicelib.plumbing import settings

_SCRIPT = "https://call.chatra.io/chatra.js"
_ORIGINS = ("https://call.chatra.io", "https://chat.chatra.io", "wss://chat.chatra.io")


def is_set_up() -> bool:
    """Whether there is a chat at all."""
    return bool(settings.get().chatra_key)


def widget(client_id: str, language: str) -> dict[str, Any]:
    """What loads the chat of one person; whoever knows the `client_id` sees that chat."""
    return {"key": settings.get().chatra_key, "script": _script(), "client_id": client_id, "language": language[:2]}


def origins() -> tuple[str, ...]:
    """The sites that the browser of somebody who agreed may talk to."""
    script = urlsplit(_script())
    return _ORIGINS if _script() == _SCRIPT else (f"{script.scheme}://{script.netloc}",)


def _script() -> str:
    here = settings.get()
    return f"{here.chatra_url}/chatra.js" if here.is_local and here.chatra_url else _SCRIPT
