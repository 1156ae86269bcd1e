"""Check the proofs of the purge: none is missing, none was changed, and each names the one before it."""

from chalicelib.plumbing import table
from chalicelib.privacy import proof
from chalicelib.privacy.forget import GONE
from chalicelib.privacy.purge import KEY
from chalicelib.privacy.records import GoneRow, ProofRow, PurgeRow

_SAID = ("run_id", "started_at", "cut_off", "complete", "counts", "ids_root", "prev_hash")


def proofs() -> list[str]:
    """What is wrong with the chain, one sentence each; empty when it holds."""
    wrong: list[str] = []
    gone = table.get(GoneRow, *GONE)  # what was there ten years has gone on its day; the chain goes on behind it
    number, previous = (int(gone.number), gone.hash) if gone else (0, "")
    first = number + 1
    for number, row in enumerate(table.prefixed(ProofRow, "purges", ""), first):
        if row.sk != f"{number:010d}":
            wrong.append(f"Proof {number} is missing; {row.sk} stands in its place.")
            break
        if row.hash != proof.hashed(number, failed=int(row.failed), **{name: getattr(row, name) for name in _SAID}):
            wrong.append(f"Proof {number} was changed.")
        if row.prev_hash != previous:
            wrong.append(f"Proof {number} does not follow from the one before it.")
        previous = row.hash
    at = table.get(PurgeRow, *KEY)
    if not wrong and at is not None and (int(at.proofs), at.last_hash) != (number, previous):
        wrong.append(f"The last proofs are missing: {int(at.proofs)} were made, {number} are there.")
    return wrong
