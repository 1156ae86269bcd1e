"""Write a choice down: how it stands now, and the proof that is never changed, in one change."""

from collections.abc import Mapping

from chalicelib.activity import ledger
from chalicelib.consent import choices, purposes
from chalicelib.consent.choices import Choice
from chalicelib.consent.records import ChoiceRow, ConsentRow
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def anew(
    change: Change,
    visit: Visit,
    purpose: str,
    *,
    state: str,
    person: str = "",
    language: str | None = None,
    channel: str | None = None,
    evidence: Mapping[str, str] | None = None,
    renewed: bool = False,
) -> Choice:
    """Add to `change` that a choice is now `state` (pending, given, withdrawn), the choice as it is then.

    Who withdraws, or confirms what was asked for before, chooses about the sentence that was put to them then; whoever
    is asked anew (`renewed`: although asked before), about the one that holds now. The fact that follows takes the proof
    along (`ledger=made.mark`). A choice that changed meanwhile makes the change `Stale`.
    """
    before = choices.of(visit.partner, purpose, person=person)
    same = before is not None and not renewed and (state == "withdrawn" or before.state == "pending")
    known = before if same else None
    spoken = known.language if known else (language or visit.language)[:2]
    version = known.text_version if known else purposes.version(purpose)
    row = ChoiceRow(
        choices.partition(visit.partner),
        choices.sort(purpose, person),
        state=state,
        number=before.number + 1 if before else 1,
        text_version=version,
        text_hash=purposes.hashed(purpose, version, spoken),
        language=spoken,
        channel=channel or visit.source,
        at=visit.at,
        asked_at=visit.at if state == "pending" else None,
    )
    if before is None:
        change.put_new(row)
    else:
        change.put(row, ChoiceRow.number == before.number)
    proof = ConsentRow(
        visit.partner,
        f"consent#{choices.sort(purpose, person)}#{row.number:06d}",
        purpose=purpose,
        person=person or None,
        state=state,
        text_version=row.text_version,
        text_hash=row.text_hash,
        language=spoken,
        channel=row.channel,
        employee_id=visit.employee_id,
        evidence=dict(evidence) if evidence else None,
        at=visit.at,
    )
    change.put_new(proof)
    return Choice(
        purpose=purpose, person=person, state=state, number=int(row.number), text_version=version,
        text_hash=row.text_hash, language=spoken, channel=row.channel, at=visit.at, asked_at=row.asked_at,
        mark=ledger.mark(proof),
    )  # fmt: skip
