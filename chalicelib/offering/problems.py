"""The problems that the rules find, as the refusal of a form."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.offering import rules
from chalicelib.plumbing.refusals import Invalid, Problem

_SAID_ELSEWHERE: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "required": ("missing", {}),
    "not_an_object": ("wrong_type", {"expected": "object"}),
    "not_a_list": ("wrong_type", {"expected": "list"}),
    "not_a_whole_number": ("wrong_type", {"expected": "integer"}),
    "not_a_boolean": ("wrong_type", {"expected": "boolean"}),
}


def refuse(found: Iterable[rules.Problem]) -> None:
    """Raise Invalid with every problem found, if there is one."""
    problems = [_problem(one) for one in found]
    if problems:
        raise Invalid(problems)


def _problem(one: rules.Problem) -> Problem:
    if one.code in _SAID_ELSEWHERE:
        code, params = _SAID_ELSEWHERE[one.code]
        return Problem(one.path, code, params)
    return Problem(one.path, one.code, _params(one))


def _params(one: rules.Problem) -> Mapping[str, Any]:
    bounds = rules.SERVICE_BOUNDS.get(one.path)
    if bounds is not None:
        return {"least": bounds.lowest, "most": bounds.highest, "step": bounds.step}
    if one.code == "off_step":
        return {"step": rules.MARK_MINUTES}
    if one.code == "unknown_weekday":
        return {"options": ", ".join(rules.WEEKDAYS)}
    if one.code == "not_an_option":
        return {"options": ", ".join(rules.QUESTION_TYPES)}
    if one.code == "too_many":
        return {"most": {"dates": rules.MOST_DATES, "questions": rules.MOST_QUESTIONS}.get(
            one.path, rules.MOST_INTERVALS_A_DAY)}  # fmt: skip
    if one.code == "too_many_days":
        return {"most": rules.LONGEST_ABSENCE.days}
    if one.code == "too_far":
        return {"most": rules.ABSENCE_REACH.days}
    if one.code == "not_a_label":
        return {"most": rules.LONGEST_QUESTION}
    return {}
