"""Write docs/guards.md from the program: every door with who may open it, every limit, every key's purpose, every word of a log line."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

GUARDS = Path(__file__).resolve().parents[1] / "docs" / "guards.md"


def drawn() -> str:
    """The page as it should be."""
    from chalicelib.accounts import forms, rules
    from chalicelib.entrance import board, limits, routes
    from chalicelib.plumbing import keyring, log, trail

    doors = [one for one in (*board.declared(), *routes.door.declared) if not one.for_browsers]
    guarded = [one for one in doors if one.who]
    strangers = [one for one in doors if not one.who]
    lines = [
        "# What guards every door",
        "",
        "Made by `make map` from what the program declares; a test compares. What it means: [security.md](security.md).",
        "",
        "## Who signed in, or a program with a key",
        "",
        "A key acts as an admin within its scopes (`<resource>:read`, `<resource>:write`, `read`, `write`); one that an owner made also opens",
        "an owner's doors, as long as she is one.",
        "",
        *_table(("resource", "door", "owner", "admin", "employee"), sorted(_of_team(one) for one in guarded)),
        "",
        "## Everybody",
        "",
        "`form`: sealed when it was given out. `webhook`: the sender proves itself. What stands in braces as `token`, and the name of a calendar file, is the",
        "secret that opens the door.",
        "",
        *_table(("door", "protection"), sorted((_door(one), one.protection) for one in strangers)),
        "",
        "## Limits",
        "",
        *_table(
            ("limit", "at most", "in any seconds", "counted by"),
            [(one.name, str(one.attempts), str(one.window_seconds), one.per) for one in limits.ALL],
        ),
        "",
        "## Keys made from the master secret",
        "",
        *_table(("purpose", "changes with the master secret"), _purposes(keyring.ROTATES, keyring.STAYS)),
        "",
        "## Passwords",
        "",
        f"At least {forms.PASSWORD.shortest} letters, at most {forms.PASSWORD.longest}, of any kind. None from the list of leaks, and none that is little more than",
        "the person's own names, company or mail address, or one of these words:",
        "",
        ", ".join(rules.OF_OURS) + ".",
        "",
        "## What a line of the program's log may say",
        "",
        ", ".join(f"`{one}`" for one in sorted(log.KEYS)) + ". The line about a request says these besides:",
        ", ".join(f"`{one}`" for one in trail.OF_A_REQUEST) + ".",
        "",
    ]
    return "\n".join(lines)


def _of_team(door: Any) -> tuple[str, ...]:
    return (door.resource, _door(door), *("yes" if one in door.who else "" for one in ("owner", "admin", "employee")))


def _door(door: Any) -> str:
    return f"`{door.method} {door.path}`"


def _purposes(rotates: Iterable[str], stays: Iterable[str]) -> list[tuple[str, ...]]:
    return sorted([(f"`{one}`", "yes") for one in rotates] + [(f"`{one}`", "no") for one in stays])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(heads)} |",
        f"|{'---|' * len(heads)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


if __name__ == "__main__":
    os.environ.update(STAGE="local", AWS_REGION="eu-central-2", AWS_DEFAULT_REGION="eu-central-2")
    GUARDS.write_text(drawn(), "utf-8")
    print(f"docs/{GUARDS.name} written", file=sys.stderr)
