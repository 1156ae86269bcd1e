"""Check exported logs, ledger rows, checkpoints and certificates offline: nothing but these files and the public keys is asked.

`python -m infra.verify FOLDER_OR_FILES` prints a line for each chain, with the first place where it is broken, and ends with 1
when one is. What it reads: the answers of `GET /activity/chain` (all pages of a day), of `GET /signing-keys` and of
`GET /erasure-certificates/{id}`, the checkpoints as they lie in the write-once bucket, and what `python -m infra.evidence` wrote.
"""

import argparse
import base64
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from chalicelib.activity import chain

Json = dict[str, Any]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FACTS_MONTHS = 13  # after which facts are removed as promised; their seals and checkpoints stay
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


class UnreadableError(Exception):
    """A file that is none of ours: nothing is said about the rest."""


@dataclass(slots=True)
class Day:
    """A UTC day of a partner's log; `whole` once its last page was read."""

    facts: list[Json] = field(default_factory=list)
    seal: Json | None = None
    whole: bool = False


@dataclass(slots=True)
class Evidence:
    """Everything that was read. `everything` are the first and last day of which all partners and the whole ledger are here."""

    days: dict[tuple[str, date], Day] = field(default_factory=lambda: defaultdict(Day))
    ledger: list[Json] = field(default_factory=list)
    checkpoints: list[Json] = field(default_factory=list)
    certificates: list[Json] = field(default_factory=list)
    keys: dict[str, bytes] = field(default_factory=dict)
    everything: tuple[date, date] | None = None

    def add(self, one: Json, file: Path) -> None:
        """Sort one JSON object in. Raises UnreadableError."""
        if "scope" in one:
            self.everything = date.fromisoformat(one["scope"]["from"]), date.fromisoformat(one["scope"]["to"])
        elif "on" in one and "items" in one:
            day = self.days[(one["partner_id"], date.fromisoformat(one["on"]))]
            day.facts += one["items"]
            day.seal = one["seal"]
            day.whole = day.whole or one["next"] is None
        elif "ledger_row" in one:
            self.ledger.append(one["ledger_row"])
        elif "lines" in one and "previous" in one:
            self.checkpoints.append(one)
        elif "receipts" in one:
            self.certificates.append(one)
        elif "public_key" in one:
            self.keys[one["id"]] = base64.b64decode(one["public_key"])
        elif "items" in one:
            for inner in one["items"]:
                self.add(inner, file)
        else:
            raise UnreadableError(f"{file}: this is nothing that can be checked")


@dataclass(slots=True)
class Report:
    """What is wrong, by chain, in the order in which it was found; and what else should be known."""

    chains: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def open(self, name: str) -> list[str]:
        """The list of what is wrong with a chain; that it was looked at stands in the report from now on."""
        return self.chains.setdefault(name, [])

    @property
    def broken(self) -> dict[str, list[str]]:
        return {name: wrong for name, wrong in self.chains.items() if wrong}

    def lines(self) -> Iterator[str]:
        """As people read it."""
        for name, wrong in sorted(self.chains.items()):
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            yield f"BROKEN  {name}: {wrong[0]}{more}" if wrong else f"ok      {name}"
        yield from (f"note    {one}" for one in self.notes)


def read(paths: Iterable[Path]) -> Evidence:
    """What these files and folders hold: `.json` one object, `.jsonl` one a line. Raises UnreadableError."""
    found = Evidence()
    for path in paths:
        files = sorted(path.rglob("*.json*")) if path.is_dir() else [path]
        for file in files:
            text = file.read_text("utf-8")
            try:
                for part in text.splitlines() if file.suffix == ".jsonl" else [text]:
                    found.add(json.loads(part), file)
            except (ValueError, KeyError, TypeError) as problem:
                raise UnreadableError(f"{file}: {problem}") from problem
    return found


