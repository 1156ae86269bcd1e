"""What the doors ask of the house around them: who writes down denials, where forms are, what stands around a page."""

from collections.abc import Mapping
from typing import Any

from chalicelib.accounts import show_login
from chalicelib.activity import deny
from chalicelib.analytics import count, counting_pass
from chalicelib.consent import pending, show_pending
from chalicelib.entrance import board
from chalicelib.plumbing import words
from chalicelib.plumbing.door import ADMINS, TEAM, Door
from chalicelib.plumbing.refusals import Forbidden
from chalicelib.plumbing.sheets import Page, Sheet
from chalicelib.plumbing.visit import Visit
from chalicelib.support import chat_of

_DESK = (
    ("desk", "/desk", TEAM),
    ("calendar", "/appointments", TEAM),
    ("customers", "/customers", TEAM),
    ("services", "/services", TEAM),
    ("employees", "/employees", TEAM),
    ("messages", "/messages", TEAM),
    ("dashboard", "/dashboard", ADMINS),
    ("activity", "/activity", ADMINS),
    ("settings", "/partner", TEAM),
)
_FOOT = (
    ("policies", "/policies"),
    ("record", "/processing-record"),
    ("conformance", "/legal/conformance"),
    ("sub_processors", "/sub-processors"),
    ("limits", "/limits"),
    ("imprint", "/imprint"),
    ("contact", "/contact"),
    ("counting", "/counting"),
    ("api", "/openapi.json"),
)
# What an owner may do before a new version is accepted: read the texts and accept them, take the data along, go.
_BEFORE_ACCEPTING = ("/policies", "/consents", "/exports", "/partner/closure", "/sessions")


def note_denial(visit: Visit, code: str) -> None:
    """Write down that somebody was turned away."""
    deny.attempt(visit, code)


def form_door(name: str, context: Mapping[str, str]) -> Door | None:
    """The door of a form by its name."""
    return board.form_door(name, context)


def around(sheet: Sheet) -> dict[str, Any]:
    """The ways on that stand around a page: the desk's for the team, and for everybody the foot."""
    visit, language = sheet.visit, sheet.visit.language
    ways = [(name, href) for name, href, who in _DESK if visit.role in who]
    return {
        "role": visit.role,
        "nav": [
            {"href": href, "label": words.say("entrance", f"nav.{name}", language), "here": _here(sheet.path, href)}
            for name, href in ways
        ],
        "foot": [
            {"href": href, "label": words.say("entrance", f"link.{name}", language)}
            for name, href in _FOOT
            if name != "counting" or counting_pass.is_offered()
        ],
        **chat_of.visitor(sheet),
        "logout": sheet.form("logout") if visit.role and visit.session and visit.source != "api" else None,
    }


def passed(sheet: Sheet, door: Door) -> None:
    """Count it, if this visitor allows it."""
    # Most visitors have no such cookie: for them nothing is loaded, nothing read and nothing written.
    if counting_pass.COOKIE in sheet.jar:
        count.passage(sheet, door.name, seen=door.form is None)


def sign_in(sheet: Sheet) -> Page:
    """The way in, on the very page that somebody wanted to see; after signing in they see it."""
    place = sheet.path + ("?" + "&".join(f"{k}={v}" for k, v in sheet.query.items()) if sheet.query else "")
    return Page(
        "accounts/pages/access.html",
        {
            "form": sheet.form("login", next=place),
            "typed": {},
            "refused": None,
            "over": sheet.refused,
            "ways": show_login.WAYS["login"],
        },
    )


def settle(visit: Visit, door: Door) -> None:
    """Raise Forbidden `policy_to_accept` when a text with important changes waits for this owner.

    Only the owner is held up: neither the team nor customers nor programs of the business should stand still because one
    person has not decided yet. Until then the version accepted before applies.
    """
    if visit.role != "owner" or door.path.startswith(_BEFORE_ACCEPTING):
        return
    waiting = pending.texts(visit.partner, visit.at)
    if waiting:
        links = [
            {
                "name": one.name,
                "version": one.version,
                "text": f"/policies/{one.name}?version={one.version}",
                "accept": f"/forms/accept-policy?name={one.name}",
            }
            for one in waiting
        ]
        raise Forbidden("policy_to_accept", extra={"policies": links})


def settle_first(sheet: Sheet) -> Page:
    """The texts that wait, in the place of the page that the owner wanted to see."""
    return show_pending.page(sheet)


def _here(path: str, href: str) -> bool:
    if path == "/absences" or path.startswith("/absences/"):
        path = "/employees"  # where the way to them is
    return path == href or path.startswith(href + "/")
