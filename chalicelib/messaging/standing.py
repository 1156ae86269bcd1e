"""What became of a message, in one word, and why: read from its state, from how the try ended, from what the network reports."""

from typing import Literal

from chalicelib.messaging import reported, smsapi_codes

Standing = Literal["waiting", "sent", "delivered", "failed", "not_sent"]
IN_OUR_WORDS = "sent_standard"  # the outcome of a message whose own text could not be used
_DROPPED = ("overtaken", "too_late", "no_address", "sms_off", "quiet_hours", "erased", "objected")
_STATUS = {status.name: status for status in reported.STATUSES.values()}


def of(state: str, delivery: str | None) -> Standing:
    """Waiting, sent, delivered, failed, or not sent because there was no longer a reason to."""
    status = _STATUS.get(delivery or "")
    if state == "failed" or (status is not None and status.final and not status.delivered):
        return "failed"
    if status is not None and status.delivered:
        return "delivered"
    return "sent" if state == "done" else "not_sent" if state == "dropped" else "waiting"


def why(state: str, outcome: str | None, delivery: str | None) -> str | None:
    """The name of the reason where one is worth telling: what kept it waiting, stopped it, or let it fail."""
    stands = of(state, delivery)
    if stands == "failed":
        if state == "failed":
            return _fault(outcome or "")
        return "switched_off" if delivery == "EXPIRED" else "undelivered"
    if state == "done" and outcome == IN_OUR_WORDS:
        return "in_our_words"
    if stands == "not_sent":
        return outcome if outcome in _DROPPED else "overtaken"
    if stands == "waiting" and outcome:
        return "until_morning" if outcome == "quiet_hours" else "again_soon"
    return None


def _fault(outcome: str) -> str:
    """Whose fault a failure is, from `<code>: <reason>` as send.failed wrote it."""
    code, _, reason = outcome.partition(": ")
    if code == "gave_up":
        return "gave_up"
    if code == "local":
        return "recipient" if reason.startswith(("not a phone number", "not a mail")) else "content"
    known = smsapi_codes.CODES.get(int(code)) if code.isascii() and code.isdecimal() else None
    if known is not None:
        return known.then if known.then in ("recipient", "opted_out", "configuration", "content") else "gave_up"
    return "configuration" if reason.endswith("address not accepted") else "content"
