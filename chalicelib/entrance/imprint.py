"""Who runs this: what the deployment says, and nothing made up where it says nothing."""

from typing import Any

from chalicelib.plumbing import settings


def shown() -> dict[str, Any]:
    """Name, postal address, mail address and company number of the operator (UWG Art. 3(1)(s)); null where not set."""
    here = settings.get()
    return {
        "name": here.operator_name or None,
        "address": list(here.operator_address),
        "email": here.operator_email or None,
        "uid": here.operator_uid or None,
        "website": here.public_url,
    }
