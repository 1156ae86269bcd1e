"""A mail sink that speaks SESv2: it takes SendEmail, shows it to people, and may hand it on to an emulated SES.

Answers as the real service does on the wire (botocore's sesv2 model): JSON in, `{"MessageId"}` out, errors named in
the header x-amzn-ErrorType. Simple and Raw content; templates are not used here.
"""

import base64
import binascii
import email.policy
import email.utils
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from typing import Any

from infra.local.providers import wire

PATH = "/v2/email/outbound-emails"
MAX_BYTES = 40 * 1024 * 1024


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted mail, as the journal shows it."""

    at: datetime
    message_id: str
    body: dict[str, Any]
    order: int = field(default_factory=time.monotonic_ns)


class Ses:
    """The sink: what was accepted, and the emulated service behind it, if there is one."""

    name = "mail"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._mails: list[Mail] = []
        self._client: Any = None

    def describe(self, request: wire.Request) -> Any:
        try:
            return _described(_message(_request(request)))
        except _RefusedError:
            return wire.parsed(request)

    def answer(self, request: wire.Request) -> wire.Answer:
        try:
            return self._send(request)
        except _RefusedError as refused:
            return wire.as_json(
                refused.status,
                {"__type": refused.code, "message": str(refused)},
                headers={"x-amzn-ErrorType": refused.code},
            )

    def mails(self) -> list[Mail]:
        """What was accepted, oldest first."""
        with self._lock:
            return list(self._mails)

    def reset(self) -> None:
        with self._lock:
            self._mails.clear()

    def close(self) -> None:
        """Nothing runs in the background."""

    def _send(self, request: wire.Request) -> wire.Answer:
        if request.path != PATH or request.method != "POST":
            raise _RefusedError(404, "NotFoundException", f"only POST {PATH} is simulated")
        if not request.header("Authorization").startswith("AWS4-HMAC-SHA256 "):
            raise _RefusedError(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
        value = _request(request)
        body = _described(_message(value))
        if not body["from"]:
            raise _RefusedError(400, "BadRequestException", "From address is missing")
        if not body["to"]:
            raise _RefusedError(400, "BadRequestException", "Destination is missing")
        message_id = self._hand_on(value) if self._world.ses else secrets.token_hex(16)
        body["message_id"] = message_id
        with self._lock:
            self._mails.append(Mail(self._world.now(), message_id, body))
        answer = json.dumps({"MessageId": message_id}).encode()
        return wire.Answer(200, answer, effects=1, note={"message_id": message_id})

    def _hand_on(self, value: dict[str, Any]) -> str:
        """Send the same mail through the emulated service; its refusal becomes ours."""
        from botocore.exceptions import BotoCoreError, ClientError

        with self._lock:
            if self._client is None:
                assert self._world.ses
                self._client = self._world.ses()
        try:
            answer = self._client.send_email(**_for_botocore(value))
        except ClientError as error:
            status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400))
            details = error.response.get("Error", {})
            raise _RefusedError(
                status, details.get("Code", "BadRequestException"), details.get("Message", "")
            ) from error
        except BotoCoreError as error:
            raise _RefusedError(503, "ServiceUnavailableException", type(error).__name__) from error
        return str(answer["MessageId"])


def _request(request: wire.Request) -> dict[str, Any]:
    if len(request.body) > MAX_BYTES:
        raise _RefusedError(413, "RequestEntityTooLargeException", "Message is larger than 40 MB")
    try:
        value: Any = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise _RefusedError(400, "SerializationException", "not JSON") from error
    content = value.get("Content") if isinstance(value, dict) else None
    if not isinstance(content, dict) or not ({"Raw", "Simple"} & set(content)):
        raise _RefusedError(400, "BadRequestException", "Content is missing; Raw and Simple are simulated")
    return {**value}


def _message(value: dict[str, Any]) -> EmailMessage:
    try:
        message = _raw(value) if "Raw" in value["Content"] else _simple(value)
    except (AttributeError, KeyError, TypeError, ValueError, LookupError, binascii.Error) as error:
        raise _RefusedError(400, "BadRequestException", "Content cannot be read") from error
    if given := value.get("FromEmailAddress"):
        del message["From"]
        message["From"] = given
    destination = value.get("Destination") or {}
    for header, name in (("To", "ToAddresses"), ("Cc", "CcAddresses"), ("Bcc", "BccAddresses")):
        if isinstance(destination, dict) and destination.get(name):
            del message[header]
            message[header] = ", ".join(str(address) for address in destination[name])
    return message


def _raw(value: dict[str, Any]) -> EmailMessage:
    raw = base64.b64decode(value["Content"]["Raw"]["Data"], validate=True)
    if not raw:
        raise ValueError("empty")
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def _simple(value: dict[str, Any]) -> EmailMessage:
    content = value["Content"]["Simple"]
    message = EmailMessage()
    message["Subject"] = content["Subject"]["Data"]
    for header in content.get("Headers") or ():
        message[header["Name"]] = header["Value"]
    text, html = content["Body"].get("Text"), content["Body"].get("Html")
    if text is None and html is None:
        raise ValueError("no body")
    if text is not None:
        message.set_content(text["Data"])
    if html is not None and text is not None:
        message.add_alternative(html["Data"], subtype="html")
    elif html is not None:
        message.set_content(html["Data"], subtype="html")
    for attachment in content.get("Attachments") or ():
        kind = str(attachment.get("ContentType") or "application/octet-stream").partition(";")[0].strip()
        main, _, sub = kind.partition("/")
        data = base64.b64decode(attachment["RawContent"], validate=True)
        message.add_attachment(data, maintype=main, subtype=sub or "octet-stream", filename=attachment["FileName"])
    return message


def _described(message: EmailMessage) -> dict[str, Any]:
    text = html = None
    attachments: list[dict[str, Any]] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        kind, named = part.get_content_type(), bool(part.get_filename())
        if kind == "text/plain" and text is None and not named:
            text = str(_content(part))
        elif kind == "text/html" and html is None and not named:
            html = str(_content(part))
        else:
            attachments.append(_attachment(part))
    addresses = email.utils.getaddresses(
        [str(one) for name in ("To", "Cc", "Bcc") for one in message.get_all(name, [])]
    )
    return {
        "to": [address for _, address in addresses if address],
        "from": str(message.get("From", "")),
        "subject": str(message.get("Subject", "")),
        "text": text or "",
        "html": html,
        "attachments": attachments,
        "message_id": None,
        "headers": {name: str(value) for name, value in message.items()},
        "raw": message.as_bytes().decode("utf-8", "replace"),
    }


def _attachment(part: MIMEPart) -> dict[str, Any]:
    content, kind = _content(part), part.get_content_type()
    encoded = isinstance(content, bytes)
    return {
        "filename": part.get_filename(),
        "content_type": kind,
        "method": part.get_param("method"),
        "encoding": "base64" if encoded else None,
        "content": base64.b64encode(content).decode() if isinstance(content, bytes) else content,
    }


def _content(part: MIMEPart) -> str | bytes:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return str(part.get_payload())
    if part.get_content_maintype() != "text":
        return data
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _for_botocore(value: dict[str, Any]) -> dict[str, Any]:
    """The request in botocore's words: the same fields, blobs as bytes instead of base64."""
    copy: dict[str, Any] = json.loads(json.dumps(value))
    content = copy["Content"]
    if "Raw" in content:
        content["Raw"]["Data"] = base64.b64decode(content["Raw"]["Data"])
    for attachment in content.get("Simple", {}).get("Attachments") or ():
        attachment["RawContent"] = base64.b64decode(attachment["RawContent"])
    return copy
