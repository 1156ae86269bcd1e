"""What can happen with texts that people agree to."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

ACCEPTED = Fact(
    "policy.accepted",
    "Eine Fassung von AGB, Datenschutzerklärung oder Auftragsverarbeitungs-Vertrag wurde angenommen.",
    "Une version des CGV, de la déclaration de protection des données ou du contrat de sous-traitance a été acceptée.",
    "È stata accettata una versione di condizioni generali, informativa sulla protezione dei dati o contratto di trattamento.",
    "A version of the terms, the privacy policy or the processing agreement was accepted.",
    EMPLOYEE,
)
ALL = (ACCEPTED,)
