"""What can happen to the addresses of partners' own systems."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

ADDED = Fact(
    "webhook.added",
    "Ein Webhook wurde eingerichtet.",
    "Un webhook a été configuré.",
    "È stato configurato un webhook.",
    "A webhook was set up.",
    EMPLOYEE,
)
CHANGED = Fact(
    "webhook.changed",
    "Ein Webhook wurde geändert.",
    "Un webhook a été modifié.",
    "Un webhook è stato modificato.",
    "A webhook was changed.",
    EMPLOYEE,
)
REMOVED = Fact(
    "webhook.removed",
    "Ein Webhook wurde entfernt.",
    "Un webhook a été supprimé.",
    "Un webhook è stato rimosso.",
    "A webhook was removed.",
    EMPLOYEE,
)
SECRET_RENEWED = Fact(
    "webhook.secret_renewed",
    "Ein Webhook hat ein neues Geheimnis bekommen.",
    "Un webhook a reçu un nouveau secret.",
    "Un webhook ha ricevuto un nuovo segreto.",
    "A webhook was given a new secret.",
    EMPLOYEE,
)
STOPPED = Fact(
    "webhook.stopped",
    "Ein Webhook wurde angehalten, weil die Gegenseite nicht mehr antwortet.",
    "Un webhook a été arrêté, car le destinataire ne répond plus.",
    "Un webhook è stato fermato perché il destinatario non risponde più.",
    "A webhook was stopped because the other side does not answer any more.",
    NOTHING,
    followed=True,
)
ALL = (ADDED, CHANGED, REMOVED, SECRET_RENEWED, STOPPED)
