"""A partner's own system hears what happened: signed, by ids, tried for three days, stopped when nobody answers any more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import standardwebhooks.webhooks
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from chalicelib.activity import find as log
from chalicelib.plumbing import table as tables
from chalicelib.relay import deliver, find, forget, rules
from chalicelib.relay.records import DeliveryRow
from tests.conftest import NOW
from tests.rooms.relay.conftest import System
from tests.worlds import browser
from tests.worlds import outbox as worlds
from tests.worlds.outbox import Killed, Queue
from tests.worlds.partners import World, a_partner

TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def world(system: System, clock: Any) -> World:
    return a_partner(tables, clock)


def added(world: World, system: System, *kinds: str, fields: tuple[str, ...] = ()) -> dict[str, Any]:
    reply = world.owner.form(
        "webhook-endpoint", url=f"{system.url}/hook", kinds=kinds or rules.KINDS, fields=list(fields)
    )  # fmt: skip
    assert reply.status == 201, reply.text
    made: dict[str, Any] = reply.json
    return made


def booked(world: World, queue: Queue) -> dict[str, Any]:
    reply = world.owner.form(
        "appointment", service_id=world.service_id, employee_id=world.employee_id, start=TUESDAY.isoformat(),
        customer_id=world.customer(first_name="Lea", phone="+41791234567"),
    )  # fmt: skip
    assert reply.status == 201, reply.text
    queue.drain()
    made: dict[str, Any] = reply.json
    return made


def deliveries(world: World, endpoint_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = world.api.get(f"/webhook-endpoints/{endpoint_id}/deliveries").json["items"]
    return items


def accepted(system: System, secret: str, world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the library that receivers use makes of the last message, at the product's time."""

    class Then(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return world.clock.now

    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Then)
    return Webhook(secret).verify(system.heard[-1].partition(b"\r\n\r\n")[2], system.headers())


def kinds(world: World) -> list[str]:
    return [one.kind for one in log.between(world.id, NOW - timedelta(days=1), NOW + timedelta(days=30))]


