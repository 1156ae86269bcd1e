"""Ask whether a newsletter is really wanted: a mail goes to the account's own address, and to nobody else (double opt-in)."""

from chalicelib.activity import record
from chalicelib.consent import choices, choose, facts, newsletter
from chalicelib.consent.choices import Choice
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def partner(change: Change, visit: Visit, *, language: str | None = None, channel: str | None = None) -> Choice:
    """Add to `change` that the visit's partner is asked; the choice as it is then.

    Who was asked already and may still confirm gets the same link again; who confirmed is not asked. `language` and
    `channel` are those in which the wish was said, where that was not in this visit. A choice that changed meanwhile:
    `Stale`.
    """
    before = choices.of(visit.partner, newsletter.PURPOSE)
    state = newsletter.state_of(before, visit.at)
    if before is not None and state == "given":
        return before
    made = before if before is not None and state == "pending" else None
    if made is None:
        made = choose.anew(
            change, visit, newsletter.PURPOSE, state="pending", language=language, channel=channel, renewed=True
        )
    detail = {"number": made.number}
    record.fact(
        change, visit, facts.NEWSLETTER_ASKED, subject=("consent", newsletter.PURPOSE), detail=detail, ledger=made.mark
    )
    return made
