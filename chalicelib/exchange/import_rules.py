"""What an import takes and how long it is kept: the limits on a file of strangers, its kinds, its states."""

from collections.abc import Mapping
from datetime import timedelta

WHAT: Mapping[str, tuple[str, ...]] = {
    "customers": ("customers",),
    "services": ("services",),
    "employees": ("employees", "hours", "absences"),
    "appointments": ("appointments",),
}
"""The sheets that each kind of import looks for, in the order in which they are taken in."""

MOST_BYTES = 5 * 1024 * 1024
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
