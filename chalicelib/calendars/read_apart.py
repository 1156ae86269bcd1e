"""Read a foreign calendar in a process of its own, which has no key to anything, little memory and little time.

A rule of a few letters can ask for billions of repetitions, or look for a day that never comes; no parser can be trusted
to notice. The process is given the file, answers with bits, and is ended where it takes longer than its share.
"""

import json
import os
import subprocess
import sys
from datetime import date

from chalicelib.calendars.source_rules import Unreadable, Window, mask

CPU_SECONDS = 4
WALL_SECONDS = 6.0
MEMORY_BYTES = 768 * 1024 * 1024
_CODES = ("not_a_calendar", "cut_short", "too_many", "too_long", "wrong_zone")


def busy(raw: bytes, window: Window) -> int:
    """The busy atoms that a calendar file says of a window. Raises Unreadable, with `too_heavy` for one that takes too long."""
    told = json.dumps([window.first_utc_day.isoformat(), window.days, window.zone, window.own_uids])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module, nothing of the file on the command line
            [sys.executable, "-m", __name__, told],
            input=raw,
            capture_output=True,
            timeout=WALL_SECONDS,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("too_heavy") from None
    code, _, bits = done.stdout.decode("ascii", "replace").strip().partition(" ")
    if done.returncode == 0 and code == "bits":
        return int(bits, 16)
    raise Unreadable(code if done.returncode == 0 and code in _CODES else "too_heavy")


def _environment() -> dict[str, str]:
    """What an interpreter needs to begin, and nothing else of ours; Lambda's finds its own library by the last of them."""
    made = {"PYTHONPATH": os.pathsep.join(one or "." for one in sys.path), "LANG": "C.UTF-8"}
    return made | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _main(told: str) -> None:
    _confine()
    first, days, zone, own_uids = json.loads(told)
    try:
        bits = mask(sys.stdin.buffer.read(), Window(date.fromisoformat(first), days, zone, own_uids))
    except Unreadable as unreadable:
        print(unreadable.code)
        return
    print(f"bits {bits:x}")


def _confine() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _main(sys.argv[1])
