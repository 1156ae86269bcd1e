"""A service's own questions, and whether somebody's answers answer them."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.plumbing.refusals import Invalid, Problem

LONGEST_ANSWER = 1000


def check(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any], *, strict: bool) -> None:
    """Raises Invalid for answers nobody asked for, of another kind, not among the options, or (if `strict`) left out.

    A question is what `offering.rules.read_questions` reads; an answer is filed under the question's id.
    """
    asked = {str(one["id"]): one for one in questions}
    problems = [Problem(f"answers.{str(name)[:40]}", "unknown_field") for name in answers if name not in asked]
    for key, question in asked.items():
        given = answers.get(key)
        if given is None or given == "":
            if strict and question.get("required"):
                problems.append(Problem(f"answers.{key}", "missing"))
            continue
        problem = _problem(question, given)
        if problem is not None:
            problems.append(Problem(f"answers.{key}", *problem))
    if problems:
        raise Invalid(problems[:50])


def typed(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a page sends them, as a program would have: lines that end in one letter, yes and no as booleans."""
    kinds = {str(one["id"]): one.get("type") for one in questions}
    told = {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in answers.items()}
    return {
        name: value == "true" if kinds.get(name) == "boolean" and value in ("true", "false") else value
        for name, value in told.items()
        if value != ""
    }


def _problem(question: Mapping[str, Any], given: Any) -> tuple[str, dict[str, Any]] | None:
    if question.get("type") == "boolean":
        return None if isinstance(given, bool) else ("wrong_type", {"expected": "boolean"})
    if not isinstance(given, str):
        return "wrong_type", {"expected": "text"}
    if len(given) > LONGEST_ANSWER:
        return "too_long", {"most": LONGEST_ANSWER}
    allowed = "\n\t" if question.get("type") == "lines" else ""
    if any((ord(letter) < 32 and letter not in allowed) or 0xD800 <= ord(letter) <= 0xDFFF for letter in given):
        return "control_characters", {}
    options = question.get("options") or ()
    if options and given not in options:
        return "not_an_option", {"options": ", ".join(map(str, options))}
    return None
