"""What an import takes and how long it is kept: the limits on a file of strangers, its kinds, its states."""

from datetime import timedelta

from chalicelib.exchange import rules

WHAT, MOST_BYTES = rules.BROUGHT, rules.MOST_BROUGHT_BYTES  # stand there for the form, which every request loads

MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 200
MOST_ROWS = 5_000  # of a sheet, headings left aside
MOST_COLUMNS = 200
MOST_MERGED = 10_000  # ranges of cells that are drawn as one
MOST_CHARACTERS = 2_000_000  # of all cells together: far more than such rows hold, and little enough to keep
MOST_SECONDS = 20
MOST_MEGABYTES = 192  # of data that the process which opens a file may hold; the program itself comes on top
MOST_PROBLEMS = 100  # listed; of the others only their number is told

KEPT = timedelta(hours=24)  # the uploaded file, at most
LISTED_DAYS = 30
LEASE = timedelta(minutes=16)  # a worker has fifteen
MOST_TRIES = 3
RUNNING = ("waiting", "running")
ASKABLE = ("ready", "failed")  # while the file is there it can be checked again, or taken in
