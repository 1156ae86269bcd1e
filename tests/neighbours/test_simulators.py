"""The simulators behave like the vendors: proven by the vendors' own clients, and steered as the contract says."""

import http.client
import json
import queue
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from smsapi.client import Client
from smsapi.exception import EndpointException, SendException

from infra.local import npm
from infra.local.providers import server
from tests.fakes import listener, providers

TO = "41791234567"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"


@pytest.fixture
def vendors_client(simulators: providers.Desk) -> Any:
    return Client(f"{simulators.smsapi_url}/", access_token="a-token")


def sms(desk: providers.Desk, *, token: str | None = "a-token", **fields: str) -> tuple[int, Any]:
    body = urlencode({"to": TO, "message": "Hallo", "format": "json", **fields}).encode()
    request = urllib.request.Request(f"{desk.smsapi_url}/sms.do", body, method="POST")
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    return desk._call(request)


# SMSAPI, by its own client


def test_the_vendors_client_sends_a_message(simulators: providers.Desk, vendors_client: Any) -> None:
    (result,) = vendors_client.sms.send(to=TO, message="Grüezi €", encoding="utf-8", idx="m-1", details=1)

    (message,) = simulators.simulators.smsapi.messages()
    assert (result.id, result.number, result.idx) == (message.provider_id, TO, "m-1")
    assert (result.status, result.points, result.parts, result.error) == ("QUEUE", 0.16, 1, None)
    assert message.text == "Grüezi €"


def test_the_vendors_client_sends_to_many(simulators: providers.Desk, vendors_client: Any) -> None:
    results = vendors_client.sms.send(to=[TO, "41791234568", "abc"], message="x", idx=["a", "b", "c"], details=1)

    assert (results.count, results.length, results.parts, results.message) == (2, 1, 1, "x")
    assert [one.idx for one in results] == ["a", "b"]
    assert len(simulators.simulators.smsapi.messages()) == 2


def test_the_vendors_client_understands_the_errors(vendors_client: Any) -> None:
    with pytest.raises(SendException) as refused:
        vendors_client.sms.send(to=f"+{TO}", message="x")

    assert refused.value.code == 13
    assert refused.value.invalid_numbers[0].submitted_number == f"+{TO}"


def test_the_vendors_client_is_refused_a_used_reference(simulators: providers.Desk, vendors_client: Any) -> None:
    vendors_client.sms.send(to=TO, message="x", idx="m-1", check_idx=1)

    with pytest.raises(SendException) as refused:
        vendors_client.sms.send(to=TO, message="x", idx="m-1", check_idx=1)

    assert refused.value.code == 53
    assert len(simulators.simulators.smsapi.messages()) == 1


def test_the_vendors_client_takes_back_a_scheduled_message(simulators: providers.Desk, vendors_client: Any) -> None:
    tomorrow = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    (result,) = vendors_client.sms.send(to=TO, message="x", date=tomorrow)
    assert result.date_sent == tomorrow
    assert len(simulators.simulators.smsapi.messages()) == 1

    (removed,) = vendors_client.sms.remove_scheduled(id=result.id)

    assert removed.id == result.id
    assert simulators.simulators.smsapi.messages() == []
    with pytest.raises(EndpointException) as refused:
        vendors_client.sms.remove_scheduled(id=result.id)
    assert refused.value.code == 301


def test_the_vendors_client_sees_the_balance_fall(vendors_client: Any) -> None:
    before = vendors_client.account.balance().points

    vendors_client.sms.send(to=TO, message="a" * 161)

    assert vendors_client.account.balance().points == pytest.approx(before - 0.32)
    assert vendors_client.account.user(name="simulator").username == "simulator"


def test_the_vendors_client_is_refused_without_the_right_token() -> None:
    with providers.running(smsapi_token="the-right-one") as desk:
        client = Client(f"{desk.smsapi_url}/", access_token="a-wrong-one")

        with pytest.raises(EndpointException) as refused:
            client.sms.send(to=TO, message="x")

        assert refused.value.code == 401
        assert desk.simulators.smsapi.messages() == []


