"""bexio: a contact with nine fields, one invoice for an order, its document and its state; nothing else is ever told.

Vendor facts: docs.bexio.com and recorded answers. bexio knows no idempotency key, so whatever is made is looked for first:
a contact by its mail address and name, an invoice by `api_reference`, which holds our order's id. `address` is read-only
there, edits are POST, amounts are decimal texts, and an error may be a 422 with an empty list.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from chalicelib.activity import calls
from chalicelib.activity.calls import Calls
from chalicelib.billing import access, plans
from chalicelib.plumbing import clock, egress, outcomes, settings, web

VENDOR = egress.BEXIO.vendor
MAX_WAIT_S = 3_600
DRAFT = 7
_COMPANY = 1
_CACHED_FOR = timedelta(hours=1)
_LANGUAGES = {"de": 1, "fr": 2, "it": 3, "en": 4}
_LETTERS = {"name_1": 255, "name_2": 255}
NEUTRAL = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A line to bexio about one partner; without `calls` where it is about nobody (`("nobody", "-")`)."""

    subject: tuple[str, str]
    calls: Calls | None = None

    def ask(self, method: str, path: str, *, telling: tuple[str, ...], json: Any = None) -> Any:
        """One call; the JSON of a good answer. Raises Later, Never or Unknown, and _Missing for a 404."""
        refused: str | None = None
        for fresh in (False, True):
            token = access.token(refused=refused)
            reply = self._sent(method, path, telling, json, token)
            if reply.status != 401:
                return _value(reply)
            refused = token
            if fresh:
                break
        raise outcomes.Never("http_401", "token not accepted", fault="configuration")

    def _sent(self, method: str, path: str, telling: tuple[str, ...], json: Any, token: str) -> web.Reply:
        listed = egress.BEXIO
        disclosure = egress.Disclosure(VENDOR, listed.purpose, listed.legal_basis, telling, *self.subject)
        ask = self.calls.ask if self.calls is not None else calls.of_nobody
        headers = {"Authorization": f"Bearer {token}"}
        return ask(disclosure, method, f"{egress.base_url(VENDOR)}{path}", headers=headers, json=json)


@dataclass(frozen=True, slots=True)
class Invoice:
    """What bexio says of an invoice; amounts in francs."""

    id: str
    number: str
    status: int
    reference: str
    issued_on: date
    due_on: date
    total: Decimal
    received: Decimal
    remaining: Decimal


class _Missing(outcomes.Never):
    def __init__(self) -> None:
        super().__init__("http_404", "there is no such thing", fault="configuration")


_NOBODY = ("nobody", "-")
_MASTER = ("master", "contact")
_REFERENCE = ("reference",)
_looked_up: dict[str, tuple[datetime, Any]] = {}


def contact(line: Line, known: str | None, billed: Mapping[str, Any], *, language: str) -> str:
    """The id of the one contact that holds these nine fields; found, made or brought up to date."""
    wanted = _fields(billed, language)
    if known:
        try:
            return _id_of(line.ask("POST", f"/2.0/contact/{_number(known)}", telling=_MASTER, json=wanted))
        except _Missing:
            pass  # removed there by hand: then it is a new one
    search = [
        {"field": "mail", "value": wanted["mail"], "criteria": "="},
        {"field": "name_1", "value": wanted["name_1"], "criteria": "="},
    ]
    found = _list(line.ask("POST", "/2.0/contact/search", telling=_MASTER, json=search))
    ids = sorted(int(_id_of(one)) for one in found)
    if ids:
        return _id_of(line.ask("POST", f"/2.0/contact/{ids[0]}", telling=_MASTER, json=wanted))
    user = _me()
    made = {"contact_type_id": _COMPANY, "user_id": user, "owner_id": user, **wanted}
    return _id_of(line.ask("POST", "/2.0/contact", telling=_MASTER, json=made))


def blank(line: Line, known: str) -> None:
    """Overwrite a contact with nothing and put it away; what was invoiced keeps the address that stands on it."""
    neutral: dict[str, Any] = dict.fromkeys(("street_name", "postcode", "city", "phone_fixed", "mail"), "")
    neutral |= {"name_1": NEUTRAL, "name_2": ""}
    try:
        line.ask("POST", f"/2.0/contact/{_number(known)}", telling=_REFERENCE, json=neutral)
        line.ask("DELETE", f"/2.0/contact/{_number(known)}", telling=_REFERENCE)
    except _Missing:
        return


