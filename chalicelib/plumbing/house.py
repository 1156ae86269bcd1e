"""What doors have to know of the house around them. Plumbing may not look up, so app.py tells it."""

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.plumbing.door import Door
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.plumbing.visit import Visit


class Hall(Protocol):
    """What the house does for its doors."""

    def note_denial(self, visit: Visit, code: str) -> None:
        """Write down that somebody was turned away."""

    def form_door(self, name: str, context: Mapping[str, str]) -> Door | None:
        """The door of a form by its name."""

    def around(self, sheet: Sheet) -> Mapping[str, Any]:
        """What stands around every page: ways on, for visitors or for the team."""

    def sign_in(self, sheet: Sheet) -> Page:
        """What somebody sees who has to sign in first."""

    def passed(self, sheet: Sheet, door: Door) -> None:
        """Hear that somebody saw the page of `door`, or sent a form there that had its effect just now."""

    def settle(self, visit: Visit, door: Door) -> None:
        """Raise Forbidden `policy_to_accept` where something has to be settled before this door opens."""

    def settle_first(self, sheet: Sheet) -> Page:
        """What somebody sees who has to settle something first."""


_halls: list[Hall] = []


def stand_in(hall: Hall) -> None:
    """Tell the doors which house they belong to."""
    _halls[:] = [hall]


def hall() -> Hall | None:
    """The house that the doors belong to; None until app.py has told."""
    return _halls[0] if _halls else None


def settle(visit: Visit, door: Door) -> None:
    """Ask for what has to be settled first. Programs and strangers have nothing to settle; programs that a person signed
    in for may go on reading.
    """
    around = hall()
    if around and visit.session is not None and visit.source != "api":
        around.settle(visit, door)
