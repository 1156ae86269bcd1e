"""The newsletter vendor that is set: two vendors, one port of three verbs."""

from types import ModuleType

from chalicelib.consent import autopilot, ortto
from chalicelib.plumbing import settings


def vendor() -> ModuleType:
    """A module with `VENDOR`, `join(subscriber, line)`, `find(email, line)` and `erase(references, line)`."""
    return {ortto.VENDOR: ortto, autopilot.VENDOR: autopilot}[settings.get().mailing_vendor]
