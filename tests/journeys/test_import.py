"""A workbook travels through the whole stack byte for byte, is taken in by the worker there, and comes out again the same."""

import http.client
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from tests.journeys.test_main_job import NOW, a_partner
from tests.worlds.brought import XLSX, in_parts, workbook
from tests.worlds.product import Product

FILE = workbook(["Vorname", "Nachname", "E-Mail", "Mobile"], ["Zoë", "Müller-Þór 👩‍👧", "zoe@example.ch", "0791234567"])


def test_a_workbook_comes_in_as_a_body_and_in_parts_and_goes_out_again(product: Product) -> None:
    product.clock(NOW)
    partner, _ = a_partner(product, "imports@praxis.example", "127.0.0.41")
    robot = product.door("127.0.0.42")
    robot.key = partner.form("api-key", name="Robot", scopes=["imports:write", "imports:read"])["key"]
    assert not FILE.isascii()

    asked = robot.good("POST", "/imports?what=customers&dry_run=false", FILE, **{"Content-Type": XLSX})
    product.settled()
    done = robot.good("GET", f"/imports/{asked['id']}")
    looked = _from_a_page(product, partner)
    exported = partner.form("export", what="customers")
    product.settled()

    assert (done["state"], done["created"], done["errors"]) == ("done", 1, [])
    [customer] = partner.good("GET", "/customers")["items"]
    assert (customer["first_name"], customer["last_name"], customer["phone"]) == (
        "Zoë",
        "Müller-Þór 👩‍👧",
        "+41791234567",
    )
    shown = partner.good("GET", f"/imports/{looked}")
    assert (shown["state"], shown["unchanged"], shown["created"]) == ("ready", 1, 0)
    with urllib.request.urlopen(partner.good("GET", f"/exports/{exported['id']}")["url"], timeout=30) as answer:
        own = answer.read()
    back = robot.good(
        "POST", "/imports?what=customers&dry_run=false", own, **{"Content-Type": "application/octet-stream"}
    )
    product.settled()
    again = robot.good("GET", f"/imports/{back['id']}")
    assert (again["state"], again["created"], again["updated"], again["unchanged"]) == ("done", 0, 0, 1)


def _from_a_page(product: Product, partner: Any) -> str:
    """What a browser without a script sends; the id of the import to which it is led."""
    token = partner.good("GET", "/forms/import")["token"]
    kind, body = in_parts({"_token": token, "what": "customers"}, FILE)
    place = urlsplit(product.base_url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in partner.cookies.items())
    connection.request("POST", "/imports", body, {"Content-Type": kind, "Cookie": cookies, "Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 303
    product.settled()
    return str(answer.headers["Location"]).rpartition("/")[2]
