"""Whoever changes the log or the ledger behind our back is found out from exported files alone, and the place is named."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.activity import chain, forget, ledger, record, rollup
from chalicelib.activity.records import FactRow, RollupRow, SealRow
from chalicelib.booking import facts as booking
from chalicelib.consent.records import AcceptanceRow
from chalicelib.plumbing import ids, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit, of_job
from chalicelib.privacy import certificate, checkpoint, facts
from chalicelib.privacy.records import CertificateRow, CheckpointRow
from infra import evidence, verify
from infra.account import Account
from infra.local import emulator as local
from tests.worlds import people, tables
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor

DAY = date(2026, 11, 23)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def happen(partner_id: str, when: datetime) -> str:
    visit = Visit(when, "r", "web", ip="198.51.100.7", partner_id=partner_id, employee_id=ids.new(when))
    change = Change(visit)
    fact_id = record.fact(change, visit, booking.BOOKED, subject=("appointment", ids.new(when)), detail={"n": 1})
    change.commit()
    return fact_id


@dataclass(slots=True)
class Log:
    """Two partners with facts in three hours of a closed day, the ledger of one, and who can export and check it all."""

    one: str
    other: str
    ids: list[str]
    bucket: str
    endpoint: str
    folder: Path
    earlier: CheckpointRow
    """How far the checkpoints were after the hour of ten."""
    new: str = ""

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {name: tables.raw_rows(self.endpoint, name) for name in ("activity", "ledger")}

    def restore(self, safe: dict[str, list[dict[str, Any]]]) -> None:
        """The tables as they were."""
        client = tables._client("dynamodb", self.endpoint)
        for name, items in safe.items():
            now = tables.raw_rows(self.endpoint, name)
            for item in now:
                if item not in items:
                    client.delete_item(TableName=f"test-{name}", Key={"pk": item["pk"], "sk": item["sk"]})
            for item in items:
                if item not in now:
                    client.put_item(TableName=f"test-{name}", Item=item)

    def fact(self, number: int) -> FactRow:
        row = table.get(FactRow, self.one, self.ids[number])
        assert row is not None
        return row

    def exported(self) -> list[tuple[str, dict[str, Any]]]:
        return [(owner, fact) for (owner, _), day in verify.read([self.folder]).days.items() for fact in day.facts]

    def checked(self) -> verify.Report:
        account = Account(endpoint=self.endpoint, access_key=local.ACCESS_KEY, secret_key=local.SECRET_KEY)
        outputs = {"TableLedger": "test-ledger", "TableActivity": "test-activity", "BucketProofs": self.bucket}
        keys = Visitor().get("/signing-keys").json
        evidence.collect(account, self.folder, outputs=outputs, first=DAY, last=DAY + timedelta(days=1), keys=keys)
        return verify.check(verify.read([self.folder]))


@pytest.fixture
def log(proofs: str, emulator: Any, clock: Any, tmp_path: Path) -> Log:
    one, other = people.owner(emulator.endpoint).partner_id, a_partner(table, clock).id
    made = [happen(one, at(hour, minute)) for hour in (9, 10, 11) for minute in (5, 15, 25)]
    happen(other, at(10, 7))
    clock.set(at(1, 45, day=24))
    table.put(CheckpointRow(*checkpoint.KEY, number=0, until_at=at(8), hash="", ledger_head="", ledger_rows=0))
    table.put(RollupRow(*rollup.KEY, next_on=DAY, shard=0))
    rollup.everything(of_job(clock.now, "r"))
    checkpoint.everything(of_job(clock.now, "r"), most=3)
    earlier = table.get(CheckpointRow, *checkpoint.KEY)
    assert earlier is not None
    checkpoint.everything(of_job(clock.now, "r"), most=1)
    return Log(one, other, made, proofs, emulator.endpoint, tmp_path / "evidence", earlier)


def copied(row: FactRow, **changes: Any) -> FactRow:
    values = {name: getattr(row, name) for name in FactRow.get_attributes()} | changes
    return FactRow(**values)


def resealed(log: Log) -> None:
    """Make the seal of the day anew, as somebody would who can write everything in the table."""
    table.delete(SealRow(log.one, f"seal#{DAY}"))
    rollup._close(log.one, DAY, at(1, day=24))
    assert table.get(SealRow, log.one, f"seal#{DAY}") is not None


def edit(log: Log) -> None:
    table.update(log.fact(4), [FactRow.kind.set("appointment.moved")])


def delete(log: Log) -> None:
    table.delete(log.fact(4))


def insert(log: Log) -> None:
    log.new = happen(log.one, at(10, 20))


def reorder(log: Log) -> None:
    first, second = log.fact(3), log.fact(5)
    table.put(copied(first, sk=second.sk, at=second.at))
    table.put(copied(second, sk=first.sk, at=first.at))


def cut_after(log: Log) -> None:
    """The tail within the last hour that has a checkpoint with facts."""
    table.delete(log.fact(8))


def cut_across(log: Log) -> None:
    """The tail over several checkpoints."""
    for number in (5, 6, 7, 8):
        table.delete(log.fact(number))


def edit_and_rewrite(log: Log) -> None:
    edit(log)
    resealed(log)


def delete_and_rewrite(log: Log) -> None:
    delete(log)
    resealed(log)


def swap_partners(log: Log) -> None:
    row = log.fact(4)
    table.put(copied(row, pk=log.other))
    table.delete(row)


def checkpoints_done_over(log: Log) -> list[str]:
    """What is said when an exported checkpoint is taken away, changed, or signed with somebody else's key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    file = log.folder / "checkpoints.jsonl"
    whole = file.read_text()
    first, second, *rest = whole.splitlines()
    point = json.loads(second)
    said = {name: value for name, value in point.items() if name not in ("signature", "key_id")}
    other = base64.b64encode(Ed25519PrivateKey.generate().sign(certificate.canonical(said))).decode()
    found = []
    for made in ([], [{**point, "facts": 0}], [{**point, "signature": other}]):
        file.write_text("\n".join([first, *(json.dumps(one) for one in made), *rest]) + "\n")
        found.append(verify.check(verify.read([log.folder])).broken["checkpoints"][0])
    file.write_text(whole)
    return found


