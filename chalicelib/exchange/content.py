"""What a file holds, part by part and column by column: names that stay, types, and what each column is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

KINDS = ("text", "integer", "flag", "day", "instant", "local", "json")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` never changes its meaning; `kind` is one of KINDS.

    An `instant` is UTC; a `local` is wall time with its offset in the column after it; a `json` is a list or an object.
    `stored` names what it is in the inventory, as (kind of row, attribute). `restored` columns are those that an import
    can bring back: the content hash is made of them.
    """

    key: str
    kind: str = "text"
    stored: tuple[str, str] | None = None
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    restored: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet; `source` says where its content comes from: team, customer (or the team for them), product."""

    name: str
    row: str
    columns: tuple[Column, ...]
    source: str = "team"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One column as the schema of a file describes it."""

    sheet: str
    key: str
    label: str
    type: str
    unit: str
    required: bool
    values: str
    source: str
    purpose: str
    legal_basis: str
    recipients: str
    retention: str


FIELDS = tuple(Meaning.__slots__)


def _c(key: str, kind: str = "text", *more: str, **rest: object) -> Column:
    return Column(key, kind, required="required" in more, restored="derived" not in more, **rest)  # type: ignore[arg-type]  # the keywords of Column


STATUSES = (
    "requested", "confirmed", "declined", "cancelled_by_customer", "cancelled_by_partner", "completed", "no_show", "expired",
)  # fmt: skip
LANGUAGES = ("de", "fr", "it", "en")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ADDRESS = ("first_name", "last_name", "company", "street", "postcode", "city", "country", "email", "phone")

_AMOUNTS = ("net_rappen", "vat_rappen", "gross_rappen")

