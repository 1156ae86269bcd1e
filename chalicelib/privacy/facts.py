"""What can happen when things are forgotten."""

from chalicelib.activity.vocabulary import NOTHING, Fact

PURGED = Fact(
    "data.purged",
    "Die nächtliche Löschung hat entfernt, dessen Frist abgelaufen war.",
    "L’effacement nocturne a supprimé ce dont le délai était échu.",
    "La cancellazione notturna ha rimosso ciò il cui termine era scaduto.",
    "The nightly purge removed what was past its date.",
    NOTHING,
)
ALL = (PURGED,)
