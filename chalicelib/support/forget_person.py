"""Forget a person at Zendesk for good: found by mail address, the tickets deleted and thrown out of the bin, then the person.

Vendor facts: documentation of developer.zendesk.com (deleting tickets and users, job statuses, compliance deletion). To delete
a person alone leaves the texts of the tickets. How far it got is kept after each step, so that it can go on after any crash;
what is gone already is no error.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.activity.calls import Calls
from chalicelib.plumbing import egress, outcomes, web
from chalicelib.support import zendesk

MOST_TICKETS = 20  # at once, so that no worker runs out of time
MOST_ROUNDS = 3
ASK_AGAIN_S = 30
CONFIRMED_AFTER_S = 3_600

Progress = Mapping[str, Any]
"""`{email}` at first; then `{user_id, ticket_ids, job}`: once the person is found, the address is no longer needed."""


def person(
    so_far: Progress,
    keep: Callable[[Progress], None],
    disclosure: egress.Disclosure,
    calls: Calls,
) -> bool:
    """Go on with the erasure; True when the vendor confirms that it is done, False when nobody was there.

    Raises Later while the vendor is still at it, and Later, Never, Unknown as `zendesk.ask` does.
    """

    def ask(method: str, path: str) -> web.Reply:
        return zendesk.ask(disclosure, calls, method, path)

    state = dict(so_far)
    if state.get("user_id") is None:
        user_id = _found(ask, str(state.pop("email")))
        if user_id is None:
            return False
        state |= {"user_id": user_id, "ticket_ids": [], "job": None}
        keep(state)
    user = int(state["user_id"])
    _empty(ask, user, state, keep)
    _gone(ask("DELETE", f"/users/{user}"))
    _gone(ask("DELETE", f"/deleted_users/{user}"))
    if not _confirmed(ask, user):
        raise outcomes.Later("not confirmed yet", CONFIRMED_AFTER_S)
    return True


_Ask = Callable[[str, str], web.Reply]


def _found(ask: _Ask, email: str) -> int | None:
    # The search finds more than was asked for: only exactly this address is meant.
    reply = _good(ask("GET", "/users/search?" + urlencode({"query": f'email:"{email}"'})))
    for one in _listed(reply, "users", "id", "email"):
        if str(one["email"]).lower() == email.lower():
            return int(one["id"])
    return None


def _empty(ask: _Ask, user: int, state: dict[str, Any], keep: Callable[[Progress], None]) -> None:
    """Delete every ticket of the person, and then every deleted one."""
    for _ in range(MOST_ROUNDS):
        if not state["ticket_ids"]:
            state["ticket_ids"] = _requested(ask, user)
            if not state["ticket_ids"]:
                return
            keep(state)
        if state["job"] is None:
            for one in state["ticket_ids"]:
                _gone(ask("DELETE", f"/tickets/{one}"))
            ids = ",".join(map(str, state["ticket_ids"]))
            state["job"] = _job(ask("DELETE", "/deleted_tickets/destroy_many?" + urlencode({"ids": ids})))
            keep(state)
        if state["job"] and not _finished(ask, str(state["job"]), state, keep):
            raise outcomes.Later("the vendor empties its bin", ASK_AGAIN_S)
        state |= {"ticket_ids": [], "job": None}
        keep(state)
    raise outcomes.Later("more tickets than at once", ASK_AGAIN_S)


def _requested(ask: _Ask, user: int) -> list[int]:
    reply = ask("GET", f"/users/{user}/tickets/requested")
    if reply.status == 404:
        return []
    return [int(one["id"]) for one in _listed(_good(reply), "tickets", "id")][:MOST_TICKETS]


def _job(reply: web.Reply) -> str:
    """The id of the job; empty when there was nothing left to do."""
    if reply.status == 404:
        return ""
    try:
        return str(zendesk.value(_good(reply))["job_status"]["id"])
    except (KeyError, TypeError) as error:
        raise outcomes.Unknown("an answer that cannot be read") from error


def _finished(ask: _Ask, job: str, state: dict[str, Any], keep: Callable[[Progress], None]) -> bool:
    reply = ask("GET", f"/job_statuses/{job}")
    try:
        status = "failed" if reply.status == 404 else zendesk.value(_good(reply))["job_status"]["status"]
    except (KeyError, TypeError) as error:
        raise outcomes.Unknown("an answer that cannot be read") from error
    if status in ("failed", "killed"):
        keep(state | {"job": None})  # asked for anew the next time
    return bool(status == "completed")


def _confirmed(ask: _Ask, user: int) -> bool:
    reply = ask("GET", f"/users/{user}/compliance_deletion_statuses")
    if reply.status == 404:
        return False
    return any(one["action"] == "complete" for one in _listed(_good(reply), "compliance_deletion_statuses", "action"))


def _gone(reply: web.Reply) -> None:
    if reply.status == 422:
        raise outcomes.Later("not to be deleted yet", ASK_AGAIN_S)  # somebody has written again meanwhile
    if reply.status != 404:
        _good(reply)


def _good(reply: web.Reply) -> web.Reply:
    if not 200 <= reply.status < 300:
        raise zendesk.refused(reply)
    return reply


def _listed(reply: web.Reply, name: str, *needed: str) -> list[dict[str, Any]]:
    """The objects of a list. Who is listed without what is `needed` might be the one who is looked for: Unknown."""
    value = zendesk.value(reply)
    items = value.get(name) if isinstance(value, dict) else None
    if not isinstance(items, list) or not all(_is_whole(one, needed) for one in items):
        raise outcomes.Unknown("an answer that cannot be read")
    return items


def _is_whole(one: Any, needed: tuple[str, ...]) -> bool:
    return isinstance(one, dict) and set(needed) <= one.keys() and isinstance(one.get("id", 0), int)
