"""One contract over SMSAPI's simulator and our adapter: every ending of a call, and never a message twice."""

import functools
import json
import queue
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messaging import reported, smsapi, smsapi_codes
from chalicelib.plumbing import egress, outcomes, settings, web
from infra.local.providers import smsapi as simulator
from tests.fakes import listener, providers
from tests.fakes import settings as fake_settings
from tests.fakes.calls import Unlogged

TOLD = egress.Disclosure("smsapi", "confirmation", "consent", ("phone", "text"), "customer", "c-1")


def a_message(**changes: object) -> smsapi.Sms:
    fields: dict[str, object] = {
        "to": "+41791234567",
        "text": "Grüezi, Ihr Termin: morgen 14:30.",
        "sender": "Zeitfenster",
        "reference": "m-1",
        "notify_url": None,
        "disclosure": TOLD,
    }
    return smsapi.Sms(**{**fields, **changes})  # type: ignore[arg-type]  # a builder for tests takes any field


def send(message: smsapi.Sms) -> smsapi.Sent:
    return smsapi.send(message, Unlogged())


@pytest.fixture
def desk(simulators: providers.Desk, local_settings: fake_settings.Settings) -> providers.Desk:
    return simulators


def accepted(desk: providers.Desk) -> int:
    return sum(item["effects"] for item in desk.journal("smsapi"))


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "call", functools.partial(web.call, read_timeout_s=0.2))


def answering(desk: providers.Desk, status: int, body: str, **headers: str) -> None:
    desk.fail("smsapi", status=status, body=body, headers=headers)


def test_a_message_is_handed_over_and_told_what_it_cost(desk: providers.Desk) -> None:
    sent = send(a_message())

    (message,) = desk.simulators.smsapi.messages()
    assert sent == smsapi.Sent(message.provider_id, parts=1, points=Decimal("0.16"))
    assert (message.number, message.sender, message.idx) == ("41791234567", "Zeitfenster", "m-1")
    assert message.text == "Grüezi, Ihr Termin: morgen 14:30."


def test_the_request_asks_the_vendor_to_refuse_a_second_one(desk: providers.Desk) -> None:
    send(a_message())

    (item,) = desk.journal("smsapi")
    body = item["body"]
    wanted = {"to": "41791234567", "idx": "m-1", "check_idx": "1", "format": "json", "encoding": "utf-8"}
    assert wanted.items() <= body.items()
    assert (body["max_parts"], body["details"]) == ("6", "1")
    assert item["headers"]["Authorization"] == "Bearer ***"


def test_long_texts_tell_their_parts(desk: providers.Desk) -> None:
    assert send(a_message(text="a" * 161, reference="gsm")).parts == 2
    assert send(a_message(text="ê" * 402, reference="ucs")).parts == 6
    assert send(a_message(text="x😀" * 20, reference="emoji")).parts == 1


