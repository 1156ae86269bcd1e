"""One door as it is declared: what the API description, the form office and the house tests know of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.plumbing.forms import Field, Form
from chalicelib.plumbing.sheets import Host, Show
from chalicelib.plumbing.visit import Visit

TEAM = ("owner", "admin", "employee")
ADMINS = ("owner", "admin")
OWNER = ("owner",)
PAGING = (
    Field("limit", "integer", required=False, least=1, most=100, default=50),
    Field("cursor", "cursor", required=False, default=None),
)
PART = re.compile(r"[A-Za-z0-9._~-]{1,300}")
"""What may stand in a path where a door leaves a place for it."""
STAY = ""  # for `then`: a browser stays and sees the result, which cannot be had again
WAYS_BACK = {"desk": "/desk"}
"""Where a form may lead that was opened with `?next=`: names that stand here, never an address that somebody sends."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form is given for one visitor: the values of its path, its fields with their options, its locked values.

    `labels` says what options are called that only this partner has: `{"service_id": {id: name}}`.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[Field, ...] | None = None
    locked: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """A door: where it is, who may pass, what is asked and answered there, and who draws its page."""

    method: str
    path: str
    name: str
    summary: str
    protection: str  # none, session, form, webhook
    who: tuple[str, ...] | None = None
    resource: str | None = None
    status: int = 200
    form: Form | None = None
    query: tuple[Field, ...] = ()
    answer: str | None = None
    offer: Callable[[Visit, Mapping[str, str]], Offer] | None = None
    greets: bool = False  # open to strangers, and knows whoever is signed in
    leads_back: bool = False
    asks_on: int | None = None
    host: Host | None = None
    for_browsers: bool = False  # a POST that stands for the method a sealed form names
    room: str = ""
    page: Show | None = None
