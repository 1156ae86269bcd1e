"""One request, from the knock to the answer on the wire: whatever happens inside, an answer comes and shows nothing of it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalice.app import Request, Response

from chalicelib.plumbing import answers, done, forms_out, house, trail, turn_away
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import PART, Door
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.refusals import Missing, Refusal

Opening = Callable[[Knock, Mapping[str, str]], Answer]
"""What happens behind a door: an answer for who knocks and the parts of the path."""


def answered(
    request: Request,
    door: Door,
    params: Mapping[str, str],
    opening: Opening,
) -> Response:
    """What goes back to whoever sent `request` to `door`; one line of the log says that it was there."""
    begun = trail.begin(trail.API, request.context.get("requestId"))
    knock = Knock(request, begun.request_id)
    refused: Refusal | None = None
    answer: Answer
    try:
        for name, part in params.items():
            if name != "proxy" and not PART.fullmatch(part):
                raise Missing
        answer = opening(knock, params)
    except Refusal as refusal:
        refused = refusal
    except Exception as problem:  # noqa: BLE001 - the last line before the visitor: nothing inside may show
        refused = answers.unexpected(problem, door.name, knock.request_id)
    if refused is not None:
        answer = answers.refusal(refused, knock.request_id, turn_away.language(knock, door, params))
        turn_away.note(knock, refused)
        turn_away.count(refused)
        if knock.wants_page:
            answer = replace(answer, page=turn_away.page(knock, door, params, refused, answer))
    elif (
        (hall := house.hall()) and (door.form is not None or knock.wants_page) and not (knock.is_head or knock.repeats)
    ):
        hall.passed(forms_out.sheet(knock, knock.visit or knock.stranger(), params, None), door)
    response = _on_the_wire(knock, answer)
    visit = knock.visit
    trail.write(
        door.name, method=request.method, route=door.path, status=response.status_code,
        code=refused.code if refused else None, partner_id=visit.partner_id if visit else None,
    )  # fmt: skip
    return response


def _on_the_wire(knock: Knock, answer: Answer) -> Response:
    given = answer.headers.get("Set-Cookie", [])
    cookies = list(dict.fromkeys([*knock.cookies_to_set, *([given] if isinstance(given, str) else given)]))
    if cookies:
        answer = replace(answer, headers={**answer.headers, "Set-Cookie": cookies})
    if answer.status == 200 and "ETag" in answer.headers and knock.knows(answer.headers["ETag"]):
        answer = replace(answer, status=304, content="")
    visit = answer.visit or knock.visit or knock.stranger()

    def around() -> Mapping[str, Any]:
        hall = house.hall()
        made = hall.around(forms_out.sheet(knock, visit, {}, None)) if hall else {}
        return {
            **made,
            "path": knock.path,
            "query": knock.query,
            "again": not knock.sent_form,
            "done": done.said(knock),
        }

    try:
        response = answers.response(answer, wants_page=knock.wants_page, sent_form=knock.sent_form,
                                    language=knock.language, request_id=knock.request_id, around=around)  # fmt: skip
    except Exception as problem:  # noqa: BLE001 - a page that cannot be drawn may not show why
        broken = answers.refusal(answers.unexpected(problem, answer.name, knock.request_id), knock.request_id, "en")
        response = answers.response(broken, wants_page=False, sent_form=False, language=knock.language,
                                    request_id=knock.request_id, around=around)  # fmt: skip
    if knock.is_head:
        response.body = ""
    return response
