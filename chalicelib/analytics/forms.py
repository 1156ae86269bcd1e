"""The forms of this room: yes to the counting, and no more."""

from chalicelib.plumbing.forms import Form

COUNTING = Form("counting", "POST", "/analytics/consent", signed_in=False)
COUNTING_END = Form("counting-end", "POST", "/analytics/withdrawal", signed_in=False)
