"""Whatever text, number or instant goes into a workbook comes out of it the same, and none of it is a formula."""

import zipfile
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import openpyxl.xml
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.exchange import canon, content, meaning, rules, workbook
from chalicelib.plumbing import clock

PART = content.Part(
    "things",
    "customer",
    (
        content.Column("note"),
        content.Column("phone"),
        content.Column("price_rappen", "integer"),
        content.Column("sms", "flag"),
        content.Column("delete_on", "day"),
        content.Column("created_at", "instant"),
        content.Column("start", "local", stored=("appointment", "start_at")),
        content.Column("answers", "json", stored=("appointment", "answers")),
    ),
)
MEANINGS = [
    meaning.Meaning("things", one.key, one.key, one.kind, "", False, "", "", "", "", "", "") for one in PART.columns
]
HOSTILE = (
    "=1+1", "+41791234567", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "|cmd", "=HYPERLINK(\"http://example.org\")", "#N/A", "#REF!",
    "007", "1e5", "TRUE", "2026-11-23", "_x0041_", "_x005F_x0041_", "__x000D__", "_xZZZZ_", "a\x00b\x0b\x1f", "\ufffe\uffff",
    "one\r\ntwo\rthree\n", "  spaces  ", "\u00a0", "👩‍👧 Zöpfe", "<a>&amp;</a>", "]]>", "'quoted", "\u2028", "x" * 32_767,
    "=" * 32_768, "\x01" * 9_000, "😀" * 20_000, "a" * 100_000,
)  # fmt: skip
TEXT = st.text(min_size=1, max_size=60) | st.sampled_from(HOSTILE[:-6])
INSTANT = st.integers(631_152_000_000, 7_258_118_400_000).map(clock.parse_milliseconds)
ROW = st.tuples(
    TEXT, TEXT, st.integers(-(2**40), 2**40), st.booleans(), st.dates(date(1990, 1, 1), date(2200, 1, 1)), INSTANT,
    INSTANT.map(lambda at: at.astimezone(ZoneInfo("Europe/Zurich"))),
    st.lists(TEXT, max_size=3) | st.dictionaries(TEXT, TEXT, max_size=3),
).map(list)  # fmt: skip


def _row(**values: Any) -> list[Any]:
    return [values.get(column.key) for column in PART.columns]


def _write(file: Path, rows: list[list[Any]], **more: Any) -> None:
    workbook.write(file, [(PART, MEANINGS, rows)], schema=lambda: [astuple(one) for one in MEANINGS], **more)


