"""Doors of the hall: the form office, health, limits, and the answer for every path that leads nowhere."""

from typing import Any

from chalicelib.entrance import board
from chalicelib.plumbing import answers, doors, settings
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


@door.read("/health")
def health(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Whether this function answers, where it runs and what it is."""
    here = settings.get()
    return {"status": "ok", "region": here.region, "version": here.version, "commit": here.commit}


@door.read("/forms/{form}")
def issue_form(visit: Visit, values: dict[str, Any], form: str) -> Answer:
    """A sealed form: its fields, its locked values, and the token to send it back with."""
    request = door.blueprint.current_request
    context = {name: str(value) for name, value in (request.query_params or {}).items()}
    found = board.form_door(form, context)
    if found is None:
        raise Missing
    described, headers = doors.issue(request, found, context)
    return Answer(200, described, headers, "form", page="plumbing/pages/form.html")


@door.other("/{proxy+}", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def nowhere(visit: Visit, values: dict[str, Any], **_: str) -> None:
    """Every other path."""
    raise Missing


def in_our_words(event: Any, get_response: Any) -> Any:
    """What the framework itself refuses (a method, a content type) gets the same face as our own refusals."""
    response = get_response(event)
    body = response.body
    if isinstance(body, dict) and "Code" in body and "Message" in body:
        request_id = str(event.context.get("requestId") or "-")
        answer = answers.of_framework(response.status_code, "de", request_id)
        return answers.response(answer, wants_page=False, sent_form=False, language="de", request_id=request_id)
    return response
