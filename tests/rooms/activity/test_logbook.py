"""The log: a list for the partner, numbers without persons, days that are sealed."""

import os
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.activity import dashboard, find, record, rollup, verify
from chalicelib.activity.records import CountRow, FactRow, RollupRow, SealRow
from chalicelib.activity.vocabulary import NOTHING, Fact
from chalicelib.booking import facts as booking
from chalicelib.plumbing import ids
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.visit import Visit, of_job
from tests.worlds.partners import a_partner
from tests.worlds.tables import raw_rows, rows

ZURICH = ZoneInfo("Europe/Zurich")
SENT = Fact("message.sent", "a", "b", "c", "d", NOTHING)
FAILED = Fact("message.failed", "a", "b", "c", "d", NOTHING)


def happen(
    partner_id: str,
    what: Fact,
    at: datetime,
    *,
    source: str = "web",
    detail: dict[str, object] | None = None,
    ip: str | None = "198.51.100.7",
) -> str:
    visit = Visit(at=at, request_id="r", source=source, ip=ip, partner_id=partner_id, employee_id=ids.new(at))
    change = Change(visit)
    fact_id = record.fact(change, visit, what, subject=("appointment", ids.new(at)), detail=detail)
    change.commit()
    return fact_id


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH).astimezone(UTC)


def close(at: datetime, **bounds: Any) -> dict[str, Any]:
    return rollup.everything(of_job(at, "r"), **bounds)


def shown(partner_id: str, first: date, last: date, at: datetime) -> dict[str, Any]:
    return dashboard.of(partner_id, zone=ZURICH, first_on=first, last_on=last, at=at)


def is_of(partner_id: str, kind: str) -> list[FactRow]:
    stored = raw_rows(os.environ["AWS_ENDPOINT_URL"], "activity")
    return [FactRow.from_raw_data(one) for one in stored if one["pk"]["S"] == partner_id and "kind" in one
            and one["kind"]["S"] == kind]  # fmt: skip


def _activity() -> list[dict[str, Any]]:
    return rows(os.environ["AWS_ENDPOINT_URL"], "activity")


@pytest.fixture(autouse=True)
def begun(table: Any) -> None:
    """Days before this one were closed long ago; a first run would ask for forty more."""
    table.put(RollupRow(*rollup.KEY, next_on=date(2026, 11, 19), shard=0))


# ---------------------------------------------------------------- the list


def test_the_newest_is_first_with_all_that_the_policy_names(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    older = happen(world.id, booking.BOOKED, local(20, 9))
    newer = happen(world.id, booking.CANCELLED, local(21, 9), source="api")

    items = world.owner.get("/activity").json["items"]

    assert [one["id"] for one in items] == [newer, older]
    assert items[0].keys() == {"id", "at", "employee_id", "partner_id", "ip", "kind", "source", "sentence", "subject"}
    assert items[0]["ip"] == "198.51.100.7"
    assert items[0]["source"] == "api"
    assert items[1]["partner_id"] == world.id
    assert items[1]["subject"]["kind"] == "appointment"
    assert datetime.fromisoformat(items[1]["at"]) == local(20, 9)


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_the_sentence_is_in_the_language_of_whoever_reads(table: Any, clock: Any, language: str) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9))

    items = world.owner.get(f"/activity?lang={language}").json["items"]

    assert items[0]["sentence"] == booking.BOOKED.sentence(language)


