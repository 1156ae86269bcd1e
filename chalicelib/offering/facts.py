"""What can happen to an offer: services, hours and absences come and go."""

from chalicelib.activity.vocabulary import EMPLOYEE, Fact

SERVICE_CREATED = Fact(
    "service.created",
    "Eine Dienstleistung wurde angelegt.",
    "Une prestation a été créée.",
    "È stata creata una prestazione.",
    "A service was created.",
    EMPLOYEE,
)
SERVICE_UPDATED = Fact(
    "service.updated",
    "Eine Dienstleistung wurde geändert.",
    "Une prestation a été modifiée.",
    "È stata modificata una prestazione.",
    "A service was changed.",
    EMPLOYEE,
)
HOURS_UPDATED = Fact(
    "hours.updated",
    "Arbeitszeiten wurden geändert.",
    "Des horaires de travail ont été modifiés.",
    "Sono stati modificati degli orari di lavoro.",
    "Working hours were changed.",
    EMPLOYEE,
)
ABSENCE_CREATED = Fact(
    "absence.created",
    "Eine Abwesenheit wurde eingetragen.",
    "Une absence a été inscrite.",
    "È stata inserita un'assenza.",
    "An absence was entered.",
    EMPLOYEE,
)
ABSENCE_REMOVED = Fact(
    "absence.removed",
    "Eine Abwesenheit wurde gestrichen.",
    "Une absence a été supprimée.",
    "È stata cancellata un'assenza.",
    "An absence was removed.",
    EMPLOYEE,
)
ALL = (SERVICE_CREATED, SERVICE_UPDATED, HOURS_UPDATED, ABSENCE_CREATED, ABSENCE_REMOVED)