def roll_back(log: Log) -> None:
    """The whole table as it was before the last three hours, and the hours done again from there."""
    for number in (6, 7, 8):
        table.delete(log.fact(number))
    happen(log.one, at(11, 6))
    table.put(log.earlier)
    checkpoint.everything(of_job(at(1, 50, day=24), "r"), most=1)


def take_all_of_a_partner(log: Log) -> None:
    for item in table.walk("activity", log.other, first="0", last="z"):
        table.delete(FactRow.from_raw_data(item))


def accepted(log: Log) -> AcceptanceRow:
    return table.prefixed(AcceptanceRow, log.one, "acceptance#terms")[0]


def edit_ledger(log: Log) -> None:
    table.update(accepted(log), [AcceptanceRow.text_hash.set("0" * 64)])


def delete_from_ledger(log: Log) -> None:
    table.delete(accepted(log))


def insert_into_ledger(log: Log) -> None:
    row = accepted(log)
    values = {name: getattr(row, name) for name in AcceptanceRow.get_attributes()}
    table.put(AcceptanceRow(**{**values, "sk": "acceptance#dpa#2026-11-01"}))


LOG, OTHER, ALL, LEDGER = "log of {one}", "log of {other}", "logs of all partners", "ledger"
TEN, ELEVEN = "2026-11-23T10:00:00.000Z (checkpoint 3): ", "2026-11-23T11:00:00.000Z (checkpoint 4): "
ATTACKS: tuple[tuple[Callable[[Log], None], str, str], ...] = (
    (edit, LOG, TEN + "fact {id4} was changed"),
    (delete, LOG, TEN + "1 of 3 facts are missing, behind fact {id3}"),
    (insert, LOG, TEN + "fact {new} was put in"),
    (reorder, LOG, TEN + "fact {id3} was changed"),
    (cut_after, LOG, ELEVEN + "1 of 3 facts are missing, behind fact {id7}"),
    (cut_across, LOG, TEN + "1 of 3 facts are missing, behind fact {id4}"),
    (edit_and_rewrite, LOG, TEN + "fact {id4} was changed"),
    (delete_and_rewrite, LOG, TEN + "1 of 3 facts are missing, behind fact {id3}"),
    (swap_partners, LOG, TEN + "1 of 3 facts are missing, behind fact {id3}"),
    (swap_partners, OTHER, TEN + "fact {id4} was put in"),
    (take_all_of_a_partner, ALL, TEN + "1 facts of 1 partners are gone whole"),
    (edit_ledger, LEDGER, "row {one} acceptance#terms#2026-11-01 was changed (entered in checkpoint 1)"),
    (delete_from_ledger, LEDGER, "row {terms} is missing (entered in checkpoint 1)"),
    (insert_into_ledger, LEDGER, "row {one} acceptance#dpa#2026-11-01 was put in: no checkpoint names it"),
    # The last of all: what it wrote into the bucket cannot be taken back.
    (roll_back, LOG, ELEVEN + "3 facts were there, 1 are, other from fact"),
    (roll_back, "checkpoints", "checkpoint 4 (2026-11-23T11:00:00.000Z) stands there twice"),
)


