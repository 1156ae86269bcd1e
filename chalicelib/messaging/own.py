"""What a partner says in its own words, as stored; and what ours would be in their place."""

from typing import Any

from chalicelib.accounts.find import Partner
from chalicelib.messaging import own_rules, standard
from chalicelib.messaging.own_rules import Words
from chalicelib.messaging.records import TextRow
from chalicelib.plumbing import table, words
from chalicelib.plumbing.refusals import Missing


def partition(partner_id: str) -> str:
    """Where the own texts of a partner lie."""
    return f"{partner_id}#texts"


def key(kind: str, language: str) -> str:
    """The sort key of one of them; of the two kinds of German there is one."""
    return f"{kind}#{language[:2]}"


def of(partner_id: str, kind: str, language: str) -> Words | None:
    """A partner's own words for a message, or None. One small read."""
    row = table.get(TextRow, partition(partner_id), key(kind, language))
    return words_of(row) if row else None


def row_of(partner_id: str, kind: str, language: str) -> TextRow | None:
    """The row of an own text, or None. Raises Missing for a kind or a language that there is not."""
    known(kind, language)
    return table.get(TextRow, partition(partner_id), key(kind, language))


def rows(partner_id: str) -> dict[str, TextRow]:
    """All own texts of a partner by their keys. One Query."""
    return {row.sk: row for row in table.prefixed(TextRow, partition(partner_id), "")}


def words_of(row: TextRow) -> Words:
    """What a row says."""
    return Words(row.subject, row.body, row.sms)


def ours(partner: Partner, kind: str, language: str) -> Words:
    """Our words in their place, as this partner addresses its customers."""
    return standard.text(kind, words.informal(language, partner.salutation))


def shown(partner: Partner, kind: str, language: str, row: TextRow | None) -> dict[str, Any]:
    """One text as JSON: own words (null where there are none), ours, and whether the own ones can be used."""
    said, instead = words_of(row) if row else Words(), ours(partner, kind, language)
    return {
        "kind": kind,
        "language": language,
        "subject": said.subject,
        "body": said.body,
        "sms": said.sms,
        "standard": {"subject": instead.subject, "body": instead.body, "sms": instead.sms},
        "usable": not own_rules.unfit(kind, said),
        "changed_at": row.changed_at if row else None,
    }


def known(kind: str, language: str) -> None:
    """Raises Missing for a kind or a language that there is not."""
    if kind not in own_rules.KINDS or language not in words.LANGUAGES:
        raise Missing
