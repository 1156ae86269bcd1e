"""The doors of a room: reads, forms and webhooks; each finds out who asks, checks the seal and gives the answer."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.plumbing import answers, done, forms, forms_in, forms_out, house, one_request
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import WAYS_BACK, Door, Offer
from chalicelib.plumbing.forms import Field, Form
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.one_request import Opening
from chalicelib.plumbing.sheets import Host, Show
from chalicelib.plumbing.visit import Visit

BODIES = ["application/json", "application/x-www-form-urlencoded"]
IN_PARTS = "multipart/form-data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BINARY = [IN_PARTS, XLSX]
"""What API Gateway must hand on byte for byte; infra/resources.yaml names the same for the local stand-in."""
# What a page's POST to a path may stand for: rooms share a path where one changes what another erases.
_overridden: dict[str, dict[str, tuple[Door, Opening]]] = {}


class Doors:
    """The doors of one room: a Chalice blueprint, and the list of what was declared on it."""

    def __init__(self, module: str) -> None:
        self.blueprint = Blueprint(module)
        self.room = module.split(".")[1]
        self.declared: list[Door] = []

    def read(
        self,
        path: str,
        *,
        who: tuple[str, ...] | None = None,
        resource: str | None = None,
        query: tuple[Field, ...] = (),
        answer: str | None = None,
        page: Show | None = None,
        greets: bool = False,
        host: Host | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A GET. The handler gets the visit, the values of the query and the parts of the path; it gives JSON or an Answer.

        A browser gets what `page` makes of that JSON; a refusal is worded and drawn by `host`. A door that `greets` is open to strangers and knows who is signed in.
        """

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                "GET", path, handler.__name__, _promise(handler), "session" if who else "none", who, resource,
                query=query, answer=answer, room=self.room, page=page, greets=greets, host=host,
            )  # fmt: skip

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                visit = knock.let_in(door)
                if knock.wants_page:
                    house.settle(visit, door)
                values = forms.read(query, {f.name: knock.query[f.name] for f in query if f.name in knock.query},
                                    as_text=True)  # fmt: skip
                answer = _as_answer(handler(visit, values, **params), 200, door)
                if page is None or not knock.wants_page:
                    return answer
                return replace(
                    answer, page=page.page(forms_out.sheet(knock, visit, params, answers.plain(answer.content)))
                )

            # A GET has no body; some programs name a type for it all the same.
            return self._hang(door, handler, answered, methods=["GET", "HEAD"], content_types=["*/*"])

        return hang

    def form(  # the parts of a form's door
        self,
        form: Form,
        *,
        status: int = 200,
        who: tuple[str, ...] | None = None,
        resource: str | None = None,
        answer: str | None = None,
        offer: Callable[[Visit, Mapping[str, str]], Offer] | None = None,
        after: Callable[[dict[str, Any], Visit], Mapping[str, str]] | None = None,
        then: Callable[[dict[str, Any], Mapping[str, Any]], str] | str | None = None,
        page: Show | None = None,
        shows: Show | None = None,
        greets: bool = False,
        leads_back: bool = False,
        asks_on: int | None = None,
        host: Host | None = None,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A sealed form. The handler gets the visit, the checked values and the parts of the path; it gives the result.

        `after` makes further headers from the result (a cookie). `then` says where a browser goes next, from the result
        and what was sent with the path's parts and the visit's `source`; an empty place means it stays, and sees what `shows` makes of the result.
        `asks_on` is the status of a result that names in `next` the form which has to be sent before all is done.
        With `leads_back` a form that was opened with `?next=desk` leads there instead. `page` draws the form, also when it was refused; without it a form looks as all forms do.
        """

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door(
                form.method, form.path, handler.__name__, _promise(handler), "form", who, resource, status, form,
                answer=answer, offer=offer, room=self.room, page=page, greets=greets,
                leads_back=leads_back, asks_on=asks_on, host=host,
            )  # fmt: skip

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                result, visit, values = forms_in.filled_in(knock, door, handler, params)
                headers = dict(after(result, visit)) if after else {}
                place = then(result, {"source": visit.source, **values, **params}) if callable(then) else then
                if leads_back:
                    place = WAYS_BACK.get(knock.query.get("next", ""), place)
                reached = asks_on if asks_on is not None and "next" in result else status
                made = Answer(reached, None if status == 204 else result, headers, door.name,
                              see_other=done.address(door, place) if knock.sent_form else None)  # fmt: skip
                if shows is None or not knock.wants_page or place != "":
                    return made
                return replace(made, page=shows.page(forms_out.sheet(knock, visit, params, answers.plain(result))))

            bodies = [*form.files, IN_PARTS] if form.files else BODIES
            opened = self._hang(door, handler, answered, content_types=bodies)
            if form.method != "POST":
                self._hang_for_browsers(door, answered)
            return opened

        return hang

    def webhook(
        self, path: str, methods: Sequence[str], *, content_types: Sequence[str]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """A call from a provider. The handler gets the visit, what was sent (query or form) and the parts of the path."""

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            doors = [Door(m, path, handler.__name__, _promise(handler), "webhook") for m in methods]

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                visit = replace(knock.stranger(), source="webhook")
                knock.visit = visit
                sent = {**knock.query, **knock.lenient_body()}
                return _as_answer(handler(visit, sent, **params), 200, doors[0])

            self.declared.extend(doors[1:])
            return self._hang(doors[0], handler, answered, methods=list(methods), content_types=list(content_types))

        return hang

    def other(self, path: str, methods: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """What leads nowhere: every other path, answered by a refusal."""

        def hang(handler: Callable[..., Any]) -> Callable[..., Any]:
            door = Door("GET", path, handler.__name__, _promise(handler), "none")

            def answered(knock: Knock, params: Mapping[str, str]) -> Answer:
                return _as_answer(handler(knock.stranger(), {}, **params), 200, door)

            return self._hang(door, handler, answered, methods=list(methods), content_types=["*/*"], listed=False)

        return hang

    def _hang_for_browsers(self, door: Door, answered: Opening) -> None:
        """A page can only POST: let a sealed form say in `_method` which method it was issued for."""
        first = door.path not in _overridden
        _overridden.setdefault(door.path, {})[door.method] = (door, answered)
        if not first:
            return
        self.declared.append(replace(door, method="POST", for_browsers=True))
        meant = _overridden[door.path]

        def opened(**params: str) -> Response:
            request = self.blueprint.current_request
            chosen = meant.get(Knock(request, "-").method_meant())
            if chosen is None:
                return one_request.answered(request, door, params, _no_such_method)
            return one_request.answered(request, chosen[0], params, chosen[1])

        self.blueprint.route(door.path, methods=["POST"], name=f"browser {door.path}", content_types=BODIES)(opened)

    def _hang(
        self,
        door: Door,
        handler: Callable[..., Any],
        answered: Opening,
        *,
        methods: list[str] | None = None,
        content_types: list[str] | None = None,
        listed: bool = True,
    ) -> Callable[..., Any]:
        if listed:
            self.declared.append(door)

        @functools.wraps(handler)
        def opened(**params: str) -> Response:
            return one_request.answered(self.blueprint.current_request, door, params, answered)

        kwargs: dict[str, Any] = {"content_types": content_types} if content_types else {}
        self.blueprint.route(door.path, methods=methods or [door.method], name=f"{door.method} {door.path}", **kwargs)(
            opened
        )
        return opened


def _no_such_method(knock: Knock, params: Mapping[str, str]) -> Answer:
    raise answers.NoSuchMethod("method_not_allowed")


def _as_answer(made: Any, status: int, door: Door) -> Answer:
    return made if isinstance(made, Answer) else Answer(status, made, {}, door.name)


def _promise(handler: Callable[..., Any]) -> str:
    return (handler.__doc__ or handler.__name__).strip().splitlines()[0].rstrip(".")
