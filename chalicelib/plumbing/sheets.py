"""A page in the making: who looks at it, the forms that stand on it, and what was typed before it was refused."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from chalicelib.plumbing.visit import Visit


class Page(msgspec.Struct, frozen=True):
    """What is drawn: a template (`<room>/pages/<name>.html`) and its data; everything put into it is escaped.

    `language` when it is not the visitor's (`de-du` for partners who say du); `frames` are the origins that may show the
    page inside their own; `accent` is the colour of the partner whose page it is.
    """

    template: str
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)
    language: str | None = None
    frames: tuple[str, ...] = ()
    accent: str | None = None


class Sheet(msgspec.Struct, frozen=True):
    """What a page is made from. `content` is the answer that a program would get, as JSON values; on the page of a form
    it is the form as issued. `jar` holds the cookies that came along; who `declines` said by the browser not to want to be tracked.
    `refused` is the problem (as JSON) when the form was sent and refused; `typed` what it held.
    """

    visit: Visit
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    content: Any
    issue: Callable[[str, Mapping[str, str]], dict[str, Any]]
    typed: Mapping[str, Any] = msgspec.field(default_factory=dict)
    refused: Mapping[str, Any] | None = None
    jar: Mapping[str, str] = msgspec.field(default_factory=dict)
    declines: bool = False

    def form(self, name: str, **context: str) -> dict[str, Any]:
        """A sealed form to stand on this page, chosen by its context like at GET /forms/{form}. Raises Missing."""
        return self.issue(name, context)


class Show(Protocol):
    """What draws a page: a module `show_<what>` with one function. Doors name the module and not its function, so that
    it is loaded when somebody looks (docs/adr/0006-verbs-on-demand.md).
    """

    def page(self, sheet: Sheet, /) -> Page:
        """The page for this sheet."""


class Host(Protocol):
    """Whose ground a visitor stands on who is refused: how one speaks there, and how the refusal looks."""

    def language(self, sheet: Sheet, /) -> str:
        """The language of the refusal, which may be `de-du`. Raises a refusal where nobody knows whose ground it is."""

    def page(self, sheet: Sheet, /) -> Page:
        """The refusal (`sheet.content`) as a page. Raises like `language`."""


_OWN_PLACE = re.compile(r"/(?:[A-Za-z0-9._~-][A-Za-z0-9._~/?&=%:+-]{0,900})?")


def is_own_place(place: str) -> bool:
    """Whether this is a path of ours: an address that leads to somebody else's site is none."""
    return _OWN_PLACE.fullmatch(place) is not None