# SMSAPI, by the documentation


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"max_parts": "six"}, 8),
        ({"message": ""}, 11),
        ({"message": "ж", "nounicode": "1"}, 11),
        ({"message": "a" * 1531}, 11),
        ({"message": "a" * 161, "max_parts": "1"}, 12),
        ({"message": "a" * 919}, 12),
        ({"to": ""}, 13),
        ({"to": "0791234567"}, 13),
        ({"to": f"+{TO}"}, 13),
        ({"to": "4" * 17}, 13),
        ({"from": "Twelve chars"}, 14),
        ({"from": "Café"}, 14),
        ({"from": "Team123"}, 14),
        ({"idx": "a|b"}, 20),
        ({"to": f"{TO},41791234568", "idx": "a"}, 20),
        ({"idx": "a" * 256}, 27),
        ({"time_restriction": "always"}, 28),
        ({"date": "4102444800"}, 50),
        ({"date": "soon", "date_validate": "1"}, 54),
        ({"date": "2020-01-01T00:00:00Z", "date_validate": "1"}, 54),
        ({"expiration_date": "2020-01-01T00:00:00Z"}, 56),
        ({"notify_url": "https://example.com/"}, 70),
        ({"notify_url": "http://169.254.169.254/"}, 70),
        ({"notify_url": "http://localhost.example.com/"}, 70),
        ({"notify_url": "http://localhost@example.com/"}, 70),
        ({"notify_url": "http://localhost:port/"}, 70),
        ({"notify_url": "nonsense"}, 70),
        ({"sch_del": "1"}, 301),
    ],
)
def test_what_the_vendor_refuses_is_refused_with_its_code(
    fields: dict[str, str], code: int, simulators: providers.Desk
) -> None:
    status, value = sms(simulators, **fields)

    assert (status, value["error"]) == (200, code)
    assert simulators.simulators.smsapi.messages() == []
    assert [item["effects"] for item in simulators.journal("smsapi")] == [0]


@pytest.mark.parametrize("token", [None, "", " "])
def test_without_a_token_nothing_is_sent(token: str | None, simulators: providers.Desk) -> None:
    status, value = sms(simulators, token=token)

    assert (status, value["error"]) == (401, 101)
    assert simulators.simulators.smsapi.messages() == []


def test_without_a_format_the_answer_is_text(simulators: providers.Desk) -> None:
    status, value = sms(simulators, format="")
    message = simulators.simulators.smsapi.messages()[0]
    assert (status, value) == (200, f"OK:{message.provider_id}:0.16")

    assert sms(simulators, format="", to="1") == (200, "ERROR:13")


def test_json_bodies_are_taken_too(simulators: providers.Desk) -> None:
    body = {"to": [TO], "message": "Grüezi", "format": "json", "details": True, "test": False, "from": None}
    headers = {"Content-Type": "application/json", "Authorization": "Bearer x"}
    request = urllib.request.Request(f"{simulators.smsapi_url}/sms.do", json.dumps(body).encode(), headers)

    status, value = simulators._call(request)

    assert (status, value["count"], value["message"], value["length"]) == (200, 1, "Grüezi", 6)
    assert simulators.journal("smsapi")[0]["body"] == body


def test_a_trial_is_validated_and_not_sent(simulators: providers.Desk) -> None:
    status, value = sms(simulators, test="1", idx="m-1", check_idx="1")
    assert (status, value["count"]) == (200, 1)
    assert sms(simulators, test="1", to="1")[1]["error"] == 13

    assert simulators.simulators.smsapi.messages() == []
    assert sms(simulators, idx="m-1", check_idx="1")[1]["count"] == 1


def test_the_same_number_twice_is_one_message_unless_asked_for(simulators: providers.Desk) -> None:
    assert sms(simulators, to=f"{TO},{TO}")[1]["count"] == 1

    assert sms(simulators, to=f"{TO},{TO}", allow_duplicates="1")[1]["count"] == 2


def test_special_letters_are_made_plain_on_demand(simulators: providers.Desk) -> None:
    sms(simulators, message="Être prêt à 14h", normalize="1", nounicode="1")

    assert simulators.simulators.smsapi.messages()[0].text == "Etre pret à 14h"


def test_a_reference_is_forgotten_after_a_day_of_the_simulated_clock(simulators: providers.Desk) -> None:
    simulators.set_clock("2027-03-01T10:00:00+01:00")
    assert sms(simulators, idx="m-1", check_idx="1")[1]["count"] == 1

    simulators.set_clock("2027-03-02T09:59:59+01:00")
    assert sms(simulators, idx="m-1", check_idx="1")[1]["error"] == 53
    simulators.set_clock("2027-03-02T10:00:00+01:00")
    assert sms(simulators, idx="m-1", check_idx="1")[1]["count"] == 1


