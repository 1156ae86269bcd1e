"""A browser without scripts, in this process: pages are fetched, their forms read as browsers read them, and posted."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.worlds.visitor import Reply, Visitor

PAGE = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@dataclass(slots=True)
class Filled:
    """A form on a page, with what its fields hold when nobody has touched them: name and value, in order."""

    action: str
    method: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    boxes: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    @property
    def held(self) -> dict[str, str]:
        """What each field holds (of several values the last)."""
        return dict(self.pairs)

    def body(self, **changes: Any) -> str:
        """The form as a browser sends it; a changed field is replaced, None is a field left out, a list is sent often."""
        kept = [(name, value) for name, value in self.pairs if name not in changes]
        typed = [
            (name, str(each))
            for name, value in changes.items()
            if value is not None
            for each in (value if isinstance(value, list) else [value])
        ]
        return urlencode([*kept, *typed])


@dataclass(frozen=True, slots=True)
class Opened:
    """A page as it came."""

    visitor: Visitor
    reply: Reply
    forms: list[Filled]

    @property
    def text(self) -> str:
        return self.reply.text

    def form(self, action: str = "") -> Filled:
        """The form that goes to `action` (its end is enough); without one, the first that is not the way out."""
        found = [one for one in self.forms if one.action.partition("?")[0].endswith(action)]
        if not action:
            found = [one for one in self.forms if one.action != "/sessions/current"] or self.forms
        assert found, f"no form to {action!r} on this page:\n{self.text}"
        return found[0]

    def send(self, action: str = "", **changes: Any) -> Reply:
        """Post a form of this page as a browser does."""
        one = self.form(action)
        return post(self.visitor, one.action, one.body(**changes))


def open_page(visitor: Visitor, path: str, **headers: str) -> Opened:
    """Fetch a page."""
    reply = visitor.send("GET", path, headers={**PAGE, **headers})
    return read(visitor, reply)


def read(visitor: Visitor, reply: Reply) -> Opened:
    """A page that came as the answer to a form."""
    parser = _Forms()
    parser.feed(reply.text)
    return Opened(visitor, reply, parser.forms)


def post(visitor: Visitor, action: str, body: str) -> Reply:
    """A form's content as a browser sends it."""
    return visitor.send("POST", action, body, {**PAGE, "content-type": "application/x-www-form-urlencoded"})


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Filled] = []
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Filled(held.get("action", ""), held.get("method", "get")))
        if not self.forms:
            return
        form = self.forms[-1]
        name = held.get("name", "")
        if tag == "input" and name:
            form.names.add(name)
            if held.get("type") in ("checkbox", "radio"):
                form.boxes.setdefault(name, []).append(held.get("value", "on"))
                if "checked" in held:
                    form.pairs.append((name, held.get("value", "on")))
            elif held.get("type") != "submit":
                form.pairs.append((name, held.get("value", "")))
        if tag == "select" and name:
            form.names.add(name)
            self._select, self._options = (name, "multiple" in held), []
        if tag == "option" and self._select:
            self._options.append((held.get("value", ""), "selected" in held))
        if tag == "textarea" and name:
            form.names.add(name)
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, many = self._select
            chosen = [value for value, selected in self._options if selected]
            if not chosen and not many and self._options:
                chosen = [self._options[0][0]]
            self.forms[-1].pairs += [(name, value) for value in chosen]
            self._select = None
        if tag == "textarea" and self._area is not None:
            self.forms[-1].pairs.append((self._area, self._text.removeprefix("\n")))
            self._area = None
