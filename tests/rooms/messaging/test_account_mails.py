"""Mails about accounts: to the right person, with a link that works, and only while there is something to do."""

import re
from datetime import timedelta
from typing import Any

from chalicelib.accounts import totp
from tests.fakes.providers import Desk
from tests.worlds import outbox, people
from tests.worlds.browser import open_page
from tests.worlds.outbox import Queue
from tests.worlds.visitor import Visitor


def mails(desk: Desk) -> list[dict[str, Any]]:
    return [item["body"] for item in desk.journal("mail") if item["effects"]]


def token_in(mail: dict[str, Any]) -> str:
    found = re.search(r"http://localhost:8000/forms/[a-z-]+\?token=([A-Za-z0-9_-]+)", mail["text"])
    assert found is not None, mail["text"]
    return found[1]


def registered(queue: Queue, desk: Desk, **changes: Any) -> Visitor:
    visitor = Visitor()
    assert people.register(visitor, **changes).status == 202
    queue.drain()
    reply = visitor.form("confirm-email", token=token_in(mails(desk)[-1]))
    assert reply.status == 201, reply.text
    return visitor


def test_who_registers_gets_the_link_that_opens_the_account(queue: Queue, desk: Desk) -> None:
    registered(queue, desk)

    (mail,) = mails(desk)
    assert mail["to"] == ["anna@muster.example"]
    assert mail["from"] == "Zeitfenster <termine@zeitfenster.example>"
    assert "Reply-To" not in mail["headers"]
    assert "Anna Muster" in mail["text"]


def test_who_registers_in_french_reads_french(queue: Queue, desk: Desk) -> None:
    people.register(language="fr")

    queue.drain()

    (mail,) = mails(desk)
    assert mail["headers"]["Content-Language"] == "fr"
    assert "Bonjour Anna Muster" in mail["text"]


def test_whoever_is_registered_already_is_told_so_without_a_link_that_changes_anything(
    queue: Queue, desk: Desk
) -> None:
    registered(queue, desk)

    people.register(first_name="Eve")
    queue.drain()

    mail = mails(desk)[-1]
    assert mail["to"] == ["anna@muster.example"]
    assert "bereits ein Konto" in mail["subject"]
    assert "token=" not in mail["text"]
    assert "Eve" not in mail["raw"]


def test_a_forgotten_password_is_set_anew_by_the_link(queue: Queue, desk: Desk) -> None:
    visitor = registered(queue, desk)

    visitor.form("forgot-password", email="anna@muster.example")
    queue.drain()

    token = token_in(mails(desk)[-1])
    reply = visitor.form("reset-password", {"token": token}, password="vier Quitten im Schnee")
    assert reply.status == 204, reply.text


def test_whoever_has_a_new_password_is_told_so_and_whoever_chose_a_first_one_is_not(queue: Queue, desk: Desk) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    visitor.form("forgot-password", email="anna@muster.example")
    queue.drain()
    visitor.form("reset-password", {"token": token_in(mails(desk)[-1])}, password="vier Quitten im Schnee")
    queue.drain()
    told = mails(desk)[-1]
    people.log_in(visitor, password="vier Quitten im Schnee")
    visitor.form("employee", first_name="Beat", last_name="Kern", email="beat@muster.example", role="employee")
    queue.drain()
    before = len(mails(desk))
    Visitor().form("reset-password", {"token": token_in(mails(desk)[-1])}, password="vier Quitten im Schnee")
    queue.drain()

    assert (told["to"], told["subject"]) == (["anna@muster.example"], "Ihr Passwort für Zeitfenster wurde gesetzt")
    assert "token=" not in told["text"]
    assert len(mails(desk)) == before


def test_nobody_gets_a_mail_for_an_unknown_address_and_the_queue_goes_on(queue: Queue, desk: Desk) -> None:
    visitor = registered(queue, desk)

    visitor.form("forgot-password", email="nobody@muster.example")
    visitor.form("forgot-password", email="anna@muster.example")
    queue.drain()

    assert [mail["to"] for mail in mails(desk)] == [["anna@muster.example"]] * 2


def test_a_new_colleague_is_invited(queue: Queue, desk: Desk) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)

    made = visitor.form("employee", first_name="Beat", last_name="Kern", email="beat@muster.example", role="employee")
    assert made.status == 201, made.text
    queue.drain()

    mail = mails(desk)[-1]
    assert mail["to"] == ["beat@muster.example"]
    assert "Coiffeur Muster" in mail["subject"]
    reply = Visitor().form("reset-password", {"token": token_in(mail)}, password="vier Quitten im Schnee")
    assert reply.status == 204, reply.text