def test_sheets_are_written_with_lxml_and_read_with_defusedxml() -> None:
    assert openpyxl.xml.LXML
    assert openpyxl.xml.DEFUSEDXML


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=4))
def test_what_goes_in_comes_out(rows: list[list[Any]], tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"

    _write(file, rows)

    keys, found = workbook.read(file)["things"]
    before, after = canon.Digest(PART), canon.Digest(PART)
    for row in rows:
        before.add(row)
    for row in found:
        after.add(row)
    assert keys == [column.key for column in PART.columns]
    assert found == [[canon.value(value) for value in row] for row in rows]
    assert after.hexadecimal == before.hexadecimal


def test_hostile_text_is_text_and_too_long_text_goes_on_in_another_sheet(tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"

    _write(file, [_row(note=text) for text in HOSTILE])

    assert [row[0] for row in workbook.read(file)["things"][1]] == list(HOSTILE)
    book = openpyxl.load_workbook(file)
    cells = [book["things"].cell(row, 1) for row in range(3, 3 + len(HOSTILE))]
    assert {cell.data_type for cell in cells} == {"s"}
    forced = [cell for cell, text in zip(cells, HOSTILE, strict=True) if text[0] in "=+-@\t|#"]
    assert len(forced) > 8
    assert all(cell.quotePrefix for cell in forced)
    assert max(len(str(cell.value).encode("utf-16-le")) // 2 for cell in cells) <= workbook.MOST_CHARACTERS
    with zipfile.ZipFile(file) as opened:
        assert not [name for name in opened.namelist() if b"<f>" in opened.read(name)]
        assert workbook.LONG_TEXTS in opened.read("xl/workbook.xml").decode()


def test_dates_are_dates_and_both_hours_of_the_night_the_clock_goes_back_differ(tmp_path: Path) -> None:
    file, zone = tmp_path / "book.xlsx", ZoneInfo("Europe/Zurich")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(zone)
    second = (first.astimezone(UTC) + timedelta(hours=1)).astimezone(zone)

    _write(file, [_row(note=at.isoformat()[-6:], start=at, delete_on=date(2028, 2, 29)) for at in (first, second)])

    book = openpyxl.load_workbook(file)
    sheet = book["things"]
    assert [sheet.cell(row, 7).value for row in (3, 4)] == [datetime.fromisoformat("2026-10-25T02:30")] * 2
    assert [sheet.cell(row, 1).value for row in (3, 4)] == ["+02:00", "+01:00"]
    assert sheet.cell(3, 5).is_date
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:H4"
    assert sheet["A1"].comment is not None


@pytest.mark.parametrize("rows", [0, 3, 4, 7])
def test_a_sheet_that_is_full_goes_on_in_the_next(rows: int, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"

    _write(file, [_row(note=f"row {number}") for number in range(rows)], most_rows=5)

    sheets = [name for name in openpyxl.load_workbook(file).sheetnames if name != workbook.SCHEMA_SHEET]
    assert sheets == ["things", "things 2", "things 3"][: max(1, -(-rows // 3))]
    assert [row[0] for row in workbook.read(file)["things"][1]] == [f"row {number}" for number in range(rows)]


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_every_column_of_every_part_has_a_label_a_purpose_and_a_time(language: str) -> None:
    for part in content.PARTS.values():
        for column in part.columns:
            said = meaning.of(part, column, language)

            assert said.label
            assert said.purpose
            assert said.retention
            assert said.recipients


LEFT_OUT = {
    "announcement.*": "how far a job is",
    "subscriber.*": "name and address are in `employees`, the choice and its instant in `consents`",
    "address.*": "whether a keyed hash may be written to",
    "employee.origin_id": "the `id` of `employees`, where there is one",
    "partner.lookup": "key of an index",
    "partner.lookup_at": "key of an index",
    "version.number": "counts changes, says nothing of anybody",
    "login.*": "the same people as `employees`; a password is no data to take away",
    "name.partner_id": "the partner's own `booking_name`",
    "seal.*": "hashes",
    "count.*": "sums without persons, shown by the dashboard",
    "rollup.*": "how far a job is",
    "day.*": "what `appointments` and `absences` take",
    "seats.*": "what `appointments` take",
    "contact.customer_id": "a pointer from a hash to `customers`",
    "choice.*": "in `consents`",
    "consent.*": "the proof of what `consents` says, kept by law after the account",
    "acceptance.employee_id": "in `activity`",
    "acceptance.keep_until": "empty as long as there is an account that could export it",
    "fact.*": "its parts are in `activity`; what is left keeps the chain",
    "invoice.pdf_key": "the document itself is behind the link at the invoice",
    "invoice_state.*": "how it stands now is in `invoices`",
    "bill.*": "how far an invoice is; in `invoices` when it is made",
    "subscription.*": "in `partner` and `orders`",
    "debtor.*": "a number of bexio's; what bexio knows is in `orders`",
    "access.*": "our own access to bexio",
    "poll.*": "how far a job is",
    "outbox.*": "what a message said goes when it is sent; the rest runs the queue",
    "appointment.agenda": "key of an index",
    "appointment.lookup": "key of an index",
    "appointment.lookup_at": "key of an index",
    "service.created_at": "in `activity`",
    "session.*": "when it ends follows from when it began",
    "half.*": "a login that waits five minutes for its code",
    "endpoint.*": "addresses and secrets of the partner's own programs; who set them up is in `activity`",
    "delivery.*": "what was told to the partner's own programs, by ids, for 30 days; customers named are in `disclosures`",
    "feed.*": "its address is a secret, kept as a hash; who made it is in `activity`",
    "source.*": "what opens a calendar is a secret; how it stands is in `busy_sources`",
    "busy.*": "read anew from the person's own calendar every quarter of an hour",
    "busy_day.*": "read anew from the person's own calendar every quarter of an hour",
    "api_key.*": "a secret, and in `activity` who made it",
}


def test_everything_that_is_stored_of_a_partner_is_exported_or_left_out_for_a_reason() -> None:
    exported = {
        column.stored or (part.row, column.key) for part in content.parts(rules.WHAT["all"]) for column in part.columns
    }

    missing = {
        f"{kind}.{name}"
        for kind, attributes in meaning._inventory().items()
        for name in attributes
        if name not in ("pk", "sk", "expiry_shard") and (kind, name) not in exported
    }

    assert ("customer", "note") in exported
    assert {one for one in missing if one not in LEFT_OUT and f"{one.partition('.')[0]}.*" not in LEFT_OUT} == set()
