"""bexio as its customers see it: tokens, contacts, invoices from draft to paid, documents, and no way to say a thing twice.

Faithful to docs.bexio.com and to recorded answers: edits are POST, searches default to `like`, `address` may not be written,
amounts are decimal texts with a changing number of decimals, lists lack positions, removing a contact only puts it away.
Customers cannot pay here by themselves: `POST /bexio/simulated/payments` plays the bank.
"""

import base64
import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from infra.local.providers import wire

LIFE_S = 3_600
LIMITS = {"general": 1_000, "search": 250}
DRAFT, PENDING, PAID, PART, CANCELLED = 7, 8, 9, 16, 19
TAX_ID = 14
CONTACT = {
    "nr": None, "contact_type_id": 1, "name_1": "", "name_2": "", "salutation_id": 0, "salutation_form": None,
    "title_id": None, "birthday": None, "street_name": None, "house_number": None, "address_addition": None,
    "postcode": "", "city": "", "country_id": 1, "mail": "", "mail_second": "", "phone_fixed": "", "phone_fixed_second": "",
    "phone_mobile": "", "fax": "", "url": "", "skype_name": "", "remarks": "", "language_id": 1, "contact_group_ids": "",
    "contact_branch_ids": "", "user_id": 1, "owner_id": 1,
}  # fmt: skip
SEARCHED_CONTACT = frozenset(
    {
        "id", "name_1", "name_2", "nr", "address", "mail", "mail_second", "postcode", "city", "country_id",
        "contact_group_ids", "contact_type_id", "updated_at", "user_id", "phone_fixed", "phone_mobile", "fax",
    }
)  # fmt: skip
SEARCHED_INVOICE = frozenset(
    {
        "id", "kb_item_status_id", "document_nr", "title", "api_reference", "contact_id", "contact_sub_id", "user_id",
        "currency_id", "total_gross", "total_net", "total", "is_valid_from", "is_valid_to", "updated_at",
    }
)  # fmt: skip
INVOICE = frozenset(
    {
        "title", "contact_id", "contact_sub_id", "user_id", "pr_project_id", "language_id", "bank_account_id",
        "currency_id", "payment_type_id", "header", "footer", "mwst_type", "mwst_is_net", "show_position_taxes",
        "is_valid_from", "is_valid_to", "contact_address_manual", "reference", "api_reference", "template_slug",
        "positions",
    }
)  # fmt: skip
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    ">": lambda have, want: have > want,
    "<": lambda have, want: have < want,
    ">=": lambda have, want: have >= want,
    "<=": lambda have, want: have <= want,
    "like": lambda have, want: want.strip("%").lower() in have.lower(),
    "not_like": lambda have, want: want.strip("%").lower() not in have.lower(),
}
_LOOK_UPS: Mapping[str, Any] = {
    "/3.0/users/me": {"id": 1, "salutation_type": "female", "firstname": "Buchhaltung", "lastname": "Zeitfenster",
                      "email": "buchhaltung@zeitfenster.example", "is_superadmin": True, "is_accountant": False},
    "/3.0/users": [{"id": 1, "firstname": "Buchhaltung", "lastname": "Zeitfenster"}],
    "/3.0/taxes": [
        {"id": TAX_ID, "uuid": "8078b1f3-f358-41d1-9ea9-1e7d7b3e6b5f", "name": "Umsatzsteuer 8.1%", "code": "UN81",
         "digit": "303", "type": "sales_tax", "account_id": 98, "tax_settlement_type": "none", "value": 8.1,
         "net_tax_value": None, "start_year": 2024, "end_year": None, "is_active": True,
         "display_name": "UN81 - 8.10%", "start_month": 1, "end_month": None},
        {"id": 15, "uuid": "1f4ef6f5-0ba8-4bd5-a1d6-8f26aa7ef3a1", "name": "Umsatzsteuer 2.6%", "code": "UR26",
         "digit": "313", "type": "sales_tax", "account_id": 98, "value": 2.6, "is_active": True,
         "display_name": "UR26 - 2.60%"},
    ],
    "/3.0/currencies": [{"id": 1, "name": "CHF", "round_factor": 0.05}, {"id": 2, "name": "EUR", "round_factor": 0.01}],
    "/3.0/banking/accounts": [{"id": 1, "name": "Kontokorrent", "iban_nr": "CH9300762011623852957", "currency_id": 1}],
    "/2.0/country": [
        {"id": 1, "name": "Switzerland", "name_short": "CH", "iso_3166_alpha2": "CH"},
        {"id": 2, "name": "Germany", "name_short": "DE", "iso_3166_alpha2": "DE"},
        {"id": 3, "name": "Austria", "name_short": "AT", "iso_3166_alpha2": "AT"},
        {"id": 4, "name": "Liechtenstein", "name_short": "LI", "iso_3166_alpha2": "LI"},
        {"id": 5, "name": "France", "name_short": "FR", "iso_3166_alpha2": "FR"},
        {"id": 6, "name": "Italy", "name_short": "IT", "iso_3166_alpha2": "IT"},
    ],
    "/2.0/language": [{"id": 1, "name": "German", "iso_639_1": "de"}, {"id": 2, "name": "French", "iso_639_1": "fr"},
                      {"id": 3, "name": "Italian", "iso_639_1": "it"}, {"id": 4, "name": "English", "iso_639_1": "en"}],
    "/2.0/unit": [{"id": 1, "name": "Stk"}],
    "/2.0/payment_type": [{"id": 4, "name": "Rechnung"}],
}  # fmt: skip
_ONE = re.compile(r"/2\.0/(contact|kb_invoice)/(\d{1,12})(?:/(\w+))?")