def test_many_tries_at_once_with_one_reference_send_one_message(simulators: providers.Desk) -> None:
    together = threading.Barrier(16)

    def try_it() -> None:
        together.wait(timeout=10)
        sms(simulators, idx="m-1", check_idx="1")

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert len(simulators.journal("smsapi")) == 16
    assert len(simulators.simulators.smsapi.messages()) == 1


def test_only_registered_senders_may_send_where_they_are_given() -> None:
    with providers.running(smsapi_senders=("Zeitfenster",)) as desk:
        assert sms(desk, **{"from": "Zeitfenster"})[1]["count"] == 1

        assert sms(desk, **{"from": "Somebody"})[1]["error"] == 14


def test_ping_says_whether_the_token_is_good(simulators: providers.Desk) -> None:
    assert simulators.get("/smsapi/ping") == (200, {"authorized": False, "unavailable": []})

    request = urllib.request.Request(f"{simulators.smsapi_url}/ping", headers={"Authorization": "Bearer x"})
    assert simulators._call(request) == (200, {"authorized": True, "unavailable": []})
    head = urllib.request.Request(f"{simulators.smsapi_url}/ping", method="HEAD")
    assert simulators._call(head) == (204, "")


def test_the_profile_needs_a_token(simulators: providers.Desk) -> None:
    assert simulators.get("/smsapi/profile")[0] == 401
    assert simulators.get("/smsapi/user.do?format=json&credits=1")[0] == 401

    request = urllib.request.Request(f"{simulators.smsapi_url}/profile", headers={"Authorization": "Bearer x"})
    assert simulators._call(request)[1]["points"] > 0


SMSAPI_CLIENT = "smsapi@2.1.3"
DRIVE_SMSAPI = """
const { SMSAPI } = require('smsapi');
const said = async (call) => { try { return await call } catch (e) { return {error: e.data ? e.data.error : String(e)} } };
(async () => {
  const api = new SMSAPI(process.argv[1], process.argv[2]);
  const out = [];
  out.push(await said(api.sms.sendSms('41791234567', 'Grüezi')));
  out.push(await said(api.sms.sendSms('123', 'Grüezi')));
  out.push(await said(api.profile.get()));
  console.log(JSON.stringify(out));
})();
"""


