"""What can happen with the counting of visits."""

from chalicelib.activity.vocabulary import NOTHING, Fact

ALLOWED = Fact(
    "counting.allowed",
    "Jemand hat die Zählung der Besuche erlaubt.",
    "Quelqu’un a autorisé la mesure d’audience.",
    "Qualcuno ha permesso la statistica delle visite.",
    "Somebody allowed the counting of visits.",
    NOTHING,
)
ENDED = Fact(
    "counting.ended",
    "Jemand hat die Erlaubnis zur Zählung der Besuche zurückgenommen.",
    "Quelqu’un a retiré son accord pour la mesure d’audience.",
    "Qualcuno ha revocato il permesso per la statistica delle visite.",
    "Somebody took back the permission to count visits.",
    NOTHING,
)
ALL = (ALLOWED, ENDED)
