"""Mail through SES in our own region: one raw message to one person, as text and as a page, perhaps with an entry for the calendar.

SES knows no reference of ours and replaces the Message-ID (SES developer guide, header fields), so a mail whose answer
was lost may come twice when it is tried again; the calendar entry in it has the same UID and stays one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.plumbing import aws, outcomes, settings, trail

VENDOR = "ses"
_LATER = {
    "TooManyRequestsException",
    "LimitExceededException",
    "SendingPausedException",
    "ThrottlingException",
    "Throttling",
    "ServiceUnavailableException",
    "ServiceUnavailable",
}
_OURS = {
    "AccessDeniedException",
    "AccountSuspendedException",
    "MailFromDomainNotVerifiedException",
    "MissingAuthenticationTokenException",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "NotFoundException",
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar object that goes with a mail."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail; `text` and `page` (HTML) say the same.

    `reference` is the message's own name and opaque; `sender_name` may be a partner's company. `unsubscribe_url` ends
    what the mail belongs to, where it is not about an account or an appointment.
    """

    to: str
    to_name: str
    sender_name: str
    reply_to: str | None
    subject: str
    text: str
    page: str
    language: str
    reference: str
    at: datetime
    calendar: Calendar | None = None
    unsubscribe_url: str | None = None


def send(mail: Mail) -> str:
    """Hand the mail to SES; the id it gave it. Raises Later, Never or Unknown (plumbing.outcomes)."""
    raw = message(mail)
    try:
        return _handed_over(mail, raw)
    except (outcomes.Later, outcomes.Never, outcomes.Unknown):
        trail.count("VendorErrors", vendor=VENDOR)
        raise


def _handed_over(mail: Mail, raw: bytes) -> str:
    from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

    try:
        answer = aws.client("sesv2").send_email(
            Destination={"ToAddresses": [mail.to]},
            Content={"Raw": {"Data": raw}},
        )
    except ClientError as error:
        raise _judged(error.response) from error
    except (EndpointConnectionError, ConnectTimeoutError) as error:
        raise outcomes.Later("unreachable") from error
    except BotoCoreError as error:
        raise outcomes.Unknown(type(error).__name__) from error
    except ValueError as error:
        # botocore parses the answer: what came back was none.
        raise outcomes.Unknown("an answer that cannot be read") from error
    message_id = answer.get("MessageId")
    if not message_id:
        raise outcomes.Unknown("an answer without an id")
    return str(message_id)


def message(mail: Mail) -> bytes:
    """The mail on the wire. Raises Never for an address or a text that cannot be one."""
    from email.errors import MessageError
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP
    from email.utils import format_datetime

    sender = settings.get().mail_sender
    made = EmailMessage(policy=SMTP.clone(max_line_length=998))  # a folded subject begins with a blank for some
    try:
        made["From"] = Address(_line(mail.sender_name[:120]), addr_spec=sender)
        made["To"] = Address(_line(mail.to_name)[:120], addr_spec=mail.to)
        if mail.reply_to:
            made["Reply-To"] = Address(addr_spec=mail.reply_to)
        made["Subject"] = _line(mail.subject)
        made["Date"] = format_datetime(mail.at)
        made["Message-ID"] = f"<{mail.reference}@{sender.rpartition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"
        if mail.unsubscribe_url:
            # RFC 8058: a mail program may post to this address by itself, with one click of its own.
            made["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        made.set_content(mail.text, cte="base64")
        made.add_alternative(mail.page, subtype="html", cte="base64")
        if mail.calendar is not None:
            made.add_attachment(
                mail.calendar.content,
                maintype="text",
                subtype="calendar",
                filename="termin.ics",
                params={"method": mail.calendar.method, "charset": "utf-8"},
            )
        # Last, because the parts that are added take all headers of this family with them.
        made["Content-Language"] = mail.language
        return made.as_bytes()
    except (ValueError, LookupError, MessageError) as error:
        # The header classes refuse what is no address; whatever it says may quote the address, so it goes no further.
        raise outcomes.Never("local", f"not a mail: {type(error).__name__}", fault="recipient") from None


def _judged(answer: Any) -> Exception:
    code = str(answer.get("Error", {}).get("Code", ""))
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _LATER or status in (429, 503):
        return outcomes.Later(code or f"status {status}", _wait_s(answer))
    if code in _OURS or status in (401, 403, 404):
        return outcomes.Never(code or f"http_{status}", "account or address not accepted", fault="configuration")
    if status == 408 or status >= 500 or status < 400:
        return outcomes.Unknown(code or f"status {status}")
    if code == "MessageRejected":
        return outcomes.Never(code, "refused by SES", fault="content")
    return outcomes.Never(code or f"http_{status}", "request not accepted", fault="content")


def _wait_s(answer: Any) -> int | None:
    written = str(answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("retry-after", ""))
    return min(int(written), 86_400) if written.isascii() and written.isdigit() and len(written) < 9 else None


def _line(text: str) -> str:
    """One line for a header: a name somebody typed must not become a header of its own."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
