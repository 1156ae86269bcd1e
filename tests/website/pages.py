"""Every page of the website, named, with its address in a seeded world; a house test knows when one is missing here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.worlds.people import VERSION
from tests.worlds.site import Site


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the GET door that answers it (and for a form the door it is sent to), and where it is in a world."""

    name: str
    door: str
    path: Callable[[Site], str]
    form: str | None = None
    signed_in: bool = False
    status: int = 200
    jar: str = "cookies"
    """Which cookies of the world the team's pages are visited with."""
    is_state: bool = False
    """A door of the list in another state; words have been read in every language there."""


def filled(path: str, site: Site) -> str:
    """A path with what it names of the world: `/book/{booking_name}?day={day}`."""
    return path.format_map(
        {name: quote(str(getattr(site, name))) for name in site.__slots__ if not name.endswith("cookies")}
    )


def _read(name: str, door: str, *, signed_in: bool = False, **parts: str) -> Page:
    """A page whose address needs nothing, or ids of the world: `id="customer_id"`."""
    return Page(
        name,
        door,
        lambda site: door.format_map({part: getattr(site, of) for part, of in parts.items()}),
        signed_in=signed_in,
    )


def _desk(name: str, door: str, **parts: str) -> Page:
    return _read(name, door, signed_in=True, **parts)


def _form(name: str, form: str, sent_to: str, *, signed_in: bool = False, action: str = "", **parts: str) -> Page:
    """The page of the form `form` that is sent to `sent_to` (method and path); ids of the world go into its context."""

    def path(site: Site) -> str:
        context = {part: getattr(site, of) for part, of in parts.items()}
        if action:
            context["action"] = action
        if parts and signed_in:
            context["method"] = sent_to.partition(" ")[0]
        return f"/forms/{form}?{urlencode(context)}".rstrip("?")

    return Page(name, "/forms/{form}", path, form=sent_to, signed_in=signed_in)


def _sheet(name: str, form: str, sent_to: str, *, action: str = "", **parts: str) -> Page:
    return _form(name, form, sent_to, signed_in=True, action=action, **parts)


def _state(name: str, door: str, path: str, **more: Any) -> Page:
    """A page of the list in another state; the path names what it needs of the world: `/book/{booking_name}?day={day}`."""

    return Page(name, door, lambda site: filled(path, site), is_state=True, **more)


PUBLIC: tuple[Page, ...] = (
    _read("start", "/"),
    _read("limits", "/limits"),
    _read("health", "/health"),
    _read("processing-record", "/processing-record"),
    _read("processing-record-file", "/processing-record/workbook"),
    _read("conformance", "/legal/conformance"),
    _read("asvs", "/legal/conformance/asvs"),
    _read("sub-processors", "/sub-processors"),
    _read("imprint", "/imprint"),
    _read("contact", "/contact"),
    _read("plans", "/plans"),
    _form("contact-form", "support", "POST /support/tickets"),
    _form("chat-form", "chat", "POST /chat/consent"),
    _form("chat-end-form", "chat-end", "POST /chat/withdrawal"),
    _read("retention", "/retention"),
    _read("counting", "/counting"),
    _form("counting-form", "counting", "POST /analytics/consent"),
    _form("counting-end-form", "counting-end", "POST /analytics/withdrawal"),
    _read("signing-keys", "/signing-keys"),
    _read("certificate", "/erasure-certificates/{id}", id="certificate_id"),
    _read("policies", "/policies"),
    Page("terms", "/policies/{name}", lambda _: "/policies/terms"),
    Page("privacy", "/policies/{name}", lambda _: "/policies/privacy"),
    Page("dpa", "/policies/{name}", lambda _: "/policies/dpa"),
    _form("register", "register", "POST /partners"),
    _form("confirm-email", "confirm-email", "POST /email-confirmations", token="confirm_token"),
    _form("login", "login", "POST /sessions"),
    _form("login-code", "login-code", "POST /sessions/code"),
    _form("forgot-password", "forgot-password", "POST /password-resets"),
    _form("reset-password", "reset-password", "PUT /password-resets/{token}", token="reset_token"),
    Page("done", "/done/{form}", lambda _: "/done/register"),
    _form("confirm-newsletter", "confirm-newsletter", "POST /newsletter-confirmations", token="newsletter_token"),
    _read("unsubscribe", "/unsubscribe/{token}", token="unsubscribe_token"),
)


