"""The secret address at which SMSAPI reports deliveries; the vendor signs nothing, so the address is the proof."""

from chalicelib.plumbing import keyring, settings


def token() -> str:
    """The last part of the address."""
    return keyring.fingerprint("smsapi-hook", "delivery reports")


def url() -> str:
    """The whole address, given to the vendor with each message."""
    return f"{settings.get().public_url}/hooks/smsapi/{token()}"
