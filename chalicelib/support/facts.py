"""What can happen when somebody asks for help."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

ASKED = Fact(
    "support.asked",
    "Eine Anfrage wurde an den Support weitergegeben.",
    "Une demande a été transmise à l’assistance.",
    "Una richiesta è stata trasmessa all’assistenza.",
    "A request was passed on to support.",
    EMPLOYEE,
)
ALL = (ASKED,)
