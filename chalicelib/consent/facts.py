"""What can happen with texts that people agree to."""

from chalicelib.activity.vocabulary import EMPLOYEE, EVERYTHING_BUT_IDS, NOTHING, Fact

ACCEPTED = Fact(
    "policy.accepted",
    "Eine Fassung von AGB, Datenschutzerklärung oder Auftragsverarbeitungs-Vertrag wurde angenommen.",
    "Une version des CGV, de la déclaration de protection des données ou du contrat de sous-traitance a été acceptée.",
    "È stata accettata una versione di condizioni generali, informativa sulla protezione dei dati o contratto di trattamento.",
    "A version of the terms, the privacy policy or the processing agreement was accepted.",
    EMPLOYEE,
)
CONSENT_GIVEN = Fact(
    "consent.given",
    "Eine freiwillige Einwilligung wurde erteilt.",
    "Un consentement facultatif a été donné.",
    "È stato dato un consenso facoltativo.",
    "A voluntary consent was given.",
    EMPLOYEE,
)
CONSENT_WITHDRAWN = Fact(
    "consent.withdrawn",
    "Eine freiwillige Einwilligung wurde widerrufen.",
    "Un consentement facultatif a été retiré.",
    "Un consenso facoltativo è stato revocato.",
    "A voluntary consent was withdrawn.",
    EMPLOYEE,
)
ANNOUNCED = Fact(
    "policy.announced",
    "Eine neue Fassung von AGB, Datenschutzerklärung oder Auftragsverarbeitungs-Vertrag wurde Ihnen angekündigt.",
    "Une nouvelle version des CGV, de la déclaration de protection des données ou du contrat de sous-traitance vous a été annoncée.",
    "Le è stata annunciata una nuova versione di condizioni generali, informativa sulla protezione dei dati o contratto di trattamento.",
    "A new version of the terms, the privacy policy or the processing agreement was announced to you.",
    NOTHING,
)
NEWSLETTER_ASKED = Fact(
    "newsletter.asked",
    "Der Newsletter wurde gewünscht; die Bestätigung per E-Mail steht noch aus.",
    "La newsletter a été demandée ; la confirmation par e-mail est encore attendue.",
    "La newsletter è stata richiesta; manca ancora la conferma via e-mail.",
    "The newsletter was wished for; the confirmation by mail is still to come.",
    EMPLOYEE,
    followed=True,
)
NEWSLETTER_CONFIRMED = Fact(
    "newsletter.confirmed",
    "Der Newsletter wurde über den Link in der E-Mail bestätigt.",
    "La newsletter a été confirmée par le lien dans l’e-mail.",
    "La newsletter è stata confermata con il link nell’e-mail.",
    "The newsletter was confirmed by the link in the mail.",
    EVERYTHING_BUT_IDS,
    followed=True,
)
NEWSLETTER_JOINED = Fact(
    "newsletter.joined",
    "Der Versanddienst hat die Anmeldung zum Newsletter erhalten.",
    "Le service d’envoi a reçu l’inscription à la newsletter.",
    "Il servizio di invio ha ricevuto l’iscrizione alla newsletter.",
    "The mailing service has the subscription to the newsletter.",
    EMPLOYEE,
)
NEWSLETTER_FAILED = Fact(
    "newsletter.failed",
    "Der Versanddienst hat die Anmeldung zum Newsletter nicht angenommen.",
    "Le service d’envoi n’a pas accepté l’inscription à la newsletter.",
    "Il servizio di invio non ha accettato l’iscrizione alla newsletter.",
    "The mailing service did not take the subscription to the newsletter.",
    EMPLOYEE,
)
NEWSLETTER_ERASED = Fact(
    "newsletter.erased",
    "Der Versanddienst hat bestätigt, dass er die Angaben für den Newsletter gelöscht hat.",
    "Le service d’envoi a confirmé avoir effacé les données de la newsletter.",
    "Il servizio di invio ha confermato di aver cancellato i dati della newsletter.",
    "The mailing service has confirmed that it erased the details for the newsletter.",
    EMPLOYEE,
)
DATED = Fact(
    "consent.dated",
    "Der Vertrag ist zu Ende; die Nachweise der Zustimmung haben ihr Löschdatum.",
    "Le contrat a pris fin ; les preuves d’accord ont leur date d’effacement.",
    "Il contratto è finito; le prove dei consensi hanno la loro data di cancellazione.",
    "The contract has ended; the proofs of what was agreed to have their date.",
    NOTHING,
)
ALL = (
    ACCEPTED, ANNOUNCED, CONSENT_GIVEN, CONSENT_WITHDRAWN, NEWSLETTER_ASKED, NEWSLETTER_CONFIRMED, NEWSLETTER_JOINED,
    NEWSLETTER_FAILED, NEWSLETTER_ERASED, DATED,
)  # fmt: skip