def test_every_attack_on_log_and_ledger_is_found_and_its_place_is_named(log: Log) -> None:
    before = log.checked()
    forged = checkpoints_done_over(log)
    safe = log.everything()

    found = []
    for attack, name, place in ATTACKS:
        log.restore(safe)
        log.new = ""
        attack(log)
        wrong = log.checked().broken.get(name.format(one=log.one, other=log.other), [])
        named = place.format(
            one=log.one, new=log.new, terms=chain.place(log.one, "acceptance#terms#2026-11-01"),
            **{f"id{n}": one for n, one in enumerate(log.ids)},
        )  # fmt: skip
        found.append((attack.__name__, named, any(one.startswith(named) or named in one for one in wrong), wrong))

    assert before.broken == {}
    assert [one for one in found if not one[2]] == []
    assert forged == [
        "checkpoint 2 is missing",
        "checkpoint 2 (2026-11-23T09:00:00.000Z) is not signed by a key given",
        "checkpoint 2 (2026-11-23T09:00:00.000Z) is not signed by a key given",
    ]


def test_blacking_out_persons_and_removing_what_is_past_its_date_break_nothing(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fact in list(forget.readable(log.one)):
        forget.veil(fact)
    veiled = log.checked()

    for number in (0, 1, 2, 3, 4):
        table.delete(log.fact(number))
    early = log.checked()
    monkeypatch.setattr(verify, "FACTS_MONTHS", 0)
    late = verify.check(verify.read([log.folder]))

    assert [fact["ip"] for _, fact in log.exported() if fact["kind"] == "appointment.booked"].count(None) == 4
    assert {fact["ip"] for owner, fact in log.exported() if owner == log.one} == {None}
    assert veiled.broken == {}
    assert list(early.broken) == [f"log of {log.one}"]
    assert late.broken == {}


def test_a_certificate_that_is_confirmed_later_breaks_nothing(
    table: Any, clock: Any, emulator: Any, proofs: str, tmp_path: Path
) -> None:
    log = Log("", "", [], proofs, emulator.endpoint, tmp_path / "evidence", CheckpointRow("-", "-"))

    def an_hour_later(do: Callable[[Change, Visit], None]) -> None:
        visit = of_job(clock.now, "r")
        change = Change(visit)
        do(change, visit)
        change.done()
        clock.set(clock.now + timedelta(hours=2))
        checkpoint.everything(of_job(clock.now, "c"))

    def completed(change: Change, visit: Visit) -> None:
        row = CertificateRow(certificate.PARTITION, "one", subject_kind="partner", asked_at=visit.at, planned=[])
        table.put(row)
        waits = {"name": "zendesk", "state": "requested", "acknowledged_at": None}
        certificate.complete(change, row, visit.at, processors=[waits])
        record.fact(change, visit, facts.ACCOUNT_ERASED, ledger=ledger.mark(row))

    an_hour_later(completed)
    before = log.checked().broken
    an_hour_later(lambda change, visit: certificate.confirm(change, visit, "one", processor="zendesk"))

    assert certificate.read("one")["processors"][0]["state"] == "confirmed"
    assert (before, log.checked().broken) == ({}, {})


def test_a_partner_checks_their_own_log_with_nothing_but_what_they_fetched(
    table: Any, clock: Any, tmp_path: Path
) -> None:
    world, folder = a_partner(table, clock), tmp_path / "fetched"
    for minute in range(3):
        happen(world.id, at(9, minute))
    first = world.owner.get(f"/activity/chain?on={DAY}&limit=2").json
    second = world.owner.get(f"/activity/chain?on={DAY}&limit=2&cursor={first['next']}").json
    files = {"first.json": first, "second.json": second, "keys.json": world.owner.get("/signing-keys").json}
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content))

    def run() -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "infra.verify", str(folder)], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    whole = run()
    second["items"][0]["subject_id"] = "somebody-else"
    second["seal"] = {"facts": 3, "hash": "0" * 64, "previous": "", "sealed_at": "2026-11-24T00:30:00.000Z"}
    (folder / "second.json").write_text(json.dumps(second))
    changed = run()
    (folder / "second.json").write_text("[]")

    assert (len(first["items"]), len(second["items"]), first["items"][0]["pk"]) == (2, 1, world.id)
    assert world.sign_in("admin").get(f"/activity/chain?on={DAY}").status == 403
    assert whole[0] == 0
    assert f"ok      log of {world.id}" in whole[1]
    assert changed[0] == 1
    assert f"BROKEN  log of {world.id}: {DAY}: 3 facts were sealed, 3 are there and they are not the same" in changed[1]
    assert run()[0] == 2


