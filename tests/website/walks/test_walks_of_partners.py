"""A new partner gets from registration to the first booking, and does the day's work, with scripts and without."""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.worlds.product import Product

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
MOST_PRESSES = 14


class Hand:
    """Counts what is pressed between registration and the first page that can be booked."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.presses = 0

    def press(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.presses += 1


@SCRIPTS
def test_a_new_partner_sets_up_and_sees_the_first_booking(
    visitor: Callable[..., Any], product: Product, javascript: bool, record_property: Callable[[str, object], None]
) -> None:
    from playwright.sync_api import expect

    from tests.website import steps
    from tests.worlds.site import PASSWORD

    page = visitor(width=1280 if javascript else 360, javascript=javascript)
    hand = Hand(page)
    email = f"nora.{javascript}@studio.example".lower()
    page.goto("/")
    began = time.monotonic()

    hand.press("main a[href='/forms/register']")
    said = {
        "company": "Studio Nora", "street": "Dorfstrasse 3", "postcode": "6003", "city": "Luzern", "first_name": "Nora",
        "last_name": "Keller", "phone": "041 210 10 10", "email": email, "password": PASSWORD,
    }  # fmt: skip
    for name, value in said.items():
        page.locator(f"#f-{name}").fill(value)
    if not page.locator("#f-country").input_value():
        page.locator("#f-country").select_option("CH")
    page.locator("#f-accept_terms").check()
    page.locator("#f-accept_privacy").check()
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/done/register")
    page.goto(steps.mailed(product, email))
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/forms/login**")
    page.locator("#f-email").fill(email)
    page.locator("#f-password").fill(PASSWORD)
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/desk**")
    expect(page.locator(".setup li.done")).to_have_count(0)

    hand.press(".setup li a[href^='/forms/profile']")
    page.locator("#f-canton").select_option("LU")
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/desk?done=**")
    hand.press(".setup li a[href^='/forms/service']")
    page.locator("#f-name").fill("Massage")
    page.locator("#f-duration_minutes").fill("50")
    page.locator("#f-price_chf, [name=price_chf]").first.fill("120")
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/desk?done=**")
    hand.press(".setup li a[href^='/forms/hours']")
    for day in ("mon", "tue", "wed", "thu", "fri"):
        page.locator(f"[name='weekly.{day}.0.0']").fill("08:00")
        page.locator(f"[name='weekly.{day}.0.1']").fill("17:00")
    hand.press("form.sealed .actions button")
    page.wait_for_url("**/desk?done=**")
    hand.press(".setup li a[href^='/book/']")
    expect(page.locator("table.month a.day").first).to_be_visible()
    seconds = time.monotonic() - began
    book_url = page.url

    stranger = visitor(width=360, javascript=javascript)
    stranger.goto(book_url)
    steps.to_a_day_of_next_month(stranger)
    start = steps.take_a_time(stranger)
    steps.say_who(stranger, "lea@example.org")
    steps.book(stranger)
    page.goto(f"/appointments?view=week&day={start[:10]}")
    expect(page.locator("[data-calendar] a.entry", has_text="Lea Keller")).to_be_visible()
    page.goto("/desk")
    record_property("seconds", round(seconds, 1))
    record_property("presses", hand.presses)
    assert hand.presses <= MOST_PRESSES


@SCRIPTS
def test_a_partner_books_moves_and_cancels_for_a_customer(
    visitor: Callable[..., Any], product: Product, site: Any, javascript: bool
) -> None:
    from playwright.sync_api import expect

    page = visitor(width=1280 if javascript else 360, javascript=javascript, cookies=site.cookies)
    day = _a_working_day(14 + 7 * javascript)
    last_name = f"Frei-{'mit' if javascript else 'ohne'}"

    page.goto(f"/forms/appointment?employee_id={site.employee_id}")
    page.locator("#n-service_id").select_option(site.service_id)
    page.locator("#n-start").fill(f"{day}T10:00")
    page.locator("#n-first_name").fill("Urs")
    page.locator("#n-last_name").fill(last_name)
    page.locator("#n-email").fill(f"urs.{javascript}@example.org".lower())
    page.locator("form.sealed .actions button").last.click()
    page.wait_for_url("**/appointments?**")
    entry = page.locator("a.entry", has_text=last_name)
    expect(entry).to_be_visible()

    entry.click()
    page.locator("a[href*='action=move']").click()
    page.locator(".free-day label", has_text="14:00").first.click()
    page.locator("form:has(.free-day) .actions button").click()
    page.wait_for_url("**/appointments?**")
    expect(page.locator("a.entry", has_text=last_name).locator("time").first).to_have_text("14:00")

    page.locator("a.entry", has_text=last_name).click()
    page.locator("details summary").click()
    page.locator("#c-reason").fill("Krankheit im Team")
    page.locator("details button.danger").click()
    page.wait_for_url("**/appointments?**")
    expect(page.locator("a.entry.is-confirmed", has_text=last_name)).to_have_count(0)
    page.goto(f"/appointments?view=list&day={day}")
    expect(page.locator("tr.is-cancelled_by_partner", has_text=last_name)).to_be_visible()


@SCRIPTS
def test_an_absence_shows_whom_it_meets(
    visitor: Callable[..., Any], product: Product, site: Any, javascript: bool
) -> None:
    from playwright.sync_api import expect

    page = visitor(width=360, javascript=javascript, cookies=site.cookies)
    owner = product.door()
    owner.cookies = dict(site.cookies)
    day = _a_working_day(28 + 7 * javascript)
    met = owner.form(
        "appointment", {"method": "POST"}, service_id=site.service_id, employee_id=site.employee_id,
        start=f"{day}T09:00:00Z", first_name="Ida", last_name="Wyss", email="ida@example.org", sms=False,
    )  # fmt: skip

    page.goto("/absences")
    page.locator("a[href^='/forms/absence']").first.click()
    page.locator("#f-employee_id").select_option(site.employee_id)
    page.locator("#f-start").fill(str(day))
    page.locator("#f-end").fill(str(day))
    page.locator("form.sealed .actions button").click()
    page.wait_for_url("**/absences/*")

    expect(page.locator(".notice.warn")).to_be_visible()
    page.locator(f"table a[href='/appointments/{met['id']}']").click()
    expect(page.locator("h1")).to_contain_text("Ida Wyss")


def _a_working_day(days: int) -> date:
    """A Wednesday, and none of Switzerland's holidays that fall on one, about so many days from now."""
    day = datetime.now(ZoneInfo("Europe/Zurich")).date() + timedelta(days=days)
    day += timedelta(days=(2 - day.weekday()) % 7)
    return day + timedelta(days=7) if (day.month, day.day) in _HOLIDAYS else day


_HOLIDAYS = {(1, 1), (1, 2), (5, 1), (8, 1), (8, 15), (11, 1), (12, 8), (12, 24), (12, 25), (12, 26), (12, 31)}
