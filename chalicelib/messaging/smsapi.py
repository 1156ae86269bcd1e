"""SMSAPI: one text to one number, sent once however often it is tried, and the reports that follow.

Vendor facts: providers' documentation of api.smsapi.com (sms.do, error codes, callbacks). Sent once: every call
carries our reference as `idx` with `check_idx=1`; the vendor refuses a reference it has seen within 24 hours with
error 53, which after an Unknown means that the first try had arrived.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from chalicelib.activity.calls import Calls
from chalicelib.messaging import parts, reported, smsapi_codes
from chalicelib.plumbing import egress, outcomes, settings, web

VENDOR = egress.SMSAPI.vendor
MAX_WAIT_S = 86_400
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_TEXT_ERROR = re.compile(r"ERROR:\s*([0-9]{1,5})\s*", re.ASCII)
_TEXT_SENT = re.compile(r"OK:([^:;\s]{1,64}):([0-9.]{1,12})\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sms:
    """One message: `to` in E.164 with its plus, `reference` opaque (no name, no number) and unique for ever."""

    to: str
    text: str
    sender: str
    reference: str
    notify_url: str | None
    disclosure: egress.Disclosure


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor has it. `already`: an earlier try had arrived, and its id and price are not told a second time."""

    provider_id: str | None
    parts: int
    points: Decimal | None
    already: bool = False


def send(message: Sms, calls: Calls) -> Sent:
    """Hand the message to the vendor; safe to repeat with the same reference within 24 hours of the first try.

    Raises Later, Never or Unknown (plumbing.outcomes), and egress.NotAllowed if the disclosure does not cover it.
    """
    counted = _checked(message)
    form = {
        "to": message.to.removeprefix("+"),
        "from": message.sender,
        "message": message.text,
        "encoding": "utf-8",
        "format": "json",
        "details": "1",
        "max_parts": str(parts.MAX_PARTS),
        "idx": message.reference,
        "check_idx": "1",
    }
    if message.notify_url:
        form["notify_url"] = message.notify_url
    headers = {"Authorization": f"Bearer {settings.get().smsapi_token}"}
    url = f"{egress.base_url(VENDOR)}/sms.do"
    return _judged(calls.ask(message.disclosure, "POST", url, headers=headers, form=form), counted.parts)


def _checked(message: Sms) -> parts.Parts:
    """What the vendor would refuse anyway need not leave us."""
    if not _E164.fullmatch(message.to):
        raise outcomes.Never("local", "not a phone number", fault="recipient")
    if not 0 < len(message.reference) <= reported.MAX_REFERENCE_LETTERS or "|" in message.reference:
        raise outcomes.Never("local", "not a usable reference", fault="content")
    try:
        message.text.encode()
    except UnicodeEncodeError as error:
        raise outcomes.Never("local", "not a text", fault="content") from error
    counted = parts.count(message.text)
    if not 0 < counted.parts <= parts.MAX_PARTS:
        raise outcomes.Never("local", f"{counted.parts} parts", fault="content")
    return counted


def _judged(reply: web.Reply, expected_parts: int) -> Sent:
    """An error code says more than a status: the vendor answers most errors with 200."""
    value = _value(reply)
    code = _error_code(value)
    if code is not None:
        return _coded(code, reply, expected_parts)
    if not 200 <= reply.status < 300:
        raise _refused(reply)
    sent = _sent(value, expected_parts)
    if sent is None:
        raise outcomes.Unknown("an answer that cannot be read")
    return sent


def _value(reply: web.Reply) -> Any:
    """The body as JSON, or as text where it is none."""
    try:
        return reply.json()
    except ValueError:
        return reply.body[:500].decode("utf-8", "replace").strip()


def _error_code(value: Any) -> int | None:
    if isinstance(value, str):
        found = _TEXT_ERROR.fullmatch(value)
        return int(found[1]) if found else None
    if not isinstance(value, dict):
        return None
    # One message was sent, so an error on the first line of the list is the error of the call.
    first = _first(value)
    return reported.whole_number(value.get("error")) or reported.whole_number(first.get("error"))


def _coded(number: int, reply: web.Reply, expected_parts: int) -> Sent:
    code = smsapi_codes.CODES.get(number)
    if code is None:
        # Refused for a reason that is not documented: tries are bounded, and giving up at once would lose the message.
        raise outcomes.Later(f"error {number}", _retry_after_s(reply))
    if code.then == "already":
        return Sent(provider_id=None, parts=expected_parts, points=None, already=True)
    if code.then == "later":
        raise outcomes.Later(f"error {number}: {code.meaning}", _retry_after_s(reply) or code.retry_after_s)
    raise outcomes.Never(str(number), code.meaning, fault=code.then)


def _refused(reply: web.Reply) -> outcomes.Later | outcomes.Never | outcomes.Unknown:
    """A status without a code of the vendor's: a gateway in between, or a request that did not get that far."""
    status = reply.status
    if status in (401, 403, 404, 405):
        return outcomes.Never(f"http_{status}", "token or address not accepted", fault="configuration")
    if status in (429, 503) or 300 <= status < 400:
        return outcomes.Later(f"status {status}", _retry_after_s(reply))
    if status == 408 or status >= 500:
        # A gateway that gave up does not know whether the vendor behind it had taken the message.
        return outcomes.Unknown(f"status {status}")
    return outcomes.Never(f"http_{status}", "request not accepted", fault="content")


def _sent(value: Any, expected_parts: int) -> Sent | None:
    if isinstance(value, str):
        found = _TEXT_SENT.fullmatch(value)
        return Sent(found[1], expected_parts, _points(found[2])) if found else None
    first = _first(value)
    provider_id = first.get("id")
    if not isinstance(provider_id, (str, int)) or isinstance(provider_id, bool) or not str(provider_id):
        return None
    return Sent(
        str(provider_id)[:64], reported.whole_number(first.get("parts")) or expected_parts, _points(first.get("points"))
    )


def _first(value: Any) -> Mapping[str, Any]:
    lines = value.get("list") if isinstance(value, dict) else None
    return lines[0] if isinstance(lines, list) and lines and isinstance(lines[0], dict) else {}


def _points(written: object) -> Decimal | None:
    try:
        points = Decimal(str(written))
    except InvalidOperation:
        return None
    return points if points.is_finite() else None


def _retry_after_s(reply: web.Reply) -> int | None:
    """The Retry-After header in seconds (RFC 9110 10.2.3), at most a day; a date counts from the vendor's own Date."""
    written = reply.headers.get("retry-after", "").strip()
    seconds = reported.whole_number(written)
    if seconds is None and written:
        try:
            wait = parsedate_to_datetime(written) - parsedate_to_datetime(reply.headers.get("date", ""))
        except (ValueError, TypeError, OverflowError):
            return None
        seconds = int(wait.total_seconds())
    return None if seconds is None else max(0, min(seconds, MAX_WAIT_S))