def test_pages_follow_each_other_without_gap_or_repetition(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    made = [happen(world.id, booking.BOOKED, local(20, 9, minute)) for minute in range(7)]

    seen, cursor = [], ""
    for _ in range(10):
        page = world.owner.get(f"/activity?limit=3&cursor={cursor}").json
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break

    assert seen == made[::-1]


def test_days_are_the_partners_own_and_both_included(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    before = happen(world.id, booking.BOOKED, local(20, 0) - timedelta(milliseconds=1))
    first = happen(world.id, booking.BOOKED, local(20, 0))
    last = happen(world.id, booking.BOOKED, local(21, 23, 59))
    after = happen(world.id, booking.BOOKED, local(22, 0))

    found = [one["id"] for one in world.owner.get("/activity?from=2026-11-20&to=2026-11-21").json["items"]]

    assert found == [last, first]
    everything = [one["id"] for one in world.owner.get("/activity").json["items"]]
    assert everything == [after, last, first, before]


def test_instants_will_do_as_well(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    inside = happen(world.id, booking.BOOKED, local(20, 9))
    happen(world.id, booking.BOOKED, local(20, 10))

    path = "/activity?from=2026-11-20T09:00:00%2B01:00&to=2026-11-20T10:00:00%2B01:00"

    assert [one["id"] for one in world.owner.get(path).json["items"]] == [inside]


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday", "from=2026-02-30", "from=2026-11-20T09:00:00", "to=0001-01-01", "to=9999-12-31",
        "from=2026-11-21&to=2026-11-19", "limit=0", "limit=101",
    ],
)  # fmt: skip
def test_a_wrong_span_is_a_field_problem(table: Any, clock: Any, query: str) -> None:
    world = a_partner(table, clock)

    assert world.owner.get(f"/activity?{query}").status == 422
    assert world.owner.get("/activity").status == 200


def test_nobody_sees_what_happened_elsewhere(table: Any, clock: Any) -> None:
    here, there = a_partner(table, clock), a_partner(table, clock)
    happen(there.id, booking.BOOKED, local(20, 9))
    happen(there.id, booking.BOOKED, local(20, 10))
    cursor = there.owner.get("/activity?limit=1").json["next"]

    assert len(there.owner.get("/activity").json["items"]) == 2
    assert here.owner.get("/activity").json["items"] == []
    assert here.owner.get(f"/activity?cursor={cursor}").status == 400


@pytest.mark.parametrize("path", ["/activity", "/dashboard"])
def test_the_log_is_for_owner_and_admins(table: Any, clock: Any, path: str) -> None:
    from tests.worlds.visitor import Visitor

    world = a_partner(table, clock)

    assert world.owner.get(path).status == 200
    assert world.sign_in("admin").get(path).status == 200
    assert world.with_key("activity:read").get(path).status == 200
    assert world.sign_in("employee").get(path).status == 403
    assert world.with_key("services:read").get(path).status == 403
    assert Visitor().get(path).status == 401


# ---------------------------------------------------------------- the dashboard


def test_the_totals_count_what_they_say(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    for what in (booking.BOOKED, booking.BOOKED, booking.MOVED, booking.CANCELLED, booking.MISSED):
        happen(world.id, what, local(20, 9))
    happen(world.id, SENT, local(20, 9), source="job", detail={"channel": "sms"})
    happen(world.id, SENT, local(20, 9), source="job", detail={"channel": "mail"})
    happen(world.id, FAILED, local(20, 9), source="webhook", detail={"channel": "sms"})

    made = world.owner.get("/dashboard").json

    assert (made["from"], made["to"]) == ("2026-10-25", "2026-11-23")
    assert made["totals"] == {
        "booked": 2, "moved": 1, "cancelled": 1, "no_show": 1, "sms_sent": 1, "sms_failed": 1, "mail_sent": 1,
    }  # fmt: skip
    assert {"date": "2026-11-20", "kind": "appointment.booked", "source": "web", "count": 2} in made["days"]


def test_utilisation_is_the_share_of_open_time_that_is_taken_by_local_weekday_and_hour(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, employees=2, hours="Tue 09:00-11:00")
    world.take(world.employee_ids[0], local(17, 9, 15), 60)
    world.take(world.employee_ids[1], local(17, 9), 60)
    world.take(world.employee_ids[1], local(17, 15), 60)

    made = world.owner.get("/dashboard?from=2026-11-16&to=2026-11-22").json["utilisation"]

    assert made == [{"weekday": "tue", "hour": 9, "share": 0.875}, {"weekday": "tue", "hour": 10, "share": 0.125}]


def test_utilisation_is_of_the_days_asked_for_and_of_nothing_where_nothing_is_open(table: Any, clock: Any) -> None:
    world = a_partner(table, clock, hours="Tue 09:00-10:00")
    world.take(world.owner_id, local(17, 9), 30)

    def utilisation(first: str, last: str) -> Any:
        return world.owner.get(f"/dashboard?from={first}&to={last}").json["utilisation"]

    assert utilisation("2026-11-17", "2026-11-17") == [{"weekday": "tue", "hour": 9, "share": 0.5}]
    assert utilisation("2026-11-10", "2026-11-17") == [{"weekday": "tue", "hour": 9, "share": 0.25}]
    assert utilisation("2026-11-18", "2026-11-22") == []
    assert utilisation("2019-11-18", "2019-11-22") == []


def test_the_parts_of_sms_are_counted_the_same_before_and_after_a_day_is_closed(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, SENT, local(20, 9), source="job", detail={"channel": "sms", "parts": 2})
    happen(world.id, SENT, local(20, 10), source="job", detail={"channel": "sms", "parts": 1})
    happen(world.id, SENT, local(20, 10), source="job", detail={"channel": "mail", "parts": None})
    happen(world.id, FAILED, local(21, 10), source="job", detail={"channel": "sms"})

    before = world.owner.get("/dashboard").json["sms"]
    close(clock.now)

    assert before == [
        {"date": "2026-11-20", "sent": 2, "failed": 0, "parts": 3},
        {"date": "2026-11-21", "sent": 0, "failed": 1, "parts": 0},
    ]
    assert world.owner.get("/dashboard").json["sms"] == before


def test_no_person_and_no_address_is_in_it(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9), detail={"start": "2026-12-01T08:00:00.000Z"})
    close(clock.now)
    [fact] = is_of(world.id, "appointment.booked")

    text = world.owner.get("/dashboard").text
    [count] = [str(one) for one in _activity() if one["sk"]["S"] == "count#2026-11-20"]

    assert fact.ip == "198.51.100.7"
    for private in (fact.ip, fact.employee_id, fact.subject_id):
        assert private not in text
        assert private not in count


@pytest.mark.parametrize("query", ["from=2026-11-23&to=2026-11-22", "from=2025-10-19&to=2026-11-23", "from=x", "to=9999-12-31"])  # fmt: skip
def test_a_span_that_cannot_be_shown_is_a_field_problem(table: Any, clock: Any, query: str) -> None:
    world = a_partner(table, clock)

    assert world.owner.get(f"/dashboard?{query}").status == 422
    assert world.owner.get("/dashboard?from=2025-10-20&to=2026-11-23").status == 200


@pytest.mark.parametrize("closed_at", [None, 24, 26, 27])
def test_counters_and_facts_together_equal_a_recount(table: Any, clock: Any, closed_at: int | None) -> None:
    world = a_partner(table, clock)
    chance = random.Random(closed_at or 0)
    wanted: Counter[tuple[str, str, str]] = Counter()
    for _ in range(60):
        at = local(22, 0) + timedelta(minutes=chance.randrange(5 * 24 * 60))
        what, source = chance.choice([booking.BOOKED, booking.MOVED]), chance.choice(["web", "api"])
        happen(world.id, what, at, source=source)
        on = at.astimezone(ZURICH).date()
        if date(2026, 11, 23) <= on <= date(2026, 11, 25):
            wanted[(on.isoformat(), what.kind, source)] += 1
    if closed_at:
        close(local(closed_at, 12))

    made = shown(world.id, date(2026, 11, 23), date(2026, 11, 25), local(28, 12))

    assert {(one["date"], one["kind"], one["source"]): one["count"] for one in made["days"]} == dict(wanted)
    assert sum(wanted.values()) > 20


def test_a_dashboard_of_closed_days_costs_three_requests_whatever_happened(
    table: Any, clock: Any, dynamodb: Any
) -> None:
    world = a_partner(table, clock)
    for minute in range(40):
        happen(world.id, booking.BOOKED, local(20, 9, minute))
    close(clock.now)
    dynamodb.asked.clear()

    made = shown(world.id, date(2026, 11, 1), date(2026, 11, 23), clock.now)

    assert made["totals"]["booked"] == 40
    assert dynamodb.operations == ["GetItem", "Query", "Query"]


# ---------------------------------------------------------------- closing days


def test_a_closed_day_is_sealed_and_counted_and_the_chain_holds(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    for day in (19, 20, 22):
        happen(world.id, booking.BOOKED, local(day, 9))
        happen(world.id, booking.MOVED, local(day, 10))

    close(clock.now)

    seals = table.prefixed(SealRow, world.id, "seal#")
    assert [(seal.sk, int(seal.facts)) for seal in seals] == [
        ("seal#2026-11-19", 2), ("seal#2026-11-20", 2), ("seal#2026-11-22", 2),
    ]  # fmt: skip
    assert [seal.previous for seal in seals] == ["", seals[0].hash, seals[1].hash]
    assert [verify.day(world.id, date(2026, 11, day)) for day in (19, 20, 21, 22)] == [
        "intact", "intact", "unsealed", "intact",
    ]  # fmt: skip
    assert verify.days(world.id) == []


def test_today_is_not_closed_before_it_is_over(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, datetime(2026, 11, 22, 23, 59, tzinfo=UTC))

    close(datetime(2026, 11, 23, 0, 29, tzinfo=UTC))
    early = table.prefixed(SealRow, world.id, "seal#")
    close(datetime(2026, 11, 23, 0, 30, tzinfo=UTC))

    assert early == []
    assert [seal.sk for seal in table.prefixed(SealRow, world.id, "seal#")] == ["seal#2026-11-22"]


@pytest.mark.parametrize("attack", ["edit", "remove", "insert", "who", "address"])
def test_what_is_done_to_a_sealed_day_is_found(table: Any, clock: Any, attack: str) -> None:
    world = a_partner(table, clock)
    for minute in range(3):
        happen(world.id, booking.BOOKED, local(20, 9, minute))
    close(clock.now)
    before = verify.day(world.id, date(2026, 11, 20))
    row = is_of(world.id, "appointment.booked")[1]

    if attack == "edit":
        table.update(row, [FactRow.kind.set("appointment.moved")])
    elif attack == "remove":
        table.delete(row)
    elif attack == "insert":
        happen(world.id, booking.BOOKED, local(20, 9, 30))
    elif attack == "who":
        table.update(row, [FactRow.employee_id.set("somebody-else")])
    else:
        table.update(row, [FactRow.ip.set("203.0.113.9")])

    assert before == "intact"
    assert verify.day(world.id, date(2026, 11, 20)) == "changed"


def test_a_day_that_is_taken_out_breaks_the_chain(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    for day in (19, 20, 21):
        happen(world.id, booking.BOOKED, local(day, 9))
    close(clock.now)

    table.delete(SealRow(world.id, "seal#2026-11-20"))

    assert verify.days(world.id) == [date(2026, 11, 21)]


def test_blacking_out_a_person_leaves_the_seal_intact(table: Any, clock: Any) -> None:
    from chalicelib.activity import chain

    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9))
    close(clock.now)
    [row] = is_of(world.id, "appointment.booked")

    veiled = {name: chain.commitment(row.salt, name, row.hashable(name)) for name in chain.VEILABLE}
    table.update(
        row,
        [FactRow.employee_id.remove(), FactRow.ip.remove(), FactRow.detail.remove(), FactRow.salt.remove(),
         FactRow.veiled.set(veiled)],
    )  # fmt: skip

    assert verify.day(world.id, date(2026, 11, 20)) == "intact"
    assert "198.51.100.7" not in str(_activity())


def test_the_first_run_of_all_looks_back(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    table.delete(RollupRow(*rollup.KEY))
    happen(world.id, booking.BOOKED, local(15, 9, month=10))
    happen(world.id, booking.BOOKED, local(20, 9))

    close(clock.now)

    sealed = [seal.sk for seal in table.prefixed(SealRow, world.id, "seal#")]
    assert sealed == ["seal#2026-10-15", "seal#2026-11-20"]


def test_closing_again_changes_nothing(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9))
    close(clock.now)
    before = sorted(map(str, _activity()))
    dynamodb.asked.clear()

    close(clock.now)

    assert dynamodb.operations == ["GetItem"]
    assert sorted(map(str, _activity())) == before


def test_a_run_that_may_not_do_all_goes_on_where_it_stopped(table: Any, clock: Any) -> None:
    worlds = [a_partner(table, clock) for _ in range(5)]
    for number, world in enumerate(worlds):
        happen(world.id, booking.BOOKED, local(20, 9), ip=None if number % 2 else "198.51.100.7")
        happen(world.id, booking.BOOKED, local(20, 10), ip=None if number % 3 else "198.51.100.7")

    runs = [close(clock.now, most=2) for _ in range(3)]

    assert [run["complete"] for run in runs] == [False, False, True]
    assert [run["partners"] for run in runs] == [2, 2, 1]
    assert {verify.day(world.id, date(2026, 11, 20)) for world in worlds} == {"intact"}


class Killed(BaseException):
    pass


def test_killed_at_any_request_and_run_again_it_ends_the_same(table: Any, clock: Any, dynamodb: Any) -> None:
    worlds = [a_partner(table, clock) for _ in range(3)]
    for world in worlds:
        for day in (20, 21):
            happen(world.id, booking.BOOKED, local(day, 9))
    table.put(RollupRow(*rollup.KEY, next_on=date(2026, 11, 20), shard=0))
    dynamodb.asked.clear()
    kills = 0

    for nth in range(1, 200):
        left = nth

        def kill(operation: str, params: dict[str, Any]) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        try:
            with dynamodb.breaking(kill):
                close(clock.now)
        except Killed:
            kills += 1
            continue
        break

    assert kills > 5
    for world in worlds:
        assert [verify.day(world.id, date(2026, 11, day)) for day in (20, 21)] == ["intact", "intact"]
        assert verify.days(world.id) == []
        counts = table.prefixed(CountRow, world.id, "count#")
        assert [count.counts[0][4] for count in counts] == [1, 1]
    assert len(is_of("-", "activity.sealed")) == 2


def test_short_months_do_not_mix_days(table: Any, clock: Any) -> None:
    """The facts of 29, 30 and 31 January go on the same last day of February."""
    world = a_partner(table, clock)
    for day in (29, 31):
        happen(world.id, booking.BOOKED, datetime(2027, 1, day, 12, tzinfo=UTC))
    table.put(RollupRow(*rollup.KEY, next_on=date(2027, 1, 28), shard=0))

    done = close(datetime(2027, 2, 2, 12, tzinfo=UTC))

    assert done["partners"] == 2
    seals = table.prefixed(SealRow, world.id, "seal#")
    assert [(seal.sk, int(seal.facts)) for seal in seals] == [("seal#2027-01-29", 1), ("seal#2027-01-31", 1)]


def test_a_clock_set_back_neither_loses_nor_doubles_a_count(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(23, 9))
    close(local(30, 12))

    happen(world.id, booking.BOOKED, local(23, 10))
    today = shown(world.id, date(2026, 11, 23), date(2026, 11, 23), local(23, 11))
    close(local(23, 11))
    close(local(25, 12))
    later = shown(world.id, date(2026, 11, 23), date(2026, 11, 23), local(25, 12))

    assert today["totals"]["booked"] == 2
    assert later["totals"]["booked"] == 2


def test_two_runs_at_once_make_one_seal(table: Any, clock: Any, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9))
    inside = False

    def meanwhile(operation: str, params: dict[str, Any]) -> None:
        nonlocal inside
        if operation == "TransactWriteItems" and not inside:
            inside = True
            close(clock.now)

    with dynamodb.breaking(meanwhile):
        close(clock.now)

    assert inside
    assert len(table.prefixed(SealRow, world.id, "seal#")) == 1
    assert verify.day(world.id, date(2026, 11, 20)) == "intact"


def test_between_is_oldest_first_and_half_open(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    made = [happen(world.id, booking.BOOKED, local(20, hour)) for hour in (9, 10, 11)]

    found = [one.id for one in find.between(world.id, local(20, 9), local(20, 11))]

    assert found == made[:2]


def test_a_seal_is_never_overwritten(table: Any, clock: Any) -> None:
    world = a_partner(table, clock)
    happen(world.id, booking.BOOKED, local(20, 9))
    close(clock.now)
    [seal] = table.prefixed(SealRow, world.id, "seal#")

    change = Transaction()
    change.put_new(SealRow(world.id, seal.sk, facts=0, hash="x", previous="", sealed_at=clock.now))

    with pytest.raises(Stale):
        change.commit()
