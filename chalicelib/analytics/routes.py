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


def _with_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return allow.cookie(result, visit)  # named here, so that the verb is loaded when somebody agrees


@door.form(
    forms.COUNTING,
    status=201,
    answer="counting_allowed",
    after=_with_cookie,
    then="/counting",
    page=show_counting,
    greets=True,
)
def allow_counting(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Allow the counting of visits in this browser, for at most 30 days."""
    return allow.counting(visit)


def _without_cookie(result: dict[str, Any], visit: Visit) -> dict[str, str]:
    return disallow.cookie(result, visit)


@door.form(
    forms.COUNTING_END,
    status=200,
    answer="nothing",
    after=_without_cookie,
    then="/counting",
    page=show_counting,
    greets=True,
)
def end_counting(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Take back the permission to count."""
    return disallow.counting(visit)
