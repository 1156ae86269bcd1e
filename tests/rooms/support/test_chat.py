"""The chat is loaded for those who agreed, by their own browser, and for nobody else; nothing said there comes here."""

import json
import os
from typing import Any

from chalicelib.support import chat_pass, chatra, hooks
from infra.local.providers import chatra as simulator
from tests.fakes.providers import Desk
from tests.worlds.browser import Opened, open_page
from tests.worlds.partners import a_partner
from tests.worlds.tables import rows
from tests.worlds.visitor import Visitor

OURS = ("/", "/contact", "/limits", "/imprint", "/policies", "/sub-processors", "/processing-record", "/forms/register")
TABLES = ("records", "ledger", "activity", "guard", "keys")


def everything() -> str:
    return json.dumps([rows(os.environ["AWS_ENDPOINT_URL"], name) for name in TABLES], default=str)


def names(desk: Desk, page: Opened) -> bool:
    """Whether a page or its headers name a host of the chat."""
    said = page.text + json.dumps(page.reply.headers)
    return any(host in said for host in (f"{desk.url}/chatra", desk.url.split("//")[1], "chatra.io", "chatra.js"))


def test_a_stranger_agrees_chats_and_takes_it_back(desk: Desk) -> None:
    visitor = Visitor()
    before = {path: names(desk, open_page(visitor, path)) for path in OURS}

    reply = visitor.form("chat")
    stored = everything()
    during = open_page(visitor, "/")
    elsewhere = open_page(Visitor(), "/")
    ended = open_page(visitor, "/contact").send("/chat/withdrawal")
    after = {path: names(desk, open_page(visitor, path)) for path in OURS}

    assert not any(before.values())
    assert reply.status == 201
    widget = reply.json["widget"]
    assert widget["script"] == f"{desk.url}/chatra/chatra.js"
    assert widget["client_id"] in during.text
    policy = str(during.reply.header("content-security-policy"))
    assert all(f"{what} 'self' {desk.url}" in policy for what in ("script-src", "connect-src"))
    assert f"frame-src {desk.url}" in policy
    assert not names(desk, elsewhere)
    assert ended.status == 303
    assert not any(after.values())
    assert "chat.agreed" in stored
    assert widget["client_id"] not in stored


def test_the_consent_of_somebody_of_the_team_is_on_record_and_opens_only_their_desk(
    desk: Desk, table: Any, clock: Any
) -> None:
    world = a_partner(table, clock, employees=2)
    owner = world.owner

    page = open_page(owner, "/contact").send("/chat/consent")
    given = [one for one in owner.get("/consents").json["items"] if one["purpose"] == "chat"]
    on_desk, on_booking_page = open_page(owner, "/desk"), open_page(owner, f"/book/{world.booking_name}")
    stranger = Visitor(cookies={chat_pass.COOKIE: owner.cookies[chat_pass.COOKIE]})
    inside = names(desk, open_page(stranger, "/"))
    open_page(owner, "/contact").send("/chat/withdrawal")

    assert owner.get("/newsletter").json["state"] == "none"
    assert [*desk.journal("ortto"), *desk.journal("autopilot"), *desk.journal("mail")] == []
    assert page.status == 303
    assert [(one["state"], one["text_version"]) for one in given] == [("given", "2026-11-23")]
    assert (names(desk, on_desk), names(desk, on_booking_page)) == (True, False)
    assert not inside
    assert not names(desk, open_page(owner, "/desk"))
    assert [one["state"] for one in owner.get("/consents").json["items"] if one["purpose"] == "chat"] == ["withdrawn"]


def test_a_pass_that_was_made_up_or_is_too_old_opens_nothing(desk: Desk, clock: Any) -> None:
    visitor = Visitor()
    visitor.form("chat")
    held = visitor.cookies[chat_pass.COOKIE]
    assert names(desk, open_page(Visitor(cookies={chat_pass.COOKIE: held}), "/"))

    for forged in (held[:-2] + "AA", "x", "", held * 2):
        assert not names(desk, open_page(Visitor(cookies={chat_pass.COOKIE: forged}), "/"))
    clock.set(clock.now + chat_pass.LIFE)
    assert not names(desk, open_page(Visitor(cookies={chat_pass.COOKIE: held}), "/"))


def test_outside_local_runs_the_chat_is_the_vendors_own(desk: Desk, monkeypatch: Any) -> None:
    from chalicelib.plumbing import settings

    for name in ("CLOCK_FILE", "MAIL_URL"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("STAGE", "prod")
    settings.get.cache_clear()

    assert chatra.widget("c", "fr")["script"] == "https://call.chatra.io/chatra.js"
    assert chatra.origins()[0] == "https://call.chatra.io"


def test_what_the_chat_reports_is_taken_at_its_own_address_and_not_kept(desk: Desk, written: Any) -> None:
    body = simulator.event("chatTranscript", text="zq-marker").decode()

    known = Visitor().send("POST", f"/hooks/chatra/{hooks.chat_token()}", body)
    broken = Visitor().send("POST", f"/hooks/chatra/{hooks.chat_token()}", '{"eventName": ["zq-marker"]')
    guessed = Visitor().send("POST", "/hooks/chatra/guessed", body)

    assert (known.status, broken.status, guessed.status) == (200, 200, 404)
    log = written()
    assert "chatTranscript" in log
    assert "zq-marker" not in everything() + log
