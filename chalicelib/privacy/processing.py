"""The record of processing activities (Art. 30 GDPR, Art. 12 DSG), made from what is stored and who is told."""

from collections.abc import Iterable
from typing import Any

from chalicelib.plumbing import egress, settings, words
from chalicelib.privacy import inventory
from chalicelib.privacy.inventory import Item
from chalicelib.privacy.rules import RETENTION

_PROCESSOR = "Art. 28"
_MEASURES = ("region", "transport", "at_rest", "passwords", "forms", "limits", "log", "roles", "purge")
_POINTS_OF_A_CONTROLLER = {
    "a": ["controller"], "b": ["purposes"], "c": ["subject_categories", "data_categories"], "d": ["recipients"],
    "e": ["transfers"], "f": ["erasure"], "g": ["measures"],
}  # fmt: skip
_POINTS_OF_A_PROCESSOR = {
    "a": ["processor", "controllers"], "b": ["processing_categories"], "c": ["transfers"], "d": ["measures"],
}  # fmt: skip


def record(language: str) -> list[dict[str, Any]]:
    """One entry for each purpose that we decide on, and one for each that partners decide on and we work for."""
    groups: dict[tuple[str, str], list[Item]] = {}
    for item in inventory.items():
        if item.about.subject != "nobody":
            role = "processor" if item.about.basis.startswith(_PROCESSOR) else "controller"
            groups.setdefault((role, item.about.purpose), []).append(item)
    return [_entry(role, purpose, items, language) for (role, purpose), items in sorted(groups.items())]


def _entry(role: str, purpose: str, items: list[Item], language: str) -> dict[str, Any]:
    """The points of Art. 30(1)(a) to (g); for work done for partners those of Art. 30(2)(a) to (d), and the rest as well."""

    here = {"aws_zrh", *(one.vendor for one in egress.told())}
    named = _each(name for one in items for name in one.about.recipients if name in here)
    recipients = [_recipient(name, language) for name in named]
    subjects = [words.say("privacy", f"subject.{one}", language) for one in _each(one.about.subject for one in items)]
    made: dict[str, Any] = {
        "id": f"{role}-{purpose}",
        "role": role,
        "purposes": [words.say("privacy", f"purpose.{purpose}", language)],
        "legal_basis": _each(one.about.basis for one in items),
        "subject_categories": subjects,
        "data_categories": [
            {
                "category": words.say("privacy", f"category.{category}", language),
                "fields": sorted(f"{one.kind}.{one.name}" for one in items if one.about.category == category),
            }
            for category in _each(one.about.category for one in items)
        ],
        "recipients": recipients,
        "transfers": [one for one in recipients if one["country"] != "CH"],
        "erasure": [
            {
                "data": name,
                "period": words.say("privacy", f"retention.{name}", language),
                "article": RETENTION[name].article,
            }
            for name in _each(one.about.retention for one in items)
        ],
        "measures": [words.say("privacy", f"measure.{one}", language) for one in _MEASURES],
    }
    set_up = settings.get()
    us = {
        "name": set_up.operator_name or "Zeitfenster",
        "address": list(set_up.operator_address),
        "contact": set_up.operator_email or set_up.mail_sender,
    }
    if role == "controller":
        return {"article": "Art. 30(1) GDPR", "points": _POINTS_OF_A_CONTROLLER, "controller": us, **made}
    return {
        "article": "Art. 30(2) GDPR",
        "points": _POINTS_OF_A_PROCESSOR,
        "processor": us,
        "controllers": words.say("privacy", "controllers", language),
        "processing_categories": [words.say("privacy", f"purpose.{purpose}", language), *subjects],
        **made,
    }


def _recipient(name: str, language: str) -> dict[str, str]:
    if name == "aws_zrh":
        return {
            "name": "Amazon Web Services",
            "country": "CH",
            "purpose": words.say("privacy", "recipient.aws_zrh.purpose", language),
            "guarantee": words.say("privacy", "recipient.aws_zrh.guarantee", language),
        }
    listed = egress.named(name)
    return {
        "name": listed.vendor,
        "country": listed.country,
        "purpose": words.say("entrance", f"vendor.{listed.vendor}.purpose", language),
        "guarantee": words.say("entrance", f"vendor.{listed.vendor}.guarantee", language),
    }


def _each(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
