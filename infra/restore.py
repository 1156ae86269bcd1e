"""Bring back a table as it was, without bringing back anybody who was erased since: what infra/restore.md tells step by step.

    python -m infra.restore --stage prod stop
    python -m infra.restore --stage prod tables --at 2026-11-23T08:00:00Z RecordsTable
    python -m infra.restore --stage prod replay RecordsTable=NAME
    python -m infra.restore --stage prod verify RecordsTable=NAME
    python -m infra.restore --stage prod go

`windows` says how far back and how near to now the backups reach, `state` what a table holds, as one hash. What each command
did and found is a line in a file that the operator keeps; what `verify` found is a fact in the log as well. A restored table
that `verify` has not found right is neither switched to (`make deploy`) nor opened (`go`).

Only `records` goes back to an older time. The log, the ledger and the keys are append-only or hold nothing that a mistake of
ours could spoil; if one of them is lost it comes back as it was last, never older: they know who was erased.
"""

import argparse
import base64
import hashlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from chalicelib.plumbing.settings import REGION
from infra import deploy, restored
from infra.account import Account, RefusedError

if TYPE_CHECKING:
    from chalicelib.privacy.records import CertificateRow

BACKUP_DAYS = {"RecordsTable": 35, "LedgerTable": 35, "ActivityTable": 35, "KeysTable": 7}
"""Tables that have a backup, and how many days back it reaches (infra/resources.yaml)."""
ALWAYS_NEWEST = frozenset({"LedgerTable", "ActivityTable", "KeysTable"})
VARIABLES = {name: f"TABLE_{name.removesuffix('Table').upper()}" for name in BACKUP_DAYS}
LOST = (
    *("appointment.", "customer.created", "customer.updated", "order.", "service.", "hours.", "absence.", "partner."),
    *("employee.", "webhook.", "text.", "hold.", "request."),
)
"""Beginnings of facts whose effect a restored `records` does not know; an operator tells the partners."""
NEWEST_WITHIN_SECONDS = 300.0
"""What may be lost at most: AWS keeps `LatestRestorableDateTime` typically five minutes behind (API reference)."""
PATIENCE_SECONDS = 6 * 3600.0
PAUSE_SECONDS = 15.0
Item = dict[str, Any]


@dataclass(slots=True)
class Report:
    """What was done or found: numbers, and ids an operator has to look after."""

    counts: Counter[str] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For people and files."""
        return {
            "counts": dict(self.counts),
            "lost": {one: dict(n) for one, n in self.lost.items()},
            "problems": self.problems,
        }


# ---------------------------------------------------------------- stop and go


def stop(account: Account, stack: str) -> list[str]:
    """Let no function of the stack run any more: visitors get 429, messages and schedules wait; the functions' names."""
    client, names = account.client("lambda"), _functions(account, stack)
    for name in names.values():
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    return sorted(names.values())


def go(account: Account, stack: str) -> list[str]:
    """Let them run again, as many at once as the stack's template says.

    Raises RefusedError while the stack uses a restored table that `verify` has not found right.
    """
    deploy.refuse_unverified(account, deploy.restored_before(account, stack))
    client, names = account.client("lambda"), _functions(account, stack)
    found = account.client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(found) if isinstance(found, str) else found
    for logical, name in names.items():
        most = template["Resources"][logical]["Properties"].get("ReservedConcurrentExecutions")
        if most is None:
            client.delete_function_concurrency(FunctionName=name)
        else:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=int(most))
    return sorted(names.values())


def refuse_while_running(account: Account, stack: str) -> None:
    """Raises RefusedError where a function of the stack may run: what it does meanwhile nobody would do again."""
    client = account.client("lambda")
    for name in sorted(_functions(account, stack).values()):
        if client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions") != 0:
            raise RefusedError(f"{name} may run: first `stop`")


def _functions(account: Account, stack: str) -> dict[str, str]:
    found = account.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
    return {
        str(one["LogicalResourceId"]): str(one["PhysicalResourceId"])
        for one in found
        if one["ResourceType"] == "AWS::Lambda::Function"
    }


# ---------------------------------------------------------------- tables


