"""Whoever changes the log or the ledger behind our back is found out from exported files alone, and the place is named."""

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
from chalicelib.privacy import checkpoint, facts
from chalicelib.privacy.records import CheckpointRow, ProofRow
from infra import deploy, evidence, verify
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
        return {name: tables.rows(self.endpoint, name) for name in ("activity", "ledger")}

    def restore(self, safe: dict[str, list[dict[str, Any]]]) -> None:
        """The tables as they were."""
        for name, items in safe.items():
            now = tables.rows(self.endpoint, name)
            for item in now:
                if item not in items:
                    table.client().delete_item(TableName=f"test-{name}", Key={"pk": item["pk"], "sk": item["sk"]})
            for item in items:
                if item not in now:
                    table.client().put_item(TableName=f"test-{name}", Item=item)

    def fact(self, number: int) -> FactRow:
        row = table.get(FactRow, self.one, self.ids[number])
        assert row is not None
        return row

    def checked(self) -> verify.Report:
        account = deploy.Account(
            endpoint=self.endpoint, access_key=local.ACCESS_KEY, secret_key=local.SECRET_KEY
        )
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
