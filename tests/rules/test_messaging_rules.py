"""When a message may go, and which report counts: pure decisions against plain statements of what is promised."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.messaging import parts, reference, rules
from chalicelib.messaging.rules import Delivery, Facts, Verdict

ZONES = ("Europe/Zurich", "UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by UTC
spans = st.timedeltas(timedelta(minutes=-90), timedelta(days=3))
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)


def facts(start_at: datetime, **changes: object) -> Facts:
    known: dict[str, object] = {
        "status": "confirmed", "sequence": 2, "start_at": start_at, "zone": "Europe/Zurich", "sms_allowed": True,
        "has_mail": True,
    }  # fmt: skip
    return Facts(**{**known, **changes})  # type: ignore[arg-type]  # the names are checked by the dataclass


@given(at=instants, span=spans, zone=st.sampled_from(ZONES), kind=st.sampled_from(rules.SMS_KINDS), mail=st.booleans())
def test_no_sms_ever_goes_at_night_and_none_waits_beyond_the_start(
    at: datetime, span: timedelta, zone: str, kind: str, mail: bool
) -> None:
    status = "cancelled_by_customer" if kind == "cancelled" else "confirmed"
    known = facts(at + span, status=status, zone=zone, has_mail=mail)

    verdict = rules.verdict(kind, "sms", known, sequence=2, at=at)

    hour = at.astimezone(ZoneInfo(zone)).hour
    if verdict.step == "go":
        assert 7 <= hour < 21
        assert known.start_at > at
    if verdict.step == "wait":
        assert verdict.until is not None
        local = verdict.until.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (7, 0)
        assert at < verdict.until < known.start_at
        assert verdict.until - at <= timedelta(hours=11)
        again = rules.verdict(kind, "sms", known, sequence=2, at=verdict.until)
        assert again.step == "go"
    if verdict.step == "mail":
        assert kind == "reminder"
        assert mail


@given(at=instants, span=spans, channel=st.sampled_from(("sms", "mail")), kind=st.sampled_from(sorted(rules.KINDS)))
def test_nothing_goes_for_a_start_in_the_past(at: datetime, span: timedelta, channel: str, kind: str) -> None:
    for status in ("confirmed", "cancelled_by_partner"):
        verdict = rules.verdict(kind, channel, facts(at + span, status=status), sequence=2, at=at)

        if span <= timedelta(0):
            assert verdict.step == "drop"


@pytest.mark.parametrize(
    ("kind", "start_at", "expected"),
    [
        ("reminder", MORNING + timedelta(hours=1), Verdict("wait", "quiet_hours", MORNING)),
        ("reminder", MORNING + timedelta(minutes=59), Verdict("mail", "quiet_hours")),
        ("confirmation", MORNING + timedelta(minutes=1), Verdict("wait", "quiet_hours", MORNING)),
        ("confirmation", MORNING, Verdict("drop", "quiet_hours")),
        ("cancelled", MORNING - timedelta(hours=1), Verdict("drop", "quiet_hours")),
    ],
)
def test_at_night_an_sms_waits_for_the_morning_if_that_is_early_enough(
    kind: str, start_at: datetime, expected: Verdict
) -> None:
    status = "declined" if kind == "cancelled" else "confirmed"

    verdict = rules.verdict(kind, "sms", facts(start_at, status=status), sequence=2, at=NIGHT)

    assert verdict == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sequence": 3}, "overtaken"),
        ({"status": "cancelled_by_customer"}, "overtaken"),
        ({"status": "completed"}, "overtaken"),
        ({"has_mail": False}, "no_address"),
    ],
)
def test_a_mail_that_is_no_longer_true_or_has_no_address_is_dropped(changes: dict[str, object], reason: str) -> None:
    at, start_at = MORNING, MORNING + timedelta(hours=5)
    assert rules.verdict("reminder", "mail", facts(start_at), sequence=2, at=at).step == "go"

    verdict = rules.verdict("reminder", "mail", facts(start_at, **changes), sequence=2, at=at)

    assert verdict == Verdict("drop", reason)


def test_a_reminder_gives_way_to_the_next_one_that_is_due_too() -> None:
    at, start_at = MORNING, MORNING + timedelta(hours=1)

    late = rules.verdict("reminder", "mail", facts(start_at), sequence=2, at=at, next_due_at=at)
    early = rules.verdict("reminder", "mail", facts(start_at), sequence=2, at=at, next_due_at=at + timedelta(minutes=1))

    assert (late, early.step) == (Verdict("drop", "too_late"), "go")


@given(
    booked_at=instants,
    ahead=st.timedeltas(timedelta(0), timedelta(days=60)),
    delay=st.timedeltas(timedelta(0), timedelta(days=1)),
    hours=st.lists(st.integers(0, 200), max_size=6),
)
def test_reminders_are_planned_before_the_start_and_never_right_after_the_booking(
    booked_at: datetime, ahead: timedelta, delay: timedelta, hours: list[int]
) -> None:
    start_at, at = booked_at + ahead, booked_at + delay

    planned = rules.reminders(start_at, hours, booked_at=booked_at, at=at)

    expected = {
        lead
        for lead in hours
        if lead > 0
        and start_at - timedelta(hours=lead) > at
        and start_at - timedelta(hours=lead) - booked_at >= timedelta(minutes=30)
    }
    assert [lead for lead, _ in planned] == sorted(expected, reverse=True)
    assert all(due_at + timedelta(hours=lead) == start_at for lead, due_at in planned)


deliveries = st.builds(
    Delivery,
    name=st.sampled_from(("QUEUE", "SENT", "DELIVERED", "UNDELIVERED", "EXPIRED")),
    final=st.booleans(),
    at=st.none() | instants,
).map(lambda one: Delivery(one.name, one.name not in ("QUEUE", "SENT"), one.at))


@given(st.lists(deliveries, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_reports_in_any_order_and_any_number_end_in_the_same_state(told: list[Delivery], random: object) -> None:
    dated = [Delivery(one.name, one.final, NIGHT + timedelta(minutes=n // 2)) for n, one in enumerate(told)]
    shuffled = dated * 2
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    assert _state(shuffled) == _state(dated)


@given(st.lists(deliveries, min_size=1, max_size=8))
def test_an_end_is_never_replaced_by_something_in_between(told: list[Delivery]) -> None:
    ended = False
    known: Delivery | None = None
    for one in told:
        known = one if rules.moves_on(known, one) else known
        ended = ended or one.final

        assert known is not None
        assert known.final == ended


def _state(told: list[Delivery]) -> str | None:
    known: Delivery | None = None
    for one in told:
        known = one if rules.moves_on(known, one) else known
    return known.name if known else None


@given(st.text(min_size=1, max_size=60), st.integers(0, 60))
def test_a_name_is_cut_to_fit_but_stays_recognisable(name: str, letters: int) -> None:
    cut = rules.shortened(name, letters)

    assert len(cut) <= max(letters, rules.LEAST_PRACTICE_LETTERS)
    assert name.startswith(cut)
    assert len(name) > letters or cut == name


def test_a_reference_leads_back_to_its_row_and_nothing_else_does() -> None:
    row_id = "01m83pph0071dy28k1d8v4e01g-3-reminder-24-sms"

    written = reference.of("01m83pph00hpp1rz65qx7yr6tw#outbox", row_id)

    assert reference.address(written) == ("01m83pph00hpp1rz65qx7yr6tw#outbox", row_id)
    assert len(written) <= 255
    assert rules.kind_of(row_id) == "reminder"
    for foreign in ("", "x", "a.b.c", "a#b.c", "a.b,c", "a." + "b" * 181, "../x", "a.b\n"):
        assert reference.address(foreign) is None


def test_the_letters_of_a_part_are_what_the_rules_think_they_are() -> None:
    assert parts.count("ä" * rules.GSM_LETTERS).parts == 1
    assert parts.count("ä" * (rules.GSM_LETTERS + 1)).parts == 2
