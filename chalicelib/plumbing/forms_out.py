"""A sealed form as one visitor gets it: as JSON, or drawn on the sheet of a page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalice.app import Request

from chalicelib.plumbing import answers, house, seals, show_form, trail
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import PART, WAYS_BACK, Door, Offer
from chalicelib.plumbing.knock import Knock
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.sheets import Sheet
from chalicelib.plumbing.visit import Visit


def issue(request: Request, door: Door, context: Mapping[str, str]) -> Answer:
    """Issue the form of `door` to whoever asks: as JSON, or drawn on a page of its own."""
    form = door.form
    assert form is not None
    on = trail.now()
    knock = Knock(request, on.request_id if on else "-")
    visit = knock.let_in(replace(door, method="GET") if form.signed_in else replace(door, who=None))
    if knock.wants_page and form.signed_in:
        house.settle(visit, door)
    form_as_json = described(knock, visit, door, context)
    cookies = {"Set-Cookie": list(knock.cookies_to_set)} if knock.cookies_to_set else {}
    answer = Answer(200, form_as_json, {"Cache-Control": "no-store", **cookies}, "form")
    if not knock.wants_page:
        return answer
    drawn_on = sheet(knock, visit, {p: context.get(p, "") for p in form.parameters}, form_as_json)
    return replace(answer, page=(door.page or show_form).page(drawn_on), visit=visit)


def described(knock: Knock, visit: Visit, door: Door, context: Mapping[str, str]) -> dict[str, Any]:
    """The form of `door` for one visitor, sealed, as JSON values."""
    form = door.form
    assert form is not None
    offer = door.offer(visit, context) if door.offer else Offer({p: context.get(p, "") for p in form.parameters})
    parameters = {p: offer.parameters.get(p) or context.get(p, "") for p in form.parameters}
    if not all(PART.fullmatch(part) for part in parameters.values()):
        raise Missing
    fields = offer.fields if offer.fields is not None else form.fields
    fields = tuple(one for one in fields if one.name not in offer.locked)
    path = form.path.format_map(parameters)
    holder = knock.holder(form) or knock.new_holder()
    token, expires_at = seals.issue(
        form.name, method=form.method, path=path, holder=holder, fields=fields, locked=offer.locked, at=visit.at
    )
    return {
        "form": form.name,
        "door": f"{door.room}.form.{door.name}",
        "action": f"{path}?next={context['next']}" if door.leads_back and context.get("next") in WAYS_BACK else path,
        "method": form.method,
        "fields": [
            answers.described(one, visit.language, room=door.room, door=door.name, labels=offer.labels.get(one.name))
            for one in fields
        ],
        "locked": dict(offer.locked),
        "token": token,
        "expires_at": expires_at,
    }


def sheet(
    knock: Knock, visit: Visit, params: Mapping[str, str], content: Any, *, refused: Mapping[str, Any] | None = None
) -> Sheet:
    """What a page of this request is made from; every form of the house can be had on it. `refused` is a problem as JSON."""

    def issued(name: str, context: Mapping[str, str]) -> dict[str, Any]:
        hall = house.hall()
        door = hall.form_door(name, context) if hall else None
        if door is None:
            raise Missing
        return described(knock, visit, door, context)

    return Sheet(visit, knock.path, params, knock.query, content, issued, knock.typed if refused else {}, refused,
                 knock.cookies(), knock.declines)  # fmt: skip
