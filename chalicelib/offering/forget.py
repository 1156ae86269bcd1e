"""Nothing goes by a date here: services, hours and absences live as long as the account and go with it."""

from chalicelib.offering.records import AbsenceRow, HoursRow, ServiceRow

KINDS = (
    AbsenceRow,
    HoursRow,
    ServiceRow,
)
"""Every kind of row that this room keeps."""

UNTIL = "account"  # the class of privacy.rules.RETENTION that says how long
