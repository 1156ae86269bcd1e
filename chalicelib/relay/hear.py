"""Something happened: every address of the partner that wants to hear of it gets a message."""

from chalicelib.activity.happened import Happened
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from chalicelib.relay import find, queue_up, rules

_IDS = ("service_id", "employee_id", "customer_id")


def fact(change: Change, visit: Visit, what: Happened) -> None:
    """Queue the messages with `change`: one for each active address that asked for this kind, at most ten."""
    kind = rules.OF_FACT.get(what.kind)
    if kind is None or what.subject_kind not in ("appointment", "customer") or what.subject_id is None:
        return
    about = {f"{what.subject_kind}_id": what.subject_id}
    about |= {name: str(what.detail[name]) for name in _IDS if what.detail.get(name)}
    for row in find.endpoint_rows(visit.partner):
        if row.state == "active" and kind in row.kinds:
            queue_up.message(
                change, visit, row, kind, message_id=f"msg_{what.id}", happened_at=what.at, about=about
            )  # fmt: skip
