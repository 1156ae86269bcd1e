"""Take a consent back: from now on, what it was for may no longer be done (Art. 7(3) GDPR: as easily as it was given)."""

from collections.abc import Mapping

from chalicelib.activity import record
from chalicelib.consent import choices, choose, facts
from chalicelib.consent.choices import Choice
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def consent(
    change: Change, visit: Visit, purpose: str, *, person: str = "", evidence: Mapping[str, str] | None = None
) -> Choice | None:
    """Add to `change` that a consent is taken back, or that a pending one is not wanted; the choice as it is then.

    None, and nothing added, where none was asked for or it is withdrawn already. A choice that changed meanwhile:
    `Stale`.
    """
    before = choices.of(visit.partner, purpose, person=person)
    if before is None or before.state == "withdrawn":
        return None
    made = choose.anew(change, visit, purpose, state="withdrawn", person=person, evidence=evidence)
    detail = {"number": made.number}
    record.fact(change, visit, facts.CONSENT_WITHDRAWN, subject=("consent", purpose), detail=detail, ledger=made.mark)
    return made
