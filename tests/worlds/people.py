"""People who come in by the front door: register, confirm the mail, log in, with the product's own forms and links."""

from dataclasses import dataclass
from typing import Any

from tests.worlds import tables
from tests.worlds.visitor import Reply, Visitor

VERSION = "2026-11-01"
PASSWORD = "drei Birnen im Regen"
ANNA: dict[str, Any] = {
    "first_name": "Anna",
    "last_name": "Muster",
    "company": "Coiffeur Muster",
    "street": "Seeweg 1",
    "postcode": "6203",
    "city": "Sempach",
    "country": "CH",
    "email": "anna@muster.example",
    "phone": "+41791234567",
    "password": PASSWORD,
    "accept_terms": VERSION,
    "accept_privacy": VERSION,
}


@dataclass(slots=True)
class Owner:
    """A confirmed partner whose owner is signed in."""

    partner_id: str
    employee_id: str
    booking_name: str
    email: str
    visitor: Visitor


def register(visitor: Visitor | None = None, **changes: Any) -> Reply:
    """Fill in and send the form `register`."""
    return (visitor or Visitor()).form("register", **{**ANNA, **changes})


def owner(endpoint: str, *, ip: str = "192.0.2.10", **changes: Any) -> Owner:
    """Register, confirm and log in. Counts as one login attempt of `ip`."""
    visitor = Visitor(ip=ip)
    assert register(visitor, **changes).status == 202
    email = changes.get("email", ANNA["email"])
    confirmed = visitor.form("confirm-email", token=confirmation_token(endpoint, email))
    assert confirmed.status == 201, confirmed.text
    came_in = log_in(visitor, email=email, password=changes.get("password", PASSWORD))
    assert came_in.status == 201, came_in.text
    return Owner(
        came_in.json["partner_id"], came_in.json["employee_id"], confirmed.json["booking_name"], email, visitor
    )


def log_in(visitor: Visitor, *, email: str = ANNA["email"], password: str = PASSWORD) -> Reply:
    """Fill in and send the form `login`."""
    return visitor.form("login", email=email, password=password)


def colleague(owner_visitor: Visitor, *, role: str, ip: str, email: str) -> tuple[str, Visitor]:
    """Employ somebody, accept the invitation and log in: the id and whoever sits there."""
    from chalicelib.accounts import reset_link

    made = owner_visitor.form("employee", first_name="Beat", last_name="Kern", email=email, role=role)
    assert made.status == 201, made.text
    partner_id = owner_visitor.get("/partner").json["id"]
    link = reset_link.of(partner_id, made.json["id"])
    assert link is not None
    visitor = Visitor(ip=ip)
    assert visitor.form("reset-password", {"token": token_of(link)}, password=PASSWORD).status == 204
    assert log_in(visitor, email=email).status == 201
    return made.json["id"], visitor


def confirmation_token(endpoint: str, email: str) -> str:
    """The token of the link in the mail to a new partner."""
    from chalicelib.accounts import confirmation_link

    profiles = [row for row in tables.rows(endpoint, "records") if row["sk"]["S"] == "profile"]
    newest = max((row for row in profiles if row["email"]["S"] == email), key=lambda row: row["pk"]["S"])
    link = confirmation_link.of(newest["pk"]["S"])
    assert link is not None
    return token_of(link)


def token_of(link: str) -> str:
    """The token at the end of a link."""
    return link.partition("token=")[2]


def facts(endpoint: str, kind: str) -> list[dict[str, Any]]:
    """What the action log says of one kind, the oldest first, as plain values."""
    found = [
        row for row in tables.rows(endpoint, "activity") if row["sk"]["S"] and row.get("kind", {}).get("S") == kind
    ]
    return [{name: next(iter(value.values())) for name, value in row.items()} for row in sorted(found, key=_key)]


def _key(row: dict[str, Any]) -> str:
    return str(row["sk"]["S"])
