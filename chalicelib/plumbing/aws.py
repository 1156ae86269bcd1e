"""Every AWS client is made here, in eu-central-2, from one session, with short timeouts."""

from functools import cache
from typing import Any

from chalicelib.plumbing import settings


@cache
def _session() -> Any:
    import botocore.session

    return botocore.session.get_session()


@cache
def client(service: str) -> Any:
    """A botocore client for `service` ("sqs", "s3", "kms", "sesv2"). DynamoDB is opened by `table` alone."""
    from botocore.config import Config

    here = settings.get()
    endpoint = here.mail_url if service == "sesv2" and here.is_local and here.mail_url else None
    return _session().create_client(
        service,
        region_name=here.region,
        endpoint_url=endpoint,
        config=Config(
            connect_timeout=2,
            read_timeout=10,
            # A mail whose fate is unknown must not be sent again behind our back: the outbox decides.
            retries={"mode": "standard", "total_max_attempts": 1 if service == "sesv2" else 3},
        ),
    )
