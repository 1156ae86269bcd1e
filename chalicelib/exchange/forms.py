"""Forms of this room: asking for a file, and bringing one."""

from chalicelib.exchange import rules
from chalicelib.plumbing.forms import Field, Form

FORMAT = Field("format", required=False, options=rules.FORMATS, default="xlsx")
EXPORT = Form("export", "POST", "/exports", (Field("what", options=rules.FOR_PARTNERS), FORMAT))
MINE = Form("link-export", "POST", "/my/{token}/exports", (FORMAT,), signed_in=False)

FILES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
    "application/json",
)
"""What a program may call the file that it sends; what it is, the worker finds out."""
_DRY = Field("dry_run", "boolean", required=False, default=True)
_TELL = Field("tell", "boolean", required=False, default=False)
_MAPPING = Field("mapping", "object", required=False)
IMPORT = Form(
    "import",
    "POST",
    "/imports",
    (Field("what", options=tuple(rules.BROUGHT)), Field("file", "file"), _DRY, _TELL, _MAPPING),
    longest_body=rules.MOST_BROUGHT_BYTES,
    files=FILES,
)
IMPORT_AGAIN = Form("import-run", "POST", "/imports/{id}/runs", (_DRY, _TELL, _MAPPING))
