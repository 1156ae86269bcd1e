"""The booking page inside a partner's own site: who may frame it, and the script that puts it there."""

from chalicelib.accounts.find import Partner
from chalicelib.plumbing import assets


def frames_of(partner: Partner) -> tuple[str, ...]:
    """The origins that may show this partner's pages inside their own (`Page(frames=...)`): those the partner listed."""
    return partner.embed_origins


def script() -> str:
    """The script behind `/embed.js`: one tag in a partner's page becomes a frame with the booking page."""
    return assets.read("booking-embed.js")[0]