def test_what_happens_is_told_by_ids_alone_and_the_receivers_library_accepts_it(
    world: World, system: System, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = added(world, system)

    appointment = booked(world, queue)

    assert made["secret"].startswith("whsec_")
    heard = {one["type"]: one for one in system.bodies()}
    assert heard["appointment.booked"]["data"] == {
        "appointment_id": appointment["id"], "service_id": world.service_id, "employee_id": world.employee_id,
        "customer_id": appointment["customer_id"],
    }  # fmt: skip
    assert heard["appointment.booked"]["timestamp"] == "2026-11-23T08:00:00.000Z"
    assert b"Lea" not in b"".join(system.heard)
    assert accepted(system, made["secret"], world, monkeypatch) == system.bodies()[-1]
    with pytest.raises(WebhookVerificationError):
        accepted(system, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", world, monkeypatch)
    headers = system.headers()
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Zeitfenster-Webhooks/")
    [shown] = [one for one in deliveries(world, made["id"]) if one["kind"] == "appointment.booked"]
    assert (shown["state"], shown["status"], shown["attempts"], shown["next_at"]) == ("delivered", 204, 1, None)
    assert world.owner.get(f"/webhook-endpoints/{made['id']}").json["state"] == "active"
    assert "secret" not in world.owner.get("/webhook-endpoints").text


def test_every_kind_is_told_and_only_those_that_were_asked_for(world: World, system: System, queue: Queue) -> None:
    added(world, system)
    added(world, system, "customer.erased")
    first = booked(world, queue)
    world.owner.form(
        "appointment", {"id": first["id"], "action": "move"}, start=(TUESDAY + timedelta(hours=1)).isoformat()
    )
    world.owner.form("appointment", {"id": first["id"], "action": "cancellation"})
    person = world.owner.form("customer", first_name="Jo", last_name="Lang", email="jo@example.org").json["id"]
    world.owner.form("customer", {"id": person, "method": "PATCH"}, last_name="Kurz")
    world.owner.form("customer", {"id": person, "method": "DELETE"})
    for status in ("completed", "no_show"):
        over = world.appointment(NOW - timedelta(hours=2))
        assert world.owner.form("appointment", {"id": over, "method": "PATCH"}, status=status).status == 200

    queue.drain()

    told = [one["type"] for one in system.bodies()]
    assert set(told) == set(rules.KINDS)
    assert told.count("customer.erased") == 2
    assert told.count("appointment.booked") == 1


def test_details_leave_only_where_they_were_named_and_that_is_logged(
    world: World, system: System, queue: Queue
) -> None:
    added(world, system, "appointment.booked", fields=("start", "status", "first_name", "phone"))

    appointment = booked(world, queue)

    [said] = [one["data"] for one in system.bodies()]
    assert {name: said[name] for name in ("start", "status", "first_name", "phone")} == {
        "start": "2026-11-24T10:00:00+01:00", "status": "confirmed", "first_name": "Lea", "phone": "+41791234567",
    }  # fmt: skip
    assert not {"last_name", "email", "end"} & set(said)
    [told] = world.owner.get("/disclosures").json["items"]
    assert (told["recipient"], told["categories"]) == ("own_system", ["first_name", "phone"])
    world.owner.form("customer", {"id": appointment["customer_id"], "method": "DELETE"})
    queue.drain()
    [one] = world.owner.get("/webhook-endpoints").json["items"]
    [sent] = deliveries(world, one["id"])
    world.owner.form("webhook-resend", {"id": one["id"], "delivery_id": sent["id"]})
    queue.drain()
    assert system.bodies()[-1]["data"]["first_name"] is None
    assert len(world.owner.get("/disclosures").json["items"]) == 1


def test_a_failure_is_tried_again_under_the_same_id_until_it_is_heard(
    world: World, system: System, queue: Queue
) -> None:
    made = added(world, system, "appointment.booked")
    system.next = [500, 302, 404, 0]
    booked(world, queue)

    for _ in range(4):
        queue.until(datetime.fromisoformat(deliveries(world, made["id"])[0]["next_at"]) + timedelta(seconds=1))

    assert len({system.headers(number)["webhook-id"] for number in range(5)}) == 1
    assert len({system.headers(number)["webhook-timestamp"] for number in range(5)}) == 5
    [shown] = deliveries(world, made["id"])
    assert (shown["state"], shown["status"], shown["attempts"]) == ("delivered", 204, 5)
    assert len(system.heard) == 5
    assert world.owner.get(f"/webhook-endpoints/{made['id']}").json["failing_since"] is None


def test_after_three_days_without_an_answer_the_address_is_stopped_and_the_desk_says_so(
    world: World, system: System, queue: Queue
) -> None:
    made = added(world, system, "appointment.booked")
    system.status = 503
    booked(world, queue)

    for _ in range(40):
        [shown] = deliveries(world, made["id"])
        if shown["state"] != "waiting":
            break
        queue.until(datetime.fromisoformat(shown["next_at"]))

    assert shown["state"] == "failed"
    assert 15 <= shown["attempts"] <= 30
    assert world.clock.now - NOW == rules.TRIED_FOR
    assert world.api.get(f"/webhook-endpoints/{made['id']}").json["state"] == "failing"
    assert "webhook.stopped" in kinds(world)
    owner = world.sign_in("owner")  # the old session is over by now
    assert owner.get("/desk").json["stopped_webhooks"] == 1
    assert "/webhook-endpoints" in browser.open_page(owner, "/desk").text
    assert owner.form("webhook-test", {"id": made["id"]}).json["code"] == "webhook_not_active"
    system.status = 204
    assert (
        owner.form("webhook-endpoint", {"id": made["id"], "method": "PATCH"}, state="active").json["state"] == "active"
    )
    assert owner.form("webhook-resend", {"id": made["id"], "delivery_id": shown["id"]}).status == 202
    queue.drain()
    assert [one["state"] for one in deliveries(world, made["id"])] == ["delivered"]


def test_gone_stops_at_once_and_what_waits_or_is_removed_is_not_sent(
    world: World, system: System, queue: Queue
) -> None:
    for _ in range(2):
        added(world, system, "appointment.booked")
    system.next = [410, 500]
    booked(world, queue)
    states = {one["id"]: one["state"] for one in world.owner.get("/webhook-endpoints").json["items"]}
    heard = len(system.heard)

    [removed] = [one for one, state in states.items() if state == "active"]
    world.owner.form("webhook-remove", {"id": removed})
    queue.until(NOW + timedelta(minutes=5))
    world.owner.form("customer", first_name="Jo", last_name="Lang", email="jo@example.org")
    queue.drain()

    assert sorted(states.values()) == ["active", "gone"]
    assert heard == len(system.heard) == 2
    assert world.owner.get(f"/webhook-endpoints/{removed}").status == 404
    assert {row.outcome for row in worlds.rows(world.id, "webhook")} == {"gone", "removed"}


def test_a_worker_that_dies_after_the_call_makes_it_twice_under_one_id(
    world: World, system: System, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = added(world, system, "appointment.booked")

    def dead(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(deliver, "_end", dead)
        with pytest.raises(Killed):
            booked(world, queue)
    queue.until(NOW + timedelta(minutes=2))

    assert [one["state"] for one in deliveries(world, made["id"])] == ["delivered"]
    assert len(system.heard) == 2
    assert system.headers(0)["webhook-id"] == system.headers(1)["webhook-id"]


def test_an_address_that_failed_three_times_is_left_alone_for_a_while(
    world: World, system: System, queue: Queue
) -> None:
    made = added(world, system, "customer.created")
    system.status = 500
    for number in range(6):
        world.owner.form("customer", first_name="Jo", last_name="Lang", email=f"jo{number}@example.org")
    queue.drain()

    assert len(system.heard) == 3
    assert [one["state"] for one in deliveries(world, made["id"])] == ["waiting"] * 6
    system.status = 204
    for minute in range(1, 12):
        queue.until(NOW + timedelta(minutes=minute))
    assert [one["state"] for one in deliveries(world, made["id"])] == ["delivered"] * 6


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    world: World, system: System, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = added(world, system)
    new = world.owner.form("webhook-secret", {"id": made["id"]}).json["secret"]
    assert world.owner.form("webhook-test", {"id": made["id"]}).status == 202
    queue.drain()

    for secret in (made["secret"], new):
        assert accepted(system, secret, world, monkeypatch)["type"] == "test"
    world.clock.set(NOW + timedelta(hours=25))
    owner = world.sign_in("owner")
    owner.form("webhook-test", {"id": made["id"]})
    queue.drain()
    assert accepted(system, new, world, monkeypatch)["data"] == {}
    with pytest.raises(WebhookVerificationError):
        accepted(system, made["secret"], world, monkeypatch)
    stored = find.endpoint_row(world.id, made["id"])
    assert stored is not None
    assert "whsec" not in str(stored.serialize())


def test_only_those_who_may_and_only_ten_and_nowhere_inside(world: World, system: System, queue: Queue) -> None:
    made, other = added(world, system), a_partner(tables, world.clock)
    for url, code in (("https://10.0.0.1/", "webhook_not_a_name"), ("http://example.org/", "webhook_not_https")):
        refused = world.owner.form("webhook-endpoint", url=url, kinds=["appointment.booked"])
        assert [one["code"] for one in refused.json["errors"]] == [code]
    for _ in range(9):
        added(world, system)

    assert (
        world.owner.form("webhook-endpoint", url=f"{system.url}/", kinds=list(rules.KINDS)).json["code"]
        == "webhooks_full"
    )
    assert world.sign_in("employee").get("/webhook-endpoints").status == 403
    assert world.with_key("exports:read").get("/webhook-endpoints").status == 403
    assert len(world.with_key("webhooks:read").get("/webhook-endpoints").json["items"]) == 10
    assert other.owner.get(f"/webhook-endpoints/{made['id']}").status == 404
    assert other.owner.get("/forms/webhook-test?id=" + made["id"]).status == 404


def test_pages_lead_from_setting_up_to_sending_again(world: World, system: System, queue: Queue) -> None:
    owner = world.owner
    form = browser.open_page(owner, "/forms/webhook-endpoint")
    made = browser.read(owner, form.send("/webhook-endpoints", url=f"{system.url}/hook", kinds=["customer.created"]))
    assert "whsec_" in made.text
    [one] = owner.get("/webhook-endpoints").json["items"]
    here = f"/webhook-endpoints/{one['id']}"

    sent = browser.open_page(owner, here).send(f"{here}/test")
    queue.drain()

    assert sent.status == 303
    log_page = browser.open_page(owner, here).text
    assert "angekommen" in log_page
    [test] = deliveries(world, one["id"])
    again = browser.open_page(owner, f"/forms/webhook-resend?id={one['id']}&delivery_id={test['id']}")
    assert again.send("/resend").status == 303
    assert owner.form("webhook-resend", {"id": one["id"], "delivery_id": test["id"]}).json["code"] == "webhook_waits"
    queue.drain()
    assert len({system.headers(0)["webhook-id"], system.headers(1)["webhook-id"]}) == 1
    change = browser.open_page(owner, f"/forms/webhook-endpoint?id={one['id']}&method=PATCH")
    assert change.form(here).held["kinds"] == "customer.created"
    assert change.send(here, state="paused", kinds=["", "customer.erased"], fields=[""]).status == 303
    assert owner.get(here).json["state"] == "paused"
    for path in ("/webhook-endpoints", here, f"{here}/deliveries"):
        assert browser.open_page(owner, path).reply.status == 200


def test_the_account_takes_its_addresses_with_it_and_the_log_goes_on_its_day(
    world: World, system: System, queue: Queue
) -> None:
    added(world, system)
    booked(world, queue)
    everything = list(forget.of_account(world.id))
    sent = [sk for _, _, sk in everything if sk.startswith("delivery#")]
    row = tables.get(DeliveryRow, f"{world.id}#webhooks", sent[0])
    assert row is not None

    gone = forget.delivery(row.pk, row.sk, row.expiry_shard, NOW.date())

    assert {sk.partition("#")[0] for _, _, sk in everything} == {"endpoint", "delivery"}
    assert row.expiry_shard.startswith("2026-12-23#")
    assert gone
    assert tables.get(DeliveryRow, row.pk, row.sk) is None
