"""What can happen to files that are taken away."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

ASKED = Fact(
    "export.asked",
    "Eine Datei mit Daten wurde angefordert.",
    "Un fichier de données a été demandé.",
    "È stato richiesto un file con dati.",
    "A file with data was asked for.",
    EMPLOYEE,
)
MADE = Fact(
    "export.made",
    "Eine Datei mit Daten wurde erstellt.",
    "Un fichier de données a été créé.",
    "È stato creato un file con dati.",
    "A file with data was made.",
    NOTHING,
)
FAILED = Fact(
    "export.failed",
    "Eine Datei mit Daten konnte nicht erstellt werden.",
    "Un fichier de données n’a pas pu être créé.",
    "Non è stato possibile creare un file con dati.",
    "A file with data could not be made.",
    NOTHING,
)
REMOVED = Fact(
    "export.removed",
    "Eine Datei mit Daten wurde nach 24 Stunden gelöscht.",
    "Un fichier de données a été supprimé après 24 heures.",
    "Un file con dati è stato cancellato dopo 24 ore.",
    "A file with data was removed after 24 hours.",
    NOTHING,
)
ALL = (ASKED, MADE, FAILED, REMOVED)
