"""Ortto as its customers see it: people who are merged, found, archived and deleted, and its list of suppressed addresses.

Faithful to the vendor's documentation and to recorded answers of its EU host: every answer ends with a line end, empty
lists are null, `get-by-ids` answers a map, and only archived people can be deleted. Addresses that begin with
`suppressed` are on the list of those it will not mail. What the vendor does with a merge onto an archived person is not
known; here a new person comes into being.
"""

import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.providers import wire

FIELDS = frozenset(
    {
        "str::email", "str::first", "str::last", "str::ei", "str::language", "str::s-ctx", "str::u-ctx", "bol::p",
        "bol::gdpr", "bol::sp", "phn::phone",
    }
)  # fmt: skip
MOST_PEOPLE = 100
MOST_IDS = 150


@dataclass(slots=True)
class Person:
    """Somebody the vendor holds."""

    id: str
    fields: dict[str, Any]
    tags: list[str] = field(default_factory=list)
    archived: bool = False


class Ortto:
    """The vendor: whom it holds."""

    name = "ortto"

    def __init__(self, world: wire.World) -> None:
        self._key = world.ortto_key
        self._lock = threading.Lock()
        self._people: dict[str, Person] = {}

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def people(self) -> list[Person]:
        """Everybody it holds, archived or not."""
        with self._lock:
            return list(self._people.values())

    def reset(self) -> None:
        with self._lock:
            self._people.clear()

    def close(self) -> None:
        """Nothing runs in the background."""

    def answer(self, request: wire.Request) -> wire.Answer:
        if not _is_key(request.header("X-Api-Key"), self._key):
            return _refused(401, "Invalid API key")
        value = wire.parsed(request)
        if not isinstance(value, dict):
            return _refused(400, "Body must be a JSON object")
        with self._lock:
            match request.method, request.path:
                case "POST", "/v1/person/merge":
                    return self._merge(value)
                case "POST", "/v1/person/get":
                    return self._get(value)
                case "POST", "/v1/person/get-by-ids":
                    return self._get_by_ids(value)
                case "PUT", "/v1/person/archive":
                    return self._archive(value)
                case "DELETE", "/v1/person/delete":
                    return self._delete(value)
        return _refused(404, "Not found")

    def _merge(self, value: Mapping[str, Any]) -> wire.Answer:
        people = value.get("people")
        if not isinstance(people, list) or not 1 <= len(people) <= MOST_PEOPLE or not value.get("merge_by"):
            return _refused(400, "people and merge_by are required")
        made: list[dict[str, str]] = []
        for one in people:
            fields = one.get("fields") if isinstance(one, dict) else None
            if not isinstance(fields, dict) or not fields.get("str::email") or not set(fields) <= FIELDS:
                return _details("invalid", "Unknown or missing field")
            if value.get("suppression_list_field_id") and str(fields["str::email"]).startswith("suppressed"):
                return _details("suppressed", "Email is suppressed")
            known = next((each for each in self._people.values() if _is(each, fields["str::email"])), None)
            person = known or Person(secrets.token_hex(12), {"bol::p": True})
            person.fields |= fields
            person.tags = sorted({*person.tags, *(one.get("tags") or ())} - {*(one.get("unset_tags") or ())})
            self._people[person.id] = person
            made.append({"person_id": person.id, "status": "merged" if known else "created"})
        return _said({"people": made}, effects=len(made))

    def _get(self, value: Mapping[str, Any]) -> wire.Answer:
        wanted = (value.get("filter") or {}).get("$str::is") or {}
        if wanted.get("field_id") != "str::email":
            return _refused(400, "Only a filter on str::email is simulated")
        found = [one for one in self._people.values() if _is(one, wanted.get("value"))]
        contacts = [{"id": one.id, "fields": _chosen(one, value)} for one in found]
        meta = {
            "total_contacts": len(self._people), "total_organizations": 0, "total_matches": len(found),
            "total_subscribers": sum(bool(one.fields.get("bol::p")) for one in found),
        }  # fmt: skip
        return _said(
            {"contacts": contacts or None, "meta": meta, "offset": 0, "next_offset": len(found), "cursor_id": "",
             "has_more": False}
        )  # fmt: skip

    def _get_by_ids(self, value: Mapping[str, Any]) -> wire.Answer:
        wanted = value.get("contact_ids")
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_IDS:
            return _refused(400, "contact_ids is required")
        found = {one: self._people[one] for one in wanted if one in self._people}
        return _said({"contacts": {name: {"id": name, "fields": _chosen(one, value)} for name, one in found.items()}})

    def _archive(self, value: Mapping[str, Any]) -> wire.Answer:
        chosen = self._selected(value)
        for one in chosen:
            one.archived = True
        return _said({"scheduled_contacts": 0, "archived_contacts": len(chosen)}, effects=len(chosen))

    def _delete(self, value: Mapping[str, Any]) -> wire.Answer:
        chosen = [one for one in self._selected(value) if one.archived]
        for one in chosen:
            del self._people[one.id]
        return _said({"scheduled_contacts": 0, "deleted_contacts": len(chosen)}, effects=len(chosen))

    def _selected(self, value: Mapping[str, Any]) -> list[Person]:
        """Whom a body names. Like the vendor: no list, or `all_rows_selected`, names everybody."""
        wanted = value.get("inclusion_ids")
        if value.get("all_rows_selected") or not wanted:
            return list(self._people.values())
        return [self._people[one] for one in wanted if one in self._people]


def _is(person: Person, email: object) -> bool:
    return not person.archived and str(person.fields.get("str::email")).lower() == str(email).lower()


def _chosen(person: Person, value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: person.fields[name] for name in value.get("fields") or () if name in person.fields}


def _is_key(given: str, wanted: str | None) -> bool:
    return bool(given) and (wanted is None or hmac.compare_digest(given.encode(), wanted.encode()))


def _said(value: Any, *, status: int = 200, effects: int = 0) -> wire.Answer:
    return wire.Answer(status, json.dumps(value).encode() + b"\n", "application/json", effects=effects)


def _refused(status: int, error: str, **more: Any) -> wire.Answer:
    request_id = f"{secrets.token_hex(4)}-{secrets.token_hex(2)}"
    return _said({"request_id": request_id, "code": status, "error": error, **more}, status=status)


def _details(status: str, error: str) -> wire.Answer:
    return _refused(400, f"No valid contacts provided ({error})", details=[{"status": status, "error": error}])