def check(evidence: Evidence) -> Report:
    """Everything that can be said about it."""
    report = Report()
    points = _checkpoints(evidence, report)
    _logs(evidence, points, report)
    _ledger(evidence, points, report)
    for one in evidence.certificates:
        wrong = report.open(f"certificate {one['id']}")
        if one.get("completed_at") and not _signed(one, evidence.keys):
            wrong.append("the signature is not that of a key given")
    if evidence.keys:
        named = ", ".join(sorted(evidence.keys))
        report.notes.append(f"public keys used: {named}; compare them with what you were told before")
    return report


# ---------------------------------------------------------------- checkpoints


def _checkpoints(evidence: Evidence, report: Report) -> list[Json]:
    """The checkpoints in their order; of two with one number both, since nobody can tell which was first."""
    if not evidence.checkpoints:
        report.notes.append(
            "no checkpoints given: a chain that was made anew from some place on cannot be told from the first"
        )
        return []
    wrong = report.open("checkpoints")
    points: list[Json] = []
    twice: list[Json] = []
    for one in sorted(evidence.checkpoints, key=lambda each: (each["number"], each["since"])):
        place = f"checkpoint {one['number']} ({one['since']})"
        before = points[-1] if points else None
        if not _signed(one, evidence.keys):
            wrong.append(f"{place} is not signed by a key given")
        elif before is None or one["number"] > before["number"]:
            if one["facts"] != sum(line[1] for line in one["lines"]):
                wrong.append(f"{place} does not count its own facts")
            if before and one["number"] != before["number"] + 1:
                wrong.append(f"checkpoint {before['number'] + 1} is missing")
            elif before and (one["previous"] != _hash(before) or one["since"] != before["until"]):
                wrong.append(f"{place} does not follow from the one before it")
            elif one["ledger"]["head"] != chain.entered(before["ledger"]["head"] if before else "", _entries(one)) and (
                before or one["number"] == 1
            ):
                wrong.append(f"{place} does not continue the ledger")
            points.append(one)
        elif before and _hash(one) != _hash(before):
            wrong.append(f"{place} stands there twice, with different contents: the table went back to an older state")
            twice.append(one)
    report.notes.append(
        f"checkpoints {points[0]['number']} to {points[-1]['number']}" if points else "no checkpoint holds"
    )
    return sorted([*points, *twice], key=lambda each: int(each["number"]))


def _entries(point: Json) -> list[tuple[str, str]]:
    return [(where, what) for where, what in point["ledger"]["entries"]]


def _hash(signed: Mapping[str, Any]) -> str:
    return chain.hashed(_said(signed))


def _said(signed: Mapping[str, Any]) -> Json:
    return {name: value for name, value in signed.items() if name not in ("signature", "key_id")}


