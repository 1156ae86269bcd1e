"""The keys of a partner, without their secrets."""

from typing import Any

from chalicelib.plumbing import api_keys
from chalicelib.plumbing.refusals import Forbidden, Missing
from chalicelib.plumbing.visit import Visit


def all_of(visit: Visit) -> list[dict[str, Any]]:
    """Every key: `{id, name, scopes, created_at}`, the oldest first. Raises Forbidden for a program."""
    if visit.source == "api":
        raise Forbidden("sign_in_only")
    return api_keys.listed(visit.partner)


def one_of(visit: Visit, key_id: str) -> dict[str, Any]:
    """One key. Raises Missing, and Forbidden for a program."""
    for key in all_of(visit):
        if key["id"] == key_id:
            return key
    raise Missing
