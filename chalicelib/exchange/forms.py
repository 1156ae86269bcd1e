"""Forms of this room: asking for a file."""

from chalicelib.exchange import rules
from chalicelib.plumbing.forms import Field, Form

FORMAT = Field("format", required=False, options=rules.FORMATS, default="xlsx")
EXPORT = Form("export", "POST", "/exports", (Field("what", options=rules.FOR_PARTNERS), FORMAT))
MINE = Form("link-export", "POST", "/my/{token}/exports", (FORMAT,), signed_in=False)
