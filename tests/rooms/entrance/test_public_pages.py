"""Pages for everybody: each in four languages, with the numbers and names that the program itself goes by."""

import re
from typing import Any

import pytest

from chalicelib.plumbing import egress, settings
from tests.worlds.browser import open_page
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor

PATHS = (
    "/", "/policies", "/policies/terms", "/policies/privacy", "/policies/dpa", "/limits", "/imprint", "/sub-processors",
    "/forms/register", "/forms/login", "/forms/forgot-password", "/done/register", "/done/forgot-password",
)  # fmt: skip


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_every_public_page_speaks_every_language(table: Any, language: str) -> None:
    for path in PATHS:
        page = open_page(Visitor(), f"{path}?lang={language}")

        assert page.reply.status == 200, path
        assert f'<html lang="{language}"' in page.text
        assert page.text.count("<h1") == 1, path


def test_a_policy_shows_its_version_its_hash_and_every_word_of_its_text(table: Any) -> None:
    known = Visitor().get("/policies/privacy?language=en").json

    page = open_page(Visitor(), "/policies/privacy?language=en&lang=en")

    assert known["version"] in page.text
    assert known["text_hash"] in page.text
    said = re.sub(
        r"<!--.*?-->|\]\([^)]*\)|[\[*#]", " ", known["text"]
    )  # what marks a comment, a link, a name or a title
    words = said.split()
    plain = page.text.replace("&#39;", "'").replace("&amp;", "&")
    assert len(words) > 300
    assert [word for word in words if word.strip("-.") and word.strip(".") not in plain] == []


def test_the_limits_stand_there_in_words(table: Any) -> None:
    page = open_page(Visitor(), "/limits")

    assert "3 Versuche" in page.text
    assert "5 Minuten" in page.text


def test_everybody_who_may_hear_from_us_is_on_the_list(table: Any) -> None:
    listed = Visitor().get("/sub-processors").json["items"]

    assert [one["vendor"] for one in listed] == [one.vendor for one in (egress.HOST, *egress.told())]
    assert {"Schweiz", "Polen"} <= set(
        open_page(Visitor(), "/sub-processors").text.replace("<", " ").replace(">", " ").split()
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "der Behörden"), ("fr", "des autorités"), ("it", "delle autorità"), ("en", "authorities")],
)
def test_where_something_may_go_abroad_the_choice_itself_says_where_to_and_that_the_law_differs(
    table: Any, clock: Any, desk: Any, language: str, said: str
) -> None:
    world = a_partner(table, clock)
    asks = f"/forms/book?booking_name={world.booking_name}&service_id={world.service_id}&start=2026-11-26T14:30%2B01:00"

    chosen_at = {
        "chat": open_page(Visitor(), f"/contact?lang={language}"),
        "counting": open_page(Visitor(), f"/counting?lang={language}"),
        "newsletter": open_page(world.owner, f"/newsletter?lang={language}"),
    }
    sms = open_page(Visitor(), f"{asks}&lang={language}").text

    for choice, page in chosen_at.items():
        assert said in page.text, choice
    assert "SMSAPI" in sms
    assert ("UE" if language in ("fr", "it") else "EU") in sms
    policy = Visitor().get(f"/policies/privacy?language={language}").json["text"]
    listed = Visitor().get("/sub-processors", accept_language=language).json["items"]
    assert [one["name"] for one in listed if one["country"] != "CH" and one["name"] not in policy] == []


def test_the_imprint_says_what_the_deployment_says_and_makes_nothing_up(
    table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    unset = Visitor().get("/imprint").json
    monkeypatch.setenv("OPERATOR_NAME", "Muster & Co")
    monkeypatch.setenv("OPERATOR_ADDRESS", "Gasse 1; 6000 Luzern")
    settings.get.cache_clear()
    told = Visitor().get("/imprint").json
    monkeypatch.undo()
    settings.get.cache_clear()

    assert (unset["name"], unset["address"]) == (None, [])
    assert (told["name"], told["address"]) == ("Muster & Co", ["Gasse 1", "6000 Luzern"])


def test_a_page_that_is_not_there_says_the_way_on(table: Any) -> None:
    page = open_page(Visitor(), "/nowhere/at/all?lang=it")

    assert page.reply.status == 404
    assert "Forse l’indirizzo è incompleto" in page.text
    assert 'href="/"' in page.text