def windows(account: Account, names: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Between which instants each table can be restored, and how many seconds the newest one is behind; `within` says whether that is promised."""
    from chalicelib.plumbing import clock

    dynamodb, now, found = account.client("dynamodb"), clock.now(), {}
    for logical, name in names.items():
        earliest, latest = _window(dynamodb, logical, name)
        behind = (now - latest).total_seconds()
        found[logical] = {
            "earliest": clock.text(earliest), "latest": clock.text(latest),
            "behind_seconds": behind, "within": behind <= NEWEST_WITHIN_SECONDS,
        }  # fmt: skip
    return found


def _window(dynamodb: Any, logical: str, name: str) -> tuple[datetime, datetime]:
    said = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    backups = said.get("PointInTimeRecoveryDescription", {})
    if backups.get("PointInTimeRecoveryStatus") != "ENABLED":
        raise RefusedError(f"{logical}: nothing of {name} is backed up")
    return backups["EarliestRestorableDateTime"].astimezone(UTC), backups["LatestRestorableDateTime"].astimezone(UTC)


def tables(account: Account, names: Mapping[str, str], *, at: datetime, wanted: Iterable[str]) -> dict[str, str]:
    """Restore tables into new ones and wait until they are there: logical name -> new name.

    `names` are the present ones. `at` counts for `records`; the others come back as they were last. The new names follow from
    the instant, so that the same call after a crash waits for what was begun. Raises RefusedError.
    """
    dynamodb, wanted = account.client("dynamodb"), list(wanted)
    for logical in wanted:
        if logical not in BACKUP_DAYS:
            raise RefusedError(f"{logical} has no backup: {', '.join(BACKUP_DAYS)}")
    made = {logical: f"{names[logical][:220]}-{at:%Y%m%dT%H%M%S}" for logical in wanted}
    for logical, target in made.items():
        request: dict[str, Any] = {"SourceTableName": names[logical], "TargetTableName": target}
        request |= {"UseLatestRestorableTime": True} if logical in ALWAYS_NEWEST else {"RestoreDateTime": at}
        try:
            dynamodb.restore_table_to_point_in_time(**request)
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] not in {"TableAlreadyExistsException", "TableInUseException"}:
                raise RefusedError(f"{logical}: {error}") from error
    for logical, name in made.items():
        _wait(dynamodb, name)
        # A restored table has neither backups nor protection of its own (DynamoDB developer guide, Restore a table).
        _back_up(dynamodb, name, BACKUP_DAYS[logical])
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=True)
    return made


def _wait(dynamodb: Any, name: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] != "ACTIVE":
        if time.monotonic() > until:
            raise RefusedError(f"{name} is not there yet; run the same command again to wait for it")
        time.sleep(PAUSE_SECONDS)


def _back_up(dynamodb: Any, name: str, days: int) -> None:
    """Of a table that has just been made AWS says for a while that backups are being enabled."""
    wanted = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)
        except botocore.exceptions.ClientError as error:
            if error.response["Error"]["Code"] != "ContinuousBackupsUnavailableException" or time.monotonic() > until:
                raise RefusedError(f"{name}: {error}") from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def as_of(account: Account, names: Iterable[str], said: datetime | None) -> datetime:
    """As of when restored tables are: what AWS says of them, or what the operator says where that is no later. Raises RefusedError."""
    dynamodb = account.client("dynamodb")
    told = [dynamodb.describe_table(TableName=name)["Table"].get("RestoreSummary", {}) for name in names]
    known: list[datetime] = [one["RestoreDateTime"].astimezone(UTC) for one in told if one]
    if not known and said is None:
        raise RefusedError("AWS does not say as of when this is: say it with --since")
    if known and said is not None and said > min(known):
        raise RefusedError(f"These tables are as of {min(known).isoformat()}: --since must not be later")
    return said or min(known)


def state(account: Account, name: str) -> dict[str, Any]:
    """How many rows a table holds, and one SHA-256 over all of them: sorted by key, each as canonical JSON on a line.

    Two tables with the same rows have the same hash, whatever they are called.
    """
    rows = sorted(_canonical(item) for item in _scanned(account, name))
    whole = hashlib.sha256()
    for line in rows:
        whole.update(line.encode() + b"\n")
    return {"rows": len(rows), "sha256": whole.hexdigest()}


def _canonical(item: Item) -> str:
    def plain(value: Any) -> str:
        return base64.b64encode(bytes(value)).decode()

    ordered = {"pk": item["pk"], "sk": item["sk"], "row": item}
    return json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)


# ---------------------------------------------------------------- replay


def replay(account: Account, *, since: datetime) -> Report:
    """Do again in the tables of the environment what the log says was erased, withdrawn, revoked and sent since then.

    Running it again does no harm. Nobody may use the product meanwhile.
    """
    from chalicelib.plumbing import clock, ids
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import erase_again

    report, facts = Report(), list(_facts(account, since))
    erased = {one["pk"]["S"]: one["at"]["S"] for one in facts if _kind(one) == "account.erased"}
    known = _named(account, erased)
    for partner_id, at in erased.items():
        certificate = _certificate(account, at)
        visit = of_job(clock.now(), ids.new(clock.now()), partner_id)
        certificate_id = certificate.sk if certificate else None
        report.counts["rows"] += erase_again.account(visit, certificate_id, known[partner_id], as_of=since)
        report.counts["accounts"] += 1
        if certificate and any(one["state"] in {"requested", "manual_pending"} for one in certificate.processors or ()):
            report.problems.append(
                f"certificate {certificate.sk}: a processor had not confirmed; see infra/restore.md, Tell"
            )
    living = [one for one in facts if one["pk"]["S"] not in erased]
    _closures(account, living, report)
    _customers(living, report)
    _choices(account, erased, report)
    _access(account, living, report)
    _messages(account, living, report)
    _continue_proofs(report)
    for one in living:
        if _kind(one).startswith(LOST):
            report.lost[one["pk"]["S"]][_kind(one)] += 1
    return report


def _closures(account: Account, facts: list[Item], report: Report) -> None:
    """Accounts that were closed and not yet erased: they are closed again, and the erasure goes on when functions run."""
    from chalicelib.plumbing import clock, ids
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import close_again

    for one in facts:
        if _kind(one) == "account.closed":
            partner_id, asked = one["pk"]["S"], _certificate(account, one["at"]["S"], "asked_at")
            if asked is None:
                report.problems.append(f"account {partner_id} was closed, and no certificate of it is there")
            else:
                visit = of_job(clock.now(), ids.new(clock.now()), partner_id)
                report.counts["closures"] += close_again.account(visit, asked.sk)


def _customers(facts: list[Item], report: Report) -> None:
    from chalicelib.activity import outbox
    from chalicelib.booking import find
    from chalicelib.plumbing import clock, ids
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import erase_customer

    gone = {(one["pk"]["S"], one["subject_id"]["S"]) for one in facts if _kind(one) == "customer.erased"}
    for partner_id, customer_id in sorted(gone):
        if find.customer(partner_id, customer_id) is not None:
            erase_customer.customer(of_job(clock.now(), ids.new(clock.now()), partner_id), customer_id)
            report.counts["customers"] += 1
        for row in outbox.of_task(partner_id, erase_customer.TASK):
            claimed = outbox.claim(row.pk, row.sk, clock.now())  # None for what is finished
            if claimed is not None:
                erase_customer.finish(of_job(clock.now(), ids.new(clock.now()), partner_id), claimed)


def _choices(account: Account, erased: Mapping[str, str], report: Report) -> None:
    from chalicelib.consent import stand
    from chalicelib.consent.records import ConsentRow

    newest: dict[tuple[str, str], Item] = {}
    for item in _rows(account, "TABLE_LEDGER"):
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if sk.startswith("consent#") and pk not in erased:
            place = (pk, sk.rpartition("#")[0])
            if place not in newest or newest[place]["sk"]["S"] < sk:
                newest[place] = item
    report.counts["choices"] += sum(stand.choice(ConsentRow.from_raw_data(item)) for item in newest.values())


def _access(account: Account, facts: list[Item], report: Report) -> None:
    """Keys that were revoked stay revoked; a password of before its change opens nothing, and who left stays out."""
    from chalicelib.accounts import passwords
    from chalicelib.accounts.records import LoginRow
    from chalicelib.plumbing import table
    from chalicelib.plumbing.api_keys import ApiKey

    changed, left = set(), set()
    for one in facts:
        subject = one.get("subject_id", {}).get("S") or one.get("employee_id", {}).get("S", "")
        if _kind(one) == "api_key.revoked":
            table.delete(ApiKey(one["pk"]["S"], f"key#{subject}"))
            report.counts["keys revoked"] += 1
        elif _kind(one) == "password.changed":
            changed.add((one["pk"]["S"], subject))
        elif _kind(one) == "employee.left":
            left.add((one["pk"]["S"], subject))
    if not changed | left:
        return
    for item in _rows(account, "TABLE_RECORDS"):
        if item["pk"]["S"].startswith("login#"):
            row = LoginRow.from_raw_data(item)
            who = (row.partner_id, row.employee_id)
            actions = [LoginRow.password_hash.set(passwords.unusable())] if who in changed | left else []
            actions += [LoginRow.status.set("closed")] if who in left else []
            if actions:
                table.update(row, actions)
                report.counts["passwords voided"] += 1


def _messages(account: Account, facts: list[Item], report: Report) -> None:
    """What went out after the backup was made waits there still: it is ended, so that nobody is told twice."""
    from chalicelib.activity.records import OutboxRow
    from chalicelib.messaging.rules import kind_of
    from chalicelib.plumbing import table

    sent: Counter[tuple[str, str, str, str]] = Counter()
    for one in facts:
        if _kind(one) in {"message.sent", "message.failed"}:
            detail = json.loads(one["detail"]["S"])
            subject = one.get("subject_id", {}).get("S", "")
            sent[(one["pk"]["S"], subject, detail["channel"], detail["kind"])] += 1
    waiting = [one for one in _rows(account, "TABLE_RECORDS") if "due_shard" in one]
    for item in sorted(waiting, key=lambda one: one["due_at"]["S"]):
        task, subject = item["task"]["S"], item.get("subject_id", {}).get("S", "")
        place = (item["pk"]["S"].removesuffix("#outbox"), subject, task, kind_of(item["sk"]["S"]))
        if sent[place] > 0:
            sent[place] -= 1
            actions = [
                OutboxRow.state.set("done"),
                OutboxRow.outcome.set("sent_before_restore"),
                OutboxRow.due_at.remove(),
                OutboxRow.due_shard.remove(),
                OutboxRow.body.remove(),
            ]
            table.update(OutboxRow.from_raw_data(item), actions, OutboxRow.due_shard.exists())
            report.counts["messages"] += 1


def _continue_proofs(report: Report) -> None:
    """Let the purge go on behind the last proof in the ledger, not behind the one that the backup knew."""
    from chalicelib.plumbing import table
    from chalicelib.privacy.purge import KEY
    from chalicelib.privacy.records import ProofRow, PurgeRow

    row = table.get(PurgeRow, *KEY)
    newest = table.page("ledger", "purges", newest_first=True, limit=1).items
    if row is None or not newest:
        return
    proof = ProofRow.from_raw_data(newest[0])
    number = int(proof.sk)
    if number > int(row.proofs):
        actions = [
            PurgeRow.proofs.set(number),
            PurgeRow.last_hash.set(proof.hash),
            PurgeRow.run.remove(),
            PurgeRow.plan.remove(),
        ]
        table.update(row, actions)
        report.counts["proofs"] += number - int(row.proofs)


# ---------------------------------------------------------------- verify


def verify(account: Account, *, since: datetime) -> Report:
    """Read everything again: nobody who was erased is there, and everybody else can be read. `problems` says what is wrong."""
    from chalicelib.booking import find
    from chalicelib.plumbing import envelope

    report, facts = Report(), list(_facts(account, since))
    erased = {one["pk"]["S"] for one in facts if _kind(one) == "account.erased"}
    keys = {item["pk"]["S"] for item in _rows(account, "TABLE_KEYS")}
    unreadable: Counter[str] = Counter()
    for item in _rows(account, "TABLE_RECORDS"):
        owner = _owner(item)
        report.counts["rows"] += 1
        if owner in erased and not _names_nobody(item):
            report.problems.append(f"{item['pk']['S']} {item['sk']['S']}: of an erased account")
        elif sealed := [name for name, value in item.items() if value.get("B", b"").startswith(envelope.VERSION)]:
            unreadable[owner] += sum(
                not _opens(item, name, owner if owner in keys else envelope.HOUSE) for name in sealed
            )
    report.problems += [f"key of erased account {one} is there" for one in sorted(erased & keys)]
    report.problems += [f"{number} values of {one} cannot be read" for one, number in unreadable.items() if number]
    report.problems += [f"account {one} was closed and is open" for one in _open(facts, erased)]
    for one in facts:
        partner_id, subject = one["pk"]["S"], one.get("subject_id", {}).get("S", "")
        if (
            _kind(one) == "customer.erased"
            and partner_id not in erased
            and find.customer(partner_id, subject) is not None
        ):
            report.problems.append(f"customer {subject} of {partner_id} was erased and is there")
    report.counts["accounts"], report.counts["keys"] = len(erased), len(keys)
    return report


def _open(facts: list[Item], erased: set[str]) -> list[str]:
    """Accounts that were closed, are not erased, and whose erasure does not wait either."""
    from chalicelib.activity import outbox
    from chalicelib.privacy import erase_account

    closed = {one["pk"]["S"] for one in facts if _kind(one) == "account.closed"} - erased
    return sorted(one for one in closed if not outbox.of_task(one, erase_account.TASK))


def _opens(item: Item, name: str, owner: str) -> bool:
    from chalicelib.plumbing import envelope
    from chalicelib.plumbing.refusals import Unreadable

    value = bytes(item[name]["B"])
    if len(value) < envelope.OVERHEAD_BYTES:
        return True  # bits that happen to begin so
    try:
        envelope.opened(value, envelope.Place("records", owner, item["pk"]["S"], item["sk"]["S"], name))
    except Unreadable:
        return False
    return True


# ---------------------------------------------------------------- reading


def _facts(account: Account, since: datetime) -> Iterator[Item]:
    from chalicelib.plumbing import clock

    begin = clock.text(since)
    for item in _rows(account, "TABLE_ACTIVITY"):
        if "kind" in item and item["at"]["S"] >= begin:
            yield item


def _named(account: Account, erased: Mapping[str, str]) -> dict[str, list[tuple[Any, str, str]]]:
    """Where rows lie that name an erased partner and are not in the partner's own partitions."""
    found: dict[str, list[tuple[Any, str, str]]] = {one: [] for one in erased}
    for item in _rows(account, "TABLE_RECORDS"):
        owner = item.get("partner_id", {}).get("S", "")
        if owner in found and item["pk"]["S"].startswith(("login#", "name#")):
            found[owner].append(("records", item["pk"]["S"], item["sk"]["S"]))
    return found


def _certificate(account: Account, at: str, name: str = "completed_at") -> "CertificateRow | None":
    """The certificate that was completed, or asked for, with the fact of this instant."""
    from chalicelib.privacy import certificate
    from chalicelib.privacy.records import CertificateRow

    for item in _rows(account, "TABLE_LEDGER"):
        if item["pk"]["S"] == certificate.PARTITION and item.get(name, {}).get("S") == at:
            row = CertificateRow.from_raw_data(item)
            if row.subject_kind == "partner":
                return row
    return None


def _owner(item: Item) -> str:
    named = item["partner_id"] if "partner_id" in item else item["pk"]
    return str(named["S"]).partition("#")[0]


def _names_nobody(item: Item) -> bool:
    """Rows that an erasure leaves (docs/adr/0011): how far an invoice is, which has to be paid and kept all the same."""
    return bool(item["pk"]["S"].endswith("#billing") and item["sk"]["S"] != "subscription")


def _kind(item: Item) -> str:
    return str(item["kind"]["S"])


def _rows(account: Account, variable: str) -> Iterator[Item]:
    yield from _scanned(account, os.environ[variable])


def _scanned(account: Account, name: str) -> Iterator[Item]:
    """Every row of a table: an operator's right, which no function has."""
    dynamodb = account.client("dynamodb")
    for page in dynamodb.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
        yield from page["Items"]


# ---------------------------------------------------------------- the command


def main(arguments: list[str]) -> int:
    """What the command line says; 1 where something is wrong. What was done and found is added to the log of the operator."""
    asked = _parser().parse_args(arguments)
    begun = time.monotonic()
    said, code = _done(asked)
    line = {
        "at": datetime.now(UTC).isoformat(),
        "arguments": arguments,
        "seconds": round(time.monotonic() - begun, 1),
        "said": said,
    }
    with (asked.log or Path(f"restore-{asked.stage}.jsonl")).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, sort_keys=True) + "\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description="Restore, replay, verify.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--log", type=Path, help="file with a line for each command (restore-STAGE.jsonl)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("stop", help="let no function run any more")
    verbs.add_parser("go", help="let them run again, once restored tables were found right")
    verbs.add_parser("windows", help="how far back, and how near to now, each table can be restored")
    stating = verbs.add_parser("state", help="count the rows of tables, and hash them")
    stating.add_argument("names", nargs="+", metavar="TABLE or TABLE=NAME")
    restoring = verbs.add_parser("tables", help="restore tables into new ones")
    restoring.add_argument("--at", type=_instant, required=True)
    restoring.add_argument("names", nargs="+", metavar="TABLE")
    for verb, told in (("replay", "erase again what was erased since"), ("verify", "look whether all is right")):
        one = verbs.add_parser(verb, help=told)
        one.add_argument("--since", type=_instant, help="as of when the tables are, where AWS does not say it")
        one.add_argument("names", nargs="*", metavar="TABLE=NAME", help="restored tables to work on")
        if verb == "verify":
            one.add_argument(
                "--open-with-problems", action="store_true", help="call it right all the same: infra/restore.md"
            )
    return parser


