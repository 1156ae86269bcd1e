"""A workbook of 100,000 appointments with 15 columns: how long openpyxl takes beside XlsxWriter, and how much memory.

Each writes the same rows in a process of its own, in the mode that does not keep rows in memory; memory is the most that the
process ever held. The product's process has loaded all that a worker loads. `BENCH_EXPORT_ROWS` changes how many rows.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROWS = int(os.environ.get("BENCH_EXPORT_ROWS", "100000"))
MOST_MEGABYTES = 256
KEYS = (
    "id", "start", "start_offset", "end", "end_offset", "timezone", "status", "service_id", "service_name", "employee_id",
    "customer_id", "price_rappen", "sms", "phone", "note",
)  # fmt: skip
_ROOT = Path(__file__).parents[1]


def measure() -> dict[str, Any]:
    """Seconds, CPU seconds and megabytes of both, and the ratio of the times."""
    figures: dict[str, Any] = {one: _child(one) for one in ("product", "xlsxwriter")}
    figures["ratio"] = figures["product"]["cpu_s"] / figures["xlsxwriter"]["cpu_s"]
    figures["rows"], figures["target_megabytes"] = ROWS, MOST_MEGABYTES
    figures["met"] = figures["product"]["megabytes"] <= MOST_MEGABYTES
    return figures


def table_of(figures: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [f"{'export, ' + format(figures['rows'], ',') + ' rows':28}{'seconds':>11}{'CPU s':>11}{'memory MB':>11}"]
    for name in ("product", "xlsxwriter"):
        one = figures[name]
        lines.append(f"{name:28}{one['wall_s']:11.1f}{one['cpu_s']:11.1f}{one['megabytes']:11.0f}")
    lines.append(f"product / xlsxwriter: {figures['ratio']:.2f} CPU (memory at most {MOST_MEGABYTES} MB)")
    return "\n".join(lines)


def _child(name: str) -> dict[str, float]:
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-central-2", "AWS_REGION": "eu-central-2"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.exports", name],
        cwd=_ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _rows() -> Iterator[list[Any]]:
    first = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    for number in range(ROWS):
        start = first + timedelta(minutes=5 * number)
        yield [
            f"01m83pph{number:018d}", start, "+01:00", start + timedelta(minutes=45), "+01:00", "Europe/Zurich", "confirmed",
            f"service{number % 20}", f"Haarschnitt {number % 20}", f"employee{number % 10}", f"customer{number % 5000}",
            8500 + number % 100, number % 3 == 0, f"+4179{number:07d}", f"Bitte hinten klingeln {number}",
        ]  # fmt: skip


def _product(file: Path) -> None:
    from dataclasses import replace

    from chalicelib.exchange import content, make, meaning

    whole = content.PARTS["appointments"]
    columns = tuple(next(one for one in whole.columns if one.key == key) for key in KEYS)
    part = replace(whole, columns=columns)
    meanings = [meaning.of(part, one, "de") for one in columns]
    make.workbook.write(file, [(part, meanings, _rows())], schema=list)


def _xlsxwriter(file: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "remove_timezone": True})
    sheet, moment = book.add_worksheet("appointments"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, KEYS)
    for number, row in enumerate(_rows(), 1):
        for place, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(number, place, value, moment)
            elif isinstance(value, str):
                sheet.write_string(number, place, value)
            else:
                sheet.write(number, place, value)
    book.close()


def main(name: str) -> None:
    """Write one workbook and print what it took."""
    write = {"product": _product, "xlsxwriter": _xlsxwriter}[name]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        write(Path(folder) / "book.xlsx")
        took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"wall_s": took, "cpu_s": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1])
