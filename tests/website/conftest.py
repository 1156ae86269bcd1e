"""The website in a browser: one Chromium, one deployed product and one partner with a full desk for all tests of this folder."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.worlds.product import Product

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium without a window."""
    from infra.local import npm
    from tests.website import axe
    from tests.website import browser as chromium

    try:
        chromium.program()
        axe.script()
    except (chromium.UnavailableError, npm.UnavailableError) as missing:
        pytest.skip(f"The website is not looked at: {missing}")
    with chromium.running() as running:
        yield running


@pytest.fixture(scope="session")
def validator() -> Any:
    """The HTML checker."""
    from infra.local import npm
    from tests.website import validator as checker

    try:
        checker.jar()
    except npm.UnavailableError as missing:
        pytest.skip(f"HTML is not checked: {missing}")
    return checker


@pytest.fixture(autouse=True)
def _standing_clock(product: Product) -> Iterator[None]:
    product.clock(NOW)
    yield
    product.clock(None)
    product.providers.good("POST", "/reset")


@pytest.fixture(scope="module")
def site(product: Product) -> Any:
    """A partner with an offer, customers and appointments, one a file: journeys let years go by, and the purge comes.

    A test that changes things makes its own: `site.built(product, at=NOW)`.
    """
    from tests.worlds import site as world

    product.clock(NOW)
    return world.built(product, at=NOW)


@pytest.fixture
def visitor(browser: Any, product: Product) -> Iterator[Callable[..., Any]]:
    """Windows of new visitors: `visitor(width=360, javascript=False, dark=True, language="fr", cookies=site.cookies)`.

    Gives a Playwright page that knows our address (`page.goto("/book/...")`). The test fails at its end if the page asked
    a foreign host, was answered a 5xx, missed a file, or wrote an error (a script, the Content-Security-Policy) to its console.
    """
    from tests.website import browser as chromium

    opened: list[chromium.Window] = []

    def come(**wishes: Any) -> Any:
        opened.append(chromium.window(browser, product.base_url, **wishes))
        return opened[-1].page

    yield come
    for one in opened:
        one.close()
    complaints = [line for one in opened for line in one.complaints]
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="module")
def walk(browser: Any, product: Product, site: Any) -> Iterator[Any]:
    """Visits to the pages of the list, each made once."""
    from tests.website import visits

    for kept in (visits.HTML, visits.SCREENSHOTS):
        shutil.rmtree(kept, ignore_errors=True)
    made = visits.Walk(browser, product.base_url, site)
    yield made
    made.close()
