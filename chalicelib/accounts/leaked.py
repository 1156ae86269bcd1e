"""Passwords that came out in leaks, which whoever guesses tries first; the table is made by infra/leaked_passwords.py."""

from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("leaked_passwords.txt")


def holds(password: str) -> bool:
    """Whether a password is among them, however its letters are written."""
    return password.casefold() in _known()


@cache
def _known() -> frozenset[str]:
    return frozenset(_TABLE.read_text("utf-8").split())
