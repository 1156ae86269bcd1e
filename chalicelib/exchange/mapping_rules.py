"""Which column of a stranger's sheet means what: headings in four languages, as other booking systems write them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

IGNORED = "-"
"""What a column means that is not taken in."""

_PERSON = {
    "first_name": "Vorname, Prénom, Nome, First name, Firstname, Given name, Forename, Rufname, Nome di battesimo",
    "last_name": "Nachname, Familienname, Nom, Nom de famille, Cognome, Last name, Lastname, Surname, Family name, Zuname",
    "full_name": "Name, Vollständiger Name, Nom complet, Nome completo, Nome e cognome, Full name, Vor- und Nachname, "
    "Name Vorname, Vorname Name, Prénom et nom, Nom et prénom, Kunde, Kundin, Client, Cliente, Customer, Customer name, "
    "Client name, Kundenname, Nom du client, Nome cliente, Display name, Anzeigename, Contact, Kontakt",
    "email": "E-Mail, Email, Mail, E-Mail-Adresse, Mailadresse, Adresse e-mail, Adresse électronique, Courriel, Indirizzo e-mail, "
    "Posta elettronica, Email address, E-mail Address, E-Mail 1, E-mail 1 - Value, Email 1",
    "mobile": "Mobile, Mobil, Mobiltelefon, Mobilnummer, Natel, Handy, Handynummer, Téléphone portable, Portable, Mobile phone, Numéro de mobile, "
    "Cellulare, Telefonino, Cell phone, Mobile number, Telefon mobil, Tel. mobil, Tel. mobile, Telefon (mobil), Tél. portable, SMS number",
    "phone": "Telefon, Telefonnummer, Tel., Tel.-Nr., Tel, Telefon privat, Telefon 1, Téléphone, Tél., Numéro de téléphone, Telefono, "
    "Numero di telefono, Phone, Phone number, Telephone, Phone 1 - Value, Festnetz, Rufnummer, Home phone",
    "language": "Sprache, Korrespondenzsprache, Langue, Lingua, Language, Locale",
    "note": "Notiz, Notizen, Bemerkung, Bemerkungen, Kommentar, Anmerkung, Anmerkungen, Note, Notes, Remarque, Remarques, "
    "Commentaire, Nota, Osservazioni, Osservazione, Commento, Comment, Comments, Remarks, Interne Notiz, Customer notes",
}
_EXTERNAL = {
    "external_id": "ID, Id-Nr., Kennung, Nummer, Nr., Numéro, No, Numero, Number, External ID, Externe ID, Externe Kennung, Reference, Referenz, "
    "Référence, Riferimento, UID, GUID",
}
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "customers": {
        **_PERSON,
        "external_id": _EXTERNAL["external_id"] + ", Kundennummer, Kunden-Nr., Kundennr, Kunden-ID, Numéro de client, N° client, "
        "Numero cliente, Codice cliente, Customer ID, Customer number, Client ID, Patientennummer",
        "no_reminders": "Keine Erinnerungen, Pas de rappels, Nessun promemoria, No reminders",
    },
    "employees": {
        **{one: _PERSON[one] for one in ("first_name", "last_name", "full_name", "email")},
        "full_name": _PERSON["full_name"] + ", Mitarbeiter, Mitarbeiterin, Mitarbeitende, Collaborateur, Collaboratrice, Collaboratore, Employee, Staff, "
        "Team member, Employé",
        "external_id": _EXTERNAL["external_id"] + ", Personalnummer, Personal-Nr., Mitarbeiter-ID, Mitarbeiternummer, Employee ID, Staff ID, "
        "Numéro du personnel, Numero personale",
        "role": "Rolle, Rôle, Ruolo, Role, Berechtigung",
        "bookable": "Buchbar, Online buchbar, Réservable, Prenotabile, Bookable",
        "active": "Aktiv, Actif, Attivo, Active, Enabled",
    },
    "services": {
        "external_id": _EXTERNAL["external_id"] + ", Artikelnummer, Artikel-Nr., SKU, Service ID, Leistungs-ID, Numéro d'article, Codice",
        "name": "Name, Bezeichnung, Dienstleistung, Leistung, Angebot, Behandlung, Titel, Nom, Prestation, Service, Désignation, "
        "Nome, Servizio, Prestazione, Denominazione, Trattamento, Service name, Title, Treatment, Soin, Titre, Titolo",
        "duration": "Dauer, Dauer (Min.), Dauer in Minuten, Dauer Minuten, Durée, Durée (min), Durée en minutes, Durata, Durata (min), Durata in minuti, "
        "Duration, Duration (min), Duration in minutes, Length, Minuten, Minutes",
        "price_chf": "Preis, Preis (CHF), Preis CHF, Preis in CHF, Betrag, Prix, Prix (CHF), Prix CHF, Tarif, Prezzo, Prezzo (CHF), Prezzo CHF, Tariffa, Price, "
        "Price (CHF), Price CHF, Amount, Kosten, Coût, Costo, Bruttopreis",
        "capacity": "Kapazität, Plätze, Anzahl Plätze, Teilnehmer, Max. Teilnehmer, Capacité, Places, Participants, Capacità, Posti, Partecipanti, "
        "Capacity, Seats, Spots",
        "buffer_before_minutes": "Puffer vorher, Vorbereitungszeit, Vorbereitung, Tampon avant, Tempo di preparazione, Buffer before, Preparation time, Padding before",
        "buffer_after_minutes": "Puffer nachher, Nachbereitungszeit, Nachbereitung, Pause danach, Tampon après, Pausa dopo, Buffer after, Cleanup time, Padding after",
        "active": "Aktiv, Actif, Attivo, Active, Online, Sichtbar, Visible, Visibile, Enabled",
        "employee_ids": "Mitarbeiter, Mitarbeitende, Mitarbeiterinnen, Team, Collaborateurs, Collaboratori, Employees, Staff",
    },
    "appointments": {
        "external_id": _EXTERNAL["external_id"] + ", Termin-ID, Buchungsnummer, Buchungs-ID, Terminnummer, Booking ID, Appointment ID, Numéro de réservation, "
        "Numero prenotazione, Booking reference",
        "start": "Beginn, Start, Startzeit, Von, Anfang, Termin, Terminbeginn, Début, De, Inizio, Da, Start time, Starts at, Start date/time, Beginnt am, "
        "Datum und Zeit, Datum/Zeit, Date et heure, Data e ora, Date and time, Date/time",
        "day": "Datum, Tag, Date, Jour, Data, Giorno, Day, Startdatum, Start date, Termindatum, Date de début, Data inizio",
        "time": "Zeit, Uhrzeit, Heure, Ora, Time, Beginn Uhrzeit, Heure de début, Ora di inizio",
        "end": "Ende, Endzeit, Bis, Schluss, Fin, À, Fine, A, End, End time, Ends at, Terminende, Heure de fin, Ora di fine",
        "duration": "Dauer, Dauer (Min.), Dauer in Minuten, Durée, Durée (min), Durata, Durata (min), Duration, Duration (min), Length, Minuten",
        "service_name": "Dienstleistung, Leistung, Angebot, Behandlung, Service, Prestation, Servizio, Prestazione, Trattamento, Treatment, Service name, "
        "Terminart, Terminartname, Type de rendez-vous, Event type, Appointment type, Soin",
        "employee_name": "Mitarbeiter, Mitarbeiterin, Mitarbeitende, Mitarbeiter/in, Mitarbeiter:in, Bei, Ressource, Collaborateur, Collaboratrice, Employé, "
        "Collaboratore, Dipendente, Employee, Staff, Staff member, Team member, Provider, With, Kalender, Calendar",
        "customer_name": _PERSON["full_name"] + ", Patient, Patientin, Patiente, Paziente, Gast, Invitee, Invitee name",
        "customer_first_name": _PERSON["first_name"],
        "customer_last_name": _PERSON["last_name"],
        "customer_email": _PERSON["email"] + ", Invitee email",
        "customer_mobile": _PERSON["mobile"],
        "customer_phone": _PERSON["phone"],
        "status": "Status, Statut, Stato, State, Zustand",
        "price_chf": "Preis, Preis (CHF), Preis CHF, Betrag, Prix, Prix (CHF), Prezzo, Prezzo (CHF), Price, Price (CHF), Amount",
        "note": _PERSON["note"] + ", Nachricht, Message, Messaggio, Kommentar des Kunden",
        "language": _PERSON["language"],
        "sms": "SMS, SMS-Erinnerung, SMS gewünscht, Rappel SMS, Promemoria SMS, SMS reminder",
    },
    "hours": {},
    "absences": {},
}  # fmt: skip
_FILLING = frozenset(
    ["kunde", "kunden", "kundin", "kundschaft", "customer", "client", "clients", "cliente", "clienti", "patient", "mitarbeiter", "mitarbeiterin", "employee", "der", "die", "das", "des", "den", "le", "la", "les", "l", "du", "de", "d", "il", "lo", "del", "della", "dell", "di", "the", "of", "your", "ihr", "ihre", "pflichtfeld", "required", "obligatoire", "obbligatorio", "optional"]
)  # fmt: skip


def plain(heading: str) -> str:
    """A heading as it is compared: small letters and digits, without accents."""
    return "".join(_words(heading))


def targets(sheet: str, own: Sequence[str]) -> tuple[str, ...]:
    """What a column of a sheet can mean: the keys of our own files (`own`), and what files of others have instead."""
    return tuple(dict.fromkeys([*own, *_HEADINGS[sheet]]))


def suggested(
    sheet: str, headings: Sequence[str], *, own: Sequence[str], wished: Mapping[str, str] | None = None
) -> list[str]:
    """What each column most probably means, IGNORED where nobody knows; no meaning is given twice.

    `own` are the keys of our own files. `wished` says what somebody chose (by `plain` heading); it goes before all else.
    """
    wished = wished or {}
    found = [_wish(one, wished, targets(sheet, own)) for one in headings]
    # Before a near match takes a meaning, every exact one has had its turn.
    for guess in (_own(own), _exactly(_known(sheet)), _nearly(_known(sheet))):
        for place, heading in enumerate(headings):
            meant = guess(heading) if not found[place] else None
            if meant and meant not in found:
                found[place] = meant
    return _sensible([one or IGNORED for one in found])


def _sensible(found: list[str]) -> list[str]:
    """`Name` beside `Vorname` is the family name."""
    for whole, first, last in (
        ("full_name", "first_name", "last_name"), ("customer_name", "customer_first_name", "customer_last_name"),
    ):  # fmt: skip
        if whole in found and first in found and last not in found:
            found[found.index(whole)] = last
    return found


def _wish(heading: str, wished: Mapping[str, str], known: Sequence[str]) -> str | None:
    wish = wished.get(plain(heading))
    return wish if wish in known or wish == IGNORED else None


def _own(own: Sequence[str]):  # type: ignore[no-untyped-def]  # a function of a heading, as the two below
    return lambda heading: heading if heading in own else None


def _exactly(known: Mapping[str, str]):  # type: ignore[no-untyped-def]  # see above
    return lambda heading: known.get(plain(heading))


def _nearly(known: Mapping[str, str]):  # type: ignore[no-untyped-def]  # see above
    def guess(heading: str) -> str | None:
        without = re.sub(r"\(.*?\)|\[.*?\]", " ", heading)
        words = [one for one in _words(without) if one not in _FILLING]
        return known.get("".join(words)) or known.get("".join(one for one in words if not one.isdigit()))

    return guess


def _known(sheet: str) -> dict[str, str]:
    made: dict[str, str] = {}
    for target, headings in _HEADINGS[sheet].items():
        for heading in headings.split(","):
            made.setdefault(plain(heading), target)
    return made


def _words(heading: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(one if one.isalnum() else " " for one in bare if not unicodedata.combining(one))
    return letters.split()
