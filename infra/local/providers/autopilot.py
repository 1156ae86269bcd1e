"""Autopilot HQ (legacy v1) as its customers see it: contacts that are added or updated, found, unsubscribed, deleted; lists.

Faithful to its API description and to recorded answers, and proven by the npm client `autopilot-api`. A contact is named
by its id or its mail address.
"""

import hmac
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from infra.local.providers import wire

MOST_CONTACTS = 100


@dataclass(slots=True)
class _State:
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)


class Autopilot:
    """The vendor: whom it holds, and on which lists."""

    name = "autopilot"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._state = _State()

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def contacts(self) -> list[dict[str, Any]]:
        """Everybody it holds."""
        with self._lock:
            return [dict(one) for one in self._state.contacts.values()]

    def reset(self) -> None:
        with self._lock:
            self._state = _State()

    def close(self) -> None:
        """Nothing runs in the background."""

    def answer(self, request: wire.Request) -> wire.Answer:
        given, wanted = request.header("autopilotapikey"), self._world.autopilot_key
        if not given or (wanted is not None and not hmac.compare_digest(given.encode(), wanted.encode())):
            return _refused(401, "Unauthorized", "Invalid API key")
        value = wire.parsed(request) or {}
        if not isinstance(value, dict):
            return _refused(400, "Bad Request", "Invalid JSON")
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        if parts[0] != "v1":
            return _refused(404, "Not Found", "No such resource")
        with self._lock:
            match request.method, *parts[1:]:
                case "POST", "contact":
                    return self._upsert(value.get("contact"))
                case "POST", "contacts":
                    return self._upsert_many(value.get("contacts"))
                case "GET", "contacts":
                    found = list(self._state.contacts.values())
                    return wire.as_json(200, {"contacts": found, "total_contacts": len(found)})
                case ("GET" | "DELETE") as method, "contact", name:
                    return self._contact(method, name)
                case "POST", "contact", name, "unsubscribe":
                    return self._unsubscribe(name)
                case "GET", "lists":
                    listed = [{"list_id": one, "title": title} for one, title in self._state.lists.items()]
                    return wire.as_json(200, {"lists": listed})
                case "POST", "list":
                    return self._new_list(value)
                case method, "list", list_id, "contact", name:
                    return self._membership(method, list_id, name)
        return _refused(404, "Not Found", "No such resource")

    def _upsert(self, contact: Any) -> wire.Answer:
        if not isinstance(contact, dict) or not contact.get("Email"):
            return _refused(400, "Bad Request", "Contact must have an Email.")
        return wire.as_json(200, {"contact_id": self._put(contact)}, effects=1)

    def _upsert_many(self, contacts: Any) -> wire.Answer:
        if not isinstance(contacts, list) or not 1 <= len(contacts) <= MOST_CONTACTS:
            return _refused(400, "Bad Request", "contacts is required")
        if not all(isinstance(one, dict) and one.get("Email") for one in contacts):
            return _refused(400, "Bad Request", "Contact must have an Email.")
        by_mail = {one["Email"]: self._put(one) for one in contacts}
        answer = {"contact_ids": list(by_mail.values()), "email_contact_map": by_mail}
        return wire.as_json(200, answer, effects=len(contacts))

    def _put(self, contact: dict[str, Any]) -> str:
        known = self._named(str(contact["Email"]))
        contact_id = known or f"person_{str(uuid.uuid4()).upper()}"
        kept = self._state.contacts.setdefault(
            contact_id,
            {"contact_id": contact_id, "api_originated": True, "created_at": self._world.now().isoformat()},
        )
        listed = contact.get("_autopilot_list")
        kept |= {name: value for name, value in contact.items() if not name.startswith("_")}
        if contact.get("_NewEmail"):
            kept["Email"] = contact["_NewEmail"]
        if listed:
            self._state.members.setdefault(listed, set()).add(contact_id)
        return contact_id

    def _contact(self, method: str, name: str) -> wire.Answer:
        contact_id = self._named(name)
        if contact_id is None:
            return _refused(404, "Not Found", "Contact could not be found.")
        if method == "GET":
            lists = [one for one, members in self._state.members.items() if contact_id in members]
            return wire.as_json(200, {**self._state.contacts[contact_id], "lists": lists})
        del self._state.contacts[contact_id]
        for members in self._state.members.values():
            members.discard(contact_id)
        return wire.as_json(200, {}, effects=1)

    def _unsubscribe(self, name: str) -> wire.Answer:
        contact_id = self._named(name)
        if contact_id is None:
            return _refused(404, "Not Found", "Contact could not be found.")
        self._state.contacts[contact_id]["unsubscribed"] = True
        return wire.as_json(200, {}, effects=1)

    def _new_list(self, value: dict[str, Any]) -> wire.Answer:
        if not value.get("name"):
            return _refused(400, "Bad Request", "name is required")
        list_id = f"contactlist_{str(uuid.uuid4()).upper()}"
        self._state.lists[list_id] = str(value["name"])
        return wire.as_json(200, {"list_id": list_id}, effects=1)

    def _membership(self, method: str, list_id: str, name: str) -> wire.Answer:
        contact_id, members = self._named(name), self._state.members.setdefault(list_id, set())
        there = contact_id in members
        if list_id not in self._state.lists or contact_id is None or (method == "GET" and not there):
            return _refused(404, "Not Found", "Contact is not on that list.")
        if method == "GET":
            return wire.as_json(200, {})
        if method not in ("POST", "DELETE"):
            return _refused(404, "Not Found", "No such resource")
        (members.add if method == "POST" else members.discard)(contact_id)
        return wire.as_json(200, {"not_modified": True} if there == (method == "POST") else {}, effects=1)

    def _named(self, name: str) -> str | None:
        if name in self._state.contacts:
            return name
        wanted = name.lower()
        contacts = self._state.contacts.items()
        return next((one for one, contact in contacts if str(contact.get("Email")).lower() == wanted), None)


def _refused(status: int, error: str, message: str) -> wire.Answer:
    return wire.as_json(status, {"error": error, "message": message})