def _signed(one: Mapping[str, Any], keys: Mapping[str, bytes]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    said = json.dumps(_said(one), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    try:
        key = Ed25519PublicKey.from_public_bytes(keys[one["key_id"]])
        key.verify(base64.b64decode(one["signature"], validate=True), said)
    except (InvalidSignature, KeyError, ValueError, TypeError):
        return False
    return True


# ---------------------------------------------------------------- logs


def _logs(evidence: Evidence, points: list[Json], report: Report) -> None:
    partners = {partner_id for partner_id, _ in evidence.days}
    if evidence.everything:
        first, last = evidence.everything
        partners |= {row["pk"] for row in evidence.ledger if row["sk"].startswith("acceptance#")}
        for partner_id in partners:
            for n in range((last - first).days + 1):
                evidence.days[(partner_id, first + n * DAY)].whole = True
    as_of = date.fromisoformat(points[-1]["until"][:10]) if points else datetime.now(UTC).date()
    claimed: set[tuple[int, str]] = set()
    for partner_id in sorted(partners):
        name = "log of nobody's partner" if partner_id == "-" else f"log of {partner_id}"
        wrong = report.open(name)
        sealed: str | None = None  # the seal that the next one has to name
        yesterday: date | None = None
        for on in sorted(day for owner, day in evidence.days if owner == partner_id):
            day = evidence.days[(partner_id, on)]
            gone = _months_later(on, FACTS_MONTHS) <= as_of
            if not day.whole:
                report.notes.append(f"{name}: {on} is not whole, pages are missing; it was not checked")
                continue
            if yesterday is None or on != yesterday + DAY:
                sealed = None
            yesterday = on
            hours = _of_hours(partner_id, on, day, wrong)
            if not (gone and not day.facts):
                of_day = [point for point in points if point["since"][:10] == on.isoformat()]
                _against_checkpoints(partner_id, hours, of_day, wrong, claimed, expired=gone)
            else:
                claimed |= {
                    (p["number"], chain.name(partner_id, p["since"])) for p in points if p["since"][:10] == str(on)
                }
            if day.seal:
                _against_seal(partner_id, on, day, hours, wrong, expired=gone)
                if sealed is not None and sealed != day.seal["previous"]:
                    wrong.append(f"{on}: its seal does not name the one before it")
                sealed = day.seal["hash"]
        younger = sum(fact["at"] >= points[-1]["until"] for fact in _facts_of(evidence, partner_id)) if points else 0
        if younger:
            report.notes.append(f"{name}: {younger} facts are younger than the last checkpoint")
    if evidence.everything:
        _unclaimed(evidence.everything, points, claimed, report)


def _of_hours(partner_id: str, on: date, day: Day, wrong: list[str]) -> dict[str, list[Json]]:
    """The facts of a day by the hour in which they began; those that cannot stand there are named."""
    hours: dict[str, list[Json]] = defaultdict(list)
    last = ""
    for fact in day.facts:
        at = _born(fact["sk"])
        if fact["pk"] != partner_id:
            wrong.append(f"{on}: fact {fact['sk']} is that of another partner")
        elif at is None or at.date() != on or _text(at) != fact["at"]:
            wrong.append(f"{on}: fact {fact['sk']} does not belong to the time it names")
        elif fact["sk"] <= last:
            wrong.append(f"{on}: fact {fact['sk']} stands there twice or out of order")
        last = max(last, fact["sk"])
        hours[_text(at.replace(minute=0, second=0, microsecond=0)) if at else ""].append(fact)
    return hours


def _against_seal(
    partner_id: str, on: date, day: Day, hours: Mapping[str, list[Json]], wrong: list[str], *, expired: bool
) -> None:
    seal = day.seal
    assert seal is not None
    leaves = [chain.leaf(fact) for fact in day.facts]
    made, number = chain.seal(partner_id, on, leaves, previous=seal["previous"])
    if (made, number) != (seal["hash"], seal["facts"]) and not (expired and number < seal["facts"]):
        wrong.append(f"{on}: {seal['facts']} facts were sealed, {number} are there and they are not the same")


def _against_checkpoints(
    partner_id: str,
    hours: Mapping[str, list[Json]],
    points: list[Json],
    wrong: list[str],
    claimed: set[tuple[int, str]],
    *,
    expired: bool,
) -> None:
    for point in points:
        since = point["since"]
        facts = hours.get(since, [])
        name = chain.name(partner_id, since)
        line = next((one for one in point["lines"] if one[0] == name), None)
        if line is None and not facts:
            continue
        on = f"{since} (checkpoint {point['number']})"
        claimed.add((point["number"], name))
        leaves = [chain.leaf(fact) for fact in facts]
        if line is None:
            wrong.append(f"{on}: fact {facts[0]['sk']} was put in")
        elif (len(leaves), chain.head(leaves)) != (line[1], line[2]) and not (expired and len(leaves) < line[1]):
            wrong.append(f"{on}: {_difference(facts, leaves, line[3])}")


def _difference(facts: list[Json], leaves: list[str], marks: str) -> str:
    """What happened to an hour, and to which fact, as far as marks can point at it."""
    wanted = [marks[n : n + chain.MARK] for n in range(0, len(marks), chain.MARK)]
    found = [leaf[: chain.MARK] for leaf in leaves]
    start = 0
    while start < min(len(wanted), len(found)) and wanted[start] == found[start]:
        start += 1
    end = 0
    while end < min(len(wanted), len(found)) - start and wanted[-1 - end] == found[-1 - end]:
        end += 1
    lost, more = wanted[start : len(wanted) - end], facts[start : len(facts) - end]
    if not lost and more:
        return f"fact {more[0]['sk']} was put in"
    if lost and not more:
        behind = f"behind fact {facts[start - 1]['sk']}" if start else "at the beginning of the hour"
        return f"{len(lost)} of {len(wanted)} facts are missing, {behind}"
    if lost and len(lost) == len(more):
        return f"fact {more[0]['sk']} was changed"
    return f"{len(wanted)} facts were there, {len(found)} are" + (
        f", other from fact {more[0]['sk']} on" if more else ""
    )


def _unclaimed(span: tuple[date, date], points: list[Json], claimed: set[tuple[int, str]], report: Report) -> None:
    wrong = report.open("logs of all partners")
    first, last = span
    for point in points:
        if first <= date.fromisoformat(point["since"][:10]) <= last:
            lost = [line for line in point["lines"] if (point["number"], line[0]) not in claimed]
            if lost:
                number = sum(line[1] for line in lost)
                wrong.append(
                    f"{point['since']} (checkpoint {point['number']}): {number} facts of {len(lost)} partners are gone whole"
                )


def _facts_of(evidence: Evidence, partner_id: str) -> Iterator[Json]:
    for (owner, _), day in evidence.days.items():
        if owner == partner_id:
            yield from day.facts


# ---------------------------------------------------------------- ledger


def _ledger(evidence: Evidence, points: list[Json], report: Report) -> None:
    if not evidence.ledger and not evidence.everything:
        return
    wrong = report.open("ledger")
    entered: dict[str, tuple[str, int]] = {}
    for point in points:
        for where, what in _entries(point):
            entered[where] = what, point["number"]
    covered = points[-1]["until"] if points else ""
    waiting = {
        tuple(fact["ledger"].split(" "))
        for day in evidence.days.values()
        for fact in day.facts
        if fact.get("ledger") and fact["at"] >= covered
    }
    seen = set()
    for row in evidence.ledger:
        where, what = chain.place(row["pk"], row["sk"]), chain.hashed(row)
        seen.add(where)
        stands, number = entered.get(where, ("", 0))
        name = f"row {row['pk']} {row['sk']}"
        if what == stands or (where, what) in waiting:
            continue
        if row["pk"] == "certificates" and "completed_at" not in row:
            report.notes.append(f"ledger: {name} is open: an erasure that goes on says nothing yet")
        elif stands == chain.GONE:
            wrong.append(f"{name} is there again, though it was removed (checkpoint {number})")
        elif stands:
            wrong.append(f"{name} was changed (entered in checkpoint {number})")
        elif points and points[0]["number"] == 1:
            wrong.append(f"{name} was put in: no checkpoint names it")
        else:
            report.notes.append(f"ledger: {name} may be older than the first checkpoint given")
    if evidence.everything:
        gone = {where for where, what in waiting if what == chain.GONE}
        for where, (what, number) in entered.items():
            if what != chain.GONE and where not in seen and where not in gone:
                wrong.append(f"row {where} is missing (entered in checkpoint {number})")


# ---------------------------------------------------------------- time


def _born(sk: str) -> datetime | None:
    """The instant in the first 48 bits of an id."""
    if len(sk) != 26 or any(letter not in _LETTERS for letter in sk):
        return None
    value = 0
    for letter in sk:
        value = value * 32 + _LETTERS.index(letter)
    milliseconds = value >> 80
    return datetime.combine(date(1970, 1, 1), time(), UTC) + timedelta(milliseconds=milliseconds)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _months_later(on: date, months: int) -> date:
    month = on.month - 1 + months
    year, month = on.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(on.day, (following - DAY).day))


def main() -> int:
    """0 when all holds, 1 when a chain is broken, 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(
        description="Check exported logs, ledger rows, checkpoints and certificates offline."
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FOLDER_OR_FILE")
    try:
        report = check(read(parser.parse_args().paths))
    except (UnreadableError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    for line in report.lines():
        print(line)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
