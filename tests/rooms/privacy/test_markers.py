"""What people type into any field is nowhere once the account is closed: no table, file, queue, dead letter, log line or later message."""

import json
import os
import re
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.billing import access, bexio
from chalicelib.plumbing import queue as product_queue
from chalicelib.support import zendesk
from tests.fakes.providers import Desk
from tests.worlds import brought, lines, people, rights
from tests.worlds.files import Exports
from tests.worlds.outbox import Queue
from tests.worlds.tables import rows
from tests.worlds.visitor import Reply, Visitor

TABLES = ("records", "ledger", "activity", "guard", "keys")
DAY = timedelta(days=1)


class Marks:
    """Makes a text of its own for every field, and remembers which."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def __call__(self, field: str, form: str = "") -> str:
        number = len(self.made) + 1
        if field == "phone":
            text = f"+4179{8100000 + number}"
        elif field == "email":
            text = f"qzxvkj{number:03d}@qzxvkjmarker.example"
        else:
            text = f"Qzxvkj{number:03d}{re.sub('[^a-z]', '', field)}"
        self.made[f"{form}.{field}"] = text
        return text

    def found(self, text: str) -> list[str]:
        """The fields whose text is in here, in any case."""
        lowered = text.lower()
        return [field for field, mark in self.made.items() if mark.lower() in lowered or mark[4:] in lowered]


def everything() -> str:
    return json.dumps([rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES], default=str)


def archived(bucket: str) -> dict[str, str]:
    """Every version of every document in the write-once bucket, by its key."""
    from chalicelib.plumbing import aws

    with rights.of_the_test():
        s3 = aws.client("s3")
        found = s3.list_object_versions(Bucket=bucket, Prefix="invoices/").get("Versions", [])
        return {
            one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"]
            .read()
            .decode("latin-1")
            for one in found
        }


def done(reply: Reply) -> Any:
    assert reply.status in (200, 201, 202), reply.text
    return reply.json


# Not typed by anybody: ids, versions and tokens of the form, numbers, times, places of a list.
_TECHNICAL = re.compile(
    r"(token|next|version|accept_\w+|\w*_id|id|postcode|country|language|timezone|booking_name|embed_origins|"
    r"employee_ids|weekly|dates|name\b.*|canton)"
)
BY_LAW = ("order.", "breach.")  # Art. 958f OR; Art. 33(5) GDPR


NOT_TYPED = {
    ("reset-password", "password"),  # the field of the registration once more, kept as a hash like that one
    # What columns of a file mean; that it goes with the account is tried where files are (tests/rooms/exchange/test_imports.py).
    ("import", "mapping"),
    ("import-run", "mapping"),
    # The password once more, compared and not kept; codes, and a secret of ours, that go with the login
    # (tests/rooms/accounts/test_second_factor.py).
    *((form, "password") for form in ("session-end", "sessions-end", "second-factor-reset")),
    *(
        (form, name)
        for form in ("second-factor", "second-factor-off", "recovery-codes")
        for name in ("password", "code")
    ),
    ("second-factor", "secret"),
    ("login-code", "code"),
}


def typed(reply_of: Any, seen: set[tuple[str, str]]) -> Any:
    """Visitor.submit, which notes into `seen` the fields of each form that hold a text of ours."""

    def submit(self: Visitor, issued: dict[str, Any], **values: Any) -> Reply:
        for name, value in values.items():
            if "qzxvkj" in json.dumps(value).lower() or re.search(r"\+417981\d{5}", json.dumps(value)):
                seen.add((issued["form"], name))
        reply: Reply = reply_of(self, issued, **values)
        return reply

    return submit


def text_fields() -> set[tuple[str, str]]:
    """Every field of every form into which people type something of their own."""
    from chalicelib.entrance import board, routes

    forms = [door.form for door in (*board.declared(), *routes.door.declared) if door.form is not None]
    return {
        (form.name, one.name)
        for form in forms
        for one in form.fields
        if one.kind in ("text", "lines", "email", "phone", "password", "object")
        and one.options is None
        and not _TECHNICAL.fullmatch(one.name)
    }


def test_what_was_typed_into_any_field_is_nowhere_once_the_account_is_closed(
    emulator: Any,
    desk: Desk,
    exports: Exports,
    queue: Queue,
    clock: Any,
    proofs: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: Any,
    caplog: Any,
) -> None:
    exports.outbox = queue
    marks, messages, seen_forms = Marks(), [], set[tuple[str, str]]()
    monkeypatch.setattr(Visitor, "submit", typed(Visitor.submit, seen_forms))
    access.forget_held(), bexio.forget_looked_up(), zendesk._held.clear()
    kick = product_queue.kick
    monkeypatch.setattr(product_queue, "kick", lambda due: (messages.extend(map(json.dumps, due)), kick(due)))
    desk.fail("smsapi", times=50, status=503)  # what cannot be sent waits, and is spoken of in the log

    def of(form: str, *fields: str) -> dict[str, str]:
        return {field: marks(field, form) for field in fields}

    master = ("first_name", "last_name", "company", "street", "city", "phone", "email")
    owner = people.owner(emulator.endpoint, **of("register", *master), password="qzxvkjpassword im Regen 7")
    team = owner.visitor
    done(
        team.form(
            "profile",
            sms_enabled=True,
            **of("profile", "first_name", "last_name", "company", "street", "city", "phone"),
        )
    )
    colleague = done(team.form("employee", **of("employee", "first_name", "last_name", "email")))
    done(team.form("employee", {"id": colleague["id"]}, bookable=False, **of("employee", "password")))
    not_it = team.form("change-password", **of("change-password", "present_password", "password"))
    assert not_it.status == 422, not_it.text
    questions = [
        {"label": marks("label", "service"), "type": "text", "required": True},
        {
            "label": marks("label two", "service"),
            "type": "choice",
            "required": False,
            "options": [marks("one", "service"), marks("two", "service")],
        },
    ]
    service = done(
        team.form("service", **of("service", "name"), duration_minutes=30, questions=questions,
                  employee_ids=[owner.employee_id])
    )  # fmt: skip
    week = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = team.form("hours", {"id": owner.employee_id}, weekly=week)
    assert hours.status in (200, 204), hours.text
    start, end = clock.now + 20 * DAY, clock.now + 21 * DAY
    done(team.form("absence", start=start.isoformat(), end=end.isoformat(), **of("absence", "reason")))
    done(team.form("api-key", scopes=["read"], **of("api-key", "name")))
    person = ("first_name", "last_name", "email", "phone", "note")
    customer = done(team.form("customer", **of("customer", *person)))
    done(team.form("customer", {"id": customer["id"], "method": "PATCH"}, **of("customer-change", "note", "phone")))
    answers = {question["id"]: marks("answer", f"q{n}") for n, question in enumerate(service["questions"]) if not n}
    written = done(
        team.form("appointment", service_id=service["id"], start=(clock.now + 3 * DAY).isoformat(), answers=answers,
                  sms=True, **of("appointment", *person))
    )  # fmt: skip
    cancelled = team.form("appointment", {"id": written["id"], "action": "cancellation"}, **of("cancel", "reason"))
    assert cancelled.status in (200, 204), cancelled.text
    guest = Visitor(ip="192.0.2.77")
    booking_name = team.get("/partner").json["booking_name"]
    form = guest.issue("book", booking_name=booking_name)
    booked = done(
        guest.submit(form, service_id=service["id"], start=(clock.now + 4 * DAY).isoformat(), sms=True,
                     accept_privacy=people.VERSION, answers={key: marks("answer", "book") for key in answers},
                     **of("book", *person))
    )  # fmt: skip
    queue.drain()
    done(guest.get(booked["link"].partition("localhost:8000")[2]))
    asks = guest.form(
        "link-request", {"token": booked["link"].rpartition("/")[2]}, kind="access", **of("link", "words")
    )
    assert asks.status == 201, asks.text
    guest.form("link-cancel", {"token": booked["link"].rpartition("/")[2]}, **of("link-cancel", "reason"))
    guest.form("login", email=marks("email", "login"), password=marks("password", "login"))
    team.get(f"/customers?q={marks.made['customer.last_name']}")
    link = {"token": done(team.form("appointment", service_id=service["id"], answers=answers, **of("again", "email"),
                                    start=(clock.now + 5 * DAY).isoformat(), first_name="A", last_name="B"))["id"]}  # fmt: skip
    assert link["token"]
    done(team.form("text", {"kind": "moved", "language": "de"}, subject=marks("subject", "text"),
                   body=f"{marks('body', 'text')}\n\n{{link}}", sms=f"{marks('sms', 'text')} {{company}} {{date}} {{time}} {{link}}"))  # fmt: skip
    asked = done(
        team.form("request", kind="access", received_on=str(clock.now.date()), **of("request", "person", "words"))
    )
    done(team.form("request", {"id": asked["id"], "action": "extension"}, extended_because=marks("because", "request")))
    done(
        team.form(
            "request", {"id": asked["id"], "method": "PATCH"}, state="answered", answer=marks("answer", "request")
        )
    )
    hold = done(team.form("hold", until=str((clock.now + 9 * DAY).date()), **of("hold", "reason")))
    lifted = team.form("hold", {"id": hold["id"], "method": "DELETE"})
    assert lifted.status in (200, 204), lifted.text
    noted = ("what", "data_kinds", "consequences", "measures", "not_told_because")
    done(team.form("breach", noticed_at=clock.now.isoformat(), **of("breach", *noted)))
    address = {"postcode": "8000", "country": "CH"}
    who = ("first_name", "last_name", "company", "street", "city", "email", "phone")
    done(team.form("order", plan="starter", billing={**address, **of("order", *who)},
                   delivery={**address, **{name: marks(name, "order.other") for name in who}}))  # fmt: skip
    done(guest.form("support", **of("support", "first_name", "last_name", "subject", "text"), email=owner.email))
    team.form("newsletter", subscribed=True)
    queue.drain()
    mail = str([one["body"] for one in desk.journal("mail")])
    confirm = re.findall(r"/forms/confirm-newsletter\?token=([A-Za-z0-9_-]+)", mail)[-1]
    assert team.form("confirm-newsletter", {"token": confirm}).status == 201
    guest.form("forgot-password", email=owner.email)
    queue.drain()
    for file_format in ("xlsx", "json"):
        done(team.form("export", what="all", format=file_format))
        exports.work()
    in_a_file = of("file", "first_name", "last_name", "note")
    list_of_another = brought.workbook(list(in_a_file), list(in_a_file.values()))
    key = {"authorization": f"Bearer {done(team.form('api-key', scopes=['write'], name='till'))['key']}"}
    import_path = "/imports?what=customers&dry_run=true"
    done(team.send("POST", import_path, list_of_another, {"content-type": brought.XLSX, **key}))
    exports.work()
    kept_files, documents = b"".join(exports.contents()).decode("utf-8", "replace"), archived(proofs)
    there = json.dumps(
        [
            [one.fields for one in desk.simulators.ortto.people()],
            [one.text for one in desk.simulators.zendesk.tickets()],
        ]
    )
    done(team.form("webhook-endpoint", url=f"https://{marks('url', 'webhook')}.example/x", kinds=["customer.created"]))
    done(
        team.form(
            "busy-source", {"id": owner.employee_id}, url=f"https://{marks('url', 'calendar')}.example/x.ics",
            username="qzxvkjuser of a calendar", password="qzxvkjpassword of a calendar",
        )
    )  # fmt: skip
    day = clock.now.date()
    seen = "".join(
        team.get(path).text
        for path in (
            "/requests", f"/requests/{asked['id']}", "/breaches", "/webhook-endpoints",
            f"/employees/{owner.employee_id}/busy-sources",
            "/partner", "/employees", "/services", "/absences", "/api-keys", "/customers",
            *(f"/customers/{one['id']}" for one in team.get("/customers").json["items"]),
            f"/appointments?from={day}&to={day + 30 * DAY}", f"/appointments/{written['id']}", f"/appointments/{booked['id']}",
            booked["link"].partition("localhost:8000")[2] + "/data",
        )
    )  # fmt: skip
    stored = everything()
    in_files = exports.stored()
    sent_before = len(desk.journal("mail")) + len(desk.journal("smsapi"))

    closed = team.form("close-account", password="qzxvkjpassword im Regen 7", confirm=True)
    queue.drain()
    for hours_later in (1, 25, 49):
        queue.until(clock.now + timedelta(hours=hours_later))
    elsewhere = json.dumps(
        [rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES if name != "ledger"], default=str
    )

    gone_before = sorted(set(marks.made) - set(marks.found(seen + stored)))
    assert gone_before == [  # changed since, only in a file that was looked at, or never kept here at all
        "change-password.password", "change-password.present_password",
        "customer.note", "customer.phone", "employee.password", "file.first_name", "file.last_name", "file.note",
        "login.email", "login.password", "register.city", "register.phone",
        "register.street", "support.first_name", "support.last_name", "support.subject", "support.text",
    ]  # fmt: skip
    assert len(marks.made) > 70
    assert Visitor().get(f"/erasure-certificates/{closed.json['certificate']}").json["completed_at"]
    assert marks.found(elsewhere) == []
    # Files: exports and what was brought held all that is held at all; the invoice that the law keeps is there still.
    assert len(in_files) == 3
    assert {"file.first_name", "file.note", "customer.last_name", "service.name", "profile.company"} <= set(
        marks.found(kept_files)
    )
    assert exports.stored() == []
    assert documents
    assert archived(proofs) == documents
    assert [one for one in marks.found("".join(documents.values())) if not one.startswith(BY_LAW)] == []
    assert "qzxvkj" not in elsewhere.lower()
    assert marks.found(everything()) == [field for field in marks.made if field.startswith(BY_LAW)]
    assert marks.found(there)  # these two held something, and hold nothing any more
    stores = (desk.simulators.ortto.people(), desk.simulators.zendesk.tickets(), desk.simulators.zendesk.users())
    assert stores == ([], [], [])
    assert text_fields() - seen_forms == NOT_TYPED
    assert messages
    assert len(exports.seen) == 3
    # What lies in the queues, and in the dead letters, is these very bodies.
    assert "qzxvkj" not in "".join((*messages, *exports.seen)).lower()
    assert len(desk.journal("mail")) + len(desk.journal("smsapi")) == sent_before
    said = lines.written(capfd, caplog)
    logged = json.dumps(said)
    assert "close_partner_account" in logged
    assert {"request", "message.done", "job.done"} <= {one.get("message") for one in said}
    assert "given_up" in logged or "again" in logged
    assert marks.found(logged) == []
