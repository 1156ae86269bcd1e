"""At most so many in any window of so many seconds: one conditional write, exact under any concurrency."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime

from chalicelib.plumbing import attributes, clock, database, keyring, trail
from chalicelib.plumbing.refusals import TooMany, Unavailable

GUARD = attributes.About("visitor", "security", "Art. 6(1)(f) GDPR", "limit", category="meta", forgotten="expire")
"""What a limit keeps of somebody: a keyed hash of the address, and when the last attempts were."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A published limit: at most `attempts` in any `window_seconds`, counted `per` ip_address, form, number ..."""

    name: str
    attempts: int
    window_seconds: int
    per: str


def count(limit: Limit, subject: str, *, at: datetime) -> None:
    """Count one attempt of `subject` at the instant `at`, or refuse it.

    A shift register of the last attempts; a refused attempt does not shift it (design/data.md, "The exact limit").
    Raises TooMany with the exact seconds to wait, and Unavailable when the table does not answer: nobody gets in then.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    now = clock.milliseconds(at)
    window = limit.window_seconds * 1000
    last = f"t{limit.attempts}"
    shifts = [f"t{n} = if_not_exists(t{n - 1}, :zero)" for n in range(limit.attempts, 1, -1)]
    try:
        database.client().update_item(
            TableName=database.table_name("guard"),
            Key={"pk": {"S": f"limit#{limit.name}#{keyring.fingerprint('limit', subject)}"}, "sk": {"S": "-"}},
            UpdateExpression="SET " + ", ".join([*shifts, "t1 = :now", "expires = :expires"]),
            ConditionExpression=f"attribute_not_exists({last}) OR {last} <= :edge",
            ExpressionAttributeValues={
                ":now": {"N": str(now)},
                ":edge": {"N": str(now - window)},
                ":expires": {"N": str(now // 1000 + limit.window_seconds + 60)},
                **({":zero": {"N": "0"}} if shifts else {}),
            },
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as problem:
        if problem.response["Error"]["Code"] != "ConditionalCheckFailedException":
            trail.count("LimiterFailures")
            raise Unavailable from problem
        oldest = int(problem.response["Item"][last]["N"])
        raise TooMany(limit.name, max(1, -(-(oldest + window - now) // 1000))) from None
    except BotoCoreError as problem:
        trail.count("LimiterFailures")
        raise Unavailable from problem


def address(ip: str) -> str:
    """The subject that stands for an IP address: the address itself, for IPv6 its /64, which one person holds whole."""
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