def test_the_client_from_npm_sends_a_message_and_sees_the_error(simulators: providers.Desk) -> None:
    try:
        folder = npm.installed(SMSAPI_CLIENT)
    except npm.UnavailableError as missing:
        pytest.skip(f"SMSAPI's simulator is not proven by the client from npm: {missing}")

    done = subprocess.run(
        ["node", "-e", DRIVE_SMSAPI, "a-token", simulators.smsapi_url],
        cwd=folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    sent, refused, profile = json.loads(done.stdout)
    (message,) = simulators.simulators.smsapi.messages()
    assert (sent["count"], sent["list"][0]["number"], message.text) == (1, "41791234567", "Grüezi")
    assert refused["error"] == 13
    assert profile["points"] > 0


# Autopilot, by the client that people use


AUTOPILOT_CLIENT = "autopilot-api@2.2.0"
DRIVE = """
const Autopilot = require('autopilot-api');
const said = async (call) => { try { return (await call).data } catch (e) { return {status: e.response.status} } };
(async () => {
  const api = new Autopilot(process.argv[1], process.argv[2]);
  const out = [];
  out.push(await said(api.contacts.upsert({Email: 'anna@muster.example', FirstName: 'Anna', LastName: 'Muster'})));
  out.push(await said(api.contacts.upsert([{Email: 'anna@muster.example'}, {Email: 'nora@neu.example'}])));
  out.push(await said(api.contacts.get('anna@muster.example')));
  out.push(await said(api.contacts.list()));
  const list = await said(api.lists.insert('Newsletter'));
  out.push(await said(api.lists.add(list.list_id, 'anna@muster.example')));
  out.push(await said(api.lists.has(list.list_id, 'nora@neu.example')));
  out.push(await said(api.contacts.unsubscribe('nora@neu.example')));
  out.push(await said(api.contacts.delete(out[0].contact_id)));
  out.push(await said(api.contacts.get('anna@muster.example')));
  console.log(JSON.stringify(out));
})();
"""


def test_the_client_from_npm_adds_finds_and_removes_a_contact(simulators: providers.Desk) -> None:
    try:
        folder = npm.installed(AUTOPILOT_CLIENT)
    except npm.UnavailableError as missing:
        pytest.skip(f"Autopilot's simulator is not proven by the client from npm: {missing}")

    done = subprocess.run(
        ["node", "-e", DRIVE, "a-key", f"{simulators.autopilot_url}/v1"],
        cwd=folder, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    added, many, anna, listed, on_list, not_on_list, unsubscribed, removed, gone = json.loads(done.stdout)
    assert added["contact_id"].startswith("person_")
    assert many["email_contact_map"]["anna@muster.example"] == added["contact_id"] == anna["contact_id"]
    assert (anna["Email"], anna["FirstName"], anna["LastName"]) == ("anna@muster.example", "Anna", "Muster")
    assert listed["total_contacts"] == 2
    assert (on_list, not_on_list, unsubscribed, removed, gone) == ({}, {"status": 404}, {}, {}, {"status": 404})
    assert [one["Email"] for one in simulators.simulators.autopilot.contacts()] == ["nora@neu.example"]
    assert {item["headers"]["autopilotapikey"] for item in simulators.journal("autopilot")} == {"***"}


# Ortto, by its documentation and recorded answers


def ortto(desk: providers.Desk, method: str, path: str, value: Any, key: str = "a-key") -> tuple[int, Any]:
    headers = {"X-Api-Key": key, "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{desk.ortto_url}/v1/person/{path}", json.dumps(value).encode(), headers, method=method
    )
    return desk._call(request)


def test_ortto_answers_in_the_shapes_that_were_recorded(simulators: providers.Desk) -> None:
    one = {"fields": {"str::email": "anna@muster.example", "str::first": "Anna"}, "tags": ["newsletter"]}
    by_mail = {
        "fields": ["str::email"],
        "filter": {"$str::is": {"field_id": "str::email", "value": "anna@muster.example"}},
    }

    status, made = ortto(simulators, "POST", "merge", {"people": [one], "merge_by": ["str::email"]})
    again = ortto(simulators, "POST", "merge", {"people": [one], "merge_by": ["str::email"]})[1]
    person_id = made["people"][0]["person_id"]
    found = ortto(simulators, "POST", "get", by_mail)[1]
    ids = {"inclusion_ids": [person_id]}
    too_early = ortto(simulators, "DELETE", "delete", ids)[1]
    archived = ortto(simulators, "PUT", "archive", ids)[1]
    by_id = ortto(simulators, "POST", "get-by-ids", {"contact_ids": [person_id], "fields": ["str::first"]})[1]
    deleted = ortto(simulators, "DELETE", "delete", ids)[1]

    assert (status, made["people"][0]["status"], again["people"][0]) == (200, "created", {
        "person_id": person_id, "status": "merged",
    })  # fmt: skip
    assert found["contacts"] == [{"id": person_id, "fields": {"str::email": "anna@muster.example"}}]
    assert too_early == {"scheduled_contacts": 0, "deleted_contacts": 0}
    assert archived == {"scheduled_contacts": 0, "archived_contacts": 1}
    assert by_id == {"contacts": {person_id: {"id": person_id, "fields": {"str::first": "Anna"}}}}
    assert deleted == {"scheduled_contacts": 0, "deleted_contacts": 1}
    assert ortto(simulators, "POST", "get", by_mail)[1]["contacts"] is None


def test_ortto_refuses_in_the_shapes_that_were_recorded(simulators: providers.Desk) -> None:
    merge = {"merge_by": ["str::email"], "suppression_list_field_id": "str::email"}

    unknown = ortto(
        simulators, "POST", "merge", {**merge, "people": [{"fields": {"str::email": "a@b.ch", "str::x": "y"}}]}
    )
    barred = ortto(simulators, "POST", "merge", {**merge, "people": [{"fields": {"str::email": "suppressed@b.ch"}}]})
    no_key = ortto(simulators, "POST", "merge", {}, key="")

    assert (unknown[0], unknown[1]["details"][0]["status"]) == (400, "invalid")
    assert (barred[0], barred[1]["details"][0]) == (400, {"status": "suppressed", "error": "Email is suppressed"})
    assert (no_key[0], set(no_key[1])) == (401, {"request_id", "code", "error"})
    assert simulators.simulators.ortto.people() == []


def test_people_see_what_the_other_vendors_were_told(simulators: providers.Desk) -> None:
    ortto(simulators, "POST", "merge", {"people": [{"fields": {"str::email": "<b>@b.ch"}}], "merge_by": ["str::email"]})

    page = simulators.get("/")[1]

    assert "Other vendors" in page
    assert "/ortto/v1/person/merge" in page
    assert "<b>@b.ch" not in page


# Delivery reports


def report_of(requests: "queue.Queue[bytes]") -> dict[str, str]:
    target = requests.get(timeout=5).split(b" ")[1].decode()
    return dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("to", "status", "name"),
    [
        ("41791234567", "404", "DELIVERED"),
        ("41791230401", "401", "NOT_FOUND"),
        ("41791230405", "405", "UNDELIVERED"),
        ("41791230406", "406", "FAILED"),
    ],
)
def test_the_number_decides_what_is_reported(to: str, status: str, name: str, simulators: providers.Desk) -> None:
    with listener.listening(OK) as product:
        sms(simulators, to=to, idx="m-1", notify_url=f"{product.url}/hooks/x?a=b")

        report = report_of(product.requests)

    assert (report["status"], report["status_name"], report["idx"], report["to"]) == (status, name, "m-1", to)
    assert report["MsgId"] == simulators.simulators.smsapi.messages()[0].provider_id
    assert (report["a"], report["username"]) == ("b", "simulator")
    assert {"donedate", "sent_at", "points", "from", "mcc", "mnc"} <= set(report)


def test_some_messages_are_never_reported(simulators: providers.Desk) -> None:
    with listener.listening(OK) as product:
        sms(simulators, to="41791230999", notify_url=product.url)
        sms(simulators, test="1", notify_url=product.url)
        sms(simulators, idx="last", notify_url=product.url)

        assert report_of(product.requests)["idx"] == "last"
        assert product.requests.empty()


def test_reports_to_one_address_come_in_batches_of_five(simulators: providers.Desk) -> None:
    numbers = [f"4179123450{n}" for n in range(7)]
    with listener.listening(OK) as product:
        sms(simulators, to=",".join(numbers), notify_url=product.url)

        batches = [report_of(product.requests) for _ in range(2)]

    assert [len(batch["MsgId"].split(",")) for batch in batches] == [5, 2]
    assert [number for batch in batches for number in batch["to"].split(",")] == numbers
    assert all(len(batch["idx"].split(",")) == len(batch["to"].split(",")) for batch in batches)


def test_a_report_nobody_takes_is_repeated_a_few_times_and_given_up(simulators: providers.Desk) -> None:
    with listener.listening(BUSY) as product, listener.listening(OK) as other:
        sms(simulators, notify_url=product.url)

        reports = [report_of(product.requests) for _ in range(3)]
        # Reports leave one after the other: once this one is here, the last repeat of the other was given up.
        sms(simulators, notify_url=other.url)
        assert report_of(other.requests)

        assert simulators.simulators.smsapi.messages()[0].report == "DELIVERED (nobody took the report)"
        assert len({report["MsgId"] for report in reports}) == 1
        assert product.requests.empty()


def test_a_report_is_not_led_astray_by_a_redirect(simulators: providers.Desk) -> None:
    with listener.listening(OK) as canary:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {canary.url}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
        with listener.listening(moved.encode()) as product:
            sms(simulators, notify_url=product.url)

            assert [report_of(product.requests) for _ in range(3)]
            assert canary.requests.empty()


# Mail, by botocore


def sesv2(url: str) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "sesv2",
        endpoint_url=url,
        region_name="eu-central-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=5),
    )


