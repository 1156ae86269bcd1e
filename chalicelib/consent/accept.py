"""Accept the version of a text that is in force."""

from typing import Any

from chalicelib.consent import agree, consents, find
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Missing, invalid
from chalicelib.plumbing.visit import Visit


def policy(visit: Visit, name: str, *, version: str) -> dict[str, Any]:
    """Accept `version` for the visit's partner; accepting again changes nothing. The consent as listed.

    Raises Missing for an unknown text and Invalid `version_not_in_force`.
    """
    if name not in find.NAMES:
        raise Missing
    right = find.version_in_force(name, find.today(visit.at))
    if version != right:
        raise invalid("version", "version_not_in_force", version=right)
    for attempt in range(2):
        change = Change(visit, attempt=attempt)
        row = agree.earlier(visit.partner, name, version)
        if row is None:
            row = agree.to(
                change, visit, name, version=version, language=visit.language, channel=visit.source, at=visit.at
            )
        try:
            return change.done(consents.shown(row))
        except Stale:
            continue
    raise AssertionError("an acceptance that is there was not found")
