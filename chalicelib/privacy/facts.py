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
ERASURE_CONFIRMED = Fact(
    "erasure.confirmed",
    "Ein beauftragter Dienst hat die Löschung bestätigt; das Zertifikat sagt es.",
    "Un service mandaté a confirmé l’effacement ; le certificat le dit.",
    "Un servizio incaricato ha confermato la cancellazione; il certificato lo dice.",
    "A processor has confirmed the erasure, and the certificate says so.",
    NOTHING,
)
ERASED_AGAIN = Fact(
    "account.erased_again",
    "Eine Sicherung hatte Daten des gelöschten Kontos zurückgebracht; sie sind wieder gelöscht, und das Zertifikat sagt es.",
    "Une sauvegarde avait ramené des données du compte effacé ; elles sont de nouveau effacées, et le certificat le dit.",
    "Una copia di sicurezza aveva riportato dati del conto cancellato; sono di nuovo cancellati e il certificato lo dice.",
    "A backup had brought back data of the erased account; it is erased again, and the certificate says so.",
    NOTHING,
)
RESTORED = Fact(
    "data.restored",
    "Daten wurden aus einer Sicherung zurückgeholt; was seither gelöscht worden war, ist wieder gelöscht und geprüft.",
    "Des données ont été restaurées à partir d’une sauvegarde ; ce qui avait été effacé depuis l’est de nouveau, vérification faite.",
    "Dati sono stati ripristinati da una copia di sicurezza; ciò che era stato cancellato da allora lo è di nuovo, con verifica.",
    "Data was brought back from a backup; what had been erased since is erased again and was checked.",
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
ERASURE_WAITS = Fact(
    "customer.erasure_waits",
    "Die Löschung einer Kundin oder eines Kunden wartet, bis eine Sperre endet.",
    "L’effacement d’une cliente ou d’un client attend la fin d’un blocage.",
    "La cancellazione di una o un cliente attende la fine di un blocco.",
    "The erasure of a customer waits until a hold ends.",
    EMPLOYEE,
)
CUSTOMER_CERTIFIED = Fact(
    "customer.erasure_certified",
    "Die Löschung einer Kundin oder eines Kunden ist geprüft; das Zertifikat ist ausgestellt.",
    "L’effacement d’une cliente ou d’un client est vérifié ; le certificat est établi.",
    "La cancellazione di una o un cliente è verificata; il certificato è rilasciato.",
    "The erasure of a customer was checked and the certificate is issued.",
    NOTHING,
)
HOLD_SET = Fact(
    "hold.set",
    "Eine Löschsperre wurde gesetzt.",
    "Un blocage de l’effacement a été posé.",
    "È stato posto un blocco della cancellazione.",
    "A legal hold was set.",
    EMPLOYEE,
)
HOLD_CHANGED = Fact(
    "hold.changed",
    "Eine Löschsperre wurde geändert.",
    "Un blocage de l’effacement a été modifié.",
    "Un blocco della cancellazione è stato modificato.",
    "A legal hold was changed.",
    EMPLOYEE,
)
HOLD_LIFTED = Fact(
    "hold.lifted",
    "Eine Löschsperre wurde aufgehoben.",
    "Un blocage de l’effacement a été levé.",
    "Un blocco della cancellazione è stato tolto.",
    "A legal hold was lifted.",
    EMPLOYEE,
)
REQUEST_RECEIVED = Fact(
    "request.received",
    "Ein Datenschutzgesuch ist eingegangen.",
    "Une demande relative aux données est arrivée.",
    "È arrivata una richiesta sulla protezione dei dati.",
    "A data protection request came in.",
    EMPLOYEE,
)
REQUEST_EXTENDED = Fact(
    "request.extended",
    "Die Frist eines Datenschutzgesuchs wurde verlängert.",
    "Le délai d’une demande relative aux données a été prolongé.",
    "Il termine di una richiesta sulla protezione dei dati è stato prorogato.",
    "The deadline of a data protection request was extended.",
    EMPLOYEE,
)
REQUEST_ANSWERED = Fact(
    "request.answered",
    "Ein Datenschutzgesuch wurde beantwortet.",
    "Une demande relative aux données a reçu sa réponse.",
    "A una richiesta sulla protezione dei dati è stata data risposta.",
    "A data protection request was answered.",
    EMPLOYEE,
)
REQUEST_REFUSED = Fact(
    "request.refused",
    "Ein Datenschutzgesuch wurde mit Begründung abgelehnt.",
    "Une demande relative aux données a été refusée, avec motif.",
    "Una richiesta sulla protezione dei dati è stata rifiutata con motivazione.",
    "A data protection request was refused, with the reason.",
    EMPLOYEE,
)
BREACH_NOTED = Fact(
    "breach.noted",
    "Eine Verletzung der Datensicherheit wurde festgehalten.",
    "Une violation de la sécurité des données a été consignée.",
    "È stata annotata una violazione della sicurezza dei dati.",
    "A breach of data security was noted.",
    EMPLOYEE,
)
BREACH_CORRECTED = Fact(
    "breach.corrected",
    "Die Notiz zu einer Verletzung der Datensicherheit wurde ergänzt.",
    "La note sur une violation de la sécurité des données a été complétée.",
    "La nota su una violazione della sicurezza dei dati è stata completata.",
    "The note on a breach of data security was added to.",
    EMPLOYEE,
)
ALL = (
    PURGED,
    ACCOUNT_CLOSED,
    ACCOUNT_ERASED,
    ERASURE_CONFIRMED,
    ERASED_AGAIN,
    RESTORED,
    CHECKPOINTED,
    ERASURE_WAITS,
    CUSTOMER_CERTIFIED,
    HOLD_SET,
    HOLD_CHANGED,
    HOLD_LIFTED,
    REQUEST_RECEIVED,
    REQUEST_EXTENDED,
    REQUEST_ANSWERED,
    REQUEST_REFUSED,
    BREACH_NOTED,
    BREACH_CORRECTED,
)