def find(line: Line, reference: str) -> Invoice | None:
    """The invoice that was made for an order, or None; of several the first."""
    search = [{"field": "api_reference", "value": reference, "criteria": "="}]
    found = _list(line.ask("POST", "/2.0/kb_invoice/search", telling=_REFERENCE, json=search))
    ours = [one for one in map(_invoice, found) if one.reference == reference]
    return min(ours, key=lambda one: int(one.id), default=None)


def create(
    line: Line, *, reference: str, contact_id: str, language: str, title: str, text: str, net_rappen: int, issued_on: date,
    due_on: date,
) -> Invoice:  # fmt: skip
    """A draft with one line. Look for it first (`find`), for a second call makes a second invoice."""
    set_ = settings.get().bexio_options
    wanted: dict[str, Any] = {
        "title": title,
        "contact_id": _number(contact_id),
        "user_id": _me(),
        "language_id": _LANGUAGES[language],
        "currency_id": _currency(),
        "mwst_type": 0,
        "mwst_is_net": True,
        "show_position_taxes": False,
        "is_valid_from": issued_on.isoformat(),
        "is_valid_to": due_on.isoformat(),
        "api_reference": reference,
        "positions": [
            {
                "type": "KbPositionCustom",
                "amount": "1",
                "tax_id": _tax(),
                "text": text,
                "unit_price": f"{Decimal(net_rappen) / 100:.2f}",
                "discount_in_percent": "0",
                **{name: set_[name] for name in ("account_id", "unit_id") if name in set_},
            }
        ],
        **{name: set_[name] for name in ("bank_account_id", "payment_type_id") if name in set_},
    }
    return _invoice(line.ask("POST", "/2.0/kb_invoice", telling=("contract", "reference"), json=wanted))


def read(line: Line, invoice_id: str) -> Invoice | None:
    """One invoice, or None where bexio has it no more."""
    try:
        return _invoice(line.ask("GET", f"/2.0/kb_invoice/{_number(invoice_id)}", telling=_REFERENCE))
    except _Missing:
        return None


def issue(line: Line, invoice_id: str) -> None:
    """Turn a draft into an invoice that is open."""
    line.ask("POST", f"/2.0/kb_invoice/{_number(invoice_id)}/issue", telling=_REFERENCE)


def send(line: Line, invoice_id: str, *, email: str, subject: str, message: str) -> None:
    """Have it mailed. bexio sends again what is asked for again. ValueError for a message without `[Network Link]`."""
    if "[Network Link]" not in message:
        raise ValueError("bexio wants [Network Link] in the message")
    wanted = {
        "recipient_email": email,
        "subject": subject,
        "message": message,
        "mark_as_open": False,
        "attach_pdf": True,
    }
    line.ask("POST", f"/2.0/kb_invoice/{_number(invoice_id)}/send", telling=("contact", "reference"), json=wanted)


