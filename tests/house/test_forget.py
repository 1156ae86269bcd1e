"""Whoever remembers can forget: every room with records has its own file for it, and is in the list of the purge."""

import importlib
import pkgutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import chalicelib
from chalicelib.accounts import rules as accounts
from chalicelib.activity import rules as activity
from chalicelib.plumbing import ids
from chalicelib.plumbing.rows import Record
from chalicelib.privacy import rooms
from chalicelib.privacy.rules import RETENTION

HOUSE = Path(chalicelib.__file__).parent
ENTERED_LATER = {"CertificateRow"}  # entered when it is complete; before that it says nothing
REMEMBER = sorted(file.parent.name for file in HOUSE.glob("*/records.py") if file.parent.name != "privacy")


def _records() -> list[type[Record]]:
    for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(found.name)
    kinds: list[type[Record]] = []
    waiting = [Record]
    while waiting:
        kind = waiting.pop()
        kinds += [one for one in kind.__subclasses__() if one.__module__.startswith("chalicelib.")]
        waiting += kind.__subclasses__()
    return kinds


@pytest.mark.parametrize("room", REMEMBER)
def test_a_room_that_remembers_can_forget_and_is_listed(room: str) -> None:
    assert (HOUSE / room / "forget.py").exists()

    listed = {shelf.forget.__module__ for shelf in rooms.SHELVES} | {one.__name__ for one in rooms.NOTHING_BY_DATE}

    assert f"chalicelib.{room}.forget" in listed


def test_a_room_that_says_it_keeps_nothing_by_date_keeps_nothing_by_date() -> None:
    silent = {one.__name__.split(".")[1] for one in rooms.NOTHING_BY_DATE}

    for kind in _records():
        if kind.__module__.split(".")[1] in silent:
            assert "expiry_shard" not in kind.get_attributes(), kind


@pytest.mark.parametrize("kind", _records(), ids=lambda kind: kind.__name__)
def test_every_attribute_has_a_retention_that_is_written_down(kind: type[Record]) -> None:
    for name, attribute in kind.get_attributes().items():
        assert attribute.about.retention in RETENTION, f"{kind.__name__}.{name}"


def test_rows_of_the_guard_carry_the_second_at_which_they_go() -> None:
    guards = [kind for kind in _records() if kind.lifecycle == "guard"]

    assert len(guards) >= 2
    for kind in guards:
        assert "expires" in kind.get_attributes(), kind


def test_the_periods_are_those_that_the_rooms_reckon_with() -> None:
    assert RETENTION["activity"].months == activity.KEEP_FACTS_MONTHS
    assert RETENTION["address"].days == activity.KEEP_ADDRESS_DAYS
    assert RETENTION["counters"].months == activity.KEEP_COUNTS_MONTHS
    assert RETENTION["outbox"].days == activity.KEEP_OUTBOX_DAYS
    assert RETENTION["seal"].months == RETENTION["counters"].months
    assert RETENTION["registration"].days == accounts.REGISTRATION_DAYS


def test_every_kind_of_row_that_goes_by_a_date_stands_on_one_shelf() -> None:
    for name, pk, sk in (
        ("records", "p#outbox", "01"),
        ("records", "p#appointments", "01"),
        ("records", "p#customers", "customer#01"),
        ("records", "p#calendar", "2026-11-23#e"),
        ("records", "p#exports", "01"),
        ("records", "p#webhooks", "delivery#e#01"),
        ("records", "login#ab", "-"),
        ("records", "p", "profile"),
        ("activity", "p", "01"),
        ("activity", "p", "count#2026-11-23"),
        ("activity", "p", "seal#2026-11-23"),
        ("records", "p#requests", "01"),
        ("records", "p", "hold#account"),
        ("ledger", "p", "acceptance#terms#2026-11-01"),
        ("ledger", "certificates", "01"),
        ("ledger", "p", "consent#newsletter#1"),
        ("ledger", "purges", "0000000001"),
        ("ledger", "p#breaches", "01#001"),
    ):
        assert sum(shelf.holds(name, pk, sk, "2026-11-24#0") for shelf in rooms.SHELVES) == 1, (name, pk, sk)
    assert rooms.shelf("records", "p", "service#01", "2026-11-24#0") is None


@pytest.mark.parametrize(
    ("due", "retention"),
    [
        ("2027-02-21#0", "address"),
        ("2027-12-22#0", "address"),
        ("2027-12-23#0", "activity"),
        ("2029-01-01#0", "activity"),
    ],
)
def test_before_its_own_last_day_a_fact_is_due_for_its_address_alone(due: str, retention: str) -> None:
    fact_id = ids.new(datetime(2026, 11, 23, 23, 59, 59, 999000, tzinfo=UTC))

    shelf = rooms.shelf("activity", "p", fact_id, due)

    assert shelf is not None
    assert shelf.retention == retention


def test_what_only_looks_like_a_fact_is_no_reason_for_a_night_to_stop() -> None:
    for sk in ("01", "0" + "u" * 25):
        shelf = rooms.shelf("activity", "p", sk, "2026-11-24#0")
        assert shelf is not None
        assert shelf.retention == "activity"


def test_whoever_writes_into_the_ledger_enters_it_in_the_chain() -> None:
    kinds = [one.__name__ for one in _records() if one.lifecycle == "ledger"]
    sources = {file: file.read_text("utf-8") for file in HOUSE.rglob("*.py") if file.name != "records.py"}
    makers = {(kind, file) for kind in kinds for file, text in sources.items() if f"{kind}(" in text}

    unbound = {kind for kind, file in makers if "ledger.mark(" not in sources[file]}

    assert {"AcceptanceRow", "ConsentRow", "ProofRow", "CertificateRow"} <= {kind for kind, _ in makers}
    assert unbound == ENTERED_LATER
