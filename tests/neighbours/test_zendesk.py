"""One contract over Zendesk's simulator, our adapter and zenpy, the client that the vendor's customers use."""

import json
import urllib.request
from typing import Any

import pytest

from chalicelib.plumbing import egress, outcomes, settings, web
from chalicelib.support import forget_person, zendesk
from tests.fakes import providers
from tests.fakes import settings as fake_settings
from tests.fakes.calls import Unlogged

TOLD = egress.Disclosure("zendesk", "support", "contract", ("contact", "content"), "visitor", "v-1")


@pytest.fixture
def desk(simulators: providers.Desk, local_settings: fake_settings.Settings) -> providers.Desk:
    zendesk._held.clear()
    return simulators


def a_ticket(**changes: str) -> zendesk.Ticket:
    fields = {"name": "Anna Muster", "email": "anna@example.ch", "subject": "Frage", "text": "Grüezi", "language": "de"}
    return zendesk.Ticket(**{**fields, "key": "k-1", **changes})


def a_token(desk: providers.Desk, **changes: Any) -> tuple[int, Any]:
    asked = {"grant_type": "client_credentials", "client_id": "c", "client_secret": "s", "scope": "read write"}
    return desk.post("/zendesk/oauth/tokens", {**asked, "expires_in": 3600, **changes})


def test_zenpy_makes_a_ticket_and_forgets_its_requester_in_the_vendors_order(
    desk: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    import requests
    from zenpy import Zenpy
    from zenpy.lib.api_objects import Comment, Ticket, User

    token = a_token(desk)[1]["access_token"]
    session = requests.Session()
    session.trust_env = False
    # zenpy knows hosts only: the prefix of this simulator is put into the domain.
    client = Zenpy(subdomain="127.0.0", domain=f"1:{desk.simulators.port}/zendesk", oauth_token=token, session=session)
    asked = Ticket(
        subject="Frage", comment=Comment(body="Grüezi"), requester=User(name="Anna", email="anna@example.ch")
    )

    made = client.tickets.create(asked).ticket
    person = next(iter(client.users.search(query="anna@example.ch")))
    client.tickets.delete(made)
    client.users.delete(person)
    client.users.permanently_delete(person)
    session.close()

    assert (made.subject, made.description, made.requester_id) == ("Frage", "Grüezi", person.id)
    assert desk.simulators.zendesk.users() == []
    assert [one["status"] for one in desk.journal("zendesk")] == [200, 201, 200, 204, 200, 200]


def test_the_same_key_is_one_ticket_for_two_hours_and_other_words_under_it_are_refused(desk: providers.Desk) -> None:
    asked = Unlogged()
    desk.set_clock("2027-03-01T10:00:00+01:00")
    zendesk.create(a_ticket(), TOLD, asked)
    zendesk.create(a_ticket(), TOLD, asked)

    with pytest.raises(outcomes.Never) as refused:
        zendesk.create(a_ticket(text="Salü"), TOLD, asked)
    zendesk.create(a_ticket(key="k-2"), TOLD, asked)

    calls = [one for one in desk.journal("zendesk") if one["path"].endswith("/tickets")]
    assert (refused.value.code, refused.value.fault) == ("http_400", "content")
    assert [(one["status"], one["effects"]) for one in calls] == [(201, 1), (201, 0), (400, 0), (201, 1)]
    assert len(asked.told) == len(calls)
    desk.set_clock("2027-03-01T12:00:01+01:00")
    zendesk._held.clear()
    zendesk.create(a_ticket(), TOLD, asked)
    assert len(desk.simulators.zendesk.tickets()) == 3


def test_the_token_is_kept_and_its_secret_is_in_no_journal(desk: providers.Desk) -> None:
    for key in "abc":
        zendesk.create(a_ticket(key=key), TOLD, Unlogged())

    items = desk.journal("zendesk")
    asked = [one for one in items if one["path"].endswith("/oauth/tokens")]
    assert len(asked) == 1
    assert {"grant_type": "client_credentials", "scope": "read write", "expires_in": 3600}.items() <= asked[0][
        "body"
    ].items()
    assert "a-secret" not in json.dumps([one["body"] for one in items])
    assert items[1]["headers"]["Authorization"] == "Bearer ***"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"grant_type": "password"}, 400), ({"expires_in": 60}, 400), ({"client_secret": ""}, 401), ({}, 200)],
)
def test_a_token_is_given_to_those_who_ask_as_documented(
    desk: providers.Desk, changes: dict[str, Any], status: int
) -> None:
    assert a_token(desk, **changes)[0] == status


def test_without_a_token_nothing_is_answered(desk: providers.Desk) -> None:
    request = urllib.request.Request(f"{desk.zendesk_url}/api/v2/users/search.json?query=a")

    assert desk._call(request)[0] == 401


