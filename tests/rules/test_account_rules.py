"""Decisions about accounts, without a table."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import rules

OWN = ["Anna", "Muster", "Coiffeur am See", "anna.muster@see.example"]


@given(st.text(max_size=150))
def test_every_company_has_a_name_for_its_booking_page(company: str) -> None:
    name = rules.booking_name(company)

    assert rules.is_booking_name(name)
    assert len(name) <= 53  # room for a number or six letters behind it
    assert rules.booking_name(name) == name


@pytest.mark.parametrize(
    ("company", "name"),
    [
        ("Zürcher Möbel & Söhne", "zuercher-moebel-und-soehne"),
        ("Café Crème Genève", "cafe-creme-geneve"),
        ("Physio 24", "physio-24"),
        ("A", "termine-a"),
        ("中村", "termine"),
        ("  --  ", "termine"),
        ("ẞtraße", "sstrasse"),
    ],
)
def test_a_booking_name_is_read_as_the_company_is_spoken(company: str, name: str) -> None:
    assert rules.booking_name(company) == name


@given(st.text(max_size=60))
def test_an_origin_is_safe_in_a_header_and_stays_what_it_is(text: str) -> None:
    made = rules.origin("https://" + text)

    assert made is None or (re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", made) and rules.origin(made) == made)


@pytest.mark.parametrize(
    "text",
    [
        "http://muster.example",
        "https://localhost",
        "https://192.0.2.1",
        "https://*.muster.example",
        "https://muster.example?x",
        "https://muster.example\n",
        "https://muster.example:0",
        "https://muster.example:65536",
        "https://müster.example",
        "https://-muster.example",
        "muster.example",
        "",
    ],
)
def test_what_no_browser_would_send_as_an_origin_is_none(text: str) -> None:
    assert rules.origin(text) is None


def test_an_origin_is_written_as_browsers_write_it() -> None:
    assert rules.origin("HTTPS://WWW.Muster.Example/") == "https://www.muster.example"
    assert rules.origin("https://muster.example:443") == "https://muster.example"
    assert rules.origin("https://muster.example:8443") == "https://muster.example:8443"


@pytest.mark.parametrize(
    "password",
    [
        "PASSWORT1",
        "87654321",
        "anna2026",
        "Muster-2026!",
        "CoiffeurAnna1",
        "aaaaaaab",
        "annamuster",
        "muster.see.1",
        "Zeitfenster26",
        "termin1234",
    ],
)
def test_what_lists_or_acquaintances_know_is_guessable(password: str) -> None:
    assert rules.guessable(password, OWN)


@pytest.mark.parametrize(
    "password", ["drei Birnen im Regen", "xK9#mQ2$", "Muster ohne Wert", "ich heisse Anna und tanze", "qpzmwoxn"]
)
def test_other_passwords_are_not_held_against_anybody(password: str) -> None:
    assert not rules.guessable(password, OWN)


def test_names_that_are_short_or_odd_hold_nothing_against_anybody() -> None:
    assert not rules.guessable("drei Birnen im Regen", ["", "Li", "()[]*+", "."])
    assert not rules.guessable("li hat drei Birnen", ["Li"])


@pytest.mark.parametrize("role", rules.ROLES)
def test_who_has_no_role_hires_and_changes_nobody(role: str) -> None:
    assert rules.may_hire("owner", role)
    assert not rules.may_hire("", role)
    assert not rules.may_change("", role, fields={"bookable"}, new_role=role)