def _done(asked: argparse.Namespace) -> tuple[Any, int]:
    """Do it, print it; what is said of it, and what the process ends with."""
    account, stack = Account(), deploy.STACK.format(stage=asked.stage)
    if asked.verb in {"stop", "go"}:
        said: Any = (stop if asked.verb == "stop" else go)(account, stack)
        print(f"{asked.verb}: {', '.join(said)}")
        return said, 0
    outputs = deploy.outputs_of(account, stack)
    present = {name: outputs[f"Table{name.removesuffix('Table')}"] for name in BACKUP_DAYS}
    if asked.verb == "tables":
        said = tables(account, present, at=asked.at, wanted=asked.names)
        print(" ".join(f"{logical}={name}" for logical, name in said.items()))
        return said, 0
    if asked.verb == "windows":
        _settle(account, outputs, {})
        said = windows(account, present)
    elif asked.verb == "state":
        said = {one: state(account, present.get(one) or one.partition("=")[2]) for one in asked.names}
    else:
        return _worked_on(account, stack, outputs, asked)
    print(json.dumps(said, indent=1))
    return said, int(asked.verb == "windows" and not all(one["within"] for one in said.values()))


def _worked_on(account: Account, stack: str, outputs: Mapping[str, str], asked: argparse.Namespace) -> tuple[Any, int]:
    made = restored.read(" ".join(asked.names))
    since = as_of(account, made.values(), asked.since)
    if made:
        refuse_while_running(account, stack)
        restored.mark(account.client("dynamodb"), made.values(), None)
    _settle(account, outputs, made)
    report = (replay if asked.verb == "replay" else verify)(account, since=since)
    said = {"since": since.isoformat(), "tables": made, **report.as_json()}
    code = 0
    if asked.verb == "verify":
        right = not report.problems
        said["opened_with_problems"] = not right and asked.open_with_problems
        code = int(not right)
        if made and (right or asked.open_with_problems):
            remember(made, since=since, report=report)
            restored.mark(account.client("dynamodb"), made.values(), _verdict(report))
    print(json.dumps(said, indent=1))
    return said, code


