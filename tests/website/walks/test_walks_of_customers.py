"""A stranger books, is told, moves and cancels, by mouse and by keyboard, with scripts and without, on a phone and at a desk."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.worlds.product import Product

WAYS = pytest.mark.parametrize(
    ("width", "javascript"), [(360, True), (1280, True), (360, False)], ids=["phone", "desk", "phone-without-scripts"]
)
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])


@WAYS
def test_a_stranger_books_is_told_moves_and_cancels(
    visitor: Callable[..., Any], product: Product, site: Any, width: int, javascript: bool
) -> None:
    from playwright.sync_api import expect

    from tests.website import steps, visits

    page = visitor(width=width, javascript=javascript)
    email = f"lea.{width}.{javascript}@example.org".lower()

    steps.to_the_times(page, site.du_booking_name, service="Farbe")
    steps.to_a_day_of_next_month(page)
    start = steps.take_a_time(page, 2)
    steps.say_who(page, email, **{"b-phone": "079 123 45 67", "b-note": "Bitte leise", "b-answers-wunsch": "ohne Föhn"})
    page.locator("#b-answers-haar").select_option("lang")
    page.locator("#b-sms").check()
    moved = visits.shifted(page) if javascript else 0
    steps.book(page)

    assert moved < 0.01
    expect(page.locator(f"time[datetime='{start}']").first).to_be_visible()
    expect(page.get_by_text("ohne Föhn")).to_be_visible()
    link = steps.mailed(product, email)
    page.goto(link)
    expect(page.get_by_text("Bitte leise")).to_be_visible()

    page.locator("a[href*='link-move'], a[href*='/move']").first.click()
    steps.to_next_month(page)
    page.locator("table.month a").last.click()
    page.locator("#times label.time").nth(1).click()
    new_start = page.locator("#times input:checked").get_attribute("value")
    page.locator("#times .actions button").click()
    page.wait_for_url("**/my/**")
    expect(page.locator(f"time[datetime='{new_start}']").first).to_be_visible()
    assert new_start != start

    page.locator("a[href*='link-cancel'], a[href*='/cancellation']").first.click()
    page.locator("textarea[name=reason]").fill("Leider krank")
    page.locator("form.sealed button.danger").click()
    page.wait_for_url("**/my/**")
    expect(page.locator("s time")).to_be_visible()
    assert len(steps.subjects(product, email)) == 3
    owner = product.door()
    owner.cookies = dict(site.du_cookies)
    day = str(new_start)[:10]
    items = owner.good("GET", f"/appointments?from={day}&to={day}")["items"]
    kept = next(one for one in items if one["start"] == new_start and one["status"] == "cancelled_by_customer")
    assert (kept["source"], kept["sms"], kept["answers"]["haar"]) == ("web", True, "lang")


@SCRIPTS
def test_a_time_taken_meanwhile_keeps_what_was_typed_and_offers_the_nearest(
    visitor: Callable[..., Any], product: Product, site: Any, javascript: bool
) -> None:
    from playwright.sync_api import expect

    from tests.website import steps

    page = visitor(width=360, javascript=javascript)
    steps.to_the_times(page, site.booking_name, service="Haarschnitt", person="Robin-Alexandra")
    steps.to_a_day_of_next_month(page)
    start = steps.take_a_time(page, 1 + javascript)
    steps.say_who(page, "lea@example.org", **{"b-note": "Ich komme\nmit Hund"})
    employee = page.locator("#book input[name=employee_id]").get_attribute("value")
    assert employee
    steps.taken_by_somebody_else(
        product, site.booking_name, service_id=site.service_id, start=start, employee_id=employee
    )

    page.locator("#book .actions button").click()

    expect(page.locator("#taken")).to_be_visible()
    expect(page.locator("#b-first_name")).to_have_value("Lea")
    expect(page.locator("#b-note")).to_have_value("Ich komme\nmit Hund")
    expect(page.locator("#b-accept_privacy")).to_be_checked()
    nearest = page.locator("#taken .nearest button")
    other = nearest.first.get_attribute("value")
    assert other
    assert other[:10] == start[:10]
    nearest.first.click()
    page.wait_for_url("**/my/**")
    expect(page.locator(f"time[datetime='{other}']").first).to_be_visible()


@SCRIPTS
def test_what_is_missing_is_said_beside_its_field(visitor: Callable[..., Any], site: Any, javascript: bool) -> None:
    from playwright.sync_api import expect

    from tests.website import steps

    page = visitor(width=360, javascript=javascript)
    steps.to_the_times(page, site.booking_name, service="Haarschnitt", person="Egal")
    steps.take_a_time(page)
    steps.say_who(page, "lea@example.org", **{"b-phone": "12"})

    page.locator("#book .actions button").click()

    expect(page.locator("#b-phone-error")).to_be_visible()
    expect(page.locator("#b-phone")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#b-first_name")).to_have_value("Lea")
    expect(page.locator("[data-problems]")).to_be_visible()


def test_a_booking_by_keyboard_alone(visitor: Callable[..., Any], site: Any) -> None:
    from playwright.sync_api import expect

    from tests.website import steps

    page = visitor(width=1280)
    page.goto(f"/book/{site.booking_name}")
    press = page.keyboard.press

    steps.press_until(page, "Tab", ".skip", most=1)
    press("Enter")
    steps.press_until(page, "Tab", f".choose[href*='{site.service_id}']")
    press("Enter")
    expect(page.get_by_role("heading", name="Bei wem")).to_be_focused()
    steps.press_until(page, "Tab", ".choose")
    press("Enter")
    expect(page.locator("table.month")).to_be_visible()
    steps.press_until(page, "Tab", ".month .day")
    shown = page.locator("table.month").get_attribute("data-month")
    press("PageDown")
    expect(page.locator("table.month")).not_to_have_attribute("data-month", shown)
    expect(page.locator(".month .day:focus")).to_have_count(1)
    if int(str(page.locator(".month .day:focus").get_attribute("data-on"))[-2:]) > 14:
        press("ArrowUp")  # so that the weeks below are of this month too, whatever day today is
        press("ArrowUp")
    steps.press_until(page, "ArrowDown", ".month a.day", most=5)
    press("ArrowUp")
    press("ArrowDown")
    day = page.locator(".month .day:focus").get_attribute("data-on")
    press("Enter")
    expect(page.locator(f".month a.day[data-on='{day}']")).to_have_attribute("aria-current", "true")
    steps.press_until(page, "Tab", ".times a.time")
    press("Enter")
    expect(page.locator("#book")).to_be_visible()
    for field, text in (("first_name", "Lea"), ("last_name", "Keller"), ("email", "lea.tasten@example.org")):
        steps.press_until(page, "Tab", f"#b-{field}")
        page.keyboard.type(text)
    steps.press_until(page, "Tab", "#b-accept_privacy")
    press("Space")
    steps.press_until(page, "Tab", "#book .actions button")
    steps.press_until(page, "Tab", ".foot a")  # out of the form again: nobody is kept in it
    steps.press_until(page, "Shift+Tab", "#book .actions button")
    press("Enter")

    page.wait_for_url("**/my/**")
    expect(page.locator("h1")).to_contain_text("Lea")


@SCRIPTS
def test_a_language_that_was_chosen_stays_and_so_does_the_step(
    visitor: Callable[..., Any], site: Any, javascript: bool
) -> None:
    from playwright.sync_api import expect

    from tests.website import steps

    page = visitor(width=360, javascript=javascript, dark=True)
    steps.to_the_times(page, site.booking_name, service="Haarschnitt", person="Egal")

    page.locator(".foot a[lang=fr]").click()

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("table.month")).to_be_visible()
    steps.take_a_time(page)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#b-language")).to_have_value("fr")
    page.goto("/policies")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    background = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert max(int(one) for one in re.findall(r"\d+", background)[:3]) < 60, background


def test_somebody_far_away_reads_both_clocks(visitor: Callable[..., Any], site: Any) -> None:
    from playwright.sync_api import expect

    from tests.website import steps

    page = visitor(width=360, timezone="America/New_York")
    steps.to_the_times(page, site.booking_name, service="Haarschnitt", person="Egal")

    expect(page.locator("[data-zone-note]")).to_contain_text("New York")
    steps.to_a_day_of_next_month(page)
    time = page.locator(".part:not([hidden]) .times a").first
    start = datetime.fromisoformat(time.locator("time").get_attribute("datetime") or "")
    theirs = f"{start.astimezone(ZoneInfo('America/New_York')):%H:%M}"
    expect(time.locator("time")).to_have_text(f"{start:%H:%M}")
    expect(time.locator("small")).to_contain_text(theirs)
    steps.take_a_time(page)
    expect(page.locator("#book small", has_text=theirs)).to_be_visible()