@pytest.fixture
def ses(simulators: providers.Desk) -> Iterator[Any]:
    client = sesv2(simulators.mail_url)
    yield client
    client.close()


def a_raw_mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Salon Müller <termine@example.ch>"
    mail["To"] = "Ännchen <anna@example.ch>"
    mail["Subject"] = "Ihr Termin – bestätigt"
    mail["Message-ID"] = "<m-1@example.ch>"
    mail.set_content("Grüezi\nhttp://localhost:8000/my/abc\n")
    mail.add_alternative("<p>Grüezi</p>", subtype="html")
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    mail.add_attachment(calendar, subtype="calendar", filename="termin.ics", params={"method": "REQUEST"})
    mail.add_attachment(b"%PDF-\xff", maintype="application", subtype="pdf", filename="agb.pdf")
    return mail.as_bytes()


def test_botocore_sends_a_raw_mail_that_the_journal_shows_in_parts(simulators: providers.Desk, ses: Any) -> None:
    answer = ses.send_email(Content={"Raw": {"Data": a_raw_mail()}})

    (item,) = simulators.journal("mail")
    body = item["body"]
    assert (item["status"], item["effects"], body["message_id"]) == (200, 1, answer["MessageId"])
    assert (body["to"], body["from"]) == (["anna@example.ch"], "Salon Müller <termine@example.ch>")
    assert (body["subject"], body["html"].strip()) == ("Ihr Termin – bestätigt", "<p>Grüezi</p>")
    assert body["text"].startswith("Grüezi\nhttp://localhost:8000/my/abc")
    calendar, pdf = body["attachments"]
    assert (calendar["filename"], calendar["content_type"], calendar["method"]) == (
        "termin.ics",
        "text/calendar",
        "REQUEST",
    )
    assert "METHOD:REQUEST" in calendar["content"]
    assert (pdf["filename"], pdf["encoding"], pdf["content"]) == ("agb.pdf", "base64", "JVBERi3/")
    assert "Message-ID: <m-1@example.ch>" in body["raw"]
    assert item["headers"]["Authorization"] == "AWS4-HMAC-SHA256 ***"


