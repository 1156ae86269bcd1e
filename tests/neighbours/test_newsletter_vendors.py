"""One contract over the newsletter vendors' simulators and our two adapters: every ending of a call, nobody left behind."""

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from chalicelib.consent import autopilot, mailing, ortto
from chalicelib.consent.line import Line
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing import egress, outcomes, settings, web
from tests.fakes import listener, providers
from tests.fakes import settings as fake_settings
from tests.fakes.calls import Unlogged

ANNA = Subscriber("anna+n@muster.example", "Anna", "Muster", datetime(2026, 11, 23, 8, tzinfo=UTC))
FLOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + b"x" * 1_100_000


@pytest.fixture(params=["ortto", "autopilot"])
def vendor(request: Any, simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The adapter of one vendor in a house that has chosen it."""
    _choose(monkeypatch, simulators, request.param)
    yield mailing.vendor()
    web._session().close()


def _choose(monkeypatch: pytest.MonkeyPatch, desk: providers.Desk, name: str, **changes: str) -> None:
    urls = {"ortto_url": desk.ortto_url, "autopilot_url": desk.autopilot_url}
    local = fake_settings.Settings(**{"mailing_vendor": name, **urls, **changes})
    monkeypatch.setattr(settings, "get", lambda: local)


def a_line(vendor: ModuleType) -> Line:
    return Line(vendor.VENDOR, ("partner", "p-1"), Unlogged())


def held(desk: providers.Desk, vendor: ModuleType) -> list[Any]:
    simulators = desk.simulators
    return list(simulators.ortto.people() if vendor is ortto else simulators.autopilot.contacts())


def ending_of(doing: Callable[[], object]) -> object:
    try:
        return doing()
    except (outcomes.Later, outcomes.Never, outcomes.Unknown) as ending:
        return ending


def test_who_joins_is_held_once_with_three_fields_however_often_it_is_said(
    vendor: ModuleType, simulators: providers.Desk
) -> None:
    first = vendor.join(ANNA, a_line(vendor))

    again = vendor.join(ANNA, a_line(vendor))

    assert first == again
    assert len(held(simulators, vendor)) == 1
    for item in simulators.journal(vendor.VENDOR):
        assert "***" in (item["headers"].get("X-Api-Key"), item["headers"].get("autopilotapikey"))
        said = item["body"]["people"][0]["fields"] if vendor is ortto else item["body"]["contact"]
        personal = {name: value for name, value in said.items() if isinstance(value, str) and not name.endswith("-ctx")}
        assert sorted(personal.values()) == sorted(["anna+n@muster.example", "Anna", "Muster"])
    if vendor is ortto:
        assert said["bol::p"] is True
        assert said["bol::gdpr"] is True
        assert item["body"]["people"][0]["location"] == {"source_ip": None}
        assert item["body"]["suppression_list_field_id"] == "str::email"


def test_who_leaves_is_found_and_gone_and_leaving_again_changes_nothing(
    vendor: ModuleType, simulators: providers.Desk
) -> None:
    reference = vendor.join(ANNA, a_line(vendor))
    vendor.join(Subscriber("nora@neu.example", "Nora", "Neu", ANNA.confirmed_at), a_line(vendor))

    found = vendor.find(ANNA.email, a_line(vendor))
    vendor.erase(found, a_line(vendor))
    vendor.erase(found, a_line(vendor))

    assert found == (reference,)
    assert vendor.find(ANNA.email, a_line(vendor)) == ()
    assert "nora@neu.example" in str(held(simulators, vendor))
    assert "anna" not in str(held(simulators, vendor)).lower()


def test_every_call_that_left_is_remembered_with_what_it_told(vendor: ModuleType, simulators: providers.Desk) -> None:
    line = a_line(vendor)
    simulators.fail(vendor.VENDOR, drop=True, after=True)

    with pytest.raises(outcomes.Unknown):
        vendor.join(ANNA, line)
    vendor.erase(vendor.find(ANNA.email, line), line)

    assert [one.categories for one in line.calls.told[:2]] == [("email", "name"), ("email",)]
    assert len(line.calls.told) == len(simulators.journal(vendor.VENDOR)) > 2


def test_nobody_named_never_becomes_everybody(vendor: ModuleType, simulators: providers.Desk) -> None:
    vendor.join(ANNA, a_line(vendor))
    calls = len(simulators.journal(vendor.VENDOR))

    ending_of(lambda: vendor.erase((), a_line(vendor)))
    empty = ending_of(lambda: vendor.erase(("",), a_line(vendor)))

    assert isinstance(empty, outcomes.Never)
    assert len(simulators.journal(vendor.VENDOR)) == calls
    assert len(held(simulators, vendor)) == 1


STATUSES: tuple[tuple[int, type[Exception]], ...] = (
    (302, outcomes.Later),
    (400, outcomes.Never),
    (401, outcomes.Never),
    (403, outcomes.Never),
    (408, outcomes.Unknown),
    (422, outcomes.Never),
    (429, outcomes.Later),
    (500, outcomes.Unknown),
    (502, outcomes.Unknown),
    (503, outcomes.Later),
    (507, outcomes.Unknown),
)


def test_every_status_has_its_ending_and_no_redirect_is_followed(
    vendor: ModuleType, simulators: providers.Desk
) -> None:
    for status, kind in STATUSES:
        for doing in (lambda: vendor.join(ANNA, a_line(vendor)), lambda: vendor.erase(("x",), a_line(vendor))):
            simulators.fail(vendor.VENDOR, status=status, headers={"Location": f"{simulators.url}/elsewhere"})

            ending = ending_of(doing)

            assert isinstance(ending, kind), status
            if isinstance(ending, outcomes.Never):
                assert ending.is_ours_to_mend == (status in (401, 403))
    assert len(simulators.journal(vendor.VENDOR)) == 2 * len(STATUSES)
    assert held(simulators, vendor) == []


UNREADABLE = ("<html>Welcome</html>", "", "null", "[]", "{}", '{"people":[{"per', "[" * 99_999)


def test_a_good_status_with_an_unreadable_answer_is_unknown(vendor: ModuleType, simulators: providers.Desk) -> None:
    for body in UNREADABLE:
        for doing in (lambda: vendor.join(ANNA, a_line(vendor)), lambda: vendor.find(ANNA.email, a_line(vendor))):
            simulators.fail(vendor.VENDOR, status=200, body=body)

            with pytest.raises(outcomes.Unknown):
                doing()


def test_somebody_who_is_found_without_an_id_is_not_nobody(vendor: ModuleType, simulators: providers.Desk) -> None:
    vendor.join(ANNA, a_line(vendor))
    simulators.fail(vendor.VENDOR, status=200, body='{"contacts": [{"fields": {}}], "Email": "anna"}')

    assert isinstance(ending_of(lambda: vendor.find(ANNA.email, a_line(vendor))), outcomes.Unknown)
    assert len(vendor.find(ANNA.email, a_line(vendor))) == 1


def test_the_vendors_wish_to_wait_is_kept(vendor: ModuleType, simulators: providers.Desk) -> None:
    for headers, body, seconds in (
        ({"Retry-After": "7"}, "", 7),
        ({}, '{"code":"rate-limit","try-in-seconds":9}', 9),
        ({"Retry-After": "99999999"}, "", 86_400),
        ({}, "x", None),
    ):
        simulators.fail(vendor.VENDOR, status=429, headers=headers, body=body)

        with pytest.raises(outcomes.Later) as later:
            vendor.join(ANNA, a_line(vendor))

        assert later.value.retry_after_s == seconds


def test_a_vendor_that_drips_floods_or_is_away_is_cut_off(
    vendor: ModuleType, simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "call", functools.partial(web.call, read_timeout_s=0.2))
    simulators.fail(vendor.VENDOR, delay_s=60)
    slow = ending_of(lambda: vendor.join(ANNA, a_line(vendor)))
    with listener.listening(FLOOD) as flood:
        _choose(monkeypatch, simulators, vendor.VENDOR, **{f"{vendor.VENDOR}_url": flood.url})
        huge = ending_of(lambda: vendor.join(ANNA, a_line(vendor)))
    line = a_line(vendor)
    away = ending_of(lambda: vendor.join(ANNA, line))

    assert isinstance(slow, outcomes.Unknown)
    assert isinstance(huge, outcomes.Unknown)
    assert isinstance(away, outcomes.Later)
    assert line.calls.told == []


def test_a_wrong_key_is_ours_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    with providers.running(ortto_key="right", autopilot_key="right") as desk:
        for name in ("ortto", "autopilot"):
            _choose(monkeypatch, desk, name)

            with pytest.raises(outcomes.Never) as never:
                mailing.vendor().join(ANNA, a_line(mailing.vendor()))

            assert never.value.is_ours_to_mend
        assert desk.simulators.ortto.people() == []
        assert desk.simulators.autopilot.contacts() == []
    web._session().close()


def test_no_ending_names_the_person_or_the_key(vendor: ModuleType, simulators: providers.Desk) -> None:
    person = re.compile("anna|Muster|a-key", re.IGNORECASE)
    for status in (200, 400, 401, 429, 500):
        simulators.fail(vendor.VENDOR, status=status, body='{"error":"anna+n@muster.example Muster"}')

        ending = ending_of(lambda: vendor.join(ANNA, a_line(vendor)))

        assert isinstance(ending, Exception)
        assert not person.search(f"{ending!s} {ending!r} {ending.__cause__!r}")


def test_the_vendor_that_was_not_chosen_hears_nothing(
    simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for chosen, other in (("ortto", autopilot), ("autopilot", ortto)):
        _choose(monkeypatch, simulators, chosen)

        with pytest.raises(egress.NotAllowed):
            other.join(ANNA, a_line(other))

        assert simulators.journal(other.VENDOR) == []


def test_an_address_that_ortto_will_not_mail_is_refused_for_good(
    simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(monkeypatch, simulators, "ortto")

    with pytest.raises(outcomes.Never) as never:
        ortto.join(Subscriber("suppressed@muster.example", "A", "B", ANNA.confirmed_at), a_line(ortto))

    assert (never.value.code, never.value.fault) == ("suppressed", "opted_out")
    assert simulators.simulators.ortto.people() == []
    web._session().close()


@pytest.mark.parametrize("left", ['{"scheduled_contacts":1,"deleted_contacts":0}', '{"deleted_contacts":"x"}'])
def test_ortto_that_puts_a_deletion_off_is_asked_again(
    left: str, simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(monkeypatch, simulators, "ortto")
    reference = ortto.join(ANNA, a_line(ortto))
    archived = '{"scheduled_contacts":0,"archived_contacts":1}\n'
    simulators.fail("ortto", status=200, body=archived)
    simulators.fail("ortto", status=200, body=left)

    ending = ending_of(lambda: ortto.erase((reference,), a_line(ortto)))
    ortto.erase((reference,), a_line(ortto))

    assert isinstance(ending, outcomes.Later | outcomes.Unknown)
    assert simulators.simulators.ortto.people() == []
    web._session().close()


def test_ortto_that_says_it_deleted_nobody_is_looked_at_before_it_is_believed(
    simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(monkeypatch, simulators, "ortto")
    reference = ortto.join(ANNA, a_line(ortto))
    simulators.fail("ortto", status=200, body='{"scheduled_contacts":0,"archived_contacts":0}')

    with pytest.raises(outcomes.Later, match="still there"):
        ortto.erase((reference,), a_line(ortto))

    assert len(simulators.simulators.ortto.people()) == 1
    web._session().close()
