"""One visit to a page measures all there is to measure: status, complaints, weight, overflow, layout shift, axe, a picture, HTML."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from infra import package as packaging
from infra.local.door import Door
from tests.website import axe, bones
from tests.website.browser import HEIGHTS, Window, window
from tests.website.pages import Page
from tests.worlds.site import Site

LANGUAGES = ("de", "fr", "it", "en")
PHONE, DESK = 360, 1280
NARROWEST = 320
"""What WCAG 2.2, criterion 1.4.10 (reflow) asks for; tried in the language with the longest words."""
LOOKS = ((PHONE, "light"), (DESK, "dark"))
SCREENSHOTS = packaging.BUILD / "screenshots"
HTML = packaging.BUILD / "html"

_OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const kept = one => one && one !== document.body && (getComputedStyle(one).overflowX !== "visible" || kept(one.parentElement));
  const out = [...document.body.querySelectorAll("*")]
    .filter(one => one.getBoundingClientRect().right > wide + 0.5 && !kept(one.parentElement));
  const ends = out.filter(one => ![...one.children].some(child => out.includes(child)));
  return [`${document.documentElement.scrollWidth} px wide`, ...ends.slice(0, 5).map(one => one.outerHTML.slice(0, 160))];
}"""
_SHIFTED = """() => new Promise(found => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => found(sum), 0)));
})"""