def test_botocore_sends_a_simple_mail(simulators: providers.Desk, ses: Any) -> None:
    answer = ses.send_email(
        FromEmailAddress="termine@example.ch",
        Destination={"ToAddresses": ["anna@example.ch"], "CcAddresses": ["Bea <bea@example.ch>"]},
        Content={
            "Simple": {
                "Subject": {"Data": "Grüezi"},
                "Body": {"Text": {"Data": "Text ü"}, "Html": {"Data": "<b>ü</b>"}},
                "Headers": [{"Name": "List-Unsubscribe", "Value": "<https://example.ch/u>"}],
                "Attachments": [
                    {"FileName": "a.ics", "ContentType": "text/calendar", "RawContent": b"BEGIN:VCALENDAR"}
                ],
            }
        },
    )

    body = simulators.journal("mail")[0]["body"]
    assert body["message_id"] == answer["MessageId"]
    assert body["to"] == ["anna@example.ch", "bea@example.ch"]
    assert (body["text"].strip(), body["html"].strip()) == ("Text ü", "<b>ü</b>")
    assert body["headers"]["List-Unsubscribe"] == "<https://example.ch/u>"
    assert (body["attachments"][0]["filename"], body["attachments"][0]["content"]) == ("a.ics", "BEGIN:VCALENDAR")


@pytest.mark.parametrize(
    "mail",
    [
        {"Content": {"Raw": {"Data": b"Subject: nobody\r\n\r\nx"}}},
        {"Content": {"Raw": {"Data": b"From: a@example.ch\r\n\r\nx"}}},
        {"Content": {"Raw": {"Data": b""}}, "FromEmailAddress": "a@example.ch"},
        {"Content": {"Template": {"TemplateName": "x", "TemplateData": "{}"}}},
    ],
)
def test_botocore_is_told_what_is_wrong_with_a_mail(mail: dict[str, Any], simulators: providers.Desk, ses: Any) -> None:
    with pytest.raises(ses.exceptions.BadRequestException):
        ses.send_email(**mail)

    (item,) = simulators.journal("mail")
    assert (item["status"], item["effects"]) == (400, 0)
    assert simulators.simulators.mail.mails() == []


def test_a_mail_is_handed_on_to_the_service_behind() -> None:
    with providers.running() as behind, providers.running(ses=lambda: sesv2(behind.mail_url)) as front:
        client = sesv2(front.mail_url)

        answer = client.send_email(Content={"Raw": {"Data": a_raw_mail()}})

        (mail,) = behind.simulators.mail.mails()
        assert mail.message_id == answer["MessageId"]
        assert mail.body["raw"] == front.simulators.mail.mails()[0].body["raw"]
        client.close()
        front.simulators.mail._client.close()


def test_a_refusal_of_the_service_behind_is_passed_on() -> None:
    with providers.running() as behind, providers.running(ses=lambda: sesv2(behind.mail_url)) as front:
        refusal = json.dumps({"message": "Email address is not verified."})
        headers = {"x-amzn-ErrorType": "MessageRejected", "Content-Type": "application/json"}
        behind.fail("mail", status=400, body=refusal, headers=headers)
        client = sesv2(front.mail_url)

        with pytest.raises(client.exceptions.MessageRejected, match="not verified"):
            client.send_email(Content={"Raw": {"Data": a_raw_mail()}})

        assert [item["status"] for item in front.journal("mail")] == [400]
        assert front.simulators.mail.mails() == []
        client.close()
        front.simulators.mail._client.close()


def test_a_service_behind_that_is_away_is_no_reason_to_say_yes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with providers.running(ses=lambda: sesv2(f"http://127.0.0.1:{port}")) as front:
        client = sesv2(front.mail_url)

        with pytest.raises(client.exceptions.ClientError) as refused:
            client.send_email(Content={"Raw": {"Data": a_raw_mail()}})

        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        client.close()
        front.simulators.mail._client.close()


