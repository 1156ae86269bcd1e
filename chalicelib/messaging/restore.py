"""Say a kind of message in our words again."""

from typing import Any

from chalicelib.activity import record
from chalicelib.messaging import facts, own
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit


def text(visit: Visit, kind: str, language: str) -> dict[str, Any]:
    """Forget the own words. Raises Missing where there are none."""
    row = own.row_of(visit.partner, kind, language)
    if row is None:
        raise Missing
    change = Change(visit)
    change.delete(row)
    record.fact(
        change, visit, facts.TEXT_RESTORED, subject=("text", f"{kind}-{language}"),
        detail={"kind": kind, "language": language},
    )  # fmt: skip
    return change.done()
