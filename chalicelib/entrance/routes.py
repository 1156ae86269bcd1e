"""Doors of the hall: start, form office, health, limits, API description, log, and the answer for paths that lead nowhere."""

from functools import cache
from typing import Any

import msgspec

from chalicelib.booking import host
from chalicelib.entrance import (
    board,
    desk,
    imprint,
    limits,
    logbook,
    openapi,
    processors,
    show_activity,
    show_dashboard,
    show_desk,
    start,
)
from chalicelib.plumbing import answers, assets, forms_out, lists, settings, trail, words
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import ADMINS, OWNER, PAGING, TEAM
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.sheets import Page
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)
_PUBLIC = {"Cache-Control": "public, max-age=300"}
_SPAN = (Field("from", longest=40, required=False), Field("to", longest=40, required=False))
_DAYS = (Field("from", "date", required=False), Field("to", "date", required=False))


@door.read("/", answer="start")
def start_page(visit: Visit, values: dict[str, Any]) -> Answer:
    """Where everything begins: what this is, and the ways on."""
    return Answer(200, start.page(visit.language), name="start", page=Page("entrance/pages/start.html"))


@door.read("/assets/{file}", query=(Field("v", longest=40, required=False),))
def asset(visit: Visit, values: dict[str, Any], file: str) -> Answer:
    """A style sheet, a script or a picture of our pages."""
    text, content_type = assets.read(file)
    for_good = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Answer(200, text, for_good if values["v"] else _PUBLIC, content_type=content_type)


@door.read("/done/{form}", answer="done")
def done_page(visit: Visit, values: dict[str, Any], form: str) -> Answer:
    """What a browser sees when a form has arrived."""
    return Answer(200, start.done(form, visit.language), name="done", page=Page("entrance/pages/done.html"))


@door.read("/desk", who=TEAM, resource="appointments", answer="desk", page=show_desk)
def show_desk_home(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Today and tomorrow, what waits for somebody, and what a new partner still has to set up."""
    return desk.shown(visit)


@door.read("/limits", query=PAGING, answer="limits")
def list_limits(visit: Visit, values: dict[str, Any]) -> Answer:
    """The limits that are counted, from the constants that the product counts with."""
    found = lists.page("limits", limits.shown(), limit=values["limit"], cursor=values["cursor"], by="name")
    return Answer(200, found, name="limits", page=Page("entrance/pages/limits.html"))


@door.read("/imprint", answer="imprint")
def show_imprint(visit: Visit, values: dict[str, Any]) -> Answer:
    """Who runs this, and how to reach them."""
    return Answer(200, imprint.shown(), name="imprint", page=Page("entrance/pages/imprint.html"))


@door.read("/sub-processors", query=PAGING, answer="sub_processors")
def list_processors(visit: Visit, values: dict[str, Any]) -> Answer:
    """Who else handles data for us, where, what for, and on which basis."""
    found = lists.part(
        "sub_processors", processors.shown(visit.language), limit=values["limit"], cursor=values["cursor"], by=("host",)
    )
    return Answer(200, found, name="sub_processors", page=Page("entrance/pages/processors.html"))


@door.read("/openapi.json", answer="description")
def api_description(visit: Visit, values: dict[str, Any]) -> Answer:
    """This API, described in OpenAPI 3.1."""
    return Answer(200, _description(), _PUBLIC, content_type="application/json")


@door.read(
    "/activity",
    who=ADMINS,
    resource="activity",
    query=(*_SPAN, *PAGING),
    answer="activity",
    page=show_activity,
)
def list_activity(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What happened at this partner, the newest first: when, who, from where, what, by which way."""
    return logbook.entries(visit, values)


@door.read(
    "/activity/chain",
    who=OWNER,
    resource="activity",
    query=(Field("on", "date"), *PAGING),
    answer="chain",
)
def export_chain(visit: Visit, values: dict[str, Any]) -> Answer:
    """One UTC day of the log with exactly what its hashes are made of: checked offline by `python -m infra.verify`."""
    text = msgspec.json.encode(logbook.chain(visit, values)).decode()
    as_file = {"Content-Disposition": f'attachment; filename="log-{values["on"]}.json"'}
    return Answer(200, text, as_file, content_type="application/json")


@door.read(
    "/dashboard", who=ADMINS, resource="activity", query=_DAYS, answer="dashboard", page=show_dashboard
)  # fmt: skip
def show_numbers(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The numbers of at most 400 days, without a person and without an address."""
    return logbook.numbers(visit, values["from"], values["to"])


@door.read("/health", answer="health")
def health(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Whether this function answers, where it runs and what it is."""
    here = settings.get()
    return {"status": "ok", "region": here.region, "version": here.version, "commit": here.commit}


@door.read("/forms/{form}", host=host, answer="form")
def issue_form(visit: Visit, values: dict[str, Any], form: str) -> Answer:
    """A sealed form: its fields, its locked values, and the token to send it back with."""
    request = door.blueprint.current_request
    context = {name: str(value) for name, value in (request.query_params or {}).items()}
    found = board.form_door(form, context)
    if found is None:
        raise Missing
    return forms_out.issue(request, found, context)


@cache
def _description() -> str:
    return msgspec.json.encode(openapi.described((*board.declared(), *door.declared), settings.get().version)).decode()


@door.other("/{proxy+}", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def nowhere(visit: Visit, values: dict[str, Any], **_: str) -> None:
    """Every other path."""
    raise Missing


def in_our_words(event: Any, get_response: Any) -> Any:
    """What the framework itself refuses (a method, a content type) gets the same face as our own refusals; a 405 says what is allowed."""
    response = get_response(event)
    body = response.body
    if isinstance(body, dict) and "Code" in body and "Message" in body:
        request_id = trail.begin(trail.API, event.context.get("requestId")).request_id
        language = words.language_of(event.headers.get("accept-language", ""))
        answer = answers.of_framework(response.status_code, language, request_id)
        response = answers.response(
            answer, wants_page=answers.wants_page(event.headers.get("accept", "")), sent_form=False, language=language,
            request_id=request_id, around=dict,
        )  # fmt: skip
        trail.write(
            "framework", method=event.method, route=str(event.context.get("resourcePath")), status=response.status_code,
            code=answer.name, partner_id=None,
        )  # fmt: skip
    if response.status_code == 405:
        response.headers["Allow"] = ", ".join(board.methods(str(event.context.get("resourcePath")), door.declared))
    return response
