"""Every page in every language: found, light, valid, calm, on a phone, for everybody, and from nowhere but here."""

from typing import Any

import pytest

from tests.website.pages import PAGES, Page
from tests.website.visits import HTML, LANGUAGES

EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
IN_LANGUAGES = [(page, language) for page in PAGES for language in LANGUAGES[: 1 if page.is_state else -1]]
IN_ENGLISH = [page for page in PAGES if not page.is_state]
"""English is the shortest of the four: what fits in the others fits in it, so that it is read and not measured."""
EVERY_IN_ITS_LANGUAGES = pytest.mark.parametrize(
    ("page", "language"), IN_LANGUAGES, ids=[f"{page.name}-{language}" for page, language in IN_LANGUAGES]
)
MOST_BYTES = 100_000
MOST_SHIFT = 0.05  # half of what web.dev calls good


@EVERY_IN_ITS_LANGUAGES
def test_a_page_is_sound(walk: Any, page: Page, language: str) -> None:
    seen = _seen(walk, page, language)

    assert seen.status == page.status
    assert seen.language == language
    assert seen.title
    assert not seen.complaints, "\n".join(seen.complaints)
    assert not seen.overflowing, "\n".join(seen.overflowing)
    assert seen.shifted < MOST_SHIFT
    assert seen.weight_bytes < MOST_BYTES


@pytest.mark.parametrize("page", IN_ENGLISH, ids=lambda page: page.name)
def test_a_page_is_there_in_english(walk: Any, page: Page) -> None:
    read = walk.read(page, LANGUAGES[-1])

    assert read.status == page.status
    assert '<html lang="en"' in read.text
    assert "<title>" in read.text


@EVERY
def test_nothing_on_a_page_keeps_anybody_out(walk: Any, page: Page) -> None:
    seen = _seen(walk, page, LANGUAGES[0])

    assert not seen.barriers, "\n".join(seen.barriers)


def test_the_html_of_every_page_is_valid(walk: Any, validator: Any) -> None:
    for page, language in IN_LANGUAGES:
        _seen(walk, page, language)
    for page in IN_ENGLISH:
        walk.read(page, LANGUAGES[-1])

    found = validator.errors(HTML)

    assert len(list(HTML.glob("*/*.html"))) == len(IN_LANGUAGES) + len(IN_ENGLISH)
    assert not found, "\n".join(found)


def _seen(walk: Any, page: Page, language: str) -> Any:
    """Words change with the language, colours and roles do not: one language is looked at closely."""
    return walk.seen(page, language, checks=language == LANGUAGES[0])
