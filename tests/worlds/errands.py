"""What we have to do at each neighbour, as small as it can be: how it begins, how it ends, and what it leaves there."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chalicelib.activity import record
from chalicelib.analytics import counting_pass
from chalicelib.billing import bexio
from chalicelib.consent import newsletter_link
from chalicelib.plumbing import settings
from infra import erasures
from infra.local.providers.ortto import Person
from tests.conftest import NOW
from tests.worlds import outbox, people
from tests.worlds.browser import open_page
from tests.worlds.faults import Scene
from tests.worlds.visitor import Visitor

ZYPRIAN = {"first_name": "Zyprian", "last_name": "Quendolin", "email": "zyprian@zq-marker.example"}
PHONE = "+41791112233"
HOOKS, CALENDAR = "hooks.partner.example", "calendar.partner.example"
THAT_DAY = date(2026, 12, 3)  # ten days on, so that it is still to come whatever lasts
THAT_TIME = f"{THAT_DAY}T10:00:00+01:00"
BUSY = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Elsewhere//EN\r\nBEGIN:VEVENT\r\nUID:1@elsewhere.example\r\n"
    "DTSTAMP:20260101T000000Z\r\nDTSTART:20261203T090000Z\r\nDTEND:20261203T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)

NONE, ONCE, AT_MOST_ONCE, AT_LEAST_ONCE = range(1), range(1, 2), range(2), range(1, 100)


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to be done at a neighbour."""

    name: str
    begin: Callable[[Scene], None]
    effects: Callable[[Scene], Mapping[str, int]]
    """How often something is at the neighbour, by its name."""
    right: Mapping[str, range]
    in_doubt: Mapping[str, range] = field(default_factory=dict)
    """What is right, and what is right too where nobody can know whether a call was taken."""
    before: Callable[[Scene], object] = lambda _: None
    """What has to be so already, before anything goes wrong."""
    task: str = ""
    of_nobody: bool = False
    """The task of its rows in the outbox, and whether they stand in nobody's."""
    state: Callable[[Scene], str] | None = None
    """waiting, done, failed; None: that of its rows."""
    go_on: Callable[[Scene], None] | None = None
    """What follows next; None: whatever is due in the outbox."""
    shown: Callable[[Scene], bool] = lambda _: True
    """Whether people are shown that it is done."""
    fails_as: str = ""
    """The fact by which people see that it failed; empty where it is never given up."""
    needs_disclosure: Callable[[str], bool] = lambda _: True
    """Which kinds of calls tell of somebody."""
    says: str = "zq-marker"
    """What the neighbour hears of somebody, and no log of ours ever says."""
    heart: tuple[str, ...] = ("",)
    """How the kinds of calls end that matter most in a conversation."""


def begin(scene: Scene, errand: Errand) -> None:
    errand.begin(scene)
    scene.work()


def step(scene: Scene, errand: Errand) -> None:
    """Let as much time pass as it takes until something is due, and see to it."""
    if errand.go_on is not None:
        errand.go_on(scene)
        return
    due = [row.due_at for row in outbox.rows(_ground(scene, errand), errand.task) if row.due_at]
    assert scene.trouble is not None
    scene.clock.set(max(min(due, default=scene.clock.now), scene.clock.now + scene.trouble.stride))
    scene.minute()


def state(scene: Scene, errand: Errand) -> str:
    """How far it is: waiting, done, or another state of rows that are over."""
    if errand.state is not None:
        return errand.state(scene)
    states = {row.state for row in outbox.rows(_ground(scene, errand), errand.task)}
    return "waiting" if not states or states & {"waiting", "claimed"} else "/".join(sorted(states))


def _ground(scene: Scene, errand: Errand) -> str:
    return record.NOBODY if errand.of_nobody else scene.practice.id


def owner(scene: Scene) -> Visitor:
    """The owner, signed in anew: much time may have passed."""
    return scene.practice.sign_in("owner")


def failure_is_shown(scene: Scene, errand: Errand) -> bool:
    """Whether the owner reads in the log that it failed."""
    path = f"/activity?from={NOW.date()}&to={scene.clock.now.date()}&limit=100"
    return errand.fails_as in {one["kind"] for one in owner(scene).get(path).json["items"]}


