"""docs/checks.md says what the code checks: kinds of fields, limits of files, hosts that are called."""

import re

import pytest

from chalicelib.booking import rules as booking
from chalicelib.calendars import read_apart, source_rules
from chalicelib.calendars import rules as calendars
from chalicelib.exchange import import_rules
from chalicelib.plumbing import egress, forms, reach
from infra import map as house_map

TEXT = (house_map.ROOT / "docs" / "checks.md").read_text("utf-8")


def _section(title: str) -> str:
    return TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_kind_of_field_has_its_line() -> None:
    lines = re.findall(r"^\| `(\w+)` \|", _section("What somebody sends"), re.MULTILINE)

    assert lines == sorted(forms.READERS, key=lines.index)
    assert len(lines) == len(forms.READERS)


def test_what_belongs_together_names_the_files_that_hold_it() -> None:
    rows = [line for line in _section("What has to fit together").splitlines() if line.startswith("| ")][1:]

    assert len(rows) > 10
    for row in rows:
        files = re.findall(r"`([a-z_]+/[a-z_*]+\.py)`", row)
        assert files, row
        for file in files:
            assert list(house_map.HOUSE.glob(file)), file


@pytest.mark.parametrize(
    "said",
    [
        f"{import_rules.MOST_BYTES // 1024 // 1024} MB; unpacked {import_rules.MOST_UNPACKED // 1024 // 1024} MB, a hundredfold",
        f"{import_rules.MOST_ENTRIES} entries, {import_rules.MOST_ROWS} rows, {import_rules.MOST_COLUMNS} columns",
        f"with {import_rules.MOST_MEGABYTES} MB and {import_rules.MOST_SECONDS} s",
        f"{calendars.MOST_BYTES // 1_000_000} MB, {source_rules.MOST_EVENTS} entries",
        f"with {read_apart.MEMORY_BYTES // 1024 // 1024} MB and {read_apart.CPU_SECONDS} s",
    ],
)
def test_the_limits_of_files_are_those_of_the_code(said: str) -> None:
    assert import_rules.MOST_RATIO == 100
    assert said in _section("Files")


def test_the_limits_of_lists_are_those_of_the_code() -> None:
    assert f"a search {booking.MOST_DAYS_LISTED} days" in _section("How much")
    assert (calendars.MOST_FEEDS, calendars.MOST_SOURCES) == (5, 5)


def test_every_host_that_can_be_called_is_named_and_no_other() -> None:
    hosts = {host for one in egress.RECIPIENTS for host in (one.host, *one.also)}
    table = [line for line in _section("Where we connect to").splitlines() if line.startswith("| ")]

    assert set(re.findall(r"`([^`]+\.[a-z]+)`", "\n".join(table))) == hosts
    assert f"ports {', '.join(str(port) for port in reach.PORTS)}" in "\n".join(table)
    assert egress.CHATRA.host in _section("Where we connect to")
