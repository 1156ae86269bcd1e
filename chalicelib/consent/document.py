"""A version of a text as a PDF file: blank for everybody, or filled in for the partner whose agreement it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.consent import find, pdf, typeset
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import formats, settings, table, words


@dataclass(frozen=True, slots=True)
class Party:
    """The partner of an agreement: its id, and its name and address line by line."""

    partner_id: str
    lines: Sequence[str]


def of(name: str, *, version: str, language: str, party: Party | None = None) -> str:
    """The file, as ASCII text; the same version, language and partner give the same file. Raises Missing.

    For a partner it says since when the agreement is accepted: by itself, or with the terms that it is a part of.
    """
    one = find.policy(name, version)

    def say(key: str, **params: object) -> str:
        return words.say("consent", f"pdf.{key}", language, params)

    here = settings.get()
    facts = [(say("operator"), ", ".join((here.operator_name or "Zeitfenster", *here.operator_address)))]
    made_on = one.in_force_since
    if party is not None:
        facts.append((say("partner"), ", ".join(party.lines)))
        accepted = _accepted(party.partner_id, name, one.in_force_since)
        if accepted is not None:
            made_on = find.today(accepted.at)
            how = say("accepted_with_terms") if accepted.policy != name else say("accepted_text")
            facts.append((say("accepted"), f"{formats.day(made_on, language)}, {how} ({accepted.version})"))
        else:
            facts.append((say("accepted"), say("not_yet")))
        facts.append((say("account"), party.partner_id))
    facts.append((say("hash"), one.hashes[language]))
    paper = pdf.Paper(
        language, facts, foot=f"{words.say('consent', f'policy.{name}', language)} · {version} · {one.hashes[language][:16]}", page=say("page", n="{n}", all="{all}"),
        made_on=made_on, site=here.public_url,
    )  # fmt: skip
    return pdf.document(typeset.text(find.text(name, version, language)), paper)


def headers(name: str, version: str) -> dict[str, str]:
    """What makes a browser keep it as a file."""
    return {"Content-Disposition": f'attachment; filename="zeitfenster-{name}-{version}.pdf"'}


def version_accepted(partner_id: str, name: str, at: datetime) -> str:
    """The version that holds for a partner: the last it accepted, else the one in force."""
    rows = table.prefixed(AcceptanceRow, partner_id, f"acceptance#{name}#")
    return max((row.version for row in rows), default=find.version_in_force(name, find.today(at)))


def _accepted(partner_id: str, name: str, in_force_since: date) -> AcceptanceRow | None:
    rows = table.prefixed(AcceptanceRow, partner_id, "acceptance#")
    own = [row for row in rows if row.policy == name and row.version == in_force_since.isoformat()]
    with_terms = [row for row in rows if row.policy == "terms" and find.today(row.at) >= in_force_since]
    return next(iter([*own, *sorted(with_terms, key=lambda row: row.at)]), None)
