"""Decisions about accounts: which passwords are too easy, who may change whom, and how a booking page is called."""

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

REGISTRATION_DAYS = 7  # an account that nobody confirmed goes after so many days
CONFIRM_HOURS = 48
RESET_MINUTES = 30
INVITATION_DAYS = 7
ROLES = ("owner", "admin", "employee")
ACCENTS = ("green", "blue", "violet", "red", "orange", "pink", "teal", "grey")
"""Colours a partner may choose from. A free choice would be unreadable for somebody sooner or later."""
SALUTATIONS = ("sie", "du")
CANTONS = (
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO", "SZ", "TG",
    "TI", "UR", "VD", "VS", "ZG", "ZH",
)  # fmt: skip
_SMALL_CHANGES = frozenset({"first_name", "last_name", "bookable"})

# What attackers try first here and no list of leaks holds (accounts/leaked.py): German, French and Italian, and rows of digits.
_LISTED = """
    0123456789 87654321 987654321 0987654321 9876543210 111111111 00000000 88888888 66666666 99999999 12341234
    123123123 qwertz12 qwertz123 yxcvbnm1 abcdefgh p@ssword passwort1 passwort12 passwort123 motdepasse1 basketball
    letmein123 willkommen willkommen1 bienvenue benvenuto benvenuti hallo1234 schatzi1 schatz123 sommer2024
    sommer2025 sommer2026 winter2024 winter2025 winter2026 fruehling herbst2025 herbst2026 summer2024 summer2025
    summer2026 juventus1 napoli1926 forzainter forzamilan fcbasel1893 switzerland schweiz1 schweiz123 suisse123
    svizzera zuerich1 zurich123 geneve123 lausanne bern1234 basel123 changeme123 administrator admin1234 adminadmin
    root1234 testtest test12345 geheim12 geheim123 doudou12 soleil12 chocolate loulou12 ciao1234 ciaociao calendar
"""
_COMMON = frozenset(_LISTED.split())
OF_OURS = ("zeitfenster", "termine", "termin", "kalender", "calendar", "calendrier", "calendario", "agenda", "rendezvous",
           "appuntamento", "appointment", "booking", "buchung", "praxis", "coiffeur", "salon")  # fmt: skip
"""Words that anybody thinks of who guesses passwords here: our name, and what it is about."""
_LITTLE = 4  # a year beside one of them
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "&": "-und-"})


def guessable(password: str, own: Iterable[str]) -> bool:
    """Whether somebody who knows the person (`own`: mail, names, company), us (OF_OURS) or the usual lists would soon guess it.

    NIST SP 800-63B-4: a block list of common and of context-specific words, and no rules of composition.
    """
    folded = password.casefold()
    if folded in _COMMON or len(set(folded)) < 4:
        return True
    named = _without(folded, own)
    rest = _without(named, OF_OURS)
    if named != folded:
        return sum(letter.isalpha() for letter in rest) < 4
    return rest != folded and len(rest) <= _LITTLE


def _without(folded: str, texts: Iterable[str]) -> str:
    parts = {part for text in texts for part in re.split(r"[^\w]+|_", text.casefold()) if len(part) >= 4}
    for part in sorted(parts, key=len, reverse=True):
        folded = folded.replace(part, "")
    return folded


def booking_name(company: str) -> str:
    """The name of the booking page for a company: lower case, `[a-z0-9-]`, 3 to 50 characters."""
    plain = unicodedata.normalize("NFKD", company.casefold().translate(_UMLAUTS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:50].strip("-")
    return name if len(name) >= 3 else f"termine-{name}".strip("-")


def is_booking_name(text: str) -> bool:
    """Whether a booking page may be called so: 3 to 60 of a-z, 0-9 and hyphens, no hyphen at the edge."""
    return re.fullmatch(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]", text) is not None


def origin(text: str) -> str | None:
    """A website that may show the booking page, as browsers write it (`https://www.example.ch`), or None if it is none.

    Only https, a host name and perhaps a port: what goes into `frame-ancestors` must not hold a wildcard or a space.
    """
    label = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    found = re.fullmatch(rf"(https://(?:{label}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9])(?::(\d{{1,5}}))?/?", text.lower())
    if found is None or len(found[1]) > 261 or int(found[2] or 443) not in range(1, 65_536):
        return None
    port = int(found[2] or 443)
    return found[1] if port == 443 else f"{found[1]}:{port}"


def may_hire(actor: str, role: str) -> bool:
    """Whether somebody with the role `actor` may add somebody with `role`: only owners make owners and admins."""
    return actor == "owner" or (actor == "admin" and role == "employee")


def may_change(actor: str, role: str, *, fields: AbstractSet[str], new_role: str) -> bool:
    """Whether `actor` may change these fields of somebody with `role`.

    An admin may not promote anybody, and of owners and admins changes only what gives nobody their rights: with the mail
    address goes the password.
    """
    if actor == "owner":
        return True
    return actor == "admin" and new_role == role and (role == "employee" or fields <= _SMALL_CHANGES)