# ---------------------------------------------------------------- messages


def _books(scene: Scene) -> None:
    reply = Visitor().form(
        "book", {"booking_name": scene.practice.booking_name}, service_id=scene.practice.service_id,
        employee_id="any", start=THAT_TIME, phone=PHONE, sms=True, accept_privacy=people.VERSION, **ZYPRIAN,
    )  # fmt: skip
    assert reply.status == 201, reply.text


def somebody_books(scene: Scene) -> bool:
    """Whether an appointment can still be booked."""
    tomorrow = scene.clock.now.date() + timedelta(days=1)
    start = _offered(scene, tomorrow, tomorrow + timedelta(days=4))[0]
    reply = Visitor().form(
        "book", {"booking_name": scene.practice.booking_name}, service_id=scene.practice.service_id,
        employee_id="any", start=start, sms=False, accept_privacy=people.VERSION, **ZYPRIAN,
    )  # fmt: skip
    return reply.status == 201


def _offered(scene: Scene, first: date, last: date) -> list[str]:
    path = f"/book/{scene.practice.booking_name}/times?service_id={scene.practice.service_id}"
    days = Visitor().get(f"{path}&from={first}&to={last}").json["days"]
    return [one["start"] for day in days for one in day["times"]]


def _invites(scene: Scene) -> None:
    invited = {**ZYPRIAN, "email": "colleague@zq-marker.example"}
    assert owner(scene).form("employee", role="employee", **invited).status == 201


def _message_is_sent(channel: str) -> Callable[[Scene], bool]:
    def shown(scene: Scene) -> bool:
        items = owner(scene).get("/messages").json["items"]
        return [one["state"] for one in items if one["channel"] == channel] == ["done"]

    return shown


def _mails(scene: Scene) -> Mapping[str, int]:
    names = [one["body"]["headers"]["Message-ID"] for one in scene.desk.journal("mail") if one["effects"]]
    return {"mails": len(names), "names": len(set(names))}


# ---------------------------------------------------------------- invoices and questions


def _orders(scene: Scene) -> None:
    assert owner(scene).form("order", plan="starter", period="year").status == 201


def _knows_its_account(_: Scene) -> None:
    """What is looked up once about our own account at bexio is known."""
    bexio._me(), bexio._tax(), bexio._currency(), bexio._country("CH")


def _books_of(scene: Scene) -> Mapping[str, int]:
    there = scene.desk.simulators.bexio
    open_ones = [one for one in there.invoices() if one["kb_item_status_id"] == 8]
    counts = (there.contacts(), there.invoices(), open_ones, there.sent())
    return dict(zip(("contacts", "invoices", "open invoices", "mails"), map(len, counts), strict=True))


def _invoice_is_open(scene: Scene) -> bool:
    return [one["state"] for one in owner(scene).get("/invoices").json["items"]] == ["open"]


def _asks(scene: Scene) -> None:
    visitor = Visitor(ip=f"192.0.2.{scene.kept.setdefault('tries', 0) + 1}")
    scene.kept |= {"visitor": visitor, "form": visitor.issue("support"), "status": 0}
    _sends_form(scene)


def _sends_form(scene: Scene) -> None:
    """Whoever asked sends the same form again, as the answer has told them; a form that is too old is fetched anew."""
    scene.kept["tries"] += 1
    visitor, form = scene.kept["visitor"], scene.kept["form"]
    visitor.ip = f"192.0.2.{scene.kept['tries']}"
    with scene.mortal():
        scene.kept["status"] = 0
        reply = visitor.submit(form, **ZYPRIAN, subject="Frage", text="zq-marker?")
        scene.kept["status"] = reply.status
        assert reply.status in (201, 503) or reply.json["code"] == "form_token_invalid", reply.text
        assert reply.status != 503 or int(reply.header("retry-after") or 0) > 0


def _asks_again(scene: Scene) -> None:
    assert scene.trouble is not None
    scene.clock.set(scene.clock.now + max(scene.trouble.stride, timedelta(minutes=2)))
    if scene.trouble.lasts:
        scene.kept["form"] = scene.kept["visitor"].issue("support")
    _sends_form(scene)


