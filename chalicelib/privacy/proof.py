"""The hash that binds the proof of one run of the purge to the proof before it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.plumbing import clock


def hashed(
    number: int, *, run_id: str, started_at: datetime, cut_off: date, complete: bool, counts: Mapping[str, Any],
    failed: int, ids_root: str, prev_hash: str,
) -> str:  # fmt: skip
    """The hash of a proof, over everything it says."""
    said = [number, run_id, clock.text(started_at), cut_off.isoformat(), complete, counts, failed, ids_root, prev_hash]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def root(before: str, table: str, pk: str, sk: str) -> str:
    """The root of the removed ids with one more: who has the ids can check it, who has the root learns nothing."""
    one = hashlib.sha256(f"{table}\n{pk}\n{sk}".encode()).hexdigest()
    return hashlib.sha256(f"{before}{one}".encode()).hexdigest()
