"""Every AWS client is made here, in eu-central-2, from one session, with short timeouts."""

import re
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from chalicelib.plumbing import settings

# Two threads must not make clients of one session at once (boto3 guide, Session: multithreading).
_ONE_AT_A_TIME = Lock()
_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")

MODELS = Path(__file__).parents[2] / "aws_models"
"""botocore's data as infra/models.py cuts it for the package; beside the sources there is none."""


@cache
def session() -> Any:
    """The one botocore session. It reads the package's cut of botocore's data (docs/adr/0008-awake-sooner.md)."""
    import botocore.session
    from botocore.config import Config
    from botocore.loaders import Loader

    made = botocore.session.get_session()
    # botocore composes its own name anew for every request: a quarter of what a small one costs us.
    made.set_default_client_config(Config(user_agent="zeitfenster"))
    if MODELS.is_dir():
        loader = Loader(extra_search_paths=[str(MODELS)], include_default_search_paths=False)
        # What Loader.is_builtin_path compares with. Else botocore takes endpoints.json for somebody's own list and forces
        # its addresses upon the rule sets.
        loader.BUILTIN_DATA_PATH = str(MODELS)
        made.register_component("data_loader", loader)
    return made


@cache
def client(service: str) -> Any:
    """A botocore client for `service` ("sqs", "s3", "kms", "sesv2"). DynamoDB is opened by `table` alone."""
    from botocore.config import Config

    here = settings.get()
    endpoint = here.mail_url if service == "sesv2" and here.is_local and here.mail_url else None
    with _ONE_AT_A_TIME:
        return session().create_client(
            service,
            region_name=here.region,
            endpoint_url=endpoint,
            config=Config(
                # A link to a file is signed the way Zurich asks for.
                signature_version="s3v4" if service == "s3" else None,
                connect_timeout=2,
                read_timeout=10,
                # A mail whose fate is unknown must not be sent again behind our back: the outbox decides.
                retries={"mode": "standard", "total_max_attempts": 1 if service == "sesv2" else 3},
            ),
        )


def link(bucket: str, key: str, *, name: str, seconds: int) -> str:
    """An address under which anybody can fetch a file of a bucket for so many seconds, saved as `name`. Asks nobody.

    What cannot stand in a file name or in the header that says it (RFC 6266) becomes a hyphen: parts of names come from vendors.
    """
    safe = _IN_A_NAME.sub("-", name).strip(".-") or "file"
    made: str = client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": bucket, "Key": key, "ResponseContentDisposition": f'attachment; filename="{safe}"'},
        ExpiresIn=seconds,
    )
    return made
