"""The booking page in a partner's own site: it shows, grows and books where the partner has listed the site, and nowhere else."""

import re
from collections.abc import Callable
from typing import Any

from tests.worlds.product import Product

ELSEWHERE = "https://www.elsewhere.example"


def _host(page: Any, origin: str, base_url: str, name: str) -> None:
    """Open a website of somebody's own; a certificate and a name server for it are not needed."""
    html = (
        '<!doctype html><html lang="de"><title>Salon</title><h1>Salon</h1>'
        f'<script src="{base_url}/embed.js" data-name="{name}" data-language="fr" async></script><p>Seestrasse 1</p>'
    )
    # Chromium asks people before a site out there may speak to their own machine, where the product is here.
    page.context.grant_permissions(["local-network-access"], origin=origin)
    page.route(f"{origin}/", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.route(f"{origin}/favicon.ico", lambda route: route.fulfill(status=204))
    page.goto(f"{origin}/")


def test_a_booking_inside_a_website_that_is_listed(visitor: Callable[..., Any], product: Product, site: Any) -> None:
    from playwright.sync_api import expect

    from tests.website import axe, steps
    from tests.worlds.site import WEBSITE

    page = visitor(width=360, neighbours=(WEBSITE,))
    _host(page, WEBSITE, product.base_url, site.du_booking_name)
    frame = page.frame_locator("iframe")

    expect(frame.locator("html")).to_have_attribute("lang", "fr")
    expect(frame.locator(".choose").first).to_be_visible()
    page.wait_for_function("() => document.querySelector('iframe').style.height !== '640px'")
    assert page.locator("iframe").get_attribute("title") == "Prendre rendez-vous"
    axe.accessible(page)
    low = page.locator("iframe").bounding_box()["height"]
    frame.locator(".choose", has_text="Farbe").click()
    expect(frame.locator("table.month")).to_be_visible()
    page.wait_for_function("low => document.querySelector('iframe').getBoundingClientRect().height > low", arg=low)
    inside = page.frames[1]
    assert inside.evaluate("document.documentElement.scrollHeight <= window.innerHeight + 1"), "it scrolls twice"
    frame.locator("table.month a.day").last.click()
    start = frame.locator(".part:not([hidden]) .times time").first.get_attribute("datetime")
    frame.locator(".part:not([hidden]) .times a").first.click()
    steps.say_who(inside, "lea.widget@example.org")
    frame.locator("#b-answers-haar").select_option("kurz")
    frame.locator("#book .actions button").click()
    expect(frame.locator(f"time[datetime='{start}']").first).to_be_visible()

    assert page.url == f"{WEBSITE}/"
    owner = product.door()
    owner.cookies = dict(site.du_cookies)
    booked = owner.good("GET", f"/appointments?from={start[:10]}&to={start[:10]}")["items"]
    assert [one["source"] for one in booked if one["start"] == start] == ["widget"]


def test_a_website_that_is_not_listed_gets_no_frame(browser: Any, product: Product, site: Any) -> None:
    from tests.website import browser as chromium

    window = chromium.window(browser, product.base_url, neighbours=(ELSEWHERE,))
    with window.page.expect_event("console", lambda said: "frame-ancestors" in said.text):
        _host(window.page, ELSEWHERE, product.base_url, site.du_booking_name)
    window.page.frames[1].wait_for_url(re.compile("^chrome-error:"), wait_until="commit")
    window.settle()

    assert window.page.get_by_role("link", name="nouvel onglet").is_visible()
    assert [line for line in window.complaints if "frame-ancestors" not in line] == []
    window.close()