def test_mail_without_a_signature_is_refused(simulators: providers.Desk) -> None:
    mail = {"Content": {"Raw": {"Data": "eA=="}}}

    assert simulators.post("/ses/v2/email/outbound-emails", mail)[0] == 403


# Journal, faults, clock, jobs


def test_the_journal_is_oldest_first_and_can_be_read_from_a_point_on(simulators: providers.Desk) -> None:
    for idx in "abc":
        sms(simulators, idx=idx)
    first, second, third = simulators.journal("smsapi")
    assert [one["body"]["idx"] for one in (first, second, third)] == ["a", "b", "c"]
    assert {"at", "provider", "method", "path", "headers", "body", "status"} <= set(first)
    assert (first["provider"], first["method"], first["path"]) == ("smsapi", "POST", "/smsapi/sms.do")

    assert simulators.journal("smsapi", since=str(second["number"])) == [third]
    for written in (second["at"], second["at"].replace("+", "%2B"), second["at"].replace("+00:00", "Z")):
        assert simulators.journal("smsapi", since=written) == [second, third]
    assert simulators.journal("mail") == []
    assert len(simulators.get("/journal")[1]["items"]) == 3
    assert simulators.get("/journal?since=yesterday")[0] == 400
    assert simulators.get("/journal?provider=nobody")[0] == 400


def test_faults_strike_as_often_as_told_in_their_order(simulators: providers.Desk) -> None:
    simulators.fail("smsapi", status=503, times=2)
    simulators.fail("smsapi", status=429, headers={"Retry-After": "7"}, body="slow down")
    simulators.fail("mail", status=500)

    assert [sms(simulators)[0] for _ in range(4)] == [503, 503, 429, 200]

    assert [item["status"] for item in simulators.journal("smsapi")] == [503, 503, 429, 200]
    assert [item["effects"] for item in simulators.journal("smsapi")] == [0, 0, 0, 1]
    assert [item["provider"] for item in simulators.get("/faults")[1]["items"]] == ["mail"]


def test_a_dropped_call_gets_no_answer_and_is_journalled(simulators: providers.Desk) -> None:
    simulators.fail("smsapi", drop=True)

    with pytest.raises(http.client.RemoteDisconnected):
        sms(simulators)

    (item,) = simulators.journal("smsapi")
    assert (item["status"], item["body"]["message"], item["effects"]) == (0, "Hallo", 0)


def test_a_fault_after_the_effect_is_told_apart_by_its_effect(simulators: providers.Desk) -> None:
    simulators.fail("smsapi", status=500, after=True)

    assert sms(simulators)[0] == 500

    assert [(item["status"], item["effects"]) for item in simulators.journal("smsapi")] == [(500, 1)]


@pytest.mark.parametrize(
    "fault",
    [
        None,
        [],
        b"{",
        {},
        {"provider": "smsapi"},
        {"provider": "nobody", "drop": True},
        {"provider": "smsapi", "status": 99},
        {"provider": "smsapi", "status": "500"},
        {"provider": "smsapi", "status": True},
        {"provider": "smsapi", "drop": "yes"},
        {"provider": "smsapi", "drop": True, "times": 0},
        {"provider": "smsapi", "delay_s": -1},
        {"provider": "smsapi", "delay_s": 1e9},
        {"provider": "smsapi", "drop": True, "more": 1},
        {"provider": "smsapi", "status": 500, "headers": {"a": "b\r\nc: d"}},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fault: Any, simulators: providers.Desk) -> None:
    status, value = simulators.post("/faults", fault)

    assert (status, bool(value["detail"])) == (400, True)
    assert simulators.get("/faults")[1] == {"items": []}


def test_a_reset_empties_everything_but_the_clock(simulators: providers.Desk) -> None:
    simulators.set_clock("2027-01-01T00:00:00Z")
    sms(simulators, idx="m-1", check_idx="1")
    simulators.fail("smsapi", drop=True)
    assert simulators.journal("smsapi")

    simulators.post("/reset", None)

    assert simulators.journal("smsapi") == []
    assert simulators.get("/faults")[1] == {"items": []}
    assert sms(simulators, idx="m-1", check_idx="1")[1]["count"] == 1
    assert simulators.get("/clock")[1]["stands_still"]


def test_the_clock_stands_where_it_was_set_and_runs_again(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    with providers.running(clock_file=file) as desk:
        assert desk.get("/clock")[1]["stands_still"] is False

        status, value = desk.post("/clock", {"now": "2027-03-28T02:30:00+01:00"})
        assert (status, value) == (200, {"now": "2027-03-28T01:30:00+00:00", "stands_still": True})
        assert datetime.fromisoformat(file.read_text()) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
        assert [one.name for one in tmp_path.iterdir()] == ["clock"]

        assert desk.post("/clock", {"now": None})[1]["stands_still"] is False
        assert not file.exists()
        assert desk.post("/clock", {"now": None})[0] == 200


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        {"now": ""},
        {"now": 5},
        {"now": "soon"},
        {"now": "2027-01-01T00:00:00"},
        {"now": "2027-13-01"},
        b"{",
        {"now": "0001-01-01T00:00:00+14:00"},
        {"now": "2027-01-01T00:00:00Z", "then": 1},
    ],
)
def test_a_clock_that_cannot_be_read_is_not_set(value: Any, simulators: providers.Desk) -> None:
    assert simulators.post("/clock", value)[0] == 400

    assert simulators.get("/clock")[1]["stands_still"] is False


