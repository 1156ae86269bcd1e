"""The list of pages that browser tests walk through is whole: no door with a page, and no form, is left out of it."""

from typing import Any

from tests.website.pages import NO_PAGES, PAGES


def _declared() -> tuple[Any, ...]:
    from chalicelib.entrance import board, routes

    return (*board.declared(), *routes.door.declared)


def test_every_door_that_answers_a_page_is_looked_at() -> None:
    doors = {door.path for door in _declared() if door.method == "GET" and door.protection != "webhook"}

    assert len(doors) > 20
    assert {page.door for page in PAGES} - {"/{proxy+}"} == doors - NO_PAGES
    assert doors >= NO_PAGES


def test_every_form_is_looked_at() -> None:
    forms = {f"{door.method} {door.path}" for door in _declared() if door.form is not None and not door.for_browsers}

    assert len(forms) > 20
    assert {page.form for page in PAGES if page.form} == forms


def test_pages_have_names_of_their_own() -> None:
    names = [page.name for page in PAGES]

    assert sorted(set(names)) == sorted(names)


def test_pages_of_the_team_are_visited_by_the_team() -> None:
    teams = {door.path for door in _declared() if door.method == "GET" and door.who}

    for page in PAGES:
        if page.status == 200 and page.form is None and page.door != "/forms/{form}":
            assert page.signed_in == (page.door in teams), page.name
