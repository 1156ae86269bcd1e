"""A partner whose website is full of things to look at, made through the public doors as any partner makes them."""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.accounts import totp
from infra.local.door import Door
from tests.worlds import brought
from tests.worlds.product import Product

PASSWORD = "eine lange Reihe Wörter"
WEEK = {day: [["08:00", "12:00"], ["13:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
COMPANY = "Gemeinschaftspraxis für Komplementärmedizin Bürgenstock"
SERVICES: tuple[dict[str, Any], ...] = (
    {"name": "Haarschnitt", "duration_minutes": 45, "price_rappen": 7500, "cancel_until_hours": 24},
    {
        "name": "Rehabilitationssporttauglichkeitsbescheinigung",
        "duration_minutes": 120,
        "price_rappen": 1850000,
        "cancel_until_hours": 24,
    },
    {"name": "Styling-Kurs", "duration_minutes": 90, "price_rappen": 4500, "capacity": 6, "interval_minutes": 30},
)
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "haar", "label": "Wie lang ist das Haar?", "type": "choice", "required": True, "options": ["kurz", "lang"]},
    {"id": "neu", "label": "Zum ersten Mal hier?", "type": "boolean", "required": False},
    {"id": "wunsch", "label": "Wünsche", "type": "lines", "required": False},
)
WEBSITE = "https://www.salon.example"
_TOKEN = re.compile(r"token=([A-Za-z0-9_-]+)")
_ENDING = re.compile(r"/unsubscribe/([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Site:
    """What a page's address is made of, and the cookies of the owner who is signed in."""

    email: str
    password: str
    booking_name: str
    employee_id: str
    service_id: str
    customer_id: str
    appointment_id: str
    absence_id: str
    key_id: str
    order_id: str
    invoice_id: str
    webhook_id: str
    """An address that cannot be reached, and a test that was sent there."""
    webhook_delivery_id: str
    feed_id: str
    source_id: str
    """A calendar kept elsewhere that cannot be reached."""
    day: str
    """A day (YYYY-MM-DD) on which there are free times."""
    start: str
    """A free time on that day."""
    link_token: str
    """A customer's link to an appointment that stands."""
    cancelled_token: str
    """A customer's link to an appointment that was cancelled."""
    confirm_token: str
    """The link of a second partner who has not confirmed yet."""
    reset_token: str
    cookies: dict[str, str]
    taken_start: str
    """A time on that day which is taken at `employee_id`."""
    cancelled_id: str
    erased_token: str
    """The link of a customer who had everything erased."""
    used_token: str
    """The link by which the first partner has confirmed."""
    today: str
    year_ago: str
    du_cookies: dict[str, str]
    du_booking_name: str
    """A partner who is on first-name terms with customers, with a colour, a website, and a service that asks questions."""
    du_service_id: str
    du_full_service_id: str
    """A service of theirs that never has a free time."""
    du_link_token: str
    empty_booking_name: str
    """A partner who has just confirmed and has nothing yet."""
    empty_cookies: dict[str, str]
    certificate_id: str
    """Of a partner who has closed the account."""
    export_id: str
    import_id: str
    """A file of the partner's, and one of the customer whose link `link_token` is."""
    my_export_id: str
    newsletter_token: str
    """The link in the mail to a partner who wishes the newsletter and has not confirmed it."""
    unsubscribe_token: str
    """The link by which that partner ends it."""
    hold_id: str
    """On the customer; nothing waits for it yet."""
    request_id: str
    breach_id: str
    session_id: str
    """Of the same owner, elsewhere."""
    secured_id: str
    """Somebody of the team with a second factor."""


def built(product: Product, *, at: datetime | None = None) -> Site:
    """A partner with an offer, customers and appointments, beside all others that are there already.

    `at` is the instant at which the product's clock stands, now if it runs. Raises DoorError.
    """
    tag = secrets.token_hex(3)
    owner, friend, beginner, leaver = (product.door(_address()) for _ in range(4))
    email, second = f"petra.{tag}@praxis.example", f"paul.{tag}@praxis.example"
    doors = {
        f"{who}.{tag}@salon.example": door for who, door in (("dario", friend), ("nina", beginner), ("leo", leaver))
    }
    _register(owner, email)
    _register(owner, second)
    for address, door in doors.items():
        _register(door, address, company="Coiffure Dario")
    product.settled()
    used = _mailed(product, email)
    name = _confirmed(owner, used, email)
    friends_email = next(iter(doors))
    friends_name, beginners_name, _ = (_confirmed(door, _mailed(product, one), one) for one, door in doors.items())
    owner.form("forgot-password", email=email)
    certificate = leaver.form("close-account", password=PASSWORD, confirm=True)["certificate"]

    first = owner.good("GET", "/employees")["items"][0]["id"]
    robin = owner.form(
        "employee", first_name="Robin-Alexandra", last_name="Wyss-Zumthurm", email=f"robin.{tag}@praxis.example",
        role="employee",
    )["id"]  # fmt: skip
    for employee in (first, robin):
        owner.form("hours", {"id": employee}, weekly=WEEK, dates={})
    owner.form("profile", canton="LU")
    services = [owner.form("service", **service)["id"] for service in SERVICES]
    owner.form(
        "text", {"kind": "cancelled", "language": "it"}, subject="Peccato, {first_name}",
        body="Ciao {first_name}\n\nL’appuntamento «{service}» è annullato.\n\n{details}",
        sms="{company}: l'appuntamento {date} {time} è annullato. A presto! {link}",
    )  # fmt: skip
    key = owner.form("api-key", name="Website", scopes=["read"])["id"]
    order = owner.form("order", plan="starter", period="year")
    webhook = owner.form(
        "webhook-endpoint", url="https://webhooks.praxis.invalid/zeitfenster", kinds=["appointment.booked"], fields=["start"]
    )["id"]  # fmt: skip
    tested = owner.form("webhook-test", {"id": webhook})["id"]
    feed = owner.form("calendar-feed", {"id": first}, detail="service")["id"]
    source = owner.form("busy-source", {"id": first}, url="webcal://kalender.praxis.invalid/privat.ics")["id"]
    now = at or datetime.now(UTC)
    away = now + timedelta(days=40)
    absence = owner.form(
        "absence", employee_id=robin, start=away.isoformat(), end=(away + timedelta(days=2)).isoformat(),
        reason="Weiterbildung",
    )["id"]  # fmt: skip

    day, times = _free(owner, name, services[0], now)
    booked = [
        _booking(product, name, services[0], start=start, number=number) for number, start in enumerate(times[:4])
    ]
    tokens = [_token(one) for one in booked]
    product.door().form("link-cancel", {"token": tokens[1]}, reason="Leider krank")
    product.door().form("link-erase", {"token": tokens[3]})
    friends = _friend(friend, product, friends_name, start=times[-1])
    friend.form("newsletter", subscribed=True)
    owner.form("customer", first_name="Jean-François", last_name="de Châtonnay", email=f"jean.{tag}@example.ch")
    export = owner.form("export", what="services")["id"]
    brought = a_brought_file(owner)
    mine = product.door().form("link-export", {"token": tokens[0]}, format="xlsx")["id"]
    held = owner.good("GET", f"/appointments/{booked[0]['id']}")["customer_id"]
    hold = owner.form(
        "hold", customer_id=held, reason="Rechnung bestritten", until=f"{now + timedelta(days=90):%Y-%m-%d}"
    )
    product.door().form("link-request", {"token": tokens[0]}, kind="access", words="Was wissen Sie über mich?")
    request = owner.form("request", kind="rectification", person="Beat Kern, Brief", received_on=f"{now:%Y-%m-%d}")
    breach = owner.form(
        "breach", noticed_at=(now - timedelta(hours=5)).isoformat(), what="Notebook im Zug liegen gelassen",
        data_kinds="Namen und Termine einer Woche", people_count=40,
    )  # fmt: skip
    elsewhere = product.door(_address())
    elsewhere.form("login", email=email, password=PASSWORD)
    session = next(one["id"] for one in elsewhere.good("GET", "/sessions")["items"] if one["current"])
    secured = _secured(product, owner, f"sina.{tag}@praxis.example", at=at)
    product.settled()
    return Site(
        email=email,
        password=PASSWORD,
        booking_name=name,
        employee_id=first,
        service_id=services[0],
        customer_id=held,
        appointment_id=booked[0]["id"],
        absence_id=absence,
        key_id=key,
        order_id=order["id"],
        invoice_id=order["invoice_id"],
        webhook_id=webhook,
        webhook_delivery_id=tested,
        feed_id=feed,
        source_id=source,
        day=day,
        start=times[-1],
        link_token=tokens[0],
        cancelled_token=tokens[1],
        confirm_token=_mailed(product, second),
        reset_token=_mailed(product, email),
        cookies=dict(owner.cookies),
        taken_start=booked[0]["start"],
        cancelled_id=booked[1]["id"],
        erased_token=tokens[3],
        used_token=used,
        today=now.date().isoformat(),
        year_ago=(now - timedelta(days=360)).date().isoformat(),
        du_cookies=dict(friend.cookies),
        du_booking_name=friends_name,
        du_service_id=friends[0],
        du_full_service_id=friends[1],
        du_link_token=friends[2],
        empty_booking_name=beginners_name,
        empty_cookies=dict(beginner.cookies),
        certificate_id=certificate,
        export_id=export,
        import_id=brought,
        my_export_id=mine,
        newsletter_token=_mailed(product, friends_email),
        unsubscribe_token=_mailed(product, friends_email, _ENDING),
        hold_id=hold["id"],
        request_id=request["id"],
        breach_id=breach["id"],
        session_id=session,
        secured_id=secured,
    )


def _secured(product: Product, owner: Door, email: str, *, at: datetime | None) -> str:
    """Somebody who was invited, set a password and has switched the second factor on; the id."""
    employee = str(owner.form("employee", first_name="Sina", last_name="Brunner", email=email, bookable=False)["id"])
    product.settled()
    token = _mailed(product, email)
    door = product.door(_address())
    door.form("reset-password", {"token": token}, password=PASSWORD)
    door.form("login", email=email, password=PASSWORD)
    issued = door.good("GET", "/forms/second-factor")
    code = totp.code(totp.secret(issued["locked"]["secret"]), totp.step(at or datetime.now(UTC)))
    door.good(
        issued["method"], issued["action"], {"password": PASSWORD, "code": code}, **{"X-Form-Token": issued["token"]}
    )
    return employee


def a_brought_file(owner: Door) -> str:
    """A list of customers that was looked at and has something to be mended in it; the import."""
    file = brought.workbook(
        ["Kunden-Nr.", "Vorname", "Nachname", "E-Mail-Adresse", "Strasse und Hausnummer"],
        [1, "Anna", "Keller", "anna.keller@example.ch", "Seeweg 1"],
        [2, "Beat", None, "beat(at)example.ch", "Bahnhofstrasse 100"],
    )
    return str(owner.file("import", file, brought.XLSX, what="customers")["id"])


def _friend(door: Door, product: Product, name: str, *, start: str) -> tuple[str, str, str]:
    """What a partner on first-name terms offers: two services, and the link of a customer who has booked the first."""
    first = door.good("GET", "/employees")["items"][0]["id"]
    door.form("hours", {"id": first}, weekly=WEEK, dates={})
    door.form(
        "profile", canton="ZH", salutation="du", accent="violet", embed_origins=[WEBSITE],
    )  # fmt: skip
    asking = door.form("service", name="Farbe", duration_minutes=60, price_rappen=12000, questions=QUESTIONS)["id"]
    never = door.form("service", name="Hochzeit", duration_minutes=60, lead_time_minutes=2880, horizon_days=1)["id"]
    booked = _booking(product, name, asking, start=start, number=1, answers={"haar": "lang"})
    return asking, never, _token(booked)


def _address() -> str:
    """An address of this machine from which nobody has come yet: a log-in counts against it."""
    return f"127.{secrets.randbelow(200) + 10}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 2}"


def _confirmed(door: Door, token: str, email: str) -> str:
    """Confirm the address and log in; the booking name."""
    name = str(door.form("confirm-email", {"token": token}, token=token)["booking_name"])
    door.form("login", email=email, password=PASSWORD)
    return name


def _token(booked: dict[str, Any]) -> str:
    return str(booked["link"].rsplit("/", 1)[1])


def _register(door: Door, email: str, *, company: str = COMPANY) -> None:
    versions = {one["name"]: one["version"] for one in door.good("GET", "/policies")["items"]}
    door.form(
        "register", first_name="Petra", last_name="Muster", company=company, street="Seestrasse 100a", postcode="6052",
        city="Hergiswil", country="CH", email=email, phone="+41412101010", password=PASSWORD,
        accept_terms=versions["terms"], accept_privacy=versions["privacy"],
    )  # fmt: skip


def _mailed(product: Product, email: str, link: re.Pattern[str] = _TOKEN) -> str:
    """The token in the newest mail to this address that has one."""
    for one in reversed(product.journal("mail")):
        found = link.search(one["body"]["text"]) if email in one["body"]["to"] else None
        if found:
            return found[1]
    raise LookupError(f"No mail with a link has reached {email}.")


def _free(door: Door, name: str, service_id: str, now: datetime) -> tuple[str, list[str]]:
    """The first day after tomorrow with free times, and these."""
    first = (now + timedelta(days=2)).date()
    asked = {"service_id": service_id, "from": first, "to": first + timedelta(days=13)}
    days = door.good("GET", f"/book/{name}/times?{urlencode(asked)}")["days"]
    day = next(one for one in days if len(one["times"]) > 8)
    return day["date"], [one["start"] for one in day["times"]][::3]


def _booking(product: Product, name: str, service_id: str, *, start: str, number: int, **more: Any) -> dict[str, Any]:
    stranger = product.door()
    privacy = next(o["version"] for o in stranger.good("GET", "/policies")["items"] if o["name"] == "privacy")
    made: dict[str, Any] = stranger.form(
        "book", {"booking_name": name}, service_id=service_id, employee_id="any", start=start, first_name="Anna-Katharina",
        last_name=("Beispiel", "Zurbriggen-Aufdenblatten")[number % 2], email=f"anna.{number}.{secrets.token_hex(2)}@example.ch",
        phone="+41791234501", sms=number == 0, note="Bitte beim Hintereingang läuten, danke!", accept_privacy=privacy,
        **more,
    )  # fmt: skip
    return made
