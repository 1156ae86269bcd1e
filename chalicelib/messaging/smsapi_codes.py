"""What SMSAPI means by the number of an error, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """One of the vendor's error codes and what it means to us; `then` is Never's fault, or later, or already."""

    meaning: str
    then: Literal["later", "already", "recipient", "opted_out", "configuration", "content"]
    retry_after_s: int | None = None


CODES: Mapping[int, Code] = {
    8: Code("malformed request", "content"),
    11: Code("empty or too long, or special characters", "content"),
    12: Code("needs more parts than allowed", "content"),
    13: Code("no valid number, or blacklisted", "recipient"),
    14: Code("sender name not allowed", "configuration"),
    17: Code("flash with special characters", "content"),
    18: Code("wrong number of parameters", "content"),
    19: Code("too many messages in one request", "content"),
    20: Code("wrong number of references", "content"),
    25: Code("normalize and datacoding exclude each other", "content"),
    26: Code("wrong subject", "content"),
    27: Code("reference too long", "content"),
    28: Code("wrong time restriction", "content"),
    33: Code("no correct number", "recipient"),
    40: Code("group missing", "content"),
    41: Code("group empty", "content"),
    50: Code("scheduled too far ahead", "content"),
    51: Code("too many tries to one number", "later", 60),
    52: Code("too many tries to one number", "later", 60),
    53: Code("reference already used: already sent", "already"),
    54: Code("wrong date", "content"),
    55: Code("only foreign numbers, and those are skipped", "recipient"),
    56: Code("wrong expiry", "content"),
    57: Code("number on the blacklist", "opted_out"),
    59: Code("recipient opted out", "opted_out"),
    70: Code("wrong address for reports", "configuration"),
    74: Code("outside the allowed sending time", "later", 3600),
    94: Code("links are blocked in texts", "configuration"),
    96: Code("limit for this country", "configuration"),
    98: Code("account restricted", "configuration"),
    101: Code("bad authorisation", "configuration"),
    102: Code("bad login", "configuration"),
    103: Code("not enough credits", "later", 3600),
    104: Code("no such template", "content"),
    105: Code("address not allowed for this token", "configuration"),
    110: Code("service not available for this account", "configuration"),
    112: Code("country disabled", "configuration"),
    200: Code("submission failed", "later"),
    201: Code("internal error", "later"),
    202: Code("too many requests at once", "later", 10),
    203: Code("too many requests", "later", 10),
    301: Code("message does not exist", "content"),
    401: Code("token lacks the permission", "configuration"),
    666: Code("internal error", "later"),
    999: Code("internal error", "later"),
    1000: Code("only for the main user", "configuration"),
    1001: Code("invalid action", "configuration"),
}
