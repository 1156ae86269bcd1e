"""Give a consent: from now on, what it is for may be done."""

from collections.abc import Mapping

from chalicelib.activity import record
from chalicelib.consent import choose, facts
from chalicelib.consent.choices import Choice
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def consent(
    change: Change, visit: Visit, purpose: str, *, person: str = "", evidence: Mapping[str, str] | None = None
) -> Choice:
    """Add to `change` that the visit's partner consents to `purpose` (of `purposes.PURPOSES`), with fact and proof.

    `person` is the id of the employee whose consent it is, where it is not the account's; `evidence` says how it is known
    (instants, keyed hashes, codes; never a name or an address). A choice that changed meanwhile: `Stale`.
    """
    made = choose.anew(change, visit, purpose, state="given", person=person, evidence=evidence)
    detail = {"number": made.number}
    record.fact(change, visit, facts.CONSENT_GIVEN, subject=("consent", purpose), detail=detail, ledger=made.mark)
    return made