def _has_asked(scene: Scene) -> None:
    for text in ("one", "two"):
        assert Visitor().form("support", **ZYPRIAN, subject="Frage", text=text).status == 201
    other = {**ZYPRIAN, "email": f"x{ZYPRIAN['email']}"}
    assert Visitor().form("support", **other, subject="Frage", text="three").status == 201


def _wants_to_be_forgotten(_: Scene) -> None:
    assert erasures.main(["person", ZYPRIAN["email"]]) == 0


def _helpdesk(scene: Scene) -> Mapping[str, int]:
    zendesk = scene.desk.simulators.zendesk
    of = Counter(zendesk.requester(one).email == ZYPRIAN["email"] for one in zendesk.tickets())
    return {"tickets": of[True], "others": of[False]}


# ---------------------------------------------------------------- newsletter and counting


def _wishes(scene: Scene) -> None:
    """The wish, and the click on the link in the mail."""
    assert owner(scene).form("newsletter", subscribed=True).status == 202
    link = newsletter_link.confirming(scene.practice.id, ZYPRIAN["email"])
    token = str(link).partition("token=")[2]
    assert Visitor().form("confirm-newsletter", {"token": token}).status == 201


def _is_subscribed(scene: Scene) -> None:
    scene.desk.simulators.ortto._people["other"] = Person("other", {"str::email": "other@example.org"})
    scene.desk.simulators.autopilot._state.contacts["other"] = {"contact_id": "other", "Email": "other@example.org"}
    _wishes(scene)
    scene.work()
    assert sum(_subscribers(scene).values()) == 2


def _ends_it(scene: Scene) -> None:
    assert owner(scene).form("newsletter", subscribed=False).status in (200, 202)


def _subscribers(scene: Scene) -> Mapping[str, int]:
    simulators = scene.desk.simulators
    there = {
        "ortto": [one.fields["str::email"] for one in simulators.ortto.people()],
        "autopilot": [one["Email"] for one in simulators.autopilot.contacts()],
    }[settings.get().mailing_vendor]
    return {"people": there.count(ZYPRIAN["email"]), "others": there.count("other@example.org")}


def _visits(scene: Scene) -> None:
    visitor = Visitor()
    assert visitor.form("counting").status == 201
    scene.kept["says"] = counting_pass.client_of(visitor.cookies, scene.clock.now)
    assert open_page(visitor, "/").reply.status == 200


def _counted(scene: Scene) -> str:
    return "waiting" if outbox.rows(record.NOBODY, "count") else "done"


# ---------------------------------------------------------------- what partners named


def _has_an_endpoint(scene: Scene) -> None:
    made = owner(scene).form(
        "webhook-endpoint", url=f"https://{HOOKS}/hook", kinds=["customer.created"], fields=["first_name", "email"]
    )  # fmt: skip
    assert made.status == 201, made.text


def _adds_a_customer(scene: Scene) -> None:
    assert owner(scene).form("customer", **ZYPRIAN).status == 201


def _hooks(scene: Scene) -> Mapping[str, int]:
    taken = scene.kept.get("hooks", [])
    return {"deliveries": len(taken), "messages": len(set(taken))}


def _connects(kind: str) -> Callable[[Scene], None]:
    place = {"ics": "files/team.ics", "caldav": "dav/anna/team/"}[kind]

    def begin(scene: Scene) -> None:
        scene.desk.simulators.by_prefix["calendar"].collections["team"] = {"1.ics": BUSY}  # type: ignore[attr-defined]
        reply = owner(scene).form(
            "busy-source", {"id": scene.practice.employee_id}, url=f"https://{CALENDAR}/calendar/{place}", kind=kind,
            username="anna", password="app-passwort",
        )  # fmt: skip
        assert reply.status == 201, reply.text

    return begin


def _source(scene: Scene) -> str:
    [one] = scene.practice.api.get(f"/employees/{scene.practice.employee_id}/busy-sources").json["items"]
    return {"good": "done", "stale": "failed"}.get(one["state"], "waiting")


