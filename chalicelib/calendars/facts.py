"""What can happen to feeds and to calendars kept elsewhere."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

FEED_MADE = Fact(
    "calendar.feed_made",
    "Ein Kalender-Abo wurde eingerichtet.",
    "Un abonnement de calendrier a été créé.",
    "È stato creato un abbonamento al calendario.",
    "A calendar feed was set up.",
    EMPLOYEE,
)
FEED_REVOKED = Fact(
    "calendar.feed_revoked",
    "Ein Kalender-Abo wurde widerrufen.",
    "Un abonnement de calendrier a été révoqué.",
    "Un abbonamento al calendario è stato revocato.",
    "A calendar feed was revoked.",
    EMPLOYEE,
)
FEED_READ = Fact(
    "calendar.feed_read",
    "Ein Kalender-Abo wurde an diesem Tag abgerufen.",
    "Un abonnement de calendrier a été consulté ce jour.",
    "Un abbonamento al calendario è stato consultato in questo giorno.",
    "A calendar feed was read on this day.",
    NOTHING,
)
SOURCE_ADDED = Fact(
    "calendar.source_added",
    "Ein fremder Kalender wurde verbunden.",
    "Un calendrier externe a été connecté.",
    "È stato collegato un calendario esterno.",
    "An outside calendar was connected.",
    EMPLOYEE,
)
SOURCE_REMOVED = Fact(
    "calendar.source_removed",
    "Ein fremder Kalender wurde getrennt; Zugang und belegte Zeiten sind gelöscht.",
    "Un calendrier externe a été déconnecté; l’accès et les périodes occupées sont effacés.",
    "Un calendario esterno è stato scollegato; accesso e periodi occupati sono cancellati.",
    "An outside calendar was disconnected; access and busy times are erased.",
    EMPLOYEE,
)
SOURCE_READ = Fact(
    "calendar.source_read",
    "Belegte Zeiten eines fremden Kalenders wurden an diesem Tag gelesen.",
    "Les périodes occupées d’un calendrier externe ont été lues ce jour.",
    "I periodi occupati di un calendario esterno sono stati letti in questo giorno.",
    "Busy times of an outside calendar were read on this day.",
    NOTHING,
)
SOURCE_FAILED = Fact(
    "calendar.source_failed",
    "Ein fremder Kalender lässt sich nicht lesen.",
    "Un calendrier externe ne peut pas être lu.",
    "Un calendario esterno non può essere letto.",
    "An outside calendar cannot be read.",
    NOTHING,
)
SOURCE_SILENT = Fact(
    "calendar.source_silent",
    "Ein fremder Kalender lässt sich seit Tagen nicht lesen.",
    "Un calendrier externe ne peut plus être lu depuis des jours.",
    "Un calendario esterno non può essere letto da giorni.",
    "An outside calendar has not been readable for days.",
    NOTHING,
    followed=True,
)
SOURCE_STALE = Fact(
    "calendar.source_stale",
    "Die belegten Zeiten eines fremden Kalenders waren zu alt und wurden gelöscht.",
    "Les périodes occupées d’un calendrier externe étaient trop anciennes et ont été effacées.",
    "I periodi occupati di un calendario esterno erano troppo vecchi e sono stati cancellati.",
    "The busy times of an outside calendar were too old and were erased.",
    NOTHING,
)
ALL = (
    FEED_MADE, FEED_REVOKED, FEED_READ, SOURCE_ADDED, SOURCE_REMOVED, SOURCE_READ, SOURCE_FAILED, SOURCE_SILENT,
    SOURCE_STALE,
)  # fmt: skip