def test_the_same_reference_is_sent_once_and_the_second_answer_says_so(desk: providers.Desk) -> None:
    first = send(a_message())

    second = send(a_message())

    assert not first.already
    assert second == smsapi.Sent(provider_id=None, parts=1, points=None, already=True)
    assert accepted(desk) == 1


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 500}, {"status": 502, "body": "<html>"}, {"delay_s": 60}])
def test_an_accepted_message_whose_answer_was_lost_is_sent_once(
    fault: dict[str, object], desk: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    desk.fail("smsapi", after=True, **fault)

    with pytest.raises(outcomes.Unknown):
        send(a_message())
    again = send(a_message())

    assert again.already
    assert accepted(desk) == 1
    assert len(desk.journal("smsapi")) == 2


@pytest.mark.parametrize("fault", [{"drop": True}, {"status": 500}, {"status": 504, "body": "<html>"}])
def test_a_lost_message_whose_fate_is_unknown_is_sent_by_the_next_try(
    fault: dict[str, object], desk: providers.Desk
) -> None:
    desk.fail("smsapi", **fault)

    with pytest.raises(outcomes.Unknown):
        send(a_message())
    again = send(a_message())

    assert not again.already
    assert accepted(desk) == 1


def test_a_vendor_that_is_slow_is_unknown_and_asked_again(
    desk: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    desk.fail("smsapi", delay_s=60)

    with pytest.raises(outcomes.Unknown):
        send(a_message())
    again = send(a_message())

    assert not again.already
    assert accepted(desk) == 1


def test_faults_that_last_are_each_unknown_and_still_send_once(desk: providers.Desk) -> None:
    desk.fail("smsapi", drop=True, after=True, times=3)

    for _ in range(3):
        with pytest.raises(outcomes.Unknown):
            send(a_message())

    assert send(a_message()).already
    assert accepted(desk) == 1
    assert [item["status"] for item in desk.journal("smsapi")] == [0, 0, 0, 200]


def test_a_vendor_that_is_not_there_is_tried_later(
    simulators: providers.Desk, local_settings: fake_settings.Settings
) -> None:
    simulators.simulators.close()

    with pytest.raises(outcomes.Later, match="unreachable"):
        send(a_message())


@pytest.mark.parametrize(("number", "code"), smsapi_codes.CODES.items())
def test_every_error_code_has_its_one_ending(number: int, code: smsapi_codes.Code, desk: providers.Desk) -> None:
    answering(desk, 200, json.dumps({"error": number, "message": "…", "invalid_numbers": None}))

    ending = ending_of(lambda: send(a_message()))

    match code.then:
        case "already":
            assert isinstance(ending, smsapi.Sent)
            assert ending.already
        case "later":
            assert isinstance(ending, outcomes.Later)
            assert ending.retry_after_s == code.retry_after_s
        case _:
            assert isinstance(ending, outcomes.Never)
            assert (ending.code, ending.fault) == (str(number), code.then)
    assert accepted(desk) == 0


def ending_of(doing: Callable[[], smsapi.Sent]) -> object:
    try:
        return doing()
    except (outcomes.Later, outcomes.Never, outcomes.Unknown) as ending:
        return ending


def test_the_codes_that_stop_the_press_are_told_apart() -> None:
    assert smsapi_codes.CODES[13].then == "recipient"
    assert {smsapi_codes.CODES[code].then for code in (57, 59)} == {"opted_out"}
    assert {smsapi_codes.CODES[code].then for code in (14, 70, 98, 101, 102, 105, 110, 401)} == {"configuration"}
    assert {smsapi_codes.CODES[code].then for code in (51, 52, 74, 103, 200, 201, 202, 203, 666, 999)} == {"later"}
    assert outcomes.Never("101", "", fault="configuration").is_ours_to_mend
    assert not outcomes.Never("13", "", fault="recipient").is_ours_to_mend


def test_an_error_code_nobody_documented_is_tried_later(desk: providers.Desk) -> None:
    answering(desk, 200, '{"error": 4711}')

    with pytest.raises(outcomes.Later, match="4711"):
        send(a_message())


@pytest.mark.parametrize("body", ["ERROR:105", "ERROR: 105\n", '{"error": "105"}', '{"list": [{"error": 105}]}'])
def test_an_error_is_seen_in_every_shape(body: str, desk: providers.Desk) -> None:
    answering(desk, 200, body)

    with pytest.raises(outcomes.Never) as never:
        send(a_message())

    assert (never.value.code, never.value.fault) == ("105", "configuration")


@pytest.mark.parametrize("body", ['{"error": 101}', '{"error": "authorization_failed", "message": "…"}', "", "<html>"])
def test_a_token_that_is_refused_is_ours_to_mend(body: str, desk: providers.Desk) -> None:
    answering(desk, 401, body)

    with pytest.raises(outcomes.Never) as never:
        send(a_message())

    assert never.value.is_ours_to_mend


@pytest.mark.parametrize(
    "body",
    [
        "<!doctype html><title>Welcome</title>",
        '{"count":1,"list":[{"id":"14',
        "",
        "null",
        "[]",
        "{}",
        '{"count":1,"list":[]}',
        '{"count":1,"list":[null]}',
        '{"count":1,"list":[{"points":0.16}]}',
        '{"count":1,"list":[{"id":null}]}',
        "[" * 100_000,
        "ERROR:",
        "OK",
        "\x00",
    ],
)
def test_a_good_status_with_an_unreadable_answer_is_unknown(body: str, desk: providers.Desk) -> None:
    answering(desk, 200, body)

    with pytest.raises(outcomes.Unknown):
        send(a_message())


@pytest.mark.parametrize(
    ("body", "provider_id", "points"),
    [
        ("OK:1460978572913968440:0.16", "1460978572913968440", Decimal("0.16")),
        ('{"list":[{"id":17,"points":0.5,"parts":1}]}', "17", Decimal("0.5")),
        ('{"list":[{"id":"x","points":null,"new_field":[1]}],"more":{}}', "x", None),
        ('{"list":[{"id":"x","points":NaN}]}', "x", None),
    ],
)
def test_an_answer_with_fields_added_or_missing_is_still_read(
    body: str, provider_id: str, points: Decimal | None, desk: providers.Desk
) -> None:
    answering(desk, 201, body)

    assert send(a_message()) == smsapi.Sent(provider_id, 1, points)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, outcomes.Later),
        (400, outcomes.Never),
        (403, outcomes.Never),
        (404, outcomes.Never),
        (408, outcomes.Unknown),
        (422, outcomes.Never),
        (429, outcomes.Later),
        (500, outcomes.Unknown),
        (502, outcomes.Unknown),
        (503, outcomes.Later),
        (504, outcomes.Unknown),
    ],
)
def test_every_status_has_its_ending(status: int, kind: type[Exception], desk: providers.Desk) -> None:
    desk.fail("smsapi", status=status)

    assert isinstance(ending_of(lambda: send(a_message())), kind)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999", 86_400),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 86_400),
    ],
)
def test_the_vendors_wish_to_wait_is_kept(written: str, seconds: int | None, desk: providers.Desk) -> None:
    answering(desk, 429, "", **{"Retry-After": written})

    with pytest.raises(outcomes.Later) as later:
        send(a_message())

    assert later.value.retry_after_s == seconds


