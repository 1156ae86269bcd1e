"""A log line carries ids, codes and counts, and nothing that is stored about a person."""

import ast
from pathlib import Path

from chalicelib.plumbing import attributes, log, trail
from chalicelib.privacy import inventory

HOUSE = Path(__file__).parents[2] / "chalicelib"


def test_no_key_of_a_line_is_the_name_of_something_personal() -> None:
    personal = {
        name
        for kind in inventory.kinds()
        for name, attribute in kind.get_attributes().items()
        if isinstance(attribute, attributes.Enciphered) or attribute.about.category in ("master", "contact")
    } | {item.name for item in inventory.items() if item.about.category in ("master", "contact")}

    assert {"first_name", "email", "phone", "note", "ip", "body", "reason"} <= personal
    assert log.KEYS & personal == set()


def test_nobody_passes_a_key_that_a_line_may_not_carry() -> None:
    passed = {
        (file.relative_to(HOUSE).as_posix(), keyword.arg)
        for file in HOUSE.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr)
        in {("log", "info"), ("log", "warning"), ("log", "error"), ("trail", "note")}
        for keyword in call.keywords
        if keyword.arg is not None
    }

    assert ("reactions.py", "task") in passed
    assert {key for _, key in passed} <= log.KEYS


def test_nothing_is_printed_but_the_line_about_a_request_and_what_a_process_apart_tells_its_parent() -> None:
    printing = {
        file.name
        for file in sorted(HOUSE.rglob("*.py"))
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
    }

    assert printing == {"read_apart.py", "trail.py"}


def test_what_is_no_word_is_hidden_and_what_has_no_place_is_left_out() -> None:
    said = log.allowed(
        {"code": "http_401", "attempts": 3, "task": "Lea Keller", "row": "lea@example.org", "kind": "+41791234567",
         "email": "x", "figures": {"due": 2, "who": "Lea"}}
    )  # fmt: skip

    assert said == {
        "code": "http_401", "attempts": 3, "task": "?", "row": "?", "kind": "?", "figures": {"due": 2},
    }  # fmt: skip


def test_an_id_that_a_client_made_up_is_not_believed() -> None:
    try:
        for made_up in ("lea.keller", "x" * 300, None, "5\n6", "lea@example.org" * 3):
            assert trail.begin("test", made_up).request_id != made_up
        given = "3f2c8f0e-1c55-4b7c-9d7e-0a3f5d1f8a11"
        assert trail.begin("test", given).correlation_id == given
    finally:
        trail.end()
