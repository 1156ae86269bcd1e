"""What stands in the way of people with disabilities, found by axe-core (Deque) by the rules of WCAG 2.2 AA."""

from functools import cache

from playwright.sync_api import Page

from infra.local import npm

NPM_PACKAGE = "axe-core@4.14.1"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

# A colour that is fading is no colour yet. Nothing is loaded in advance: that is for style sheets of other hosts and for films.
_RUN = """async only => {
  document.getAnimations().forEach(one => { try { one.finish() } catch { one.cancel() } });
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"], preload: false});
  return found.violations.map(one => ({
    id: one.id, help: one.help, nodes: one.nodes.map(node => [node.html, node.failureSummary]),
  }));
}"""


@cache
def script() -> str:
    """The source of axe-core. Raises npm.UnavailableError."""
    return (npm.fetched(NPM_PACKAGE) / "axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[str]:
    """What is wrong with the page as it is shown now, an element a line, by all rules of `TAGS`.

    The script comes in through the developer tools, beside the page's Content-Security-Policy.
    """
    for frame in page.frames:
        if not frame.evaluate("typeof axe === 'object'"):
            frame.evaluate(script())
    found = page.evaluate(_RUN, {"type": "tag", "values": TAGS})
    return [f"{one['id']}: {one['help']}: {html[:200]}{_why(why)}" for one in found for html, why in one["nodes"]]


def accessible(page: Page) -> None:
    """AssertionError with what axe-core finds on the page as it is now, in light or in dark."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {one}" for one in violations(page)]
    assert not found, f"{page.url}\n" + "\n".join(found)


def _why(summary: str | None) -> str:
    return "".join(f"\n      {line.strip()}" for line in (summary or "").splitlines()[1:])
