"""Who is asking, from where, and with which right: made at the door, carried by every verb."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.plumbing.once import Once  # what only forms need: a search for times does not load it

SOURCES = ("web", "widget", "partner", "api", "webhook", "job", "import")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request or one run of a job. `partner_id` is None for strangers; nothing else may name the partner."""

    at: datetime
    request_id: str
    source: str
    ip: str | None = None
    language: str = "de"
    partner_id: str | None = None
    employee_id: str | None = None
    role: str | None = None
    scopes: tuple[str, ...] = ()
    session: str | None = None
    once: "Once | None" = None
    browser: str | None = None  # a digest of the cookie that a visitor's forms are bound to

    @property
    def partner(self) -> str:
        """The partner on whose behalf this happens; only for doors that let nobody else in."""
        assert self.partner_id is not None
        return self.partner_id

    def for_partner(self, partner_id: str) -> "Visit":
        """The same visit, on the ground of one partner (a customer at a booking page)."""
        return replace(self, partner_id=partner_id)


def of_job(at: datetime, request_id: str, partner_id: str | None = None) -> Visit:
    """A visit by nobody: a scheduled job or a worker."""
    return Visit(at=at, request_id=request_id, source="job", partner_id=partner_id)
