"""What people type is text wherever it is shown again, and it is decoded exactly once."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

from tests.worlds.bookings import book
from tests.worlds.browser import open_page
from tests.worlds.partners import World, a_partner

EVIL = "\"'><script>evil()</script><img src=x onerror=evil()>{{7*7}}</title><!--"
SHORT = "\"'><i onclick=evil()>{{7*7}}"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Elements(HTMLParser):
    """The elements of a page with their attributes, as a browser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def world(table: Any, clock: Any) -> World:
    return a_partner(table, clock, company=EVIL, city=SHORT, first_name=SHORT, services=({"name": EVIL},))


def test_a_hostile_name_is_text_on_every_page_that_shows_it(world: World) -> None:
    booked = book(world, first_name=SHORT, last_name=SHORT, note=EVIL)
    my = booked["link"].partition("/my/")[2]
    customer = world.owner.get("/customers").json["items"][0]["id"]
    on = "2026-11-26"
    pages = {
        "desk": "/desk",
        "services": "/services",
        "service": f"/services/{world.service_id}",
        "customers": "/customers",
        "found": f"/customers?q={quote(SHORT)}",
        "customer": f"/customers/{customer}",
        "calendar": f"/appointments?view=list&day={on}",
        "profile": "/forms/profile",
        "book": f"/book/{world.booking_name}",
        "form": f"/forms/book?booking_name={world.booking_name}&service_id={world.service_id}&start={quote('2026-11-26T16:00:00+01:00')}",
        "mine": f"/my/{my}",
        "data": f"/my/{my}/data",
    }

    for name, path in pages.items():
        opened = open_page(world.owner, path)
        assert opened.reply.status == 200, name
        page = Elements(opened.text)
        assert "{{7*7}}" in page.text or any("{{7*7}}" in str(v) for _, held in page.found for v in held.values()), name
        assert [held for tag, held in page.found if tag == "script" and not str(held.get("src")).startswith("/")] == []
        assert [held for _, held in page.found if any(attribute.startswith("on") for attribute in held)] == []
        assert [held for tag, held in page.found if tag == "img" and held.get("src") == "x"] == []
        addresses = [str(held[one]) for _, held in page.found for one in ("href", "src", "action") if held.get(one)]
        assert [one for one in addresses if not re.match(r"(/|[?#]|https?://|mailto:|tel:)", one)] == []


def test_what_is_encoded_twice_is_decoded_once(world: World) -> None:
    page = open_page(world.owner, "/forms/profile")

    changed = page.send(city="%3Cb%3E%2541")
    searched = open_page(world.owner, "/customers?q=%253Cb%253E")

    assert changed.status == 303
    assert world.owner.get("/partner").json["city"] == "%3Cb%3E%2541"
    assert 'value="%3Cb%3E"' in searched.text
    assert world.owner.send("GET", f"/book/{world.booking_name.replace('p', '%70', 1)}").status == 404  # not twice


def test_letters_that_look_alike_are_compared_in_one_form(world: World) -> None:
    """NFC before anything is checked: an umlaut of two code points is the one of a single one."""
    changed = world.owner.form("profile", city="Zu\u0308rich")

    assert changed.status == 200, changed.text
    assert world.owner.get("/partner").json["city"] == "Z\u00fcrich"