class _RefusedError(Exception):
    def __init__(self, status: int, message: str, errors: Any = None) -> None:
        super().__init__(message)
        body = {"error_code": status, "message": message, **({} if errors is None else {"errors": errors})}
        self.answer = wire.as_json(status, body)


class Bexio:
    """The vendor: its tokens, contacts, invoices, and the mails it sent."""

    name = "bexio"

    def __init__(self, world: wire.World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self.voids_at_once = False
        """Whether a refresh token is void as soon as it was used; else it is when the one after it is used."""
        self._refresh: set[str] = set()
        self._tokens: dict[str, float] = {}
        self.reset()

    def describe(self, request: wire.Request) -> Any:
        body = wire.parsed(request)
        if not isinstance(body, dict):
            return body
        return body | {name: "***" for name in ("client_secret", "refresh_token") if name in body}

    def contacts(self) -> list[dict[str, Any]]:
        """Everybody it holds, put away or not (`archived`)."""
        with self._lock:
            return [dict(one) for one in self._contacts.values()]

    def invoices(self) -> list[dict[str, Any]]:
        """Every invoice, oldest first."""
        with self._lock:
            return [dict(one) for one in self._invoices.values()]

    def sent(self) -> list[dict[str, Any]]:
        """Every mail that went out with an invoice."""
        with self._lock:
            return [dict(one) for one in self._sent]

    def forget_tokens(self) -> None:
        """As if every access token had run out."""
        with self._lock:
            self._tokens.clear()

    def pay(self, invoice_id: int, francs: str) -> None:
        """A customer paid; raises KeyError for an invoice that is not there."""
        with self._lock:
            self._paid(invoice_id, Decimal(francs))

    def reset(self) -> None:
        with self._lock:
            self._contacts: dict[int, dict[str, Any]] = {}
            self._invoices: dict[int, dict[str, Any]] = {}
            self._sent: list[dict[str, Any]] = []
            self._spent: dict[tuple[str, int], int] = {}
            self._next = 0

    def close(self) -> None:
        """Nothing runs in the background."""

    def answer(self, request: wire.Request) -> wire.Answer:
        with self._lock:
            try:
                if request.path == "/realms/bexio/protocol/openid-connect/token":
                    return self._token(request)
                if (request.method, request.path) == ("POST", "/simulated/payments"):
                    posted = wire.parsed(request)
                    self._paid(int(posted["invoice_id"]), Decimal(str(posted["value"])))
                    return wire.as_json(201, {"paid": True})
                self._known(request)
                headers = self._counted(request)
                made = self._below_api(request)
            except _RefusedError as refused:
                return refused.answer
            except (KeyError, TypeError, ValueError, ArithmeticError):
                return _RefusedError(422, "The form could not be saved", []).answer
            return wire.Answer(made.status, made.body, made.content_type, {**made.headers, **headers}, made.effects)

    # ------------------------------------------------------------ who asks

    def _token(self, request: wire.Request) -> wire.Answer:
        asked = wire.parsed(request)
        if request.content_type != "application/x-www-form-urlencoded" or not isinstance(asked, dict):
            return wire.as_json(400, {"error": "invalid_request", "error_description": "Missing form parameter"})
        client = (asked.get("client_id"), asked.get("client_secret"))
        if not all(client) or self._world.bexio_client not in (None, client):
            return wire.as_json(401, {"error": "unauthorized_client", "error_description": "Invalid client secret"})
        given = str(asked.get("refresh_token") or "")
        first = given and given == (self._world.bexio_refresh_token or given) and not self._refresh
        if asked.get("grant_type") != "refresh_token" or not (given in self._refresh or first):
            return wire.as_json(400, {"error": "invalid_grant", "error_description": "Token is not active"})
        following = secrets.token_hex(32)
        self._refresh = {following} if self.voids_at_once else {given, following}
        token = secrets.token_hex(32)
        self._tokens[token] = self._now().timestamp() + LIFE_S
        said = {
            "access_token": token, "expires_in": LIFE_S, "refresh_expires_in": 0, "refresh_token": following,
            "token_type": "Bearer", "session_state": secrets.token_hex(16), "scope": "openid offline_access",
        }  # fmt: skip
        return wire.as_json(200, said)

    def _known(self, request: wire.Request) -> None:
        scheme, _, token = request.header("Authorization").partition(" ")
        any_goes = self._world.bexio_client is None and token == "test-token"  # the vendor's own client, in tests
        if scheme != "Bearer" or not (any_goes or self._now().timestamp() < self._tokens.get(token, 0)):
            raise _RefusedError(401, "Unauthorized")
        if request.method != "GET" and not request.header("Content-Length"):
            raise _RefusedError(411, "Length Required")

    def _counted(self, request: wire.Request) -> dict[str, str]:
        kind = "search" if request.path.endswith(("/search", "/pdf")) else "general"
        now = self._now()
        key = (kind, int(now.timestamp()) // 60)
        self._spent[key] = spent = self._spent.get(key, 0) + 1
        left, reset = max(0, LIMITS[kind] - spent), 60 - now.second
        if spent > LIMITS[kind]:
            body = json.dumps({"error_code": 429, "message": "API rate limit exceeded"}).encode()
            refused = _RefusedError(429, "API rate limit exceeded")
            refused.answer = wire.Answer(429, body, headers={"ratelimit-reset": str(reset)})
            raise refused
        return {
            "ratelimit-limit": str(LIMITS[kind]), "ratelimit-remaining": str(left), "ratelimit-reset": str(reset),
            "x-ratelimit-limit-minute": str(LIMITS[kind]), "x-ratelimit-remaining-minute": str(left),
        }  # fmt: skip

    # ------------------------------------------------------------ what is asked

    def _below_api(self, request: wire.Request) -> wire.Answer:
        if request.method == "GET" and request.path in _LOOK_UPS:
            return wire.as_json(200, _LOOK_UPS[request.path])
        body = wire.parsed(request)
        match request.method, request.path:
            case "GET", "/2.0/contact":
                return wire.as_json(200, self._page([_shown_contact(one) for one in self._contacts.values()], request))
            case "POST", "/2.0/contact":
                return self._new_contact(body)
            case "POST", "/2.0/contact/search":
                alive = [_shown_contact(one) for one in self._contacts.values() if not one["archived"]]
                return wire.as_json(200, self._page(_matching(alive, body, SEARCHED_CONTACT), request))
            case "GET", "/2.0/kb_invoice":
                return wire.as_json(200, self._page([_listed(one) for one in self._invoices.values()], request))
            case "POST", "/2.0/kb_invoice":
                return self._new_invoice(body)
            case "POST", "/2.0/kb_invoice/search":
                found = _matching([_listed(one) for one in self._invoices.values()], body, SEARCHED_INVOICE)
                return wire.as_json(200, self._page(found, request))
        matched = _ONE.fullmatch(request.path)
        if matched is None:
            raise _RefusedError(404, "The requested resource does not exist")
        kind, number, act = matched[1], int(matched[2]), matched[3] or ""
        held = self._contacts if kind == "contact" else self._invoices
        if number not in held:
            raise _RefusedError(404, "Resource could not be found")
        one = held[number]
        if kind == "contact":
            return self._about_contact(request.method, one, act, body)
        return self._about_invoice(request.method, one, act, body)

    def _page(self, found: list[dict[str, Any]], request: wire.Request) -> list[dict[str, Any]]:
        offset, limit = int(request.query.get("offset") or 0), min(int(request.query.get("limit") or 500), 2_000)
        return found[offset : offset + limit]

    def _new_contact(self, body: Any) -> wire.Answer:
        _allowed(body, {*CONTACT, "titel_id"})
        for name in ("contact_type_id", "name_1", "user_id", "owner_id"):
            if not body.get(name):
                raise _RefusedError(422, "The form could not be saved", [f"{name}: This value should not be blank."])
        number = self._number()
        one = {"id": number, **CONTACT, **body, "archived": False, "updated_at": self._local()}
        one["nr"] = body.get("nr") or f"{number:06d}"
        self._contacts[number] = one
        return wire.as_json(201, _shown_contact(one), effects=1)

    def _about_contact(self, method: str, one: dict[str, Any], act: str, body: Any) -> wire.Answer:
        match method, act:
            case "GET", "":
                return wire.as_json(200, _shown_contact(one))
            case "POST", "":
                _allowed(body, {*CONTACT, "titel_id"})
                if "name_1" in body and not body["name_1"]:
                    raise _RefusedError(422, "The form could not be saved", ["name_1: This value should not be blank."])
                one |= {**body, "updated_at": self._local()}
                return wire.as_json(200, _shown_contact(one))
            case "DELETE", "":
                one["archived"] = True
                return wire.as_json(200, {"success": True})
            case "PATCH", "restore":
                one["archived"] = False
                return wire.as_json(200, {"success": True})
        raise _RefusedError(404, "The requested resource does not exist")

    def _new_invoice(self, body: Any) -> wire.Answer:
        _allowed(body, INVOICE)
        if body.get("contact_id") not in self._contacts or not body.get("user_id"):
            raise _RefusedError(422, "The form could not be saved", ["contact_id: This value is not valid."])
        number = self._number()
        positions = [self._position(one, place) for place, one in enumerate(body.get("positions") or (), 1)]
        one = {
            "id": number, "document_nr": f"RE-{number:05d}", "contact_sub_id": None, "project_id": None, "logopaper_id": 1,
            "language_id": 1, "bank_account_id": 1, "currency_id": 1, "payment_type_id": 4, "header": "", "footer": "",
            "mwst_type": 0, "mwst_is_net": True, "show_position_taxes": False, "is_valid_from": self._local()[:10],
            "is_valid_to": self._local()[:10], "reference": None, "api_reference": None, "viewed_by_client_at": None,
            "esr_id": 1, "qr_invoice_id": 1, "template_slug": None, "title": None, "total_credit_vouchers": "0",
            **body, "positions": positions, "kb_item_status_id": DRAFT, "updated_at": self._local(),
            "contact_address": _address(self._contacts[body["contact_id"]]), "received": Decimal(0),
            "network_link": f"https://network.bexio.com/{secrets.token_hex(8)}",
        }  # fmt: skip
        self._invoices[number] = one
        return wire.as_json(201, {**_listed(one), "positions": positions}, effects=1)

    def _position(self, sent: Mapping[str, Any], place: int) -> dict[str, Any]:
        if sent.get("type") != "KbPositionCustom" or sent.get("tax_id") not in (TAX_ID, 15):
            raise _RefusedError(422, "The form could not be saved", ["positions: This value is not valid."])
        price, amount = Decimal(str(sent["unit_price"])), Decimal(str(sent["amount"]))
        return {
            "id": place, "type": "KbPositionCustom", "text": str(sent.get("text") or ""), "amount": f"{amount:.6f}",
            "unit_id": sent.get("unit_id"), "unit_name": None, "account_id": sent.get("account_id") or 101,
            "tax_id": sent["tax_id"], "tax_value": "8.10" if sent["tax_id"] == TAX_ID else "2.60",
            "unit_price": f"{price:.6f}", "discount_in_percent": sent.get("discount_in_percent"), "pos": str(place),
            "internal_pos": place, "is_optional": False, "position_total": f"{price * amount:.6f}", "parent_id": None,
        }  # fmt: skip

    def _about_invoice(self, method: str, one: dict[str, Any], act: str, body: Any) -> wire.Answer:
        status = one["kb_item_status_id"]
        match method, act:
            case "GET", "":
                return wire.as_json(200, {**_listed(one), "positions": one["positions"]})
            case "POST", "" if status == DRAFT:
                _allowed(body, INVOICE)
                one |= {**body, "updated_at": self._local()}
                return wire.as_json(200, {**_listed(one), "positions": one["positions"]})
            case "DELETE", "":
                del self._invoices[one["id"]]
                return wire.as_json(200, {"success": True})
            case "POST", "issue" if status == DRAFT:
                return self._turned(one, PENDING)
            case "POST", "revert_issue" if status == PENDING:
                return self._turned(one, DRAFT)
            case "POST", "cancel" if status != CANCELLED:
                return self._turned(one, CANCELLED)
            case "POST", "mark_as_sent" if status != DRAFT:
                return self._turned(one, status)
            case "POST", "send":
                return self._send(one, body)
            case "GET", "pdf":
                return wire.as_json(200, _pdf(one))
        raise _RefusedError(422, "The action is not possible in this state", [])

    def _turned(self, one: dict[str, Any], status: int) -> wire.Answer:
        one |= {"kb_item_status_id": status, "updated_at": self._local()}
        return wire.as_json(200, {"success": True}, effects=1)

    def _send(self, one: dict[str, Any], body: Any) -> wire.Answer:
        if (
            "[Network Link]" not in str(body.get("message"))
            or not body.get("recipient_email")
            or not body.get("subject")
        ):
            raise _RefusedError(422, "The form could not be saved", ["message: [Network Link] is missing."])
        if body.get("mark_as_open") and one["kb_item_status_id"] == DRAFT:
            one["kb_item_status_id"] = PENDING
        if one["kb_item_status_id"] == DRAFT:
            raise _RefusedError(422, "The invoice is a draft", [])
        self._sent.append(
            {"invoice_id": one["id"], **{name: str(body[name]) for name in ("recipient_email", "subject")}}
        )
        one["updated_at"] = self._local()
        return wire.as_json(200, {"success": True}, effects=1)

    def _paid(self, number: int, francs: Decimal) -> None:
        one = self._invoices[number]
        one["received"] += francs
        one["kb_item_status_id"] = PAID if one["received"] >= _sums(one)["total"] else PART
        one["updated_at"] = self._local()

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _now(self) -> datetime:
        return self._world.now()

    def _local(self) -> str:
        return self._now().astimezone(ZoneInfo("Europe/Zurich")).strftime("%Y-%m-%d %H:%M:%S")


def _allowed(body: Any, names: set[str] | frozenset[str]) -> None:
    """Like the vendor: `address` is refused with an empty list, other unknown names with one that says so."""
    if not isinstance(body, dict):
        raise _RefusedError(400, "Bad Request")
    if "address" in body:
        raise _RefusedError(422, "The form could not be saved", [])
    if unknown := sorted(set(body) - set(names)):
        raise _RefusedError(
            422, "The form could not be saved", [f"This form should not contain extra fields: {unknown}"]
        )


def _matching(held: list[dict[str, Any]], body: Any, names: frozenset[str]) -> list[dict[str, Any]]:
    if not isinstance(body, list) or not all(isinstance(one, dict) and one.get("field") in names for one in body):
        raise _RefusedError(400, "Bad Request")
    asked = [(one["field"], str(one["value"]), _TESTS[one.get("criteria", "like")]) for one in body]
    return [one for one in held if all(test(str(one[name] or ""), want) for name, want, test in asked)]


def _address(contact: Mapping[str, Any]) -> str:
    lines = (
        contact["name_1"], contact["name_2"], f"{contact['street_name'] or ''} {contact['house_number'] or ''}".strip(),
        f"{contact['postcode']} {contact['city']}".strip(),
    )  # fmt: skip
    return "\n".join(one for one in lines if one)


def _shown_contact(one: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in one.items() if name not in ("archived", "titel_id")}
    street = f"{one['street_name'] or ''} {one['house_number'] or ''}".strip()
    return {**shown, "address": street, "is_lead": False, "profile_image": ""}


def _sums(one: Mapping[str, Any]) -> dict[str, Decimal]:
    net = sum((Decimal(each["position_total"]) for each in one["positions"]), Decimal(0))
    taxes = Decimal(0)
    if one["mwst_type"] == 0:
        exact = sum(
            (Decimal(each["position_total"]) * Decimal(each["tax_value"]) / 100 for each in one["positions"]),
            Decimal(0),
        )
        taxes = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    total = ((net + taxes) * 20).quantize(Decimal(1), ROUND_HALF_UP) / 20
    return {"net": net, "taxes": taxes, "total": total, "difference": total - net - taxes}


def _listed(one: Mapping[str, Any]) -> dict[str, Any]:
    sums = _sums(one)
    shown = {name: value for name, value in one.items() if name not in ("positions", "received")}
    return {
        **shown,
        "total_gross": f"{sums['net']:.6f}",
        "total_net": f"{sums['net']:.6f}",
        "total_taxes": f"{sums['taxes']:.4f}",
        "total_received_payments": f"{one['received']:.6f}",
        "total_remaining_payments": f"{sums['total'] - one['received']:.4f}",
        "total": f"{sums['total']:.6f}",
        "total_rounding_difference": float(sums["difference"]),
        "taxs": [{"percentage": "8.10", "value": f"{sums['taxes']:.4f}"}] if sums["taxes"] else [],
    }


def _pdf(one: Mapping[str, Any]) -> dict[str, Any]:
    """A page with the number and the amount: small, but one that readers open."""
    text = f"BT /F1 12 Tf 72 770 Td ({one['document_nr']}  CHF {_sums(one)['total']:.2f}) Tj ET".encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length " + str(len(text)).encode() + b" >>\nstream\n" + text + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += str(number).encode() + b" 0 obj\n" + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 6\n0000000000 65535 f \n" + table
    body += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n" + str(start).encode() + b"\n%%EOF\n"
    return {
        "name": f"{one['document_nr'].lower()}.pdf", "size": len(body), "mime": "application/pdf",
        "content": base64.b64encode(body).decode(),
    }  # fmt: skip
