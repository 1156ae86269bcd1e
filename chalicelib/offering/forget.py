"""Nothing goes by a date here: services, hours and absences live as long as the account and go with it."""

UNTIL = "account"  # the class of privacy.rules.RETENTION that says how long
