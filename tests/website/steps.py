"""What people do on the pages, step by step, in a browser with scripts and without; used by the walks of this folder."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.worlds.product import Product

_LINK = re.compile(r"https?://\S+?/(?:my/|forms/\S*token=)[A-Za-z0-9_-]+")


def mailed(product: Product, email: str) -> str:
    """Path and query of the link in the newest mail to this address; whatever is still to be sent is sent first."""
    product.settled()
    for one in reversed(product.journal("mail")):
        found = _LINK.search(one["body"]["text"]) if email in one["body"]["to"] else None
        if found:
            parts = urlsplit(found[0])
            return f"{parts.path}?{parts.query}".rstrip("?")
    raise AssertionError(f"No mail with a link has reached {email}.")


def subjects(product: Product, email: str) -> list[str]:
    """The subjects of the mails to this address, oldest first."""
    product.settled()
    return [one["body"]["subject"] for one in product.journal("mail") if email in one["body"]["to"]]


def to_the_times(page: Page, booking_name: str, *, service: str, person: str | None = None) -> None:
    """From a partner's booking page to the calendar of a service, with somebody or, by None, with anybody who is asked for."""
    page.goto(f"/book/{booking_name}")
    page.locator(".choose", has_text=service).click()
    if person:
        page.locator(".choose", has_text=person).click()
    expect(page.locator("table.month")).to_be_visible()


def to_a_day_of_next_month(page: Page) -> None:
    """Turn the page of the calendar and open the second free day there: never too late to change what is booked then."""
    to_next_month(page)
    page.locator("table.month a.day").nth(1).click()
    expect(page.locator("table.month a.day").nth(1)).to_have_attribute("aria-current", "true")


def to_next_month(page: Page) -> None:
    """Turn the page of the calendar."""
    shown = page.locator("table.month").get_attribute("data-month")
    page.locator(".turn [rel=next]").click()
    expect(page.locator("table.month")).not_to_have_attribute("data-month", shown or "")


def take_a_time(page: Page, number: int = 0) -> str:
    """Take a time of the day that is open; its start."""
    time = page.locator(".part:not([hidden]) .times a").nth(number)
    start = time.locator("time").get_attribute("datetime")
    time.click()
    expect(page.locator("#book")).to_be_visible()
    assert start
    return start


def say_who(page: Page, email: str, **more: str) -> None:
    """Fill in the details: who it is, what else is said (by the ids of the fields), and that the texts are accepted."""
    said = {"b-first_name": "Lea", "b-last_name": "Keller", "b-email": email, **more}
    for name, value in said.items():
        page.locator(f"[id='{name}']").fill(value)
    page.locator("#b-accept_privacy").check()


def book(page: Page) -> None:
    """Send the details and see the confirmation."""
    page.locator("#book .actions button").click()
    page.wait_for_url("**/my/**")
    expect(page.locator("h1")).to_be_visible()


def taken_by_somebody_else(
    product: Product, name: str, *, service_id: str, start: str, employee_id: str, answers: dict[str, Any] | None = None
) -> None:
    """Somebody else books this time while a page stands open."""
    other = product.door()
    privacy = next(one["version"] for one in other.good("GET", "/policies")["items"] if one["name"] == "privacy")
    other.form(
        "book", {"booking_name": name}, service_id=service_id, employee_id=employee_id, start=start, first_name="Max",
        last_name="Früher", email="max@example.org", sms=False, accept_privacy=privacy, **({"answers": answers} if answers else {}),
    )  # fmt: skip


def press_until(page: Page, key: str, selector: str, *, most: int = 60) -> None:
    """Press a key until the element has the focus; on the way every place that has it is to be seen."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("() => document.activeElement === document.body"):
            continue  # the end of the page: the next press begins at its top
        seen = page.evaluate(_FOCUS)
        assert seen["visible"], f"The focus cannot be seen on {seen['html']}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached with {most} times {key}")


_FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { visible: ring && inside, html: one.outerHTML.slice(0, 160) + ` ring ${ring} inside ${inside}` };
}"""


def complaints_of(lines: Sequence[str], word: str) -> list[str]:
    """The lines that hold a word."""
    return [line for line in lines if word in line]