_PARTS = (
    Part("partner", "partner", (
        _c("id", "text", "required", "derived"),
        *(_c(name, "text", "required") for name in _ADDRESS),
        _c("language", values=LANGUAGES), _c("timezone", "text", "required"), _c("canton"),
        _c("booking_name", "text", "derived"), _c("status", "text", "derived"), _c("plan", "text", "derived"),
        _c("retention_months", "integer", unit="months"), _c("sms_enabled", "flag"), _c("sms_discreet", "flag"), _c("embed_origins", "json"),
        _c("accent"), _c("salutation"), _c("newsletter_wished", "flag", "derived"), _c("accepted", "json", "derived"),
        _c("created_at", "instant", "derived", unit="UTC"),
    )),
    Part("employees", "employee", (
        _c("id", "text", "required"), _c("first_name", "text", "required"), _c("last_name", "text", "required"),
        _c("email", "text", "required"), _c("role", "text", "required", values=("owner", "admin", "employee")),
        _c("bookable", "flag", "required"), _c("active", "flag", "required"),
        _c("created_at", "instant", "derived", unit="UTC"),
    )),
    Part("hours", "hours", (
        _c("employee_id", "text", "required", stored=("hours", "hours")),
        _c("weekday", "text", stored=("hours", "hours"), values=WEEKDAYS),
        _c("date", "day", stored=("hours", "hours")),
        _c("from", "text", stored=("hours", "hours"), unit="HH:MM"),
        _c("to", "text", stored=("hours", "hours"), unit="HH:MM"),
    )),
    Part("absences", "absence", (
        _c("id", "text", "required"), _c("employee_id"),
        _c("start", "local", "required", stored=("absence", "start_at")),
        _c("start_offset", stored=("absence", "start_at"), unit="±HH:MM"),
        _c("end", "local", "required", stored=("absence", "end_at")),
        _c("end_offset", stored=("absence", "end_at"), unit="±HH:MM"),
        _c("timezone", "text", "required", stored=("partner", "timezone")), _c("reason"),
    )),
    Part("services", "service", (
        _c("id", "text", "required"), _c("name", "text", "required"),
        *(_c(name, "integer", "required", unit="minutes") for name in (
            "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "interval_minutes", "lead_time_minutes")),
        _c("horizon_days", "integer", "required", unit="days"),
        _c("cancel_until_hours", "integer", "required", unit="hours"),
        _c("price_rappen", "integer", "required", unit="Rappen"),
        _c("currency", values=("CHF",), stored=("service", "price_rappen")),
        _c("capacity", "integer", "required"), _c("employee_ids", "json"), _c("reminder_hours", "json", unit="hours"),
        _c("active", "flag", "required"), _c("questions", "json"),
    )),
    Part("customers", "customer", (
        _c("id", "text", "required"), _c("first_name", "text", "required"), _c("last_name", "text", "required"),
        _c("email"), _c("phone", unit="E.164"), _c("language", "text", "required", values=LANGUAGES), _c("note"),
        _c("no_reminders", "flag"), _c("created_at", "instant", "derived", unit="UTC"),
        _c("last_appointment_at", "instant", "derived", unit="UTC"), _c("delete_on", "day", "derived"),
    ), "customer"),
    Part("appointments", "appointment", (
        _c("id", "text", "required"),
        _c("start", "local", "required", stored=("appointment", "start_at")),
        _c("start_offset", stored=("appointment", "start_at"), unit="±HH:MM"),
        _c("end", "local", "required", stored=("appointment", "end_at")),
        _c("end_offset", stored=("appointment", "end_at"), unit="±HH:MM"),
        _c("timezone", "text", "required", stored=("partner", "timezone")),
        _c("status", "text", "required", values=STATUSES),
        _c("service_id", "text", "required"), _c("service_name", "text", "derived", stored=("service", "name")),
        _c("employee_id", "text", "required"),
        _c("employee_name", "text", "derived", stored=("employee", "first_name")),
        _c("customer_id", "text", "required"),
        *(_c(f"customer_{name}", "text", "derived", stored=("customer", name)) for name in (
            "first_name", "last_name", "email", "phone")),
        _c("price_rappen", "integer", "required", unit="Rappen"),
        _c("currency", values=("CHF",), stored=("appointment", "price_rappen")),
        _c("sms", "flag", "required"), _c("phone", unit="E.164"), _c("language", values=LANGUAGES), _c("note"),
        _c("answers", "json"), _c("reason"),
        _c("source", "text", "derived", values=("web", "widget", "partner", "api", "import")),
        *(
                _c(name, "integer", "derived", unit="minutes")
                for name in ("buffer_before_minutes", "buffer_after_minutes")
            ),
            _c("seats", "integer", "derived"),
            _c("cancel_until_hours", "integer", "derived", unit="hours"), _c("accepted_privacy", "text", "derived"),
        _c("sequence", "integer", "derived"), _c("created_at", "instant", "derived", unit="UTC"),
        _c("delete_on", "day", "derived"), _c("history", "json", "derived"),
    ), "customer"),
    Part("texts", "text", (
        _c("kind", "text", "required", stored=("text", "subject")),
        _c("language", "text", "required", stored=("text", "subject"), values=LANGUAGES),
        _c("subject"), _c("body"), _c("sms", stored=("text", "sms")), _c("changed_at", "instant", "derived", unit="UTC"),
    )),
    Part("messages", "outbox", (
        _c("id", "text", "required"), _c("at", "instant", stored=("outbox", "finished_at"), unit="UTC"),
        _c("channel", stored=("outbox", "task"), values=("mail", "sms")), _c("kind", stored=("outbox", "task")),
        _c("state"), _c("outcome"), _c("delivery"), _c("parts", "integer"), _c("attempts", "integer"),
        _c("appointment_id", stored=("outbox", "subject_id")),
    ), "product"),
    Part("consents", "acceptance", (
        _c("purpose", stored=("acceptance", "policy")), _c("state", stored=("acceptance", "policy")),
        _c("text_version", stored=("acceptance", "version")), _c("text_hash"), _c("language", values=LANGUAGES),
        _c("channel"), _c("at", "instant", unit="UTC"),
    )),
    Part("orders", "order", (
        _c("id", "text", "required", stored=("order", "plan")), _c("plan"), _c("period", values=("month", "year")),
        *(_c(name, "integer", unit="Rappen") for name in _AMOUNTS), _c("credit_rappen", "integer", unit="Rappen"),
        _c("starts_on", "day"), _c("renews_on", "day"), _c("ordered_at", "instant", unit="UTC"), _c("employee_id"),
        _c("invoice_id"), _c("language", values=LANGUAGES), _c("billed", "json"), _c("own_address", "flag"),
        _c("delivery", "json"), _c("keep_until", "day"),
    )),
    Part("invoices", "invoice", (
        _c("id", "text", "required", stored=("invoice", "number")), _c("order_id"), _c("number"), _c("provider_id"),
        _c("state", stored=("invoice_state", "state")), _c("issued_on", "day"), _c("due_on", "day"),
        *(_c(name, "integer", unit="Rappen") for name in _AMOUNTS), _c("billed", "json"), _c("pdf_hash"),
        _c("keep_until", "day"),
    ), "product"),
    Part("disclosures", "fact", (
        _c("id", "text", "required", stored=("fact", "kind")), _c("at", "instant", unit="UTC"),
        *(_c(name, stored=("fact", "detail")) for name in ("recipient", "country", "purpose", "legal_basis")),
        _c("categories", "json", stored=("fact", "detail")), _c("subject_kind"), _c("subject_id"),
    ), "product"),
    Part("activity", "fact", (
        _c("id", "text", "required", stored=("fact", "kind")), _c("at", "instant", unit="UTC"), _c("kind"),
        _c("source"), _c("employee_id"), _c("ip"), _c("subject_kind"), _c("subject_id"), _c("detail", "json"),
    ), "product"),
    Part("sessions", "session", (
        _c("employee_id", "text", "required"), _c("role"), _c("created_at", "instant", unit="UTC"),
        _c("seen_at", "instant", unit="UTC"),
    ), "product"),
    Part("api_keys", "api_key", (
        _c("id", "text", "required", stored=("api_key", "name")), _c("name", "text", "required"), _c("scopes", "json"),
        _c("created_at", "instant", unit="UTC"),
    )),
    # What opens a calendar (its address, user name and password) is in no file, nor are the busy times read from it.
    Part("busy_sources", "source", (
        _c("id", "text", "required", stored=("source", "kind")),
        _c("employee_id", "text", "required", stored=("source", "kind")),
        _c("kind", "text", "required", values=("ics", "caldav")), _c("host", "text", stored=("source", "url")),
        _c("state"), _c("reason"), _c("created_at", "instant", unit="UTC"), _c("succeeded_at", "instant", unit="UTC"),
    ), "team"),
)  # fmt: skip

PARTS: Mapping[str, Part] = {one.name: one for one in _PARTS}


def parts(names: Sequence[str]) -> list[Part]:
    """These parts, in this order. Raises KeyError for a name there is not."""
    return [PARTS[name] for name in names]


_TELLING = frozenset([
    "service_name", "employee_name", "customer_first_name", "customer_last_name", "customer_email", "customer_phone",
    "buffer_before_minutes", "buffer_after_minutes", "cancel_until_hours",
])  # fmt: skip


def taken_in(part: Part) -> tuple[str, ...]:
    """The columns of a part that an import reads: what it restores, and what says the same in other words."""
    return tuple(one.key for one in part.columns if one.restored or one.key in _TELLING)
