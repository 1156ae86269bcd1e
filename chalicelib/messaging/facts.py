"""What can happen to a message: it went, it did not, it arrived; and to its words: they become a partner's own or ours again."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

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
TEXT_REPLACED = Fact(
    "text.replaced",
    "Der Text einer Nachricht wurde angepasst.",
    "Le texte d'un message a été adapté.",
    "Il testo di un messaggio è stato adattato.",
    "The text of a message was adapted.",
    EMPLOYEE,
)
TEXT_RESTORED = Fact(
    "text.restored",
    "Eine Nachricht hat wieder den Standardtext.",
    "Un message a retrouvé le texte standard.",
    "Un messaggio ha di nuovo il testo standard.",
    "A message has the standard text again.",
    EMPLOYEE,
)
ALL = (SENT, FAILED, DELIVERED, TEXT_REPLACED, TEXT_RESTORED)
