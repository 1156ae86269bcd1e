"""Which AWS account is worked on: AWS itself in eu-central-2 and nowhere else, or the emulator that stands in for it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.plumbing.settings import REGION


class RefusedError(Exception):
    """Nothing was touched, or nothing further is: the message says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to deploy: AWS itself with the caller's own credentials, or an emulator at `endpoint`."""

    region: str = REGION
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None

    def client(self, service: str, *, once_within_seconds: int | None = None) -> Any:
        """A client of this account, in its region; one that asks once and waits that long, where a retry would do harm.

        Raises RefusedError for any region but Zurich.
        """
        refuse_other_regions(self.region, os.environ)
        return _client(self, service, once_within_seconds)


@cache
def _session(region: str) -> Any:
    import boto3

    return boto3.session.Session(region_name=region)


@cache
def _client(account: Account, service: str, once_within_seconds: int | None) -> Any:
    """Made once: reading a service's model takes longer than asking the emulator."""
    import botocore.config

    return _session(account.region).client(
        service,
        endpoint_url=account.endpoint,
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret_key,
        config=botocore.config.Config(
            retries={"mode": "standard", "total_max_attempts": 1 if once_within_seconds else 5},
            read_timeout=once_within_seconds or 60,
            s3={"addressing_style": "path" if account.endpoint else "auto"},
        ),
    )


def refuse_other_regions(region: str, environment: Mapping[str, str]) -> None:
    """Raises RefusedError unless `region`, and every region the environment names, is eu-central-2."""
    named = {"the region asked for": region}
    named |= {name: environment[name] for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if environment.get(name)}
    for where, name in named.items():
        if name != REGION:
            raise RefusedError(f"{where} is {name}: Zeitfenster is deployed to {REGION} and to no other region")