BOOKING: tuple[Page, ...] = (
    _read("book", "/book/{booking_name}", booking_name="booking_name"),
    Page(
        "book-times",
        "/book/{booking_name}/times",
        lambda site: f"/book/{site.booking_name}/times?service_id={site.service_id}&from={site.day}&to={site.day}",
    ),
    _form("book-form", "book", "POST /book/{booking_name}/appointments", booking_name="booking_name"),
    _form(
        "book-details",
        "book",
        "POST /book/{booking_name}/appointments",
        booking_name="booking_name",
        service_id="service_id",
        start="start",
    ),
)
CUSTOMER: tuple[Page, ...] = (
    _read("my", "/my/{token}", token="link_token"),
    _read("my-cancelled", "/my/{token}", token="cancelled_token"),
    _read("my-data", "/my/{token}/data", token="link_token"),
    _form("my-export-new", "link-export", "POST /my/{token}/exports", token="link_token"),
    _read("my-export", "/my/{token}/exports/{id}", token="link_token", id="my_export_id"),
    _form("my-move", "link-move", "POST /my/{token}/move", token="link_token"),
    _form("my-cancel", "link-cancel", "POST /my/{token}/cancellation", token="link_token"),
    _form("my-request", "link-request", "POST /my/{token}/requests", token="link_token"),
    _form("my-erase", "link-erase", "POST /my/{token}/erasure", token="link_token"),
)
DESK: tuple[Page, ...] = (
    _desk("desk", "/desk"),
    _desk("desk-profile", "/partner"),
    _sheet("desk-profile-change", "profile", "PATCH /partner"),
    _desk("desk-employees", "/employees"),
    _desk("desk-employee", "/employees/{id}", id="employee_id"),
    _sheet("desk-employee-new", "employee", "POST /employees"),
    _sheet("desk-employee-change", "employee", "PATCH /employees/{id}", id="employee_id"),
    _sheet("desk-employee-invite", "invitation", "POST /employees/{id}/invitations", id="employee_id"),
    _sheet("desk-hours", "hours", "PUT /employees/{id}/hours", id="employee_id"),
    _desk("desk-services", "/services"),
    _desk("desk-service", "/services/{id}", id="service_id"),
    _sheet("desk-service-new", "service", "POST /services"),
    _sheet("desk-service-change", "service", "PATCH /services/{id}", id="service_id"),
    _desk("desk-orders", "/orders"),
    _desk("desk-order", "/orders/{id}", id="order_id"),
    _sheet("desk-order-new", "order", "POST /orders"),
    _desk("desk-invoices", "/invoices"),
    _desk("desk-invoice", "/invoices/{id}", id="invoice_id"),
    _desk("desk-absences", "/absences"),
    _desk("desk-absence", "/absences/{id}", id="absence_id"),
    _sheet("desk-absence-new", "absence", "POST /absences"),
    _sheet("desk-absence-remove", "absence-remove", "DELETE /absences/{id}", id="absence_id"),
    Page("desk-appointments", "/appointments", lambda s: f"/appointments?from={s.day}&to={s.day}", signed_in=True),
    _desk("desk-appointment", "/appointments/{id}", id="appointment_id"),
    _sheet("desk-appointment-new", "appointment", "POST /appointments"),
    _sheet("desk-appointment-status", "appointment", "PATCH /appointments/{id}", id="appointment_id"),
    _sheet("desk-appointment-move", "appointment", "POST /appointments/{id}/move", action="move", id="appointment_id"),
    _sheet(
        "desk-appointment-cancel",
        "appointment",
        "POST /appointments/{id}/cancellation",
        action="cancellation",
        id="appointment_id",
    ),
    _desk("desk-customers", "/customers"),
    _desk("desk-customer", "/customers/{id}", id="customer_id"),
    _sheet("desk-customer-new", "customer", "POST /customers"),
    _sheet("desk-customer-change", "customer", "PATCH /customers/{id}", id="customer_id"),
    _sheet("desk-customer-erase", "customer", "DELETE /customers/{id}", id="customer_id"),
    _desk("desk-messages", "/messages"),
    _desk("desk-texts", "/texts"),
    Page(
        "desk-text-change",
        "/forms/{form}",
        lambda _: "/forms/text?kind=confirmation&language=de",
        form="PUT /texts/{kind}/{language}",
        signed_in=True,
    ),
    Page(
        "desk-text-reset",
        "/forms/{form}",
        lambda _: "/forms/text-reset?kind=cancelled&language=it",
        form="DELETE /texts/{kind}/{language}",
        signed_in=True,
    ),
    _desk("desk-activity", "/activity"),
    _desk("desk-dashboard", "/dashboard"),
    _desk("desk-exports", "/exports"),
    _desk("desk-export", "/exports/{id}", id="export_id"),
    _sheet("desk-export-new", "export", "POST /exports"),
    _desk("desk-imports", "/imports"),
    _desk("desk-import", "/imports/{id}", id="import_id"),
    _sheet("desk-import-new", "import", "POST /imports"),
    _sheet("desk-import-run", "import-run", "POST /imports/{id}/runs", id="import_id"),
    _desk("desk-consents", "/consents"),
    Page("desk-receipt", "/consents/{id}", lambda _: f"/consents/terms.{VERSION}", signed_in=True),
    _desk("desk-disclosures", "/disclosures"),
    _desk("desk-newsletter", "/newsletter"),
    _sheet("desk-newsletter-choice", "newsletter", "PUT /newsletter"),
    Page(
        "desk-accept-policy",
        "/forms/{form}",
        lambda _: "/forms/accept-policy?name=terms",
        form="POST /policies/{name}/acceptances",
        signed_in=True,
    ),
    _sheet("desk-password", "change-password", "PUT /password"),
    _desk("desk-api-keys", "/api-keys"),
    _desk("desk-api-key", "/api-keys/{id}", id="key_id"),
    _sheet("desk-api-key-new", "api-key", "POST /api-keys"),
    _sheet("desk-api-key-revoke", "api-key-revoke", "DELETE /api-keys/{id}", id="key_id"),
    _desk("desk-retention", "/retention/preview"),
    _desk("desk-holds", "/holds"),
    _sheet("desk-hold-new", "hold", "POST /holds"),
    _sheet("desk-hold-change", "hold", "PATCH /holds/{id}", id="hold_id"),
    _sheet("desk-hold-lift", "hold", "DELETE /holds/{id}", id="hold_id"),
    _desk("desk-requests", "/requests"),
    _desk("desk-request", "/requests/{id}", id="request_id"),
    _sheet("desk-request-new", "request", "POST /requests"),
    _sheet("desk-request-close", "request", "PATCH /requests/{id}", id="request_id"),
    _sheet("desk-request-extend", "request", "POST /requests/{id}/extension", action="extension", id="request_id"),
    _desk("desk-breaches", "/breaches"),
    _desk("desk-breach", "/breaches/{id}", id="breach_id"),
    _sheet("desk-breach-new", "breach", "POST /breaches"),
    _sheet("desk-breach-correct", "breach", "POST /breaches/{id}/corrections", action="corrections", id="breach_id"),
    _desk("desk-webhooks", "/webhook-endpoints"),
    _desk("desk-webhook", "/webhook-endpoints/{id}", id="webhook_id"),
    _desk("desk-webhook-log", "/webhook-endpoints/{id}/deliveries", id="webhook_id"),
    _sheet("desk-webhook-new", "webhook-endpoint", "POST /webhook-endpoints"),
    _sheet("desk-webhook-change", "webhook-endpoint", "PATCH /webhook-endpoints/{id}", id="webhook_id"),
    _sheet("desk-webhook-remove", "webhook-remove", "DELETE /webhook-endpoints/{id}", id="webhook_id"),
    _sheet("desk-webhook-secret", "webhook-secret", "POST /webhook-endpoints/{id}/secret", id="webhook_id"),
    _sheet("desk-webhook-test", "webhook-test", "POST /webhook-endpoints/{id}/test", id="webhook_id"),
    _sheet(
        "desk-webhook-resend",
        "webhook-resend",
        "POST /webhook-endpoints/{id}/deliveries/{delivery_id}/resend",
        id="webhook_id",
        delivery_id="webhook_delivery_id",
    ),
    _desk("desk-calendar-feeds", "/employees/{id}/calendar-feeds", id="employee_id"),
    _desk("desk-busy-sources", "/employees/{id}/busy-sources", id="employee_id"),
    _sheet("desk-feed-new", "calendar-feed", "POST /employees/{id}/calendar-feeds", id="employee_id"),
    _sheet(
        "desk-feed-revoke",
        "calendar-feed-revoke",
        "DELETE /employees/{id}/calendar-feeds/{feed_id}",
        id="employee_id",
        feed_id="feed_id",
    ),
    _sheet("desk-source-new", "busy-source", "POST /employees/{id}/busy-sources", id="employee_id"),
    _sheet(
        "desk-source-remove",
        "busy-source-remove",
        "DELETE /employees/{id}/busy-sources/{source_id}",
        id="employee_id",
        source_id="source_id",
    ),
    _sheet(
        "desk-source-refresh",
        "busy-source-refresh",
        "POST /employees/{id}/busy-sources/{source_id}/refresh",
        id="employee_id",
        source_id="source_id",
    ),
    _sheet("desk-close-account", "close-account", "POST /partner/closure"),
    _sheet("desk-logout", "logout", "DELETE /sessions/current"),
    _desk("desk-sessions", "/sessions"),
    _sheet("desk-session-end", "session-end", "DELETE /sessions/{id}", id="session_id"),
    _desk("desk-second-factor", "/second-factor"),
    _sheet("desk-second-factor-on", "second-factor", "PUT /second-factor"),
    _sheet("desk-second-factor-off", "second-factor-off", "DELETE /second-factor"),
    _sheet("desk-recovery-codes", "recovery-codes", "POST /second-factor/recovery-codes"),
    _sheet(
        "desk-second-factor-reset",
        "second-factor-reset",
        "DELETE /employees/{id}/second-factor",
        id="secured_id",
    ),
    _sheet("desk-sessions-end", "sessions-end", "DELETE /sessions/others"),
)
REFUSALS: tuple[Page, ...] = (
    Page("refused-nowhere", "/{proxy+}", lambda _: "/nowhere", status=404),
    Page("refused-no-such-partner", "/book/{booking_name}", lambda _: "/book/nobody-is-here", status=404),
    Page("refused-forged-link", "/my/{token}", lambda s: f"/my/{s.link_token[:-4]}AAAA", status=404),
    Page("refused-signed-out", "/partner", lambda _: "/partner", status=401),
    Page("refused-dates", "/appointments", lambda _: "/appointments?from=yesterday", signed_in=True, status=422),
)
_BOOK, _FORM = "/book/{booking_name}", "/forms/{form}"
_CHOSEN = "/book/{booking_name}?service_id={service_id}&employee_id=any"
STATES: tuple[Page, ...] = (
    _state("asvs-chapter", "/legal/conformance/asvs", "/legal/conformance/asvs?chapter=V1"),
    _state("book-first-free-day", _BOOK, _CHOSEN),
    _state("book-start-taken", _BOOK, _CHOSEN.replace("any", "{employee_id}") + "&start={taken_start}"),
    _state("book-far-month", _BOOK, _CHOSEN + "&month=2031-01"),
    _state(
        "book-framed-start",
        _BOOK,
        "/book/{du_booking_name}?embed=1&service_id={du_service_id}&employee_id=any&start={start}",
    ),
    _state("book-du", _BOOK, "/book/{du_booking_name}"),
    _state(
        "book-du-questions", _BOOK, "/book/{du_booking_name}?service_id={du_service_id}&employee_id=any&start={start}"
    ),
    _state("book-du-no-times", _BOOK, "/book/{du_booking_name}?service_id={du_full_service_id}"),
    _state("book-no-services", _BOOK, "/book/{empty_booking_name}"),
    _state("my-du", "/my/{token}", "/my/{du_link_token}?booked=1"),
    _state("my-gone", "/my/{token}", "/my/{erased_token}", status=410),
    _state("confirmed-already", _FORM, "/forms/confirm-email?token={used_token}"),
    *(
        _state(f"desk-calendar-{view}", "/appointments", f"/appointments?view={view}&day={{day}}", signed_in=True)
        for view in ("week", "day", "list")
    ),
    _state("desk-calendar-now", "/appointments", "/appointments?view=day", signed_in=True),
    *(
        _state(f"desk-settings-{section}", _FORM, f"/forms/profile?section={section}", signed_in=True)
        for section in ("business", "place", "look", "address", "data")
    ),
    _state("desk-customers-found", "/customers", "/customers?q=Beispiel", signed_in=True),
    _state("desk-customers-not-found", "/customers", "/customers?q=nobody", signed_in=True),
    _state(
        "desk-appointment-new-at", _FORM, "/forms/appointment?start={start}&employee_id={employee_id}", signed_in=True
    ),
    _state(
        "desk-appointment-move-to",
        _FORM,
        "/forms/appointment?id={appointment_id}&action=move&start={start}",
        signed_in=True,
    ),
    _state("desk-newsletter-waits", "/newsletter", "/newsletter", signed_in=True, jar="du_cookies"),
    _state("desk-appointment-over", "/appointments/{id}", "/appointments/{cancelled_id}", signed_in=True),
    _state("desk-dashboard-year", "/dashboard", "/dashboard?from={year_ago}&to={today}", signed_in=True),
    *(
        _state(f"new-{name}", path.partition("?")[0], path, signed_in=True, jar="empty_cookies")
        for name, path in (
            ("desk", "/desk"),
            ("calendar", "/appointments"),
            ("services", "/services"),
            ("employees", "/employees"),
            ("absences", "/absences"),
            ("customers", "/customers"),
            ("messages", "/messages"),
            ("dashboard", "/dashboard"),
            ("disclosures", "/disclosures"),
            ("requests", "/requests"),
            ("holds", "/holds"),
            ("breaches", "/breaches"),
            ("retention", "/retention/preview"),
            ("api-keys", "/api-keys"),
            ("webhooks", "/webhook-endpoints"),
        )
    ),
    _state("desk-texts-own", "/texts", "/texts?language=it", signed_in=True),
    _state("desk-text-own", _FORM, "/forms/text?kind=cancelled&language=it", signed_in=True),
    _state("new-appointment", _FORM, "/forms/appointment", signed_in=True, jar="empty_cookies"),
)
PAGES: tuple[Page, ...] = (*PUBLIC, *BOOKING, *CUSTOMER, *DESK, *REFUSALS, *STATES)

NO_PAGES = frozenset(
    {
        "/activity/chain",
        "/assets/{file}",
        "/embed.js",
        "/my/{token}/calendar.ics",
        "/calendars/{file}",
        "/my/{token}/data.json",
        "/openapi.json",
        "/partner/processing-agreement",
    }
)
"""GET doors that answer something else than a page, whoever asks."""
