"""What can happen when somebody asks for help or wants to chat."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

ASKED = Fact(
    "support.asked",
    "Eine Anfrage wurde an den Support weitergegeben.",
    "Une demande a été transmise à l’assistance.",
    "Una richiesta è stata trasmessa all’assistenza.",
    "A request was passed on to support.",
    EMPLOYEE,
)
ASKED_ABOUT_DATA = Fact(
    "support.asked_about_data",
    "Eine Anfrage zum Datenschutz wurde an den Support weitergegeben, mit Frist.",
    "Une demande relative à la protection des données a été transmise à l’assistance, avec un délai.",
    "Una richiesta sulla protezione dei dati è stata trasmessa all’assistenza, con un termine.",
    "A question about data protection was passed on to support, with a date.",
    EMPLOYEE,
)
SOLVED = Fact(
    "support.solved",
    "Zendesk hat gemeldet, dass eine Anfrage gelöst ist.",
    "Zendesk a signalé qu’une demande est résolue.",
    "Zendesk ha segnalato che una richiesta è risolta.",
    "Zendesk reported that a request is solved.",
    NOTHING,
)
FORGOTTEN = Fact(
    "support.forgotten",
    "Zendesk hat gemeldet, dass eine Person dort gelöscht ist.",
    "Zendesk a signalé qu’une personne y est effacée.",
    "Zendesk ha segnalato che una persona vi è stata cancellata.",
    "Zendesk reported that a person was deleted there.",
    NOTHING,
)
CHAT_AGREED = Fact(
    "chat.agreed",
    "Jemand hat dem Chat zugestimmt.",
    "Quelqu’un a accepté le chat.",
    "Qualcuno ha accettato la chat.",
    "Somebody agreed to the chat.",
    NOTHING,
)
CHAT_ENDED = Fact(
    "chat.ended",
    "Jemand hat die Zustimmung zum Chat zurückgenommen.",
    "Quelqu’un a retiré son accord pour le chat.",
    "Qualcuno ha ritirato il consenso alla chat.",
    "Somebody took back the consent to the chat.",
    NOTHING,
)
ALL = (ASKED, ASKED_ABOUT_DATA, SOLVED, FORGOTTEN, CHAT_AGREED, CHAT_ENDED)
