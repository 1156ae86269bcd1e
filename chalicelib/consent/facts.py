"""What can happen with texts that people agree to."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

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
DATED = Fact(
    "consent.dated",
    "Der Vertrag ist zu Ende; die Nachweise der Zustimmung haben ihr Löschdatum.",
    "Le contrat a pris fin ; les preuves d’accord ont leur date d’effacement.",
    "Il contratto è finito; le prove dei consensi hanno la loro data di cancellazione.",
    "The contract has ended; the proofs of what was agreed to have their date.",
    NOTHING,
)
ALL = (ACCEPTED, ANNOUNCED, CONSENT_GIVEN, CONSENT_WITHDRAWN, DATED)
