"""What can happen when things are forgotten."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

PURGED = Fact(
    "data.purged",
    "Die nächtliche Löschung hat entfernt, dessen Frist abgelaufen war.",
    "L’effacement nocturne a supprimé ce dont le délai était échu.",
    "La cancellazione notturna ha rimosso ciò il cui termine era scaduto.",
    "The nightly purge removed what was past its date.",
    NOTHING,
)
ACCOUNT_CLOSED = Fact(
    "account.closed",
    "Das Konto wurde geschlossen; alle Daten werden gelöscht.",
    "Le compte a été fermé ; toutes les données sont en cours d’effacement.",
    "Il conto è stato chiuso; tutti i dati vengono cancellati.",
    "The account was closed; all data is being erased.",
    EMPLOYEE,
)
ACCOUNT_ERASED = Fact(
    "account.erased",
    "Die Daten des Kontos sind gelöscht; das Zertifikat ist ausgestellt.",
    "Les données du compte sont effacées ; le certificat est établi.",
    "I dati del conto sono cancellati; il certificato è rilasciato.",
    "The data of the account is erased and the certificate is issued.",
    NOTHING,
)
CHECKPOINTED = Fact(
    "log.checkpointed",
    "Der Stand des Protokolls wurde signiert und unveränderbar abgelegt.",
    "L’état du journal a été signé et déposé de manière inaltérable.",
    "Lo stato del registro è stato firmato e depositato in modo inalterabile.",
    "The state of the log was signed and put where nobody can change it.",
    NOTHING,
)
ALL = (PURGED, ACCOUNT_CLOSED, ACCOUNT_ERASED, CHECKPOINTED)
