"""Who else handles data for us, from the very manifest without which no call leaves the house."""

from typing import Any

from chalicelib.plumbing import egress, words

_NAMES = {
    "aws": "Amazon Web Services",
    "smsapi": "SMSAPI",
    "ortto": "Ortto",
    "autopilot": "Autopilot HQ",
    "zendesk": "Zendesk",
    "bexio": "bexio",
    "chatra": "Chatra",
    "ga4": "Google Analytics",
}
_CATEGORIES = {
    "aws": ("master", "contact", "contract", "meta"),
    "smsapi": ("contact", "contract"),
    "ortto": ("master", "contact"),
    "autopilot": ("master", "contact"),
    "zendesk": ("contact", "content"),
    "bexio": ("master", "contact", "contract"),
    "chatra": ("content", "meta"),
    "ga4": ("meta",),
}


def shown(language: str) -> list[dict[str, Any]]:
    """The list of sub-processors: who, where, what for, on which basis, guarded by what, and which kinds of data."""
    return [
        {
            "vendor": one.vendor,
            "name": _NAMES[one.vendor],
            "host": one.host.replace("{account}.", ""),
            "country": one.country,
            "purpose": words.say("entrance", f"vendor.{one.vendor}.purpose", language),
            "legal_basis": words.say("entrance", f"vendor.{one.vendor}.basis", language),
            "guarantee": words.say("entrance", f"vendor.{one.vendor}.guarantee", language),
            "categories": list(_CATEGORIES[one.vendor]),
        }
        for one in (egress.HOST, *egress.told())
    ]
