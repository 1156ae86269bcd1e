"""Headings as other booking systems and people write them are understood in four languages, and none is taken for two things."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exchange import mapping_rules as mapping

OWN = {
    "customers": ("id", "first_name", "last_name", "email", "phone", "language", "note", "no_reminders"),
    "services": ("id", "name", "duration_minutes", "price_rappen"),
    "employees": ("id", "first_name", "last_name", "email", "role", "bookable", "active"),
    "appointments": (
        "id",
        "start",
        "end",
        "service_id",
        "service_name",
        "employee_id",
        "customer_id",
        "customer_email",
        "note",
    ),
}


def understood(sheet: str, *headings: str, **more: Any) -> dict[str, str]:
    found = mapping.suggested(sheet, headings, own=OWN[sheet], **more)
    return {heading: meant for heading, meant in zip(headings, found, strict=True) if meant != mapping.IGNORED}


@pytest.mark.parametrize(("sheet", "headings"), [
    ("customers", {"Kundennr.": "external_id", "Vorname": "first_name", "Nachname": "last_name", "Natel": "mobile", "Telefon": "phone",
                   "E-Mail": "email", "Sprache": "language", "Bemerkungen": "note"}),
    ("customers", {"Prénom *": "first_name", "Nom *": "last_name", "Adresse e-mail": "email", "Tél. portable": "mobile", "Remarques": "note",
                   "N° client": "external_id"}),
    ("customers", {"Nome": "first_name", "Cognome": "last_name", "Indirizzo e-mail": "email", "Cellulare": "mobile", "Osservazioni": "note"}),
    ("customers", {"First Name": "first_name", "Last Name": "last_name", "Mobile Number": "mobile", "Email": "email", "Notes": "note"}),
    ("customers", {"Given Name": "first_name", "Family Name": "last_name", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone"}),
    ("customers", {"Kunde": "full_name", "Tel.": "phone", "MAIL": "email"}),
    ("customers", {"Vorname": "first_name", "Name": "last_name"}),
    ("services", {"Dienstleistung": "name", "Dauer (in Min.)": "duration", "Preis in CHF": "price_chf"}),
    ("services", {"Prestation": "name", "Durée": "duration", "Prix": "price_chf", "Collaborateurs": "employee_ids"}),
    ("employees", {"Personal-Nr.": "external_id", "Mitarbeiterin": "full_name", "E-Mail": "email", "Rolle": "role"}),
    ("appointments", {"Datum": "day", "Uhrzeit": "time", "Dauer": "duration", "Leistung": "service_name", "Mitarbeiter/in": "employee_name",
                      "Kundin": "customer_name", "Kunden E-Mail": "customer_email", "Status": "status"}),
    ("appointments", {"Start time": "start", "End time": "end", "Event type": "service_name", "Staff member": "employee_name",
                      "Invitee name": "customer_name", "Invitee email": "customer_email"}),
    ("appointments", {"Date et heure": "start", "Durée (min)": "duration", "Prestation": "service_name", "Client": "customer_name"}),
    ("appointments", {"Data": "day", "Ora": "time", "Trattamento": "service_name", "Cliente": "customer_name", "Dipendente": "employee_name"}),
])  # fmt: skip
def test_headings_of_others(sheet: str, headings: dict[str, str]) -> None:
    assert understood(sheet, *headings) == headings


def test_our_own_keys_mean_themselves_and_what_nobody_knows_is_left_out() -> None:
    assert understood("customers", *OWN["customers"]) == {one: one for one in OWN["customers"]}
    assert understood("customers", "Strasse", "PLZ", "Ort", "Anrede", "Geburtsdatum", "") == {}


def test_a_wish_goes_before_everything_else() -> None:
    wished = {
        mapping.plain("Ort"): "note",
        mapping.plain("E-Mail"): mapping.IGNORED,
        mapping.plain("PLZ"): "no_such_thing",
    }

    assert understood("customers", "Ort", "E-MAIL", "PLZ", "Mail", wished=wished) == {"Ort": "note", "Mail": "email"}


@given(
    st.lists(
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(["Name", "Vorname", "Tel.", "Mobile", "E-Mail", "Mail", "id", "ID", "Nr."]),
        ),
        max_size=12,
    )
)
def test_no_meaning_is_given_twice_and_every_column_has_one(headings: list[str]) -> None:
    for sheet, own in OWN.items():
        found = mapping.suggested(sheet, headings, own=own)
        meant = [one for one in found if one != mapping.IGNORED]

        assert len(found) == len(headings)
        assert len(set(meant)) == len(meant)
        assert set(meant) <= set(mapping.targets(sheet, own))
