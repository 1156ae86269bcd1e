"""Where the way to sign in of a mail address is kept."""

from chalicelib.accounts.records import LoginRow
from chalicelib.plumbing import contact, keyring, table

_PREFIX = "login#"


def fingerprint(email: str) -> str:
    """What stands for a mail address where it is not stored."""
    return keyring.fingerprint("login", contact.same_email(email))


def key(email: str) -> str:
    """The partition of the row of a mail address."""
    return _PREFIX + fingerprint(email)


def of(email: str) -> LoginRow | None:
    """The row of a mail address, or None. One read."""
    return at(key(email))


def at(partition: str) -> LoginRow | None:
    """The row of a partition, or None. One read."""
    return table.get(LoginRow, partition, "-")


def by_fingerprint(known: str) -> LoginRow | None:
    """The row of a fingerprint, or None. One read."""
    return at(_PREFIX + known)
