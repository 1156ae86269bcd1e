"""A form that was refused comes back as a page: with the reason beside its field, sound and for everybody, without scripts."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong typed into the form of a page, and the answer."""

    path: str
    typed: dict[str, str] = field(default_factory=dict)
    signed_in: bool = False
    status: int = 422
    wrong: str = ""
    """The field that is to be marked."""


FORMS = {
    "register": Wrong("/forms/register", {"#f-email": "nobody", "#f-password": "kurz"}, wrong="#f-email"),
    "reset": Wrong("/forms/reset-password?token={reset_token}", {"#f-password": "kurz"}, wrong="#f-password"),
    "book": Wrong(
        "/book/{booking_name}?service_id={service_id}&employee_id=any&start={start}",
        {"#b-first_name": "Lea", "#b-email": "lea", "#b-phone": "12"},
        wrong="#b-email",
    ),
    "service": Wrong("/forms/service", {"#f-name": "", "#f-duration_minutes": "7"}, signed_in=True, wrong="#f-name"),
    "hours": Wrong(
        "/forms/hours?id={employee_id}&method=PUT",
        {"[name='weekly.mon.0.0']": "12:00", "[name='weekly.mon.0.1']": "08:00"},
        signed_in=True,
    ),
    "absence": Wrong("/forms/absence", {"#f-start": "2027-03-05", "#f-end": "2027-03-02"}, signed_in=True),
    "appointment": Wrong(
        "/forms/appointment", {"#n-first_name": "Lea", "#n-start": "2027-03-07T03:00"}, signed_in=True
    ),
    "employee": Wrong("/forms/employee", {"#f-email": "robin"}, signed_in=True, wrong="#f-email"),
    "customer": Wrong("/forms/customer", {"#f-email": "robin"}, signed_in=True),
    "profile": Wrong(
        "/forms/profile?section=business", {"#f-company": "", "#f-phone": "12"}, signed_in=True, wrong="#f-phone"
    ),
    "close-account": Wrong("/forms/close-account", {"input[type=password]": "falsch"}, signed_in=True),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pages of this file are kept until they are validated."""
    made = tmp_path_factory.mktemp("refused")
    shutil.rmtree(made)
    made.mkdir()
    return made


def _sent(page: Any, one: Wrong, site: Any) -> Any:
    from tests.website.pages import filled

    page.goto(filled(one.path, site))
    for selector, text in one.typed.items():
        page.locator(selector).first.fill(text)
    for box in page.locator("main input[name=confirm][type=checkbox]").all():
        box.check()
    with page.expect_navigation() as told:
        # As a browser without scripts sends it; axe-core itself needs them.
        page.locator("main form.sealed").last.evaluate("form => form.submit()")
    return told.value


@pytest.mark.parametrize("name", FORMS)
def test_a_refused_form_says_why_and_keeps_nobody_out(
    visitor: Callable[..., Any], site: Any, folder: Path, name: str
) -> None:
    from tests.website import axe, visits

    one = FORMS[name]
    page = visitor(width=360, cookies=site.cookies if one.signed_in else {})

    answer = _sent(page, one, site)

    (folder / f"{name}.html").write_text(answer.text(), "utf-8")
    assert answer.status == one.status
    assert page.locator("[role=alert]:visible").count() >= 1
    if one.wrong:
        assert page.locator(one.wrong).get_attribute("aria-invalid") == "true"
        assert page.locator(f"{one.wrong}-error").is_visible()
    assert visits.overflowing(page) == []
    axe.accessible(page)


def test_the_sixth_wrong_password_is_told_to_wait(visitor: Callable[..., Any], site: Any, folder: Path) -> None:
    from tests.website import axe

    page = visitor(width=360, cookies=site.cookies)
    statuses = []
    for _ in range(7):
        answer = _sent(page, FORMS["close-account"], site)
        statuses.append(answer.status)
        if answer.status == 429:
            break

    assert statuses[-1] == 429
    assert "retry-after" in answer.headers
    (folder / "too-many.html").write_text(answer.text(), "utf-8")
    axe.accessible(page)


def test_the_html_of_refused_forms_is_valid(validator: Any, folder: Path) -> None:
    found = validator.errors(folder)

    assert len(list(folder.glob("*.html"))) == len(FORMS) + 1
    assert not found, "\n".join(found)
