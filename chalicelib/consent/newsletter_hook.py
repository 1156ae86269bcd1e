"""The secret addresses at which newsletter vendors report who left; they sign nothing, so the address is the proof."""

from chalicelib.plumbing import keyring, settings


def token(vendor: str) -> str:
    """The last part of a vendor's address."""
    return keyring.fingerprint(f"{vendor}-hook", "who left the newsletter")


def url(vendor: str) -> str:
    """The whole address, to be entered at the vendor: Ortto in the actions of a journey, Autopilot as a REST hook."""
    return f"{settings.get().public_url}/hooks/{vendor}/{token(vendor)}"