# `load` waits for the styles, which the window has already.
_WRITE = """html => {
  document.open();
  document.write(html);
  document.close();
  return new Promise(done => document.readyState === "complete" ? done() : addEventListener("load", () => done()));
}"""
_LANG = re.compile(r'<html lang="([a-z]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visit found; every list is empty where all is well."""

    status: int
    language: str
    title: str
    weight_bytes: int
    shifted: float
    complaints: list[str]
    overflowing: list[str]
    barriers: list[str]
    bones: bones.Bones
    """What the page is made of beside its words."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Laid:
    """What a page looks like with the words of another language."""

    status: int
    language: str
    title: str
    complaints: list[str]
    overflowing: list[str]
    bones: bones.Bones


class Walk:
    """Visits in one browser to one product, each page once a language; windows are kept from page to page."""

    def __init__(self, browser: Browser, base_url: str, site: Site, *, folder: Path | None = None) -> None:
        self._browser, self._base_url, self._site = browser, base_url, site
        self._pictures = folder or SCREENSHOTS
        self._windows: dict[str, Window] = {}
        self._seen: dict[tuple[str, str], Seen] = {}
        self._laid: dict[tuple[str, str], Laid] = {}

    def seen(
        self,
        page: Page,
        language: str = LANGUAGES[0],
        *,
        pictures: bool = False,
        whole: bool = False,
        checks: bool = False,
    ) -> Seen:
        """What there is to see on this page in this language; visited at the first call.

        `pictures` are taken (of the `whole` page or of what a visitor sees first) and `checks` (axe-core) are made on a phone
        in light and at a desk in dark.
        """
        key = (page.name, language)
        if key not in self._seen:
            self._seen[key] = self._visit(page, language, pictures=pictures, whole=whole, checks=checks)
        return self._seen[key]

    def laid(self, page: Page, language: str) -> Laid:
        """This page with its words in this language, on a phone and at a desk; fetched and laid out at the first call.

        A third of a visit: the window has the styles and scripts of all pages already, and the text is written into it.
        """
        key = (page.name, language)
        if key not in self._laid:
            self._laid[key] = self._lay(page, language)
        return self._laid[key]

    def close(self) -> None:
        """Close all windows."""
        for one in self._windows.values():
            one.close()

    def _visit(self, page: Page, language: str, *, pictures: bool, whole: bool, checks: bool) -> Seen:
        began = time.perf_counter()
        opened = self._of_visitor(page.jar if page.signed_in else "", language)
        tab = opened.page
        _shape(opened, PHONE, "light")
        opened.complaints.clear()
        answer = opened.go(page.path(self._site))
        moved = shifted(tab)  # it waits for two frames, in which a script that asks for something has begun to
        if opened.under_way:
            opened.settle()
            moved = shifted(tab)
        weight = opened.received_bytes
        html = answer.text()
        _keep_html(page.name, language, html)
        too_wide = _too_wide(opened, NARROWEST, "light")
        barriers = []
        for width, scheme in LOOKS:
            too_wide += _too_wide(opened, width, scheme)
            if checks:
                barriers += [f"{width} px, {scheme}: {one}" for one in axe.violations(tab)]
            if pictures:
                _picture(tab, self._pictures / f"{page.name}.{language}.{width}.{scheme}.jpg", whole=whole)
        return Seen(
            status=answer.status,
            language=_first(_LANG, html),
            title=_first(_TITLE, html),
            weight_bytes=weight,
            shifted=moved,
            complaints=list(opened.complaints),
            overflowing=too_wide,
            barriers=barriers,
            bones=bones.of(html),
            seconds=time.perf_counter() - began,
        )

    def _lay(self, page: Page, language: str) -> Laid:
        door = Door(self._base_url)
        jar = page.jar if page.signed_in else ""
        door.cookies = dict(getattr(self._site, jar)) if jar else {}
        asked = {"Accept": "text/html", "Accept-Language": f"{language}-CH"}
        status, html = door.send("GET", page.path(self._site), **asked)
        _keep_html(page.name, language, html)
        opened = self._of_words()
        opened.complaints.clear()
        opened.page.evaluate(_WRITE, html)
        too_wide = []
        for width in sorted((PHONE, DESK), key=lambda one: one != opened.width):  # as it stands first
            too_wide += _too_wide(opened, width, "light")
        return Laid(
            status=status,
            language=_first(_LANG, html),
            title=_first(_TITLE, html),
            complaints=list(opened.complaints),
            overflowing=too_wide,
            bones=bones.of(html),
        )

    def _of_visitor(self, jar: str, language: str) -> Window:
        """Whoever comes here for the first time each time: what a page weighs and what moves are a stranger's."""
        key = f"{jar} {language}"
        if key not in self._windows:
            cookies = getattr(self._site, jar) if jar else {}
            self._windows[key] = window(self._browser, self._base_url, width=PHONE, language=language, cookies=cookies)
        return self._windows[key]

    def _of_words(self) -> Window:
        """A window of ours that knows all styles, and lets each page bring the nonce of its own."""
        key = "words"
        if key not in self._windows:
            self._windows[key] = window(self._browser, self._base_url, width=PHONE, cached=True, any_nonce=True)
            self._windows[key].go("/")
        return self._windows[key]


def overflowing(tab: Tab) -> list[str]:
    """What reaches over the right edge of the page as it is shown now; empty where nothing has to be scrolled sideways."""
    return [str(one) for one in tab.evaluate(_OVERFLOWING)]


def shifted(tab: Tab) -> float:
    """How much has moved by itself since the page was opened: the layout shift of web.dev, without its windows of time."""
    return float(tab.evaluate(_SHIFTED))


def _too_wide(opened: Window, width: int, scheme: str) -> list[str]:
    _shape(opened, width, scheme)
    return [f"at {width} px: {one}" for one in overflowing(opened.page)]


def _shape(opened: Window, width: int, scheme: str) -> None:
    if opened.width != width:
        opened.page.set_viewport_size({"width": width, "height": HEIGHTS[width < DESK]})
        opened.width = width
    if opened.scheme != scheme:
        opened.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        opened.scheme = scheme


def _first(pattern: re.Pattern[str], html: str) -> str:
    found = pattern.search(html)
    return found[1].strip() if found else ""


def _picture(tab: Tab, file: Path, *, whole: bool) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    tab.screenshot(path=file, full_page=whole, type="jpeg", quality=85 if whole else 60)


def _keep_html(name: str, language: str, text: str) -> None:
    file = HTML / language / f"{name}.html"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
