"""Changing one's own password, and which passwords nobody gets."""

from typing import Any

import pytest

from chalicelib.accounts import leaked, passwords, rules
from infra import leaked_passwords
from tests.worlds import people
from tests.worlds.visitor import Visitor

NEW = "vier Quitten im Schnee"


@pytest.fixture
def anna(table: Any, emulator: Any, clock: Any) -> people.Owner:
    """A signed-in owner."""
    return people.owner(emulator.endpoint, ip="198.51.100.1")


def test_with_the_present_password_it_is_changed_and_every_session_ends(anna: people.Owner, emulator: Any) -> None:
    elsewhere = Visitor(ip="198.51.100.2")
    assert people.log_in(elsewhere, email=anna.email).status == 201
    before = dict(anna.visitor.cookies)

    done = anna.visitor.form("change-password", present_password=people.PASSWORD, password=NEW)

    assert done.status == 204
    assert "__Host-session" not in anna.visitor.cookies
    assert [one.get("/partner").status for one in (Visitor(cookies=before), elsewhere)] == [401, 401]
    assert people.log_in(Visitor(), email=anna.email).status == 401
    assert people.log_in(Visitor(), email=anna.email, password=NEW).status == 201
    assert len(people.facts(emulator.endpoint, "password.changed")) == 1


def test_without_the_present_password_nothing_changes_and_it_is_written_down(anna: people.Owner, emulator: Any) -> None:
    missing = anna.visitor.form("change-password", password=NEW)
    wrong = anna.visitor.form("change-password", present_password="geraten 123", password=NEW)

    assert (missing.status, wrong.status) == (422, 422)
    assert missing.json["errors"][0]["code"] == "missing"
    assert [(one["field"], one["code"]) for one in wrong.json["errors"]] == [("present_password", "wrong_password")]
    assert people.log_in(Visitor(), email=anna.email).status == 201
    (noted,) = people.facts(emulator.endpoint, "identity.not_proven")
    assert (noted["pk"], noted["employee_id"]) == (anna.partner_id, anna.employee_id)
    assert people.facts(emulator.endpoint, "password.changed") == []


def test_the_present_password_is_guessed_five_times_at_most(anna: people.Owner) -> None:
    tries = [
        anna.visitor.form("change-password", present_password=f"geraten {n}", password=NEW).status for n in range(5)
    ]

    sixth = anna.visitor.form("change-password", present_password=people.PASSWORD, password=NEW)

    assert tries == [422] * 5
    assert (sixth.status, sixth.header("Retry-After")) == (429, "900")


def test_a_program_has_no_password_to_change(anna: people.Owner) -> None:
    key = anna.visitor.form("api-key", name="Kasse", scopes=["read", "write"]).json["key"]

    refused = Visitor(key=key).send("PUT", "/password", {"present_password": people.PASSWORD, "password": NEW})

    assert (refused.status, refused.json["code"]) == (403, "sign_in_only")


@pytest.mark.parametrize("easy", ["baseball1", "QwertyUiop", "elisabeth", "Zeitfenster-26", "coiffeur"])
def test_what_leaks_lists_or_acquaintances_know_is_taken_nowhere(anna: people.Owner, easy: str) -> None:
    from chalicelib.accounts import reset_link

    token = people.token_of(reset_link.of(anna.partner_id, anna.employee_id) or "")
    replies = [
        people.register(Visitor(ip="203.0.113.9"), email="nora@neu.example", password=easy),
        anna.visitor.form("change-password", present_password=people.PASSWORD, password=easy),
        Visitor().form("reset-password", {"token": token}, password=easy),
    ]

    assert [reply.status for reply in replies] == [422] * 3
    assert {reply.json["errors"][0]["code"] for reply in replies} == {"password_guessable"}


@pytest.mark.parametrize(
    "wished",
    [
        "nur kleine buchstaben",
        "7309 1846 5520 93",
        "ÄÖÜ ñ 日本語 🙂 ok",
        "  Leerzeichen an den Enden  ",
        "birnbaum" * 25,
    ],
)
def test_any_letters_will_do_up_to_two_hundred_and_every_one_of_them_counts(anna: people.Owner, wished: str) -> None:
    assert anna.visitor.form("change-password", present_password=people.PASSWORD, password=wished).status == 204

    shorter = people.log_in(Visitor(ip="203.0.113.1"), email=anna.email, password=wished[:-1])
    right = people.log_in(Visitor(ip="203.0.113.2"), email=anna.email, password=wished)

    assert (shorter.status, right.status) == (401, 201)


def test_one_letter_in_another_case_is_another_password(anna: people.Owner) -> None:
    assert people.log_in(Visitor(), email=anna.email, password=people.PASSWORD.upper()).status == 401
    assert people.log_in(Visitor(), email=anna.email, password=people.PASSWORD).status == 201


def test_seven_letters_are_too_few_and_two_hundred_and_one_too_many(anna: people.Owner) -> None:
    replies = [
        anna.visitor.form("change-password", present_password=people.PASSWORD, password=wished)
        for wished in ("xK9#mQ2", "birnbaum" * 25 + "!")
    ]

    assert [reply.json["errors"][0]["code"] for reply in replies] == ["too_short", "too_long"]


def test_a_password_does_not_grow_old(anna: people.Owner, clock: Any) -> None:
    from datetime import timedelta

    clock.set(clock.now + timedelta(days=3 * 365))

    assert people.log_in(Visitor(), email=anna.email).status == 201


def test_the_list_of_leaks_is_what_the_library_holds_and_long_enough() -> None:
    """OWASP ASVS V6.2.4 asks for 3,000 that the form would take."""
    written = leaked_passwords.TABLE.read_text("utf-8")

    assert written == leaked_passwords.text()
    assert len(written.split()) > 3_000
    assert leaked.holds("BASEBALL1")
    assert not leaked.holds(people.PASSWORD)
    assert not leaked.holds("")


@pytest.mark.parametrize("word", rules.OF_OURS)
def test_our_own_words_are_no_password(word: str) -> None:
    assert passwords.easy(word + "2026", [])
    assert not passwords.easy(word + "-2026!", [])
    assert not passwords.easy(word + " im Nebel", [])
