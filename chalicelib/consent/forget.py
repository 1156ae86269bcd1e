"""Nothing goes by a date here: an acceptance is the proof of a contract and stays until that may no longer be asked for."""

UNTIL = "acceptance"  # the class of privacy.rules.RETENTION that says how long
