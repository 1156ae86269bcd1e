"""Every page in every language: found, light, valid, calm, on a phone, for everybody, and from nowhere but here."""

from typing import Any

import pytest

from tests.website import bones
from tests.website.pages import PAGES, Page
from tests.website.visits import HTML, LANGUAGES, LOOKS, SCREENSHOTS

EVERY = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
IN_OTHER_LANGUAGES = [(page, language) for page in PAGES if not page.is_state for language in LANGUAGES[1:]]
EVERY_IN_OTHER_LANGUAGES = pytest.mark.parametrize(
    ("page", "language"), IN_OTHER_LANGUAGES, ids=[f"{page.name}-{language}" for page, language in IN_OTHER_LANGUAGES]
)
MOST_BYTES = 100_000
MOST_SHIFT = 0.05  # half of what web.dev calls good


@EVERY
def test_a_page_is_sound(walk: Any, page: Page) -> None:
    seen = _seen(walk, page)

    assert seen.status == page.status
    assert seen.language == LANGUAGES[0]
    assert seen.title
    assert not seen.complaints, "\n".join(seen.complaints)
    assert not seen.overflowing, "\n".join(seen.overflowing)
    assert seen.shifted < MOST_SHIFT
    assert 0 < seen.weight_bytes < MOST_BYTES


@EVERY
def test_nothing_on_a_page_keeps_anybody_out(walk: Any, page: Page) -> None:
    seen = _seen(walk, page)

    assert not seen.barriers, "\n".join(seen.barriers)


@EVERY_IN_OTHER_LANGUAGES
def test_a_page_is_sound_in_other_languages(walk: Any, page: Page, language: str) -> None:
    """Fitting is tried in each language. What axe-core found in one holds in all: only words differ, in the same places."""
    looked_at, laid = _seen(walk, page), walk.laid(page, language)

    assert laid.status == page.status
    assert laid.language == language
    assert laid.title
    assert not laid.complaints, "\n".join(laid.complaints)
    assert not laid.overflowing, "\n".join(laid.overflowing)
    assert looked_at.bones
    assert bones.differences(looked_at.bones, laid.bones) == []


def test_the_html_of_every_page_is_valid(walk: Any, validator: Any) -> None:
    for page in PAGES:
        _seen(walk, page)
    for page, language in IN_OTHER_LANGUAGES:
        walk.laid(page, language)

    found = validator.errors(HTML)

    assert len(list(HTML.glob("*/*.html"))) == len(PAGES) + len(IN_OTHER_LANGUAGES)
    assert not found, "\n".join(found)


def test_pictures_of_every_page_are_kept(walk: Any) -> None:
    for page in PAGES:
        _seen(walk, page)

    kept = {file.name for file in SCREENSHOTS.glob("*.jpg")}

    assert kept == {f"{page.name}.{LANGUAGES[0]}.{width}.{scheme}.jpg" for page in PAGES for width, scheme in LOOKS}


def _seen(walk: Any, page: Page) -> Any:
    return walk.seen(page, pictures=True, checks=True)
