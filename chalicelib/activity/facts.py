"""What can happen at any door: somebody was turned away."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

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
)
ALL = (DENIED, DISCLOSED)
