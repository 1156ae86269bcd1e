"""What a fact counts for those who run this: how many, and never whose."""

from collections.abc import Mapping

_BY_KIND = {"appointment.booked": "Bookings", "access.denied": "Denied"}
_BY_CHANNEL = {
    ("message.sent", "sms"): "SmsSent",
    ("message.failed", "sms"): "SmsFailed",
    ("message.sent", "mail"): "MailsSent",
    ("message.failed", "mail"): "MailsFailed",
}


def of(kind: str, detail: Mapping[str, object]) -> list[tuple[str, int]]:
    """The metrics (`trail.METRICS`) that a fact adds to, and how much."""
    metric = _BY_KIND.get(kind) or _BY_CHANNEL.get((kind, str(detail.get("channel"))))
    if metric is None:
        return []
    parts = detail.get("parts")
    return [(metric, 1), *([("SmsParts", parts)] if metric == "SmsSent" and isinstance(parts, int) else [])]