def pdf(line: Line, invoice_id: str) -> bytes:
    """The document."""
    given = line.ask("GET", f"/2.0/kb_invoice/{_number(invoice_id)}/pdf", telling=_REFERENCE)
    try:
        body = base64.b64decode(given["content"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise outcomes.Unknown("a document that cannot be read") from error
    if not body.startswith(b"%PDF"):
        raise outcomes.Unknown("a document that is none")
    return body


def changed_since(since: datetime, *, offset: int, limit: int = 500) -> list[Invoice]:
    """Invoices that changed since an instant, by the clock of bexio, which is taken for that of Zürich."""
    from zoneinfo import ZoneInfo

    written = since.astimezone(ZoneInfo("Europe/Zurich")).strftime("%Y-%m-%d %H:%M:%S")
    search = [{"field": "updated_at", "value": written, "criteria": ">="}]
    path = f"/2.0/kb_invoice/search?limit={limit}&offset={offset}&order_by=id"
    found = _list(Line(_NOBODY).ask("POST", path, telling=_REFERENCE, json=search))
    return [_invoice(one) for one in found]


def forget_looked_up() -> None:
    """Forget what was looked up at bexio about our own account there (tests)."""
    _looked_up.clear()


def _fields(billed: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The nine fields of the privacy policy as bexio calls them. `address` is not one: writing it is an error there."""
    return {
        "name_1": billed["company"][: _LETTERS["name_1"]],
        "name_2": f"{billed['first_name']} {billed['last_name']}"[: _LETTERS["name_2"]],
        "street_name": billed["street"],
        "postcode": billed["postcode"],
        "city": billed["city"],
        "country_id": _country(str(billed["country"])),
        "mail": billed["email"],
        "phone_fixed": billed["phone"],
        "language_id": _LANGUAGES[language],
    }


# ---------------------------------------------------------------- what is looked up about our own account


def _look_up(path: str) -> Any:
    kept = _looked_up.get(path)
    if kept is not None and kept[0] <= clock.now() < kept[0] + _CACHED_FOR:
        return kept[1]
    found = Line(_NOBODY).ask("GET", path, telling=_REFERENCE)
    _looked_up[path] = (clock.now(), found)
    return found


def _me() -> int:
    set_ = settings.get().bexio_options.get("user_id")
    return set_ or int(_id_of(_look_up("/3.0/users/me")))


def _tax() -> int:
    set_ = settings.get().bexio_options.get("tax_id")
    if set_:
        return set_
    wanted = Decimal(plans.VAT_PER_MILLE) / 10
    for one in _list(_look_up("/3.0/taxes?types=sales_tax&scope=active")):
        if str(one.get("value")) == str(wanted):
            return int(_id_of(one))
    raise outcomes.Never("local", "bexio has no sales tax of that rate", fault="configuration")


def _currency() -> int:
    for one in _list(_look_up("/3.0/currencies")):
        if one.get("name") == "CHF":
            return int(_id_of(one))
    raise outcomes.Never("local", "bexio has no Swiss francs", fault="configuration")


def _country(code: str) -> int:
    for one in _list(_look_up("/2.0/country?limit=2000")):
        if code in (one.get("iso_3166_alpha2"), one.get("iso3166_alpha2"), one.get("name_short")):
            return int(_id_of(one))
    if code == "CH":
        return 1
    raise outcomes.Never("local", "bexio does not know that country", fault="configuration")


# ---------------------------------------------------------------- what an answer means


def _value(reply: web.Reply) -> Any:
    status = reply.status
    if status == 404:
        raise _Missing
    if status in (429, 503) or 300 <= status < 400:
        raise outcomes.Later(f"status {status}", _wait_s(reply))
    if status == 408 or status >= 500:
        raise outcomes.Unknown(f"status {status}")
    if status >= 400:
        # Whatever it is, somebody has to mend it, and then the invoice has to come: nothing is given up.
        raise outcomes.Never(f"http_{status}", "request not accepted", fault="configuration")
    try:
        return reply.json()
    except ValueError as error:
        raise outcomes.Unknown("an answer that cannot be read") from error


def _list(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise outcomes.Unknown("an answer that is no list")
    return value


def _invoice(value: Any) -> Invoice:
    try:
        return Invoice(
            id=_id_of(value),
            number=str(value["document_nr"])[:40],
            status=int(value["kb_item_status_id"]),
            reference=str(value.get("api_reference") or ""),
            issued_on=date.fromisoformat(str(value["is_valid_from"])[:10]),
            due_on=date.fromisoformat(str(value["is_valid_to"])[:10]),
            total=_decimal(value["total"]),
            received=_decimal(value["total_received_payments"]),
            remaining=_decimal(value["total_remaining_payments"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise outcomes.Unknown("an invoice that cannot be read") from error


def _decimal(value: Any) -> Decimal:
    try:
        made = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("no amount") from None
    if not made.is_finite():
        raise ValueError("no amount")
    return made


def _id_of(value: Any) -> str:
    found = value.get("id") if isinstance(value, dict) else None
    if not isinstance(found, int) or isinstance(found, bool) or found <= 0:
        raise outcomes.Unknown("an answer without an id")
    return str(found)


def _number(known: str) -> int:
    return int(known)


def _wait_s(reply: web.Reply) -> int | None:
    for name in ("ratelimit-reset", "retry-after"):
        written = reply.headers.get(name, "").strip()
        if written.isascii() and written.isdigit():
            return max(1, min(int(written[:9]), MAX_WAIT_S))
    return None