@pytest.mark.parametrize(
    "to", ["0791234567", "+4179", "+41 79 123 45 67", "41791234567", "+0791234567", "", "+٤١٧٩١٢٣٤٥٦٧"]
)
def test_what_is_not_a_number_does_not_leave_the_house(to: str, desk: providers.Desk) -> None:
    with pytest.raises(outcomes.Never) as never:
        send(a_message(to=to))

    assert never.value.fault == "recipient"
    assert desk.journal("smsapi") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"text": "a" * 919},
        {"text": "ж" * 403},
        {"text": "\ud800"},
        {"reference": ""},
        {"reference": "a|b"},
    ],
)
def test_what_cannot_be_sent_does_not_leave_the_house(changes: dict[str, object], desk: providers.Desk) -> None:
    with pytest.raises(outcomes.Never) as never:
        send(a_message(**changes))

    assert never.value.fault == "content"
    assert desk.journal("smsapi") == []


def test_a_disclosure_to_somebody_else_opens_no_door(desk: providers.Desk) -> None:
    with pytest.raises(egress.NotAllowed):
        send(a_message(disclosure=egress.Disclosure("bexio", "a", "b", ("c",), "d", "e")))

    assert desk.journal("smsapi") == []


def test_no_ending_names_the_person_or_the_text(desk: providers.Desk) -> None:
    person = re.compile("791234567|Termin|a-token")
    for status, body in (
        (200, '{"error":13,"message":"41791234567 Termin"}'),
        (500, "41791234567"),
        (200, "41791234567"),
    ):
        answering(desk, status, body)

        ending = ending_of(lambda: send(a_message()))

        assert isinstance(ending, Exception)
        assert not person.search(f"{ending!s} {ending!r} {ending.__cause__!r}")


