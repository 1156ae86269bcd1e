"""What a partner can see of its messages, and what it lets them say."""

from collections.abc import Mapping
from typing import Any

from chalicelib.messaging import (
    find,
    forms,
    list_texts,
    offers,
    replace,
    restore,
    show_messages,
    show_text,
    show_texts,
    show_tried_text,
)
from chalicelib.plumbing.door import ADMINS, PAGING, STAY, TEAM
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import LANGUAGES, Field
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


# An SMS that was handed over and never arrived has failed too.
STATE = Field("state", required=False, options=("failed",))
LANGUAGE = Field("language", required=False, options=LANGUAGES)


@door.read(
    "/messages",
    who=TEAM,
    resource="appointments",
    query=(STATE, *PAGING),
    answer="messages",
    page=show_messages,
)
def list_messages(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The messages of this partner, the newest first: how each went, and whether it arrived."""
    return find.messages(visit, values)


@door.read("/texts", who=ADMINS, resource="partner", query=(LANGUAGE,), answer="texts", page=show_texts)
def list_message_texts(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What messages to customers say, kind by kind and language by language: own words where there are, and ours."""
    return list_texts.of_partner(visit, values.get("language"))


def _to_the_list(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return STAY if values.get("preview") else f"/texts?language={values['language']}"


@door.form(forms.TEXT, who=ADMINS, resource="partner", offer=offers.text, answer="text", page=show_text,
           then=_to_the_list, shows=show_tried_text)  # fmt: skip
def replace_text(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Own words for a message in one language; with `preview` only how they would look."""
    return replace.text(visit, path["kind"], path["language"], values=values)


@door.form(forms.TEXT_RESET, status=204, who=ADMINS, resource="partner", offer=offers.own_text,
           then=_to_the_list)  # fmt: skip
def restore_text(visit: Visit, values: dict[str, Any], **path: str) -> dict[str, Any]:
    """Our words again for a message in one language."""
    return restore.text(visit, path["kind"], path["language"])
