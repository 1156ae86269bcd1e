"""Forms of this room."""

from chalicelib.plumbing.forms import Field, Form

ACCEPT = Form("accept-policy", "POST", "/policies/{name}/acceptances", (Field("version", longest=20),))
