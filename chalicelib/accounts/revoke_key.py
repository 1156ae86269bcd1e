"""Revoke a key: the program that holds it is turned away at once."""

from typing import Any

from chalicelib.accounts import facts
from chalicelib.activity import record
from chalicelib.plumbing import api_keys
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def api_key(visit: Visit, key_id: str) -> dict[str, Any]:
    """Remove a key of the visit's partner. Raises Missing, and Forbidden for a program."""
    if visit.source == "api":
        raise Forbidden("sign_in_only")
    change = Change(visit)
    api_keys.revoke(change, visit.partner, key_id, lost=Missing)
    record.fact(change, visit, facts.KEY_REVOKED, subject=("api_key", key_id))
    return change.done({})