class Killed(BaseException):
    pass


def test_a_run_that_dies_or_meets_another_leaves_one_checkpoint_for_each_hour(
    proofs: str, clock: Any, dynamodb: Any, emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib.plumbing import archive

    world = a_partner(table, clock)
    happen(world.id, at(9, 5))
    table.put(CheckpointRow(*checkpoint.KEY, number=0, until_at=at(8), hash="", ledger_head="", ledger_rows=0))
    put = archive.put

    def run(when: datetime) -> dict[str, Any]:
        return checkpoint.everything(of_job(when, "r"))

    early = run(at(9, 29))  # the hour of eight is over for half an hour only then
    monkeypatch.setattr(archive, "put", _meets(put, lambda: run(at(10, 35)), monkeypatch))
    overtaken = run(at(10, 35))
    monkeypatch.setattr(archive, "put", _dies(put))
    with pytest.raises(Killed):
        run(at(13, 0))
    monkeypatch.setattr(archive, "put", put)
    dynamodb.asked.clear()
    caught_up = run(at(13, 40))
    operations = list(dynamodb.operations)
    back = run(at(9, 0))

    s3 = tables._client("s3", emulator.endpoint)
    versions = s3.list_object_versions(Bucket=proofs)["Versions"]
    with pytest.raises(s3.exceptions.ClientError, match="object lock"):
        s3.delete_object(Bucket=proofs, Key=versions[0]["Key"], VersionId=versions[0]["VersionId"])
    assert (early["checkpoints"], overtaken.get("overtaken")) == (0, True)
    assert (caught_up["checkpoints"], caught_up["complete"], back["checkpoints"]) == (3, True, 0)
    assert [one["Key"].partition("-")[0][-2:] for one in sorted(versions, key=lambda one: str(one["Key"]))] == [
        "01", "02", "03", "04", "05",
    ]  # fmt: skip
    # One read, the keys of one day from where they stand, and for each hour the partners to whom something happened, and a note.
    assert operations == ["GetItem", *["Query"] * 3, *["TransactWriteItems"] * 3]


def _meets(put: Callable[..., None], other: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    from chalicelib.plumbing import archive

    def meeting(key: str, body: bytes) -> None:
        monkeypatch.setattr(archive, "put", put)
        put(key, body)
        other()

    return meeting


def _dies(put: Callable[..., None]) -> Callable[..., None]:
    def dying(key: str, body: bytes) -> None:
        put(key, body)
        raise Killed

    return dying
