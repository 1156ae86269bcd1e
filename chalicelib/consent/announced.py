"""How far a coming version has been announced: kept after every page, so that a run which dies is taken up where it was."""

from datetime import datetime

from chalicelib.consent.find import Policy
from chalicelib.consent.records import AnnouncementRow
from chalicelib.plumbing import table

KEY = "announcements"
Progress = AnnouncementRow
"""What a run holds in its hands."""


def progress(one: Policy, at: datetime) -> Progress:
    """Where the announcement of a version stands; a fresh one before the first run."""
    sk = f"{one.name}#{one.version}"
    return table.get(AnnouncementRow, KEY, sk) or AnnouncementRow(KEY, sk, runs=0, after={}, told=0, run_at=at)


def save(so_far: Progress, at: datetime, *, shard: int, after: str, told: int) -> None:
    """Write down that everybody of a shard up to the place `after` is told, `told` of them now. Raises Stale when
    another run is at it.
    """
    before = int(so_far.runs)
    so_far.runs, so_far.run_at = before + 1, at
    so_far.after = {**so_far.after, str(shard): after}
    so_far.told = int(so_far.told) + told
    table.put(so_far, AnnouncementRow.runs == before if before else AnnouncementRow.pk.does_not_exist())
