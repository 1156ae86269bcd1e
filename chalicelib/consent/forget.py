"""Nothing goes by a date here: an acceptance is the proof of a contract and stays until that may no longer be asked for."""

from chalicelib.consent.records import AcceptanceRow

KINDS = (AcceptanceRow,)
"""Every kind of row that this room keeps."""

UNTIL = "acceptance"  # the class of privacy.rules.RETENTION that says how long
