"""Google Analytics 4 as its Measurement Protocol says: whatever is collected is answered 204, and validation says what is wrong.

Faithful to the vendor's reference: `/mp/collect` never says no, not even to a wrong secret or a broken body; `/debug/mp/collect`
answers a list of messages with the vendor's codes, does not look at the secret, and counts nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from infra.local.providers import wire

MOST_EVENTS, MOST_PARAMS, MOST_PROPERTIES = 25, 25, 25
LONGEST_NAME, LONGEST_VALUE, LONGEST_PROPERTY, LONGEST_PROPERTY_VALUE = 40, 100, 24, 36
OLDEST = timedelta(hours=72)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED_BEGINNINGS = ("_", "firebase_", "ga_", "google_", "gtag.")
_RESERVED_EVENTS = frozenset(
    [
        "ad_activeview",
        "ad_click",
        "ad_exposure",
        "ad_query",
        "ad_reward",
        "adunit_exposure",
        "app_background",
        "app_clear_data",
        "app_exception",
        "app_remove",
        "app_store_refund",
        "app_store_subscription_cancel",
        "app_store_subscription_convert",
        "app_store_subscription_renew",
        "app_update",
        "app_upgrade",
        "dynamic_link_app_open",
        "dynamic_link_app_update",
        "dynamic_link_first_open",
        "error",
        "file_download",
        "firebase_campaign",
        "firebase_in_app_message_action",
        "firebase_in_app_message_dismiss",
        "firebase_in_app_message_impression",
        "first_open",
        "first_visit",
        "form_start",
        "form_submit",
        "in_app_purchase",
        "notification_dismiss",
        "notification_foreground",
        "notification_open",
        "notification_receive",
        "notification_send",
        "os_update",
        "scroll",
        "session_start",
        "user_engagement",
        "video_complete",
        "video_progress",
        "video_start",
        "view_search_results",
    ]
)
_KNOWN = frozenset(
    [
        "client_id",
        "user_id",
        "timestamp_micros",
        "user_properties",
        "consent",
        "user_location",
        "ip_override",
        "device",
        "validation_behavior",
        "events",
        "non_personalized_ads",
        "user_data",
        "app_instance_id",
    ]
)


class Ga4:
    """The vendor: it takes everything."""

    name = "ga4"

    def __init__(self, world: wire.World) -> None:
        self._world = world

    def describe(self, request: wire.Request) -> Any:
        return wire.parsed(request)

    def answer(self, request: wire.Request) -> wire.Answer:
        if request.method == "POST" and request.path == "/mp/collect":
            return wire.Answer(204, effects=1)
        if request.method == "POST" and request.path == "/debug/mp/collect":
            try:
                sent = json.loads(request.body)
            except (ValueError, RecursionError):
                sent = None
            return wire.as_json(200, {"validationMessages": list(problems(request.query, sent, now=self._world.now()))})
        return wire.Answer(404, b"", "text/html; charset=UTF-8")

    def reset(self) -> None:
        """Nothing is kept: the journal is all there is."""

    def close(self) -> None:
        """Nothing runs in the background."""


def problems(query: Mapping[str, str], sent: Any, *, now: datetime) -> Iterator[dict[str, str]]:
    """What the validation would say of a body, in the vendor's words of codes; nothing when all is well."""
    if not query.get("measurement_id"):
        yield _said("measurement_id", "VALUE_REQUIRED")
    if not isinstance(sent, dict):
        yield _said("", "VALUE_INVALID")
        return
    for name in sorted(set(sent) - _KNOWN):
        yield _said(name, "VALUE_INVALID")
    client = sent.get("client_id")
    if not isinstance(client, str) or not client:
        yield _said("client_id", "VALUE_REQUIRED")
    yield from _of_time(sent.get("timestamp_micros"), now)
    yield from _of_consent(sent.get("consent"))
    yield from _of_properties(sent.get("user_properties"))
    events = sent.get("events")
    if not isinstance(events, list) or not events:
        yield _said("events", "VALUE_REQUIRED")
        return
    if len(events) > MOST_EVENTS:
        yield _said("events", "EXCEEDED_MAX_ENTITIES")
    for number, event in enumerate(events):
        yield from _of_event(f"events[{number}]", event)


def _of_time(micros: Any, now: datetime) -> Iterator[dict[str, str]]:
    if micros is None:
        return
    try:
        at_s = int(micros) / 1_000_000
    except (TypeError, ValueError):
        yield _said("timestamp_micros", "VALUE_INVALID")
        return
    if not (now - OLDEST).timestamp() <= at_s <= (now + timedelta(minutes=15)).timestamp():
        yield _said("timestamp_micros", "VALUE_OUT_OF_BOUNDS")


def _of_consent(consent: Any) -> Iterator[dict[str, str]]:
    if consent is None:
        return
    if not isinstance(consent, dict) or set(consent) - {"ad_user_data", "ad_personalization"}:
        yield _said("consent", "VALUE_INVALID")
        return
    for name, value in consent.items():
        if value not in ("GRANTED", "DENIED"):
            yield _said(f"consent.{name}", "VALUE_INVALID")


def _of_properties(properties: Any) -> Iterator[dict[str, str]]:
    if properties is None:
        return
    if not isinstance(properties, dict):
        yield _said("user_properties", "VALUE_INVALID")
        return
    if len(properties) > MOST_PROPERTIES:
        yield _said("user_properties", "EXCEEDED_MAX_ENTITIES")
    for name, one in properties.items():
        yield from _of_name(f"user_properties.{name}", name, LONGEST_PROPERTY)
        value = one.get("value") if isinstance(one, dict) else None
        if value is None or len(str(value)) > LONGEST_PROPERTY_VALUE:
            yield _said(f"user_properties.{name}", "VALUE_INVALID")


def _of_event(path: str, event: Any) -> Iterator[dict[str, str]]:
    if not isinstance(event, dict) or set(event) - {"name", "params", "timestamp_micros"}:
        yield _said(path, "VALUE_INVALID")
        return
    name = event.get("name")
    if not isinstance(name, str) or not name:
        yield _said(f"{path}.name", "VALUE_REQUIRED")
    elif name in _RESERVED_EVENTS:
        yield _said(f"{path}.name", "NAME_RESERVED")
    else:
        yield from _of_name(f"{path}.name", name, LONGEST_NAME)
    params = event.get("params", {})
    if not isinstance(params, dict):
        yield _said(f"{path}.params", "VALUE_INVALID")
        return
    if len(params) > MOST_PARAMS:
        yield _said(f"{path}.params", "EXCEEDED_MAX_ENTITIES")
    lowered = [key.lower() for key in params]
    if len(set(lowered)) < len(lowered):
        yield _said(f"{path}.params", "NAME_DUPLICATED")
    for key, value in params.items():
        yield from _of_name(f"{path}.params.{key}", key, LONGEST_NAME)
        if not isinstance(value, str | int | float) or len(str(value)) > LONGEST_VALUE:
            yield _said(f"{path}.params.{key}", "VALUE_INVALID")


def _of_name(path: str, name: str, longest: int) -> Iterator[dict[str, str]]:
    if name.lower().startswith(_RESERVED_BEGINNINGS):
        yield _said(path, "NAME_RESERVED")
    elif len(name) > longest or not _NAME.fullmatch(name):
        yield _said(path, "NAME_INVALID")


def _said(path: str, code: str) -> dict[str, str]:
    return {"fieldPath": path, "description": f"{path or 'The body'}: {code}.", "validationCode": code}
