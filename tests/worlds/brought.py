"""Files as somebody brings them: workbooks of others, and the exports of a partner."""

import io
import urllib.parse
import urllib.request
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(*rows: Sequence[Any], title: str = "Tabelle1") -> bytes:
    """A workbook with one sheet of these rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def brought(
    exports: Any, visitor: Any, what: str, content: bytes, *, dry_run: bool = False, **query: Any
) -> dict[str, Any]:
    """Send a file as the body of a request with a key, work until nothing waits, and look at the import."""
    values = {"what": what, "dry_run": str(dry_run).lower(), **query}
    kind = "application/json" if content.startswith(b"{") else XLSX
    asked = visitor.send("POST", f"/imports?{urllib.parse.urlencode(values)}", content, {"content-type": kind})
    assert asked.status == 202, asked.text
    assert asked.json["state"] == "waiting"
    exports.work()
    return seen(visitor, asked.json["id"])


def seen(visitor: Any, import_id: str) -> dict[str, Any]:
    """An import as it is now."""
    shown = visitor.get(f"/imports/{import_id}")
    assert shown.status == 200, shown.text
    found: dict[str, Any] = shown.json
    return found


def exported(exports: Any, visitor: Any, what: str, file_format: str = "xlsx") -> tuple[bytes, str]:
    """An export of a partner, and its hash."""
    asked = visitor.send("POST", "/exports", {"what": what, "format": file_format})
    assert asked.status == 202, asked.text
    exports.work()
    shown = visitor.get(f"/exports/{asked.json['id']}").json
    with urllib.request.urlopen(shown["url"], timeout=10) as answer:
        return answer.read(), shown["hash"]


def in_parts(fields: dict[str, str], content: bytes) -> tuple[str, bytes]:
    """What a browser sends for a form with a file: the content type, and the body."""
    mark = "----between0123456789"
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="Kunden.xlsx"\r\nContent-Type: {XLSX}\r\n\r\n'
    return f"multipart/form-data; boundary={mark}", (head + file).encode() + content + f"\r\n--{mark}--\r\n".encode()