def _busy(scene: Scene) -> Mapping[str, int]:
    offered = _offered(scene, THAT_DAY, THAT_DAY)
    return {"busy times": int(THAT_TIME not in offered and len(offered) > 5)}


def _calendar(name: str, kind: str, **more: Any) -> Errand:
    return Errand(
        name, _connects(kind), _busy, {"busy times": ONCE}, task="calendar", state=_source,
        fails_as="calendar.source_stale", needs_disclosure=lambda _: False, **more,
    )  # fmt: skip


def _joining(name: str) -> Errand:
    return Errand(
        f"{name}, joining", _wishes, _subscribers, {"people": ONCE}, task="newsletter_join",
        before=_mailing(name), fails_as="newsletter.failed",
        shown=lambda scene: owner(scene).get("/newsletter").json["state"] == "given",
    )  # fmt: skip


def _leaving(name: str, *heart: str) -> Errand:
    def before(scene: Scene) -> None:
        _mailing(name)(scene)
        _is_subscribed(scene)

    return Errand(
        f"{name}, erasure", _ends_it, _subscribers, {"people": NONE, "others": ONCE}, task="newsletter_erase",
        before=before, heart=heart,
        shown=lambda scene: owner(scene).get("/newsletter").json["state"] == "withdrawn",
    )  # fmt: skip


def _mailing(name: str) -> Callable[[Scene], None]:
    def chosen(scene: Scene) -> None:
        scene.patch.setenv("NEWSLETTER", name.lower())
        settings.get.cache_clear()

    return chosen


ALL = (
    Errand(
        "SMSAPI", _books, lambda scene: {"SMS": len(scene.desk.simulators.smsapi.messages())}, {"SMS": ONCE}, task="sms",
        shown=_message_is_sent("sms"), fails_as="message.failed", says=PHONE[1:],
    ),
    Errand(
        "bexio", _orders, _books_of,
        {"contacts": ONCE, "invoices": ONCE, "open invoices": ONCE, "mails": ONCE}, {"mails": AT_MOST_ONCE},
        before=_knows_its_account, task="invoice", of_nobody=True, shown=_invoice_is_open, heart=("/contact", "/kb_invoice", "/send"),
        needs_disclosure=lambda kind: "/contact" in kind or "/kb_invoice" in kind,
    ),
    Errand(
        "Zendesk, tickets", _asks, _helpdesk, {"tickets": ONCE}, go_on=_asks_again,
        state=lambda scene: "done" if scene.kept["status"] == 201 else "waiting", heart=("/tickets",),
        needs_disclosure=lambda kind: "/oauth/" not in kind,
    ),
    Errand(
        "Zendesk, erasure", _wants_to_be_forgotten, _helpdesk, {"tickets": NONE, "others": ONCE}, before=_has_asked,
        task="zendesk_erasure", of_nobody=True, heart=("users/search", "destroy_many", "deleted_users/#"),
        needs_disclosure=lambda kind: "/oauth/" not in kind,
    ),
    _joining("Ortto"),
    _leaving("Ortto", "/archive", "/delete"),
    _joining("Autopilot"),
    _leaving("Autopilot", ""),
    Errand(
        "GA4", _visits, lambda scene: {"events": sum(one["effects"] for one in scene.desk.journal("ga4"))},
        {"events": ONCE}, {"events": AT_MOST_ONCE}, task="count", of_nobody=True, state=_counted, says="",
    ),
    Errand(
        "mail", _invites, _mails, {"mails": ONCE, "names": ONCE}, {"mails": AT_LEAST_ONCE}, task="mail",
        shown=_message_is_sent("mail"), fails_as="message.failed", needs_disclosure=lambda _: False,
    ),
    Errand(
        "webhooks out", _adds_a_customer, _hooks, {"deliveries": ONCE, "messages": ONCE}, {"deliveries": AT_LEAST_ONCE},
        before=_has_an_endpoint, task="webhook", fails_as="webhook.stopped",
    ),
    _calendar("calendar files", "ics", says="team.ics"),
    _calendar("CalDAV", "caldav", says="/dav/anna/"),
)  # fmt: skip
