"""What can happen with accounts."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

REGISTERED = Fact(
    "partner.registered",
    "Ein Konto wurde eröffnet und wartet auf die Bestätigung der Mailadresse.",
    "Un compte a été ouvert et attend la confirmation de l’adresse e-mail.",
    "Un conto è stato aperto e attende la conferma dell’indirizzo e-mail.",
    "An account was opened and waits for its mail address to be confirmed.",
    EMPLOYEE,
    followed=True,
)
REGISTERED_AGAIN = Fact(
    "registration.repeated",
    "Jemand wollte mit einer Mailadresse, zu der es schon ein Konto gibt, ein neues eröffnen.",
    "Quelqu’un a voulu ouvrir un compte avec une adresse e-mail qui en a déjà un.",
    "Qualcuno ha voluto aprire un conto con un indirizzo e-mail che ne ha già uno.",
    "Somebody tried to open an account with a mail address that already has one.",
    EMPLOYEE,
    followed=True,
)
ACTIVATED = Fact(
    "partner.activated",
    "Die Mailadresse wurde bestätigt, das Konto ist aktiv.",
    "L’adresse e-mail a été confirmée, le compte est actif.",
    "L’indirizzo e-mail è stato confermato, il conto è attivo.",
    "The mail address was confirmed, the account is active.",
    EMPLOYEE,
)
PROFILE_CHANGED = Fact(
    "partner.changed",
    "Das Profil des Betriebs wurde geändert.",
    "Le profil de l’entreprise a été modifié.",
    "Il profilo dell’azienda è stato modificato.",
    "The profile of the business was changed.",
    EMPLOYEE,
)
LOGGED_IN = Fact(
    "login.succeeded",
    "Eine Anmeldung ist gelungen.",
    "Une connexion a réussi.",
    "Un accesso è riuscito.",
    "A login succeeded.",
    EMPLOYEE,
)
LOGIN_FAILED = Fact(
    "login.failed",
    "Eine Anmeldung ist misslungen.",
    "Une connexion a échoué.",
    "Un accesso non è riuscito.",
    "A login failed.",
    EMPLOYEE,
)
CODE_ASKED = Fact(
    "login.code_asked",
    "Das Passwort stimmte; für die Anmeldung fehlt noch der Code.",
    "Le mot de passe était juste; il manque encore le code pour la connexion.",
    "La password era giusta; per l’accesso manca ancora il codice.",
    "The password was right; the login still needs its code.",
    EMPLOYEE,
)
CODES_REFUSED = Fact(
    "login.codes_refused",
    "Nach dem richtigen Passwort kamen drei falsche Codes; die Anmeldung wurde abgebrochen.",
    "Après le bon mot de passe, trois codes étaient faux; la connexion a été interrompue.",
    "Dopo la password giusta tre codici erano sbagliati; l’accesso è stato interrotto.",
    "Three wrong codes followed the right password; the login was broken off.",
    EMPLOYEE,
    followed=True,
)
FACTOR_ON = Fact(
    "second_factor.switched_on",
    "Jemand hat für sich die Anmeldung mit zweitem Faktor eingeschaltet.",
    "Quelqu’un a activé pour soi la connexion avec second facteur.",
    "Qualcuno ha attivato per sé l’accesso con secondo fattore.",
    "Somebody switched the second factor on for themselves.",
    EMPLOYEE,
    followed=True,
)
FACTOR_OFF = Fact(
    "second_factor.switched_off",
    "Jemand hat für sich die Anmeldung mit zweitem Faktor ausgeschaltet.",
    "Quelqu’un a désactivé pour soi la connexion avec second facteur.",
    "Qualcuno ha disattivato per sé l’accesso con secondo fattore.",
    "Somebody switched the second factor off for themselves.",
    EMPLOYEE,
    followed=True,
)
FACTOR_RESET = Fact(
    "second_factor.reset",
    "Der zweite Faktor einer Person im Team wurde zurückgesetzt; alle ihre Sitzungen sind beendet.",
    "Le second facteur d’une personne de l’équipe a été réinitialisé; toutes ses sessions sont terminées.",
    "Il secondo fattore di una persona del team è stato azzerato; tutte le sue sessioni sono terminate.",
    "The second factor of somebody in the team was reset; all their sessions have ended.",
    EMPLOYEE,
    followed=True,
)
RECOVERY_RENEWED = Fact(
    "second_factor.recovery_renewed",
    "Jemand hat sich neue Notfallcodes geben lassen; die alten gelten nicht mehr.",
    "Quelqu’un a demandé de nouveaux codes de récupération; les anciens ne valent plus.",
    "Qualcuno si è fatto dare nuovi codici di recupero; i vecchi non valgono più.",
    "Somebody had new recovery codes made; the old ones are good no more.",
    EMPLOYEE,
)
LOGGED_OUT = Fact(
    "logout.done",
    "Jemand hat sich abgemeldet.",
    "Quelqu’un s’est déconnecté.",
    "Qualcuno si è disconnesso.",
    "Somebody logged out.",
    EMPLOYEE,
)
SESSION_ENDED = Fact(
    "session.ended",
    "Jemand hat eine eigene Sitzung beendet.",
    "Quelqu’un a mis fin à une de ses sessions.",
    "Qualcuno ha terminato una propria sessione.",
    "Somebody ended a session of their own.",
    EMPLOYEE,
)
SESSIONS_ENDED = Fact(
    "sessions.ended",
    "Jemand hat alle eigenen Sitzungen bis auf eine beendet.",
    "Quelqu’un a mis fin à toutes ses sessions sauf une.",
    "Qualcuno ha terminato tutte le proprie sessioni tranne una.",
    "Somebody ended all sessions of their own but one.",
    EMPLOYEE,
)
RESET_ASKED = Fact(
    "password.reset_asked",
    "Jemand hat um ein neues Passwort gebeten.",
    "Quelqu’un a demandé un nouveau mot de passe.",
    "Qualcuno ha chiesto una nuova password.",
    "Somebody asked for a new password.",
    EMPLOYEE,
    followed=True,
)
RESET_FOR_NOBODY = Fact(
    "password.reset_unknown",
    "Jemand hat für eine unbekannte Mailadresse um ein neues Passwort gebeten.",
    "Quelqu’un a demandé un nouveau mot de passe pour une adresse e-mail inconnue.",
    "Qualcuno ha chiesto una nuova password per un indirizzo e-mail sconosciuto.",
    "Somebody asked for a new password for an unknown mail address.",
    EMPLOYEE,
)
PASSWORD_CHANGED = Fact(
    "password.changed",
    "Ein Passwort wurde neu gesetzt; alle Sitzungen dieser Person sind beendet.",
    "Un mot de passe a été changé ; toutes les sessions de cette personne sont terminées.",
    "Una password è stata cambiata; tutte le sessioni di questa persona sono terminate.",
    "A password was set anew; all sessions of this person have ended.",
    EMPLOYEE,
    followed=True,
)
NOT_PROVEN = Fact(
    "identity.not_proven",
    "Vor einem heiklen Schritt wurde ein falsches Passwort oder ein falscher Code eingegeben.",
    "Un mot de passe ou un code erroné a été saisi avant une opération sensible.",
    "Prima di un’operazione delicata è stata inserita una password errata o un codice errato.",
    "A wrong password or code was given before a sensitive step.",
    EMPLOYEE,
)
KEY_MADE = Fact(
    "api_key.made",
    "Ein API-Schlüssel wurde erstellt.",
    "Une clé d’API a été créée.",
    "Una chiave API è stata creata.",
    "An API key was made.",
    EMPLOYEE,
)
KEY_REVOKED = Fact(
    "api_key.revoked",
    "Ein API-Schlüssel wurde widerrufen.",
    "Une clé d’API a été révoquée.",
    "Una chiave API è stata revocata.",
    "An API key was revoked.",
    EMPLOYEE,
)
INVITED_AGAIN = Fact(
    "employee.invited_again",
    "Jemand wurde noch einmal ins Team eingeladen.",
    "Quelqu’un a été invité une nouvelle fois dans l’équipe.",
    "Qualcuno è stato invitato di nuovo nel team.",
    "Somebody was invited to the team once more.",
    EMPLOYEE,
    followed=True,
)
EMPLOYEE_ADDED = Fact(
    "employee.added",
    "Jemand wurde ins Team aufgenommen.",
    "Quelqu’un a rejoint l’équipe.",
    "Qualcuno è entrato nel team.",
    "Somebody was added to the team.",
    EMPLOYEE,
    followed=True,
)
EMPLOYEE_CHANGED = Fact(
    "employee.changed",
    "Angaben zu einer Person im Team wurden geändert.",
    "Les données d’une personne de l’équipe ont été modifiées.",
    "I dati di una persona del team sono stati modificati.",
    "Details of somebody in the team were changed.",
    EMPLOYEE,
)
EMPLOYEE_LEFT = Fact(
    "employee.left",
    "Jemand arbeitet nicht mehr im Team und kann sich nicht mehr anmelden.",
    "Quelqu’un a quitté l’équipe et ne peut plus se connecter.",
    "Qualcuno ha lasciato il team e non può più accedere.",
    "Somebody left the team and can no longer sign in.",
    EMPLOYEE,
)
EMPLOYEE_TAKEN_IN = Fact(
    "employee.taken_in",
    "Jemand wurde aus einer Datei ins Team übernommen.",
    "Une personne a été reprise d’un fichier dans l’équipe.",
    "Una persona è stata ripresa da un file nel team.",
    "Somebody was taken into the team from a file.",
    EMPLOYEE,
)
ALL = (
    REGISTERED, REGISTERED_AGAIN, ACTIVATED, PROFILE_CHANGED, LOGGED_IN, LOGIN_FAILED, LOGGED_OUT, RESET_ASKED,
    RESET_FOR_NOBODY, PASSWORD_CHANGED, NOT_PROVEN, KEY_MADE, KEY_REVOKED, INVITED_AGAIN, EMPLOYEE_ADDED, EMPLOYEE_CHANGED, EMPLOYEE_LEFT,
    CODE_ASKED, CODES_REFUSED, FACTOR_ON, FACTOR_OFF, FACTOR_RESET, RECOVERY_RENEWED, EMPLOYEE_TAKEN_IN, SESSION_ENDED, SESSIONS_ENDED,
)  # fmt: skip
