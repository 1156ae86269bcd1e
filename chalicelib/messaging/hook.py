"""The secret address at which SMSAPI reports deliveries; the vendor signs nothing, so the address is the proof."""

from chalicelib.plumbing import keyring, settings

_PURPOSE, _CONTENT = "smsapi-hook", "delivery reports"


def token() -> str:
    """The last part of the address."""
    return keyring.fingerprint(_PURPOSE, _CONTENT)


def is_ours(token: str) -> bool:
    """Whether this is the last part of an address that was given to the vendor, now or before the secret was changed."""
    return keyring.matches(_PURPOSE, _CONTENT, token)


def url() -> str:
    """The whole address, given to the vendor with each message."""
    return f"{settings.get().public_url}/hooks/smsapi/{token()}"
