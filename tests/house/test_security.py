"""What docs/security.md says of the whole house: the made page is the program's, and there is no cipher, hash, chance or storage beside the named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from infra import guards

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "chalicelib"
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
HASHES = {"sha256"}
CIPHERS = {"AESGCM", "Ed25519PrivateKey", "Ed25519PublicKey"}


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for file in (*HOUSE.rglob("*.py"), ROOT / "app.py"):
        yield file, ast.parse(file.read_text("utf-8"))


def test_the_page_of_guards_is_what_the_program_declares() -> None:
    assert guards.GUARDS.read_text("utf-8") == guards.drawn(), "make map"


def test_every_way_in_that_opens_by_a_secret_in_an_address_is_named() -> None:
    from chalicelib.entrance import board

    opened = {
        one.path for one in board.declared() if one.who is None and ("{token}" in one.path or "{file}" in one.path)
    }
    families = {path.split("/{")[0] for path in opened} - {"/assets"}

    assert families == {"/my", "/unsubscribe", "/password-resets", "/calendars"} | {
        f"/hooks/{one}" for one in ("smsapi", "ortto", "autopilot", "chatra")
    }
    for name in ("/my/{token}", "/unsubscribe/{token}", "/calendars/{file}", "SMSAPI, Ortto, Autopilot, Chatra"):
        assert name in SECURITY


def test_the_lives_of_sessions_and_proofs_are_those_that_are_written_down() -> None:
    from chalicelib.accounts import prove, rules
    from chalicelib.plumbing import sessions

    hours = (sessions.IDLE.total_seconds() / 3600, sessions.LONGEST.total_seconds() / 3600)
    assert hours == (2, 12)
    assert "two hours without use" in SECURITY
    assert "twelve hours after signing" in SECURITY
    assert f"within {int(prove.FRESH.total_seconds() / 60)} minutes" in SECURITY
    assert f"{rules.RESET_MINUTES} minutes (an invitation seven days)" in SECURITY
    assert rules.INVITATION_DAYS == 7


def test_nothing_hashes_enciphers_or_signs_by_anything_but_what_is_named() -> None:
    hashes: set[str] = set()
    ciphers: set[str] = set()
    for file, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography.hazmat.primitives."):
                ciphers |= {one.name for one in node.names}
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib":
                hashes.add(node.attr)
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("hmac.new", "hmac.digest"):
                named = (
                    node.args[2] if len(node.args) > 2 else next(k.value for k in node.keywords if k.arg == "digestmod")
                )
                name = ast.unparse(named).removeprefix("hashlib.").strip("'\"")
                # Codes of an authenticator app are HMAC-SHA-1 (RFC 4226), and nothing else is.
                if (file.name, name) != ("totp.py", "sha1"):
                    hashes.add(name)

    assert hashes == HASHES
    assert ciphers - {"serialization"} == CIPHERS


def test_what_nobody_may_guess_comes_from_the_operating_system() -> None:
    """`random` and UUIDs stand only where a guess harms nobody: pauses between tries, and a token of DynamoDB's."""
    found = {
        (file.relative_to(ROOT).as_posix(), name)
        for file, tree in _trees()
        for node in ast.walk(tree)
        for name in (
            [one.name for one in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name in ("random", "uuid")
    }

    assert found == {("chalicelib/plumbing/database.py", "random"), ("chalicelib/plumbing/transaction.py", "uuid")}
    called = {
        ast.unparse(node.func)
        for _, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("random.", "uuid."))
    }
    assert called == {"random.uniform", "uuid.uuid4"}


def test_a_secret_that_hangs_on_a_form_is_made_only_where_no_program_comes_in() -> None:
    """A program chooses the name of its request itself: named alike again, a renewed secret would be the old one."""
    made = {
        file.relative_to(HOUSE).as_posix()
        for file, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("once.secret")
    }

    assert made == {
        "plumbing/sessions.py", "plumbing/api_keys.py", "accounts/log_in.py",  # programs open no session and make no key
        "support/chat_pass.py", "analytics/allow.py",  # names under which strangers agreed to something
    }  # fmt: skip


def test_scripts_keep_nothing_in_the_browser_and_make_no_names_of_what_they_get() -> None:
    scripts = {file.name: file.read_text("utf-8") for file in HOUSE.rglob("pages/*.js")}

    assert len(scripts) > 5
    for name, text in scripts.items():
        kept = re.findall(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|openDatabase", text)
        assert kept == [], name
        named_by_input = re.findall(r"__proto__|constructor\[|prototype\[|\w\[[a-z]\w*\]\s*=[^=]", text)
        assert named_by_input == [], name
