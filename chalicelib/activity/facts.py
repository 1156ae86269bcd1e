"""What can happen at any door and to the log itself: a denial, a disclosure, a day that is sealed."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

DENIED = Fact(
    "access.denied",
    "Ein Zugriff wurde abgewiesen.",
    "Un accès a été refusé.",
    "Un accesso è stato rifiutato.",
    "An access was denied.",
    EMPLOYEE,
)
DISCLOSED = Fact(
    "data.disclosed",
    "Daten wurden an einen Dienstleister übergeben.",
    "Des données ont été transmises à un prestataire.",
    "Dei dati sono stati trasmessi a un fornitore di servizi.",
    "Data was handed to a service provider.",
    EMPLOYEE,
    traced=True,
)
SEALED = Fact(
    "activity.sealed",
    "Ein Tag des Protokolls wurde abgeschlossen und versiegelt.",
    "Une journée du journal a été close et scellée.",
    "Una giornata del registro è stata chiusa e sigillata.",
    "A day of the log was closed and sealed.",
    NOTHING,
)
LEDGER_EXPIRED = Fact(
    "ledger.expired",
    "Eine Aufzeichnung, deren Frist abgelaufen war, wurde aus dem Archiv gelöscht.",
    "Une pièce dont le délai était échu a été effacée des archives.",
    "Una registrazione il cui termine era scaduto è stata cancellata dall’archivio.",
    "A record past its last day was removed from the archive.",
    NOTHING,
)
ALL = (DENIED, DISCLOSED, LEDGER_EXPIRED, SEALED)
