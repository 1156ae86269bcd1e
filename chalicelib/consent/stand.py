"""Let a choice stand as its last proof says: the ledger outlives a restored table, and what was withdrawn stays withdrawn."""

from chalicelib.consent import choices
from chalicelib.consent.records import ChoiceRow, ConsentRow
from chalicelib.plumbing import table


def choice(proof: ConsentRow) -> bool:
    """Whether the choice that `proof`, the newest of its kind, is about had to be changed."""
    person = proof.person or ""
    before = choices.of(proof.pk, proof.purpose, person=person)
    number = int(proof.sk.rpartition("#")[2])
    if before is not None and before.number >= number:
        return False
    row = ChoiceRow(
        choices.partition(proof.pk),
        choices.sort(proof.purpose, person),
        state=proof.state,
        number=number,
        text_version=proof.text_version,
        text_hash=proof.text_hash,
        language=proof.language,
        channel=proof.channel,
        at=proof.at,
        asked_at=proof.at if proof.state == "pending" else None,
    )
    table.put(row)
    return True
