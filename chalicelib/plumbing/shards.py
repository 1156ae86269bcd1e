"""In which of the few shards of a sparse index a row stands: enough to spread the writes, few enough to ask them all."""

import zlib
from datetime import date

SHARDS = 4
EXPIRY_SHARDS = 1  # a day's rows of all partners: a thousand writes a second fit, and a night asks once a day and table


def of(pk: str) -> int:
    """The shard that a partition falls into."""
    return zlib.crc32(pk.encode()) % SHARDS


def expires_on(on: date, pk: str) -> str:
    """The value of `expiry_shard` for a row that goes on a day."""
    return f"{on.isoformat()}#{of(pk) % EXPIRY_SHARDS}"
