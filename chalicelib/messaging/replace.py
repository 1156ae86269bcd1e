"""Let a kind of message speak in the partner's own words, or only show how that would look."""

from collections.abc import Mapping
from typing import Any

from chalicelib.activity import record
from chalicelib.messaging import as_text, facts, own, own_rules, preview
from chalicelib.messaging.own_rules import Words
from chalicelib.messaging.records import TextRow
from chalicelib.offering import find as offering
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.refusals import Invalid, Problem
from chalicelib.plumbing.visit import Visit


def text(visit: Visit, kind: str, language: str, *, values: Mapping[str, Any]) -> dict[str, Any]:
    """The text as it is from now on, and how it looks; with `preview` nothing is stored.

    What is empty or says the same as ours is said in ours. Raises Missing for an unknown kind or language, Invalid for
    placeholders that there are not or that lack, for addresses of websites, and for an SMS of too many parts.
    """
    own.known(kind, language)
    offer = offering.offer(visit.partner)
    said = _differing(values, own.ours(offer.partner, kind, language))
    problems = [Problem(one.field, one.code, one.params) for one in own_rules.unfit(kind, said)]
    if said.sms:
        parts = preview.sms_parts(offer.partner, kind, language, said=said, at=visit.at)
        if parts > own_rules.MOST_SMS_PARTS:
            problems.append(Problem("sms", "sms_too_long", {"parts": parts, "most": own_rules.MOST_SMS_PARTS}))
    if problems:
        raise Invalid(problems)
    row = TextRow(
        own.partition(visit.partner), own.key(kind, language),
        subject=said.subject, body=said.body, sms=said.sms, changed_at=visit.at,
    )  # fmt: skip
    is_own = said != Words()
    result = own.shown(offer.partner, kind, language, row if is_own else None)
    seen = preview.of(offer, kind, language, said=said, at=visit.at)
    result |= {
        "saved": not values["preview"],
        "preview": {
            "subject": seen.mail.subject,
            "text": as_text.drawn(seen.mail),
            "sms": seen.sms,
            "sms_letters": seen.counted.units,
            "sms_parts": seen.counted.parts,
            "sms_encoding": seen.counted.encoding,
        },
    }
    if values["preview"]:
        return result  # nothing has changed, so the form is still good for what will be sent with it
    change = Change(visit)
    if is_own:
        change.put(row)
    else:
        change.delete(row)
    fact = facts.TEXT_REPLACED if is_own else facts.TEXT_RESTORED
    record.fact(
        change, visit, fact, subject=("text", f"{kind}-{language}"), detail={"kind": kind, "language": language}
    )  # fmt: skip
    return change.done(result)


def _differing(values: Mapping[str, Any], ours: Words) -> Words:
    given = {name: values.get(name) or None for name in ("subject", "body", "sms")}
    return Words(**{name: None if text == getattr(ours, name) else text for name, text in given.items()})
