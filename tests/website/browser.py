"""Debian's Chromium, driven by Playwright, whose windows see no host but ours and write down everything that goes wrong."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

PROGRAM = "CHROMIUM"
"""The environment variable that names another Chromium than those on PATH."""
_PROGRAMS = ("chromium-headless-shell", "chromium")
"""Debian's, the better one first: the same engine without a browser's own pages around it, so that a page costs a third."""
HEIGHTS = {True: 780, False: 900}  # of a phone, of a desk
_OUR_OWN = ("document", "fetch", "xhr")  # these may be refused; a style or a script that is missing is a defect
_INSIDE = ("data", "blob", "about", "chrome-error")
_SETTLE_MS = 20
_SETTLE_ROUNDS = 250


class UnavailableError(Exception):
    """There is no Chromium on this machine; the message says what to install."""


def program() -> str:
    """The Chromium to start. Raises UnavailableError."""
    for found in (os.environ.get(PROGRAM), *map(shutil.which, _PROGRAMS)):
        if found:
            return found
    raise UnavailableError(f"chromium is not installed (Debian package {_PROGRAMS[0]}; or {PROGRAM} names another one)")


@contextmanager
def running() -> Iterator[Browser]:
    """A headless browser without a window open, while the block runs. Raises UnavailableError."""
    flags = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to start its sandbox as root
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Window:
    """One page of one visitor with cookies of its own, and what went wrong in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)
    width: int = 0
    scheme: str = ""
    """Light or dark; like `width` as it was wished last."""
    received_bytes: int = 0
    """What the requests since the last `go` brought over the wire, headers included, nothing from a cache."""

    def go(self, path: str) -> Response:
        """Open a page of ours and wait until all that it names has come."""
        self.received_bytes = 0
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        return answer

    def settle(self) -> None:
        """Wait until nothing is under way; bounded."""
        for _ in range(_SETTLE_ROUNDS):
            self.page.wait_for_timeout(_SETTLE_MS)
            if not self.under_way:
                return
        self.complaints.append(f"{self.page.url} still waits for {sorted(one.url for one in self.under_way)}")

    def close(self) -> None:
        """Close the window; its cookies are gone."""
        self.page.context.close()


def window(
    browser: Browser,
    base_url: str,
    *,
    width: int = 1280,
    javascript: bool = True,
    dark: bool = False,
    language: str = "de",
    timezone: str = "Europe/Zurich",
    cookies: Mapping[str, str] | None = None,
    neighbours: Sequence[str] = (),
    cached: bool = False,
    any_nonce: bool = False,
) -> Window:
    """A window `width` pixels wide of a new visitor.

    `cookies` are those of somebody who has logged in elsewhere; `neighbours` are origins (http://127.0.0.1:8080) that may
    be asked beside `base_url`. Each page is loaded as if for the first time, unless files are `cached`. With `any_nonce` the
    Content-Security-Policy does not hold, so that pages can be written into the window.
    """
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": HEIGHTS[width < 700]},
        java_script_enabled=javascript,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale=f"{language}-CH",
        timezone_id=timezone,
        has_touch=width < 700,
        bypass_csp=any_nonce,
    )
    context.set_default_timeout(30_000)
    # The developer tools take a __Host- cookie for https alone; the browser itself takes and sends it on localhost too.
    home = f"https://{urlsplit(base_url).hostname}/"
    for name, value in (cookies or {}).items():
        context.add_cookies([{"name": name, "value": value, "url": home, "secure": True, "httpOnly": True}])
    made = Window(context.new_page(), width=width, scheme="dark" if dark else "light")
    _watch(context, made, {base_url, *neighbours}, cached=cached)
    return made


def _watch(context: BrowserContext, made: Window, origins: set[str], *, cached: bool) -> None:
    def asked(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in _INSIDE:
            return
        if f"{parts.scheme}://{parts.netloc}" not in origins:
            made.complaints.append(f"{request.frame.url} asked a foreign host: {request.url}")
        made.under_way.add(request)

    def answered(response: Response) -> None:
        kind, status = response.request.resource_type, response.status
        if status >= 500 or (status >= 400 and kind not in _OUR_OWN):
            made.complaints.append(f"{response.url} ({kind}) was answered {status}")

    def said(message: ConsoleMessage) -> None:
        # The browser says so for every refusal; those that matter are seen in `answered`.
        if message.type == "error" and not message.text.startswith("Failed to load resource: the server responded"):
            made.complaints.append(f"{message.location.get('url', '')}: {message.text}")

    context.on("request", asked)
    context.on("response", answered)
    context.on("requestfinished", lambda request: made.under_way.discard(request))
    context.on("requestfailed", lambda request: made.under_way.discard(request))
    context.on("console", said)
    context.on("weberror", lambda broke: made.complaints.append(f"{made.page.url}: {broke.error}"))

    def received(event: dict[str, Any]) -> None:
        made.received_bytes += int(event["encodedDataLength"])

    wire = context.new_cdp_session(made.page)
    wire.on("Network.loadingFinished", received)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": not cached})
