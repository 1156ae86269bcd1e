"""What can happen to a message: it went, it did not, it arrived."""

from chalicelib.activity.vocabulary import NOTHING, Fact

SENT = Fact(
    "message.sent",
    "Eine Nachricht wurde verschickt.",
    "Un message a été envoyé.",
    "Un messaggio è stato inviato.",
    "A message was sent.",
    NOTHING,
)
FAILED = Fact(
    "message.failed",
    "Eine Nachricht konnte nicht zugestellt werden.",
    "Un message n'a pas pu être remis.",
    "Non è stato possibile recapitare un messaggio.",
    "A message could not be delivered.",
    NOTHING,
)
DELIVERED = Fact(
    "message.delivered",
    "Eine SMS wurde zugestellt.",
    "Un SMS a été remis.",
    "Un SMS è stato recapitato.",
    "A text message was delivered.",
    NOTHING,
)
ALL = (SENT, FAILED, DELIVERED)
