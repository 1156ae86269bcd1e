"""Every page in every language: found, light, valid, calm, on a phone, for everybody, and from nowhere but here."""

from typing import Any

import pytest

from tests.website import bones
from tests.website.pages import PAGES, Page
from tests.website.visits import HTML, LANGUAGES, LOOKS, SCREENSHOTS

EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
IN_LANGUAGES = [(page, language) for page in PAGES for language in LANGUAGES[: 1 if page.is_state else None]]
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


@EVERY
def test_nothing_on_a_page_keeps_anybody_out(walk: Any, page: Page) -> None:
    seen = _seen(walk, page, LANGUAGES[0])

    assert not seen.barriers, "\n".join(seen.barriers)


@EVERY_IN_ITS_LANGUAGES
def test_what_was_found_in_one_language_holds_in_all(walk: Any, page: Page, language: str) -> None:
    """axe-core looks at one language; the others are made of the same parts, with words in the same places."""
    looked_at, other = _seen(walk, page, LANGUAGES[0]), _seen(walk, page, language)

    assert looked_at.bones
    assert bones.differences(looked_at.bones, other.bones) == []


def test_the_html_of_every_page_is_valid(walk: Any, validator: Any) -> None:
    for page, language in IN_LANGUAGES:
        _seen(walk, page, language)

    found = validator.errors(HTML)

    assert len(list(HTML.glob("*/*.html"))) == len(IN_LANGUAGES)
    assert not found, "\n".join(found)


def test_pictures_of_every_page_are_kept(walk: Any) -> None:
    for page in PAGES:
        _seen(walk, page, LANGUAGES[0])

    kept = {file.name for file in SCREENSHOTS.glob("*.jpg")}

    assert kept == {f"{page.name}.{LANGUAGES[0]}.{width}.{scheme}.jpg" for page in PAGES for width, scheme in LOOKS}


def _seen(walk: Any, page: Page, language: str) -> Any:
    """Words change with the language, colours and roles do not: one language is looked at closely."""
    closely = language == LANGUAGES[0]
    return walk.seen(page, language, pictures=closely, checks=closely)
