"""Check a list of customers: who each is, whether they are here already, and what is wrong with a row."""

from typing import Any

from chalicelib.booking import find as booking
from chalicelib.booking import forms
from chalicelib.exchange import cell_rules, steps
from chalicelib.exchange.lines import Line
from chalicelib.exchange.steps import Asked, Found, Step
from chalicelib.plumbing import contact
from chalicelib.plumbing.forms import optional

_NAMES = ("first_name", "last_name")
_FIELDS = (
    *optional(forms.CUSTOMER.fields),
    *optional([forms.CUSTOMER.fields[0].but(name="no_reminders", kind="boolean")]),
)


def check(asked: Asked, lines: list[Line]) -> Found:
    """Customers are known by the id of a file, else by their mail address, else by name and phone."""
    found = Found()
    read = [(line, person_of(line)) for line in lines]
    known_ids = {line.number: _id(asked, line, values) for line, values in read if values is not None}
    people = booking.customers_of(asked.partner_id, known_ids.values())
    addresses = booking.customer_ids(asked.partner_id, {v["email"] for _, v in read if v and v.get("email")})
    people |= booking.customers_of(asked.partner_id, set(addresses.values()) - set(people))
    seen: dict[str, int] = {}
    seen_addresses: dict[str, int] = {}
    for line, values in read:
        if values is None:
            continue
        customer_id = known_ids[line.number]
        owner = addresses.get(values.get("email") or "")
        here = people.get(customer_id) or people.get(owner or "")
        if here is not None and owner is not None and owner != here.id and owner in people:
            line.wrong("email", "email_in_use")
        customer_id = here.id if here else customer_id
        if values.get("email"):
            steps.once(seen_addresses, line, "email", contact.same_email(values["email"]))
        if not steps.once(seen, line, line.known_by("last_name"), customer_id):
            continue
        if here is None:
            for name in _NAMES:
                if not values.get(name) and not any(
                    one.column == line.headings.get(name, name) for one in line.troubles
                ):
                    line.wrong(name, "missing")
            found.steps.append(Step("customer", customer_id, line.number, True, values))
        elif changed := steps.differing(values, here):
            found.steps.append(Step("customer", here.id, line.number, False, changed))
        else:
            found.unchanged += 1
    return found


def person_of(line: Line, *, prefix: str = "") -> dict[str, Any] | None:
    """What a row says of a person, as the form of a customer takes it; None where that is wrong, which is noted.

    `prefix` is `customer_` where the row is about something else.
    """
    sent: dict[str, Any] = {name: line.text(prefix + name) for name in ("first_name", "last_name", "email", "phone")}
    under = {name: prefix + name for name in sent}
    if mobile := line.text(prefix + "mobile"):
        sent["phone"], under["phone"] = mobile, prefix + "mobile"
    whole = line.text("customer_name" if prefix else "full_name")
    if whole and not sent["first_name"] and not sent["last_name"]:
        sent["first_name"], sent["last_name"] = cell_rules.names(whole)
        under |= dict.fromkeys(_NAMES, "customer_name" if prefix else "full_name")
    if not prefix:
        sent |= {
            "language": _language(line),
            "note": line.text("note"),
            "no_reminders": line.read("no_reminders", cell_rules.flag),
        }
    return line.checked(_FIELDS, sent, under=under)


def _language(line: Line) -> str | None:
    return language_of(line.text("language"))


def language_of(word: str | None) -> str | None:
    """One of our four languages, as others name it; as it stands where it is none of them."""
    if word is None:
        return None
    plain = word.strip().casefold()
    named = {"deutsch": "de", "allemand": "de", "tedesco": "de", "german": "de", "français": "fr", "französisch": "fr", "francese": "fr",
             "french": "fr", "italiano": "it", "italienisch": "it", "italien": "it", "italian": "it", "english": "en", "englisch": "en",
             "anglais": "en", "inglese": "en"}  # fmt: skip
    return named.get(plain) or (
        plain[:2] if plain[:2] in ("de", "fr", "it", "en") and plain[2:3] in ("", "-", "_") else word
    )


def _id(asked: Asked, line: Line, values: dict[str, Any]) -> str:
    name = line.text("id") or line.text("external_id")
    if name is None:
        parts = (values.get("email"),) if values.get("email") else tuple(values.get(one) for one in (*_NAMES, "phone"))
        return steps.id_of(asked, "customer", "\t".join(str(one or "") for one in ("-", *parts)))
    return steps.id_of(asked, "customer", name)
