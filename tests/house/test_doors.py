"""No door without a guard: every route that changes something is a sealed form or a webhook, and is declared."""

import re
from typing import Any

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


OPEN = {
    *("/", "/contact", "/counting", "/done/{form}", "/forms/{form}", "/imprint", "/plans", "/assets/{file}"),
    *("/book/{booking_name}", "/book/{booking_name}/times", "/embed.js"),
    *("/legal/conformance", "/legal/conformance/asvs", "/limits", "/policies", "/policies/{name}", "/retention"),
    *("/processing-record", "/processing-record/workbook", "/sub-processors", "/signing-keys"),
    *("/openapi.json", "/health"),
    # Whoever has the address has the key.
    *("/my/{token}", "/my/{token}/data", "/my/{token}/data.json", "/my/{token}/calendar.ics"),
    *("/my/{token}/exports/{id}", "/calendars/{file}", "/unsubscribe/{token}", "/erasure-certificates/{id}"),
}
"""What can be read without signing in: pages for everybody, what accounts for us, the description of the API, and addresses that are keys."""


def _app() -> Any:
    from app import app

    return app


def _declared() -> dict[tuple[str, str], Any]:
    from chalicelib.entrance import board, routes

    return {(door.method, door.path): door for door in (*board.declared(), *routes.door.declared)}


def test_every_unsafe_route_is_a_sealed_form_or_a_webhook() -> None:
    declared = _declared()
    unsafe = [
        (m, path) for path, methods in _app().routes.items() for m in methods if m in UNSAFE and "proxy" not in path
    ]

    assert len(unsafe) > 10
    for method, path in unsafe:
        door = declared[(method, path)]
        assert door.protection in ("form", "webhook"), f"{method} {path}"
        assert (door.form is not None) == (door.protection == "form")


def test_what_can_be_read_without_signing_in_is_what_was_meant_to_be() -> None:
    doors = [door for door in _declared().values() if door.method == "GET" and door.protection != "webhook"]

    assert {door.path for door in doors if not door.who} == OPEN
    assert {door.protection for door in doors if door.who} == {"session"}


def test_every_route_is_declared() -> None:
    declared = _declared()

    for path, methods in _app().routes.items():
        if "proxy" not in path:
            # A HEAD is answered wherever a GET is.
            assert {("GET" if method == "HEAD" else method, path) for method in methods} <= set(declared), path


def test_signed_in_forms_say_who_may_and_what_it_is_about() -> None:
    for (method, path), door in _declared().items():
        if door.form is not None and door.form.signed_in:
            assert door.who, f"{method} {path}"
        if door.form is not None and not door.form.signed_in:
            assert door.who is None, f"{method} {path}"


def test_names_in_paths_are_equal_on_every_level() -> None:
    """API Gateway refuses /a/{x} beside /a/{y}/z."""
    names: dict[str, set[str]] = {}

    for path in _app().routes:
        parts = path.split("/")
        for depth, part in enumerate(parts):
            if part.startswith("{"):
                before = re.sub(r"\{\w+\}", "{}", "/".join(parts[:depth]))
                names.setdefault(before, set()).add(part)

    assert {before: found for before, found in names.items() if len(found) > 1} == {}


def test_every_field_has_a_label() -> None:
    from chalicelib.plumbing import words

    for door in _declared().values():
        for field in door.form.fields if door.form else ():
            assert words.has("plumbing", f"field.{field.name}"), f"{door.path}: {field.name}"


def test_every_form_has_a_title_and_a_button_in_words() -> None:
    from chalicelib.plumbing import words

    doors = [door for door in _declared().values() if door.form is not None and not door.for_browsers]
    said = {f"{door.room}.form.{door.name}.{what}" for door in doors for what in ("title", "submit")}

    assert len(said) > 40
    assert sorted(key for key in said if not words.has(*key.split(".", 1))) == []