def test_a_job_runs_at_once_and_its_result_comes_back() -> None:
    ran = []

    def run_job(name: str) -> Any:
        if name == "billing_sync":
            raise LookupError(name)
        if name == "activity_rollup":
            raise RuntimeError("broken")
        ran.append(name)
        return {"sent": 3}

    with providers.running(run_job=run_job) as desk:
        status, value = desk.post("/jobs/messaging_reminders", None)
        assert (status, value) == (200, {"job": "messaging_reminders", "result": {"sent": 3}})
        assert ran == ["messaging_reminders"]

        for unknown in ("nothing", "billing_sync", "", "messaging_reminders/x"):
            status, value = desk.post(f"/jobs/{unknown}", None)
            assert (status, value["jobs"]) == (404, list(server.JOBS))
        assert desk.post("/jobs/activity_rollup", None)[0] == 502


def test_without_a_product_no_job_can_run(simulators: providers.Desk) -> None:
    assert simulators.post("/jobs/privacy_purge", None)[0] == 503


def test_what_is_not_there_is_not_there(simulators: providers.Desk) -> None:
    assert simulators.get("/nothing")[0] == 404
    assert simulators.post("/journal", None)[0] == 404

    assert simulators.get("/smsapi/nothing")[0] == 404
    assert [item["status"] for item in simulators.journal("smsapi")] == [404]


def test_a_connection_is_kept_for_the_next_request(simulators: providers.Desk) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", simulators.simulators.port, timeout=5)
    connection.request("GET", "/clock")
    connection.getresponse().read()
    kept = connection.sock

    connection.request("GET", "/clock")
    answer = connection.getresponse()

    assert (answer.status, connection.sock is kept) == (200, True)
    answer.read()
    connection.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: nonsense", 400),
        (b"Content-Length: -1", 400),
        (b"Content-Length: 99999999999", 413),
        (b"Transfer-Encoding: chunked", 411),
    ],
)
def test_a_body_that_cannot_be_measured_is_refused(head: bytes, status: int, simulators: providers.Desk) -> None:
    with socket.create_connection(("127.0.0.1", simulators.simulators.port), timeout=5) as connection:
        connection.sendall(b"POST /smsapi/sms.do HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n\r\n")

        assert connection.recv(1000).startswith(f"HTTP/1.1 {status} ".encode())


# The page for people


def test_people_read_what_was_sent_newest_first_and_nothing_of_it_is_executed(
    simulators: providers.Desk, ses: Any
) -> None:
    sms(simulators, message="first <script>alert(1)</script> http://localhost:8000/my/abc.")
    ses.send_email(Content={"Raw": {"Data": a_raw_mail()}})
    sms(simulators, message="last")

    with urllib.request.urlopen(f"{simulators.url}/", timeout=5) as answer:
        page = answer.read().decode()
        policy = answer.headers["Content-Security-Policy"]

    assert page.index("last") < page.index("Ihr Termin – bestätigt") < page.index("first")
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert '<a href="http://localhost:8000/my/abc" rel="noreferrer" target="_blank">' in page
    assert "BEGIN:VCALENDAR" in page
    assert "&lt;p&gt;Grüezi&lt;/p&gt;" in page
    assert policy.startswith("default-src 'none'")


def test_an_empty_inbox_says_so(simulators: providers.Desk) -> None:
    status, page = simulators.get("/")

    assert status == 200
    assert "Nothing was sent yet." in page
