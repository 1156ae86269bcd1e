"""Look at pages: `python -m tests.website.look [WORD ...]` takes pictures of the pages whose name or path holds a word."""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from infra.local.door import Door, DoorError
from tests.website import browser, visits
from tests.website.pages import PAGES, Page
from tests.worlds import product as deployed
from tests.worlds import site as world
from tests.worlds.product import Product
from tests.worlds.site import Site

FOLDER = visits.SCREENSHOTS.with_name("look")


def main() -> None:
    """Find a product, a partner and the pages; look; say what is not as it should be."""
    wishes = _wishes()
    pages = [*_chosen(wishes.words), *(_elsewhere(path, wishes.signed_in) for path in wishes.path)]
    if not pages:
        sys.exit("No page of tests/website/pages.py has such a name or path: " + " ".join(wishes.words))
    with _product(wishes.url, wishes.providers) as product, browser.running() as chromium:
        site = _kept(product) if wishes.url else world.built(product)
        walk = visits.Walk(chromium, product.base_url, site, folder=FOLDER)
        for page in pages:
            for language in wishes.language:
                seen = walk.seen(page, language, pictures=True, whole=True, checks=wishes.check)
                found = [*seen.complaints, *seen.overflowing, *seen.barriers]
                print(f"{page.name} {language}: {seen.status}, {seen.weight_bytes / 1000:.1f} kB, {seen.seconds:.1f} s")
                print(f"   {product.base_url}{page.path(site)}")
                print("".join(f"   ! {line}\n" for line in found), end="", flush=True)
        walk.close()
    print(f"Pictures: {FOLDER}/<page>.<language>.<width>.<light|dark>.jpg")


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.website.look", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of names or doors in tests/website/pages.py; none: all pages")
    parser.add_argument("--path", action="append", default=[], help="any other path, such as '/book/x?lang=fr'")
    parser.add_argument("--signed-in", action="store_true", help="--path is visited by the signed-in owner")
    parser.add_argument("--language", action="append", choices=visits.LANGUAGES, help="de unless told; may be repeated")
    parser.add_argument("--check", action="store_true", help="let axe-core look too")
    parser.add_argument(
        "--url", help="a running product (`make run`), such as http://localhost:8000; else one is started"
    )
    parser.add_argument("--providers", help="its simulators; the port after that of --url unless told")
    wishes = parser.parse_args()
    wishes.language = wishes.language or [visits.LANGUAGES[0]]
    if wishes.path and not wishes.words:
        wishes.words = ["\0"]  # no page of the list
    return wishes


def _chosen(words: list[str]) -> list[Page]:
    return [page for page in PAGES if not words or any(word in page.name or word in page.door for word in words)]


def _elsewhere(path: str, signed_in: bool) -> Page:
    name = "".join(one if one.isalnum() else "-" for one in path).strip("-")[:60] or "start"
    return Page(name, path, lambda _: path, signed_in=signed_in)


@contextmanager
def _product(url: str | None, providers: str | None) -> Iterator[Product]:
    if url is None:
        print("Starting a product of this checkout; `make run` and --url save this time ...", flush=True)
        with tempfile.TemporaryDirectory() as folder, deployed.running(Path(folder)) as started:
            yield started
        return
    base, _, port = url.rstrip("/").rpartition(":")
    yield Product(url.rstrip("/"), providers or f"{base}:{int(port) + 1}")


def _kept(product: Product) -> Site:
    """The partner of an earlier look at this product, if it is still signed in; else a new one."""
    file = FOLDER / f"site-{product.base_url.rpartition(':')[2]}.json"
    if file.exists():
        site = Site(**json.loads(file.read_text()))
        door = Door(product.base_url)
        door.cookies = dict(site.cookies)
        if door.send("GET", "/partner")[0] == 200:
            return site
    began = time.perf_counter()
    site = world.built(product)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        json.dump(asdict(site), output)
    print(f"A new partner was made in {time.perf_counter() - began:.1f} s: {site.email}, password {site.password}")
    return site


if __name__ == "__main__":
    try:
        main()
    except (browser.UnavailableError, DoorError, ConnectionError) as failure:
        sys.exit(str(failure))
