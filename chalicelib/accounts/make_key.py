"""Make a key for a program of the partner."""

from typing import Any

from chalicelib.accounts import facts
from chalicelib.activity import record
from chalicelib.plumbing import api_keys
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Forbidden
from chalicelib.plumbing.visit import Visit


def api_key(visit: Visit, name: str, *, scopes: list[str]) -> dict[str, Any]:
    """A new key: `{id, key}`. The key is shown this once. Raises Forbidden for a program: keys do not make keys."""
    if visit.source == "api":
        raise Forbidden("sign_in_only")
    change = Change(visit)
    key_id, key = api_keys.make(change, visit, name=name, scopes=sorted(set(scopes)))
    record.fact(change, visit, facts.KEY_MADE, subject=("api_key", key_id))
    return change.done({"id": key_id, "key": key})
