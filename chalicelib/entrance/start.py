"""The first page, and the page after a form."""

from typing import Any

from chalicelib.entrance import board
from chalicelib.plumbing import words
from chalicelib.plumbing.refusals import Missing

_LINKS = (
    ("register", "/forms/register"),
    ("login", "/forms/login"),
    ("policies", "/policies"),
    ("sub_processors", "/sub-processors"),
    ("limits", "/limits"),
    ("imprint", "/imprint"),
    ("contact", "/contact"),
    ("api", "/openapi.json"),
)


def page(language: str) -> dict[str, Any]:
    """What this is, and the ways on."""
    return {
        "name": "Zeitfenster",
        "promise": words.say("entrance", "start.lead", language),
        "links": [{"href": href, "label": words.say("entrance", f"link.{name}", language)} for name, href in _LINKS],
    }


def done(form: str, language: str) -> dict[str, Any]:
    """What to say when a form has arrived. Raises Missing for a form that there is not."""
    if not any(door.form is not None and door.form.name == form for door in board.declared()):
        raise Missing
    key = f"done.{form}" if words.has("entrance", f"done.{form}") else "done.usual"
    title = f"done.title.{form}" if words.has("entrance", f"done.title.{form}") else "done.title"
    return {
        "form": form,
        "title": words.say("entrance", title, language),
        "message": words.say("entrance", key, language),
    }
