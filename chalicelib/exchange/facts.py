"""What can happen to files that are taken away, and to those that are brought."""

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
IMPORT_ASKED = Fact(
    "import.asked",
    "Eine Datei wurde zum Übernehmen hochgeladen.",
    "Un fichier à reprendre a été envoyé.",
    "È stato caricato un file da riprendere.",
    "A file to be taken in was uploaded.",
    EMPLOYEE,
)
IMPORT_AGAIN = Fact(
    "import.asked_again",
    "Eine hochgeladene Datei sollte noch einmal geprüft oder übernommen werden.",
    "Un fichier envoyé devait être vérifié encore une fois ou repris.",
    "Un file caricato doveva essere verificato di nuovo o ripreso.",
    "An uploaded file was to be checked again or taken in.",
    EMPLOYEE,
)
IMPORT_CHECKED = Fact(
    "import.checked",
    "Eine hochgeladene Datei wurde geprüft.",
    "Un fichier envoyé a été vérifié.",
    "Un file caricato è stato verificato.",
    "An uploaded file was checked.",
    NOTHING,
)
IMPORT_DONE = Fact(
    "import.done",
    "Daten aus einer Datei wurden übernommen.",
    "Les données d’un fichier ont été reprises.",
    "I dati di un file sono stati ripresi.",
    "Data from a file was taken in.",
    NOTHING,
)
IMPORT_FAILED = Fact(
    "import.failed",
    "Eine Datei wurde nicht übernommen: Darin ist etwas zu berichtigen.",
    "Un fichier n’a pas été repris: quelque chose doit y être corrigé.",
    "Un file non è stato ripreso: qualcosa va corretto.",
    "A file was not taken in: something in it needs mending.",
    NOTHING,
)
IMPORT_REFUSED = Fact(
    "import.refused",
    "Eine Datei wurde abgewiesen.",
    "Un fichier a été refusé.",
    "Un file è stato rifiutato.",
    "A file was refused.",
    NOTHING,
)
IMPORT_REMOVED = Fact(
    "import.removed",
    "Eine hochgeladene Datei wurde gelöscht.",
    "Un fichier envoyé a été supprimé.",
    "Un file caricato è stato cancellato.",
    "An uploaded file was removed.",
    NOTHING,
)
ALL = (
    ASKED, MADE, FAILED, REMOVED, IMPORT_ASKED, IMPORT_AGAIN, IMPORT_CHECKED, IMPORT_DONE, IMPORT_FAILED, IMPORT_REFUSED,
    IMPORT_REMOVED,
)  # fmt: skip
