"""The watch over the website sees what it is there to see."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.website import axe, bones, visits
from tests.website.browser import Window, window
from tests.worlds.product import Product


@pytest.fixture
def opened(browser: Any, product: Product) -> Iterator[Window]:
    """A window on the start page, 360 pixels wide, in which nothing is wrong yet."""
    made = window(browser, product.base_url, width=360)
    made.go("/")
    assert made.complaints == []
    yield made
    made.close()


def test_a_foreign_host_is_seen(opened: Window) -> None:
    opened.page.evaluate("navigator.sendBeacon('http://foreign.example/count')")
    opened.page.evaluate("location.href = 'http://foreign.example/'")
    opened.settle()

    assert any("foreign.example" in line for line in opened.complaints)


def test_a_broken_policy_a_script_that_throws_and_a_missing_file_are_seen(opened: Window) -> None:
    opened.page.evaluate("document.body.setAttribute('style', 'color: red')")
    opened.page.evaluate("setTimeout(() => { throw new Error('broke') })")
    with opened.page.expect_event("console"):
        opened.page.evaluate("document.head.append(Object.assign(document.createElement('link'), "
                             "{rel: 'stylesheet', href: '/assets/no-no.css'}))")  # fmt: skip
    opened.settle()

    assert any("Content Security Policy" in line for line in opened.complaints)
    assert any("broke" in line for line in opened.complaints)
    assert any("no-no.css" in line for line in opened.complaints)


def test_what_is_wider_than_a_phone_is_seen(opened: Window) -> None:
    assert visits.overflowing(opened.page) == []
    opened.page.evaluate("document.body.append(document.createElement('hr'))")
    opened.page.evaluate("document.body.lastChild.style.width = '400px'")

    found = visits.overflowing(opened.page)

    assert any("<hr" in line for line in found)


def test_barriers_are_seen_in_dark_as_in_light(opened: Window) -> None:
    axe.accessible(opened.page)
    opened.page.evaluate("document.querySelector('main').append(document.createElement('input'))")

    with pytest.raises(AssertionError) as told:
        axe.accessible(opened.page)

    assert "light: label" in str(told.value)
    assert "dark: label" in str(told.value)


def test_a_shift_is_seen(opened: Window) -> None:
    assert visits.shifted(opened.page) == 0
    opened.page.evaluate(
        "document.body.prepend(document.createElement('hr')); document.body.firstChild.style.height = '300px'"
    )
    opened.settle()

    assert visits.shifted(opened.page) > 0.01


def test_html_that_is_not_valid_is_named_with_file_and_line(validator: Any, tmp_path: Path) -> None:
    (tmp_path / "good.html").write_text("<!doctype html><html lang=de><title>Gut</title><p>Gut</p>")
    (tmp_path / "bad.html").write_text("<!doctype html><html lang=de><title>Gut</title>\n<ul><p>Schlecht</ul>")

    found = validator.errors(tmp_path)

    assert found
    assert all(line.startswith("bad.html:2: ") for line in found)


def test_what_one_language_lacks_is_seen_and_more_of_the_same_is_not() -> None:
    german = bones.of('<ul><li><a href="/a">Ändern</a></li><li><a href="/b">Löschen</a></li></ul>')

    assert bones.differences(german, bones.of('<ul><li><a href="/a">Modifier</a></li></ul>')) == []
    assert bones.differences(german, bones.of('<ul><li><a href="/a"></a></li></ul>'))
    assert bones.differences(german, bones.of('<ul><li><a href="">Modifier</a></li></ul>'))
    assert bones.differences(german, bones.of('<ul><li><a href="/a" aria-hidden="true">Modifier</a></li></ul>'))