def test_a_wrong_token_is_refused_by_the_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    with providers.running(smsapi_token="the-right-one") as desk:
        settled = fake_settings.Settings(smsapi_url=desk.smsapi_url, smsapi_token="a-wrong-one")
        monkeypatch.setattr(settings, "get", lambda: settled)

        with pytest.raises(outcomes.Never) as never:
            send(a_message())

        assert never.value.code == "101"
        assert accepted(desk) == 0
        web._session().close()


@pytest.mark.parametrize(
    ("ending", "name", "delivered"),
    [
        ("0401", "NOT_FOUND", False),
        ("0405", "UNDELIVERED", False),
        ("0406", "FAILED", False),
        ("4567", "DELIVERED", True),
    ],
)
def test_the_report_that_follows_is_read(ending: str, name: str, delivered: bool, desk: providers.Desk) -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
    with listener.listening(ok) as product:
        sent = send(a_message(to=f"+4179123{ending}", notify_url=f"{product.url}/hooks/smsapi/a-token"))

        (report,) = reported.reports(query_of(product.requests))

    assert report.at is not None
    assert report.at.tzinfo is UTC
    assert (report.provider_id, report.reference) == (sent.provider_id, "m-1")
    assert (report.name, report.final, report.delivered) == (name, True, delivered)


def query_of(requests: "queue.Queue[bytes]") -> dict[str, str]:
    from urllib.parse import parse_qsl, urlsplit

    target = requests.get(timeout=5).split(b" ")[1].decode()
    return dict(parse_qsl(urlsplit(target).query, keep_blank_values=True))


def test_a_batch_of_reports_is_read_in_order() -> None:
    params = {
        "MsgId": "a,b,c",
        "status": "404,403,412",
        "status_name": "DELIVERED,SENT,STOP",
        "idx": "m-1,,m-3",
        "donedate": "1795377600,,abc",
    }

    first, second, third = reported.reports(params)

    assert first == reported.Report("a", "m-1", 404, "DELIVERED", True, True, datetime(2026, 11, 22, 20, tzinfo=UTC))
    assert second == reported.Report("b", None, 403, "SENT", False, False, None)
    assert third == reported.Report("c", "m-3", 412, "STOP", True, False, None)


def test_uneven_and_unknown_reports_are_taken_as_far_as_they_go() -> None:
    params = {"MsgId": "a,,b , ,c", "status": "499,404", "status_name": "brand_new"}

    found = reported.reports(params)

    assert [one.provider_id for one in found] == ["a", "b", "c"]
    assert (found[0].name, found[0].final, found[0].code) == ("BRAND_NEW", False, 499)
    assert (found[1].name, found[1].final, found[1].code) == ("UNREADABLE", False, None)


def test_only_so_many_reports_are_read_from_one_call() -> None:
    assert len(reported.reports({"MsgId": ",".join("abcdefghij" * 10)})) == 100

    assert len(reported.reports({"MsgId": ",".join("x" * 1000)})) == reported.MAX_REPORTS
    assert reported.reports({"MsgId": "x" * 10_000_000}) == ()
    assert reported.reports({}) == ()


@given(st.dictionaries(st.sampled_from(["MsgId", "status", "status_name", "idx", "donedate", "x"]), st.text()))
def test_no_callback_breaks_the_reader(params: dict[str, str]) -> None:
    for report in reported.reports(params):
        assert report.provider_id
        assert not (report.delivered and not report.final)


def test_the_table_of_states_covers_what_the_simulator_reports() -> None:
    fates = [*[fate for fate in simulator.FATES.values() if fate], simulator.DELIVERED]
    assert len(fates) == 4

    for code, name in fates:
        assert reported.STATUSES[code].name == name
