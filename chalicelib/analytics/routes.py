"""Doors of this room: the page about the counting, and the yes or no to it."""

from typing import Any

from chalicelib.analytics import allow, disallow, forms, show_counting, shown
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.read("/counting", answer="counting", page=show_counting, greets=True)
def counting(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What is counted of those who allow it."""
    return shown.counting(visit.language)


@door.form(forms.COUNTING, status=201, answer="counting_allowed", after=allow.cookie, then="/counting", greets=True)
def allow_counting(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Allow the counting of visits in this browser, for at most 30 days."""
    return allow.counting(visit)


@door.form(forms.COUNTING_END, status=200, answer="nothing", after=disallow.cookie, then="/counting", greets=True)
def end_counting(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take back the permission to count."""
    return disallow.counting(visit)
