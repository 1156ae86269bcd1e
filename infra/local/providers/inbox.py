"""A page for people: every SMS, mail and ticket the product sent, and every call to another vendor, newest first."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from infra.local.providers import mail, smsapi, zendesk

LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]]")
SHOWN = 200
WITH_MESSAGES = ("smsapi", "mail")  # what these two received is shown as what it is
# Nothing may be fetched from anywhere: what a mail brings along is shown, never loaded.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'self'"
)


def page(
    messages: Iterable[smsapi.Message],
    mails: Iterable[mail.Mail],
    tickets: Iterable[zendesk.Ticket],
    journal: Iterable[Mapping[str, Any]],
    *,
    public_url: str,
    now: datetime,
) -> str:
    """The whole page as HTML; everything that came from outside is escaped."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["linked"] = _linked
    template = environment.from_string((Path(__file__).parent / "inbox.html").read_text(encoding="utf-8"))
    rows: list[tuple[int, str, Any]] = [(one.order, "sms", one) for one in messages]
    rows += [(one.order, "mail", one) for one in mails]
    rows += [(one.order, "ticket", one) for one in tickets]
    newest_first = sorted(rows, key=lambda row: row[0], reverse=True)
    calls = [one for one in journal if one["provider"] not in WITH_MESSAGES][-SHOWN:]
    return template.render(
        rows=newest_first[:SHOWN], total=len(rows), calls=list(reversed(calls)), public_url=public_url, now=now
    )


def _linked(text: str) -> Any:
    """The text, escaped, with its web addresses as links."""
    from markupsafe import Markup, escape

    pieces, end = [], 0
    for found in LINK.finditer(text):
        address = found.group()
        pieces += [escape(text[end : found.start()]), _anchor(address)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


def _anchor(address: str) -> Any:
    from markupsafe import Markup

    return Markup('<a href="{0}" rel="noreferrer" target="_blank">{0}</a>').format(address)
