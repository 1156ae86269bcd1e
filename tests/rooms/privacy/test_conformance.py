"""Every promise of the privacy policy is on one page with its proof; what is not built yet says so."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import words
from chalicelib.privacy import asvs, inventory, promises, tested
from infra import results
from tests.worlds.browser import open_page
from tests.worlds.visitor import Visitor


def test_every_promise_stands_on_the_page_with_its_state_and_its_tests() -> None:
    shown = Visitor().get("/legal/conformance").json

    assert [one["id"] for one in shown["items"]] == [f"R{n}" for n in range(1, 66)]
    assert sum(shown["states"].values()) == 65
    for one in shown["items"]:
        assert bool(one["tests"]) == (one["state"] != "not_yet"), one["id"]
        assert one["article"]
        assert one["promise"]


def test_a_result_is_shown_only_if_it_is_that_of_this_very_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = promises.ALL[0].tests
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "app.py").write_text("one = 1")
    results.write(tmp_path, {first: "passed"})
    same = results.kept(tmp_path)
    (tmp_path / "app.py").write_text("one = 2")
    monkeypatch.setattr(tested, "FILE", tmp_path / "nowhere")
    tested._run.cache_clear()
    unknown = open_page(Visitor(), "/legal/conformance?lang=de").text
    monkeypatch.setattr(tested, "FILE", tmp_path / ".build" / results.FILE)
    tested._run.cache_clear()
    known = Visitor().get("/legal/conformance").json
    page = open_page(Visitor(), "/legal/conformance?lang=de").text
    tested._run.cache_clear()

    assert same == {first: "passed"}
    assert results.kept(tmp_path) == {}
    assert words.say("privacy", "conformance.not_run", "de") in unknown
    assert known["items"][0]["tests"][0] == {"name": first, "result": "passed"}
    assert (known["tests"]["passed"], known["run_at"] is not None) == (1, True)
    assert "Letzter Testlauf" in page


def test_every_answer_to_owasp_asvs_is_shown_with_its_state_and_the_results_of_its_tests() -> None:
    shown, promised = Visitor().get("/legal/conformance/asvs").json, Visitor().get("/legal/conformance").json

    states = Counter(one["state"] for one in shown["items"])
    assert [one["id"] for one in shown["items"]] == [one.id for one in asvs.items()]
    assert shown["states"] == {state: states[state] for state in ("met", "not_applicable", "gap")}
    assert shown["states"]["met"] > 10
    assert {state: sum(one["states"][state] for one in shown["chapters"]) for state in asvs.STATES} == shown["states"]
    assert shown["gaps"] == [one["id"] for one in shown["items"] if one["state"] == "gap"]
    assert {test["name"] for one in shown["items"] for test in one["tests"]} <= results.listed()
    assert {test["result"] for one in shown["items"] for test in one["tests"]} == {"not_run"}
    assert promised["asvs"] == {"standard": "OWASP ASVS 5.0.0", "states": shown["states"], "url": asvs.URL}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_chapter_of_owasp_asvs_is_a_page_in_every_language_and_light_enough_for_a_phone(language: str) -> None:
    overview = open_page(Visitor(), f"/legal/conformance/asvs?lang={language}").text
    chapters = {
        id_: open_page(Visitor(), f"/legal/conformance/asvs?chapter={id_}&lang={language}").text
        for id_ in asvs.CHAPTERS
    }

    assert re.findall(r'href="/legal/conformance/asvs[?]chapter=(V\d+)"', overview) == list(asvs.CHAPTERS)
    for id_, text in chapters.items():
        rows = re.findall(r'<tr id="([^"]+)">', text)
        assert rows == [one.id for one in asvs.items() if one.chapter == id_]
        assert len(text.encode()) < 75_000  # with style, script and mark below what tests/website allow
    assert re.findall(r'<tr id="([^"]+)">', overview) == [one.id for one in asvs.items() if one.state == "gap"]
    assert Visitor().get("/legal/conformance/asvs?chapter=V18").status == 422


def test_every_stored_field_names_the_article_that_allows_it() -> None:
    bases = {item.about.basis for item in inventory.items()}

    assert len(bases) >= 4
    assert [one for one in bases if not re.match(r"Art\. \d+(\(\d\))?(\([a-f]\))? GDPR", one)] == []


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/legal/conformance", {"accept": "text/html"}, 200),
        ("GET", "/limits", {}, 200),
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/partner", {}, 405),
        ("GET", "/partner", {"accept": "text/html"}, 401),
    ],
)
def test_every_kind_of_answer_tells_browsers_to_come_by_https_only(
    table: Any, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    reply = Visitor().send(method, path, headers=headers)

    assert reply.status == status
    age = re.match(r"max-age=(\d+); includeSubDomains", reply.header("strict-transport-security") or "")
    assert age is not None
    assert int(age[1]) >= 365 * 24 * 3600