@pytest.mark.parametrize("body", ["", "[]", '{"access_token": 5}', '{"access_token": "a\\nb"}', "x" * 1_100_000])
def test_a_token_that_cannot_be_read_is_none(desk: providers.Desk, body: str) -> None:
    desk.fail("zendesk", status=200, body=body)

    with pytest.raises(outcomes.Later, match="no token"):
        zendesk.create(a_ticket(), TOLD, Unlogged())

    zendesk.create(a_ticket(), TOLD, Unlogged())
    assert len(desk.simulators.zendesk.tickets()) == 1


def test_only_our_own_account_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(account: str) -> None:
        settled = fake_settings.Settings(stage="prod", zendesk_account=account)
        monkeypatch.setattr(settings, "get", lambda: settled)

    settle("zeitfenster")
    assert egress.base_url("zendesk") == "https://zeitfenster.zendesk.com"
    egress.check(TOLD, "https://zeitfenster.zendesk.com/api/v2/tickets")

    for account in ("", "evil.example/", "a@b", "x.y", "A", "zeitfenster#"):
        settle(account)
        with pytest.raises(egress.NotAllowed):
            web.call(TOLD, "POST", f"https://{account}.zendesk.com/api/v2/tickets", json={})


class Killed(BaseException):
    """The worker is gone."""


def forget(state: dict[str, Any]) -> bool | None:
    """One try of a worker that keeps how far it got; None when it is to be tried again."""

    def keep(progress: forget_person.Progress) -> None:
        state.clear()
        state.update(progress)

    try:
        return forget_person.person(dict(state), keep, TOLD, Unlogged())
    except (outcomes.Later, outcomes.Unknown, Killed):
        return None


@pytest.mark.parametrize("lost", ["before it left", "after it was done"])
def test_a_person_is_forgotten_whatever_step_the_worker_dies_at(
    desk: providers.Desk, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    real, left = web.call, 10_000

    def dying(*args: Any, **more: Any) -> web.Reply:
        nonlocal left
        left -= 1
        if left == 0 and lost == "before it left":
            raise Killed
        reply = real(*args, **more)
        if left == 0:
            raise Killed
        return reply

    monkeypatch.setattr(web, "call", dying)
    vendor = desk.simulators.zendesk
    deaths = 0
    for step in range(1, 18):
        left = 10_000
        for n in range(2):
            zendesk.create(a_ticket(key=f"{step}-{n}"), TOLD, Unlogged())
        zendesk.create(a_ticket(key=f"{step}-other", email="anna@example.ch.example"), TOLD, Unlogged())
        state: dict[str, Any] = {"email": "Anna@example.ch"}

        left = step
        outcome = None
        for _ in range(5):
            outcome = forget(state) if outcome is None else outcome
        deaths += left <= 0

        assert outcome is True, step
        assert {one.email for one in vendor.users()} == {"anna@example.ch.example"}, step
        assert len(vendor.tickets()) == step, step
    assert 10 <= deaths < 17  # the last rounds end before anybody dies


def test_somebody_nobody_knows_is_forgotten_already_and_look_alikes_are_left_alone(desk: providers.Desk) -> None:
    zendesk.create(a_ticket(email="xanna@example.ch"), TOLD, Unlogged())

    assert forget({"email": "anna@example.ch"}) is False
    assert len(desk.simulators.zendesk.tickets()) == 1


def test_a_job_that_failed_is_asked_for_again(desk: providers.Desk) -> None:
    zendesk.create(a_ticket(), TOLD, Unlogged())
    state: dict[str, Any] = {"email": "anna@example.ch"}
    assert forget(state) is None
    first = state["job"]

    desk.fail("zendesk", status=200, body='{"job_status": {"status": "failed"}}')
    assert forget(state) is None
    assert (first is not None, state["job"]) == (True, None)
    assert forget(state) is None
    assert forget(state) is True
    assert desk.simulators.zendesk.users() == []


@pytest.mark.parametrize("listed", [{"id": 17}, {"email": "anna@example.ch"}, {"id": "17", "email": "anna@example.ch"}])
def test_somebody_who_is_listed_without_a_number_or_an_address_is_not_nobody(
    desk: providers.Desk, listed: dict[str, Any]
) -> None:
    zendesk.create(a_ticket(), TOLD, Unlogged())
    state: dict[str, Any] = {"email": "anna@example.ch"}
    desk.fail("zendesk", status=200, body=json.dumps({"users": [listed]}))

    assert forget(state) is None
    for _ in range(3):
        forget(state)
    assert desk.simulators.zendesk.users() == []