def remember(made: Mapping[str, str], *, since: datetime, report: Report) -> None:
    """Put into the log of the product that data was brought back, as of when, and what the check found."""
    from chalicelib.activity import record
    from chalicelib.plumbing import clock, ids
    from chalicelib.plumbing.change import Change
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import facts

    now = clock.now()
    visit = of_job(now, ids.new(now))
    change = Change(visit)
    detail = {
        "tables": sorted(made), "as_of": clock.text(since), "rows": report.counts["rows"],
        "erased_accounts": report.counts["accounts"], "problems": len(report.problems),
    }  # fmt: skip
    record.fact(change, visit, facts.RESTORED, subject=("restore", clock.text(since)), detail=detail)
    change.done()


def _verdict(report: Report) -> str:
    from chalicelib.plumbing import clock

    return f"{clock.text(clock.now())} problems={len(report.problems)}"


def _settle(account: Account, outputs: Mapping[str, str], made: Mapping[str, str]) -> None:
    """Give this process the environment of the product's own functions, with the restored tables in it."""
    from chalicelib.plumbing import database, settings

    found = account.client("lambda").get_function_configuration(FunctionName=outputs["PrivacyPurgeName"])
    os.environ.update(found["Environment"]["Variables"], AWS_REGION=REGION)
    os.environ.update({VARIABLES[logical]: name for logical, name in made.items()})
    settings.get.cache_clear()
    database.forget_connections()


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise argparse.ArgumentTypeError("say with which offset: 2026-11-23T08:00:00Z")
    return at.astimezone(UTC)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (RefusedError, ValueError) as failure:
        sys.exit(str(failure))