def test_a_colleague_without_a_password_is_invited_again_and_never_too_often(queue: Queue, desk: Desk) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    beat = visitor.form("employee", first_name="Beat", last_name="Kern", email="beat@muster.example", role="employee")
    queue.drain()
    assert "Noch einmal einladen" in open_page(visitor, "/employees?lang=de").text

    again = [visitor.form("invitation", {"id": beat.json["id"]}).status for _ in range(4)]
    queue.drain()

    assert again == [202, 202, 202, 429]
    invited = [mail for mail in mails(desk) if mail["to"] == ["beat@muster.example"]]
    assert len(invited) == 4
    first, last = token_in(invited[0]), token_in(invited[-1])
    assert Visitor().form("reset-password", {"token": last}, password="vier Quitten im Schnee").status == 204
    assert Visitor().form("reset-password", {"token": first}, password="fünf Quitten im Schnee").status != 204
    assert visitor.form("invitation", {"id": beat.json["id"]}).status == 409
    assert "Noch einmal einladen" not in open_page(visitor, "/employees?lang=de").text


def test_a_welcome_that_comes_after_the_confirmation_is_dropped(
    queue: Queue, desk: Desk, clock: Any, emulator: Any
) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    partner_id = visitor.get("/partner").json["id"]
    (row,) = outbox.rows(partner_id)
    assert row.state == "done"

    clock.set(clock.now + timedelta(seconds=1))
    people.register(email="other@muster.example")
    desk.fail("mail", times=1, status=503)
    queue.drain()
    reply = Visitor().form("confirm-email", token=people.confirmation_token(emulator.endpoint, "other@muster.example"))
    assert reply.status == 201, reply.text
    queue.until(clock.now + timedelta(minutes=1))

    assert len(mails(desk)) == 1
    (late,) = outbox.rows(reply.json["partner_id"])
    assert (late.state, late.outcome) == ("dropped", "overtaken")


def test_who_switches_the_second_factor_on_or_off_is_told(queue: Queue, desk: Desk, clock: Any) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    issued = visitor.issue("second-factor")
    secret = totp.secret(issued["locked"]["secret"])

    def code() -> str:
        return totp.code(secret, totp.step(clock.now))

    assert visitor.submit(issued, password=people.PASSWORD, code=code()).status == 201
    queue.drain()
    clock.set(clock.now + timedelta(minutes=1))
    assert visitor.form("second-factor-off", password=people.PASSWORD, code=code()).status == 204
    queue.drain()

    on, off = mails(desk)[-2:]
    assert [mail["to"] for mail in (on, off)] == [["anna@muster.example"]] * 2
    assert "ist eingeschaltet" in on["subject"]
    assert "ist ausgeschaltet" in off["subject"]
    assert all("http://localhost:8000/second-factor" in mail["text"] for mail in (on, off))
    assert issued["locked"]["secret"] not in str(mails(desk))


def test_whoever_had_three_wrong_codes_after_the_right_password_is_told(queue: Queue, desk: Desk, clock: Any) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    issued = visitor.issue("second-factor")
    code = totp.code(totp.secret(issued["locked"]["secret"]), totp.step(clock.now))
    assert visitor.submit(issued, password=people.PASSWORD, code=code).status == 201
    queue.drain()
    told = len(mails(desk))
    stranger = Visitor(ip="203.0.113.5")
    assert people.log_in(stranger).status == 202

    statuses = [stranger.form("login-code", code=f"abcde-fghj{n}").status for n in (2, 3)]
    queue.drain()
    after_two = len(mails(desk))
    statuses.append(stranger.form("login-code", code="abcde-fghj4").status)
    queue.drain()

    assert statuses == [401] * 3
    assert after_two == told
    mail = mails(desk)[-1]
    assert len(mails(desk)) == told + 1
    assert "Passwort" in mail["subject"]
    assert "http://localhost:8000/forms/forgot-password" in mail["text"]


def test_whose_second_factor_an_owner_resets_is_told(queue: Queue, desk: Desk, clock: Any) -> None:
    visitor = registered(queue, desk)
    people.log_in(visitor)
    beat_id, beat = people.colleague(visitor, role="employee", ip="198.51.100.9", email="beat@muster.example")
    issued = beat.issue("second-factor")
    code = totp.code(totp.secret(issued["locked"]["secret"]), totp.step(clock.now))
    assert beat.submit(issued, password=people.PASSWORD, code=code).status == 201

    assert visitor.form("second-factor-reset", {"id": beat_id}, password=people.PASSWORD).status == 204
    queue.drain()

    mail = mails(desk)[-1]
    assert mail["to"] == ["beat@muster.example"]
    assert "ist ausgeschaltet" in mail["subject"]
