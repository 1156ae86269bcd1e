"""What was taken away comes back: export, import into an empty account, export again, and the content has the same hash."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.accounts import logins
from chalicelib.accounts.records import LoginRow
from chalicelib.booking import forms as booking
from chalicelib.exchange import canon, check_customers, content, lines, meaning, open_file, reading, workbook
from chalicelib.offering import find as offering
from chalicelib.offering.records import AbsenceRow
from chalicelib.plumbing import forms, ids, table
from chalicelib.plumbing.refusals import Invalid
from tests.worlds.brought import brought, exported
from tests.worlds.partners import World, a_partner

KINDS = ("employees", "services", "customers", "appointments")
HOSTILE = '=HYPERLINK("http://example.org") _x0041_ 👩‍👧 @SUM(A1) \u202e\u200d'
LINES = "+41 79 123 45 67\n\n=1+1\t-2\n00012 " + "ß" * 200
TWICE = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # in that night clocks show half past two twice


@pytest.fixture
def old(table: Any, clock: Any) -> World:
    made = a_partner(
        table,
        clock,
        employees=3,
        services=({"name": HOSTILE}, {"name": "=Kurs", "capacity": 3, "duration_minutes": 60}),
    )
    nora, beat, chiara = made.employee_ids
    made.set_hours(nora, {"weekly": {"mon": [["08:00", "12:00"], ["13:00", "24:00"]], "sun": [["00:00", "03:00"]]},
                          "dates": {"2026-12-24": [["08:00", "11:55"]], "2026-12-25": []}})  # fmt: skip
    made.add_employee(active=False, bookable=False)
    made.add_service(
        name="0041", employee_ids=[chiara, beat], reminder_hours=[48, 2], active=False, price_rappen=0, buffer_after_minutes=15,
        questions=[{"id": "hair", "label": "-Länge?", "type": "choice", "required": True, "options": ["+kurz", "=lang"]}],
    )  # fmt: skip
    made.add_absence(None, datetime(2026, 12, 24, 12, tzinfo=UTC), datetime(2026, 12, 27, 12, 0, 30, tzinfo=UTC))
    absence = AbsenceRow(
        made.id,
        f"absence#{ids.new(clock.now)}",
        employee_id=beat,
        start_at=TWICE,
        end_at=TWICE + timedelta(hours=1),
        reason=HOSTILE,
    )
    table.put(absence)
    plain = made.customer(first_name="+Lea", note=LINES, phone="+41791234567", no_reminders=True)
    bare = made.customer(first_name=HOSTILE, last_name="=1+1", email=None, language="it")
    for number, start in enumerate((TWICE, TWICE + timedelta(hours=1))):
        made.appointment(start, customer_id=plain, employee_id=beat, note=LINES, answers={"hair": "=lang"}, sms=number == 0,
                         phone="+41791234567" if number == 0 else None, price_rappen=1, language="fr")  # fmt: skip
    course = datetime(2026, 12, 1, 18, tzinfo=UTC)
    made.seat(made.service_ids[1], chiara, course, minutes=60, seats_taken=2)
    for customer in (plain, bare):
        made.appointment(
            course,
            customer_id=customer,
            employee_id=chiara,
            service_id=made.service_ids[1],
            minutes=60,
            seats=3,
            status="requested" if customer == bare else "confirmed",
        )
    made.appointment(
        datetime(2026, 12, 2, 9, tzinfo=UTC),
        customer_id=bare,
        minutes=20,
        buffer_before_minutes=10,
        buffer_after_minutes=5,
    )
    made.appointment(
        datetime(2026, 12, 3, 9, tzinfo=UTC), customer_id=bare, status="cancelled_by_customer", reason="-krank"
    )
    made.appointment(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), customer_id=plain, status="completed")
    made.appointment(datetime(2026, 10, 26, 9, tzinfo=UTC), customer_id=plain, status="no_show")
    made.offer_changed()
    return made


def emptied(old: World) -> World:
    """The account is gone, and somebody begins anew with the same mail address."""
    for email in old.emails.values():
        table.delete(LoginRow(logins.key(email), "-"))
    offering.forget_cached()
    return a_partner(table, old.clock, services=(), hours=None, email=old.emails[old.owner_id])


@pytest.mark.parametrize("file_format", ["xlsx", "json"])
def test_an_account_is_brought_back_into_an_empty_one_with_the_same_content(
    exports: Any, old: World, file_format: str
) -> None:
    before = {what: exported(exports, old.api, what, file_format) for what in KINDS}
    everything, _ = exported(exports, old.api, "all", file_format)
    new = emptied(old)

    for what in KINDS:
        done = brought(exports, new.api, what, before[what][0])
        assert (done["state"], done["errors"], done["skipped"]) == ("done", [], 0), (what, done)
        assert done["created"] > 0
    after = {what: exported(exports, new.api, what, file_format) for what in KINDS}

    for what in KINDS:
        if before[what][1] != after[what][1] and file_format == "json":
            assert _rows(before[what][0]) == _rows(after[what][0])
        assert before[what][1] == after[what][1], what
    again = [brought(exports, new.api, what, everything) for what in KINDS]
    assert [(one["state"], one["created"], one["updated"]) for one in again] == [("done", 0, 0)] * 4
    taken = new.api.send("POST", "/appointments", {
        "service_id": old.service_id, "employee_id": new.employee_id, "start": "2026-12-02T10:15:00+01:00",
        "first_name": "Zu", "last_name": "Spät",
    })  # fmt: skip
    assert taken.status == 409
    team = {one["first_name"]: one["id"] for one in new.api.get("/employees").json["items"]}
    assert team["Nora"] == new.owner_id
    assert not set(team.values()) & set(old.employee_ids)


def _rows(document: bytes) -> list[list[str]]:
    """The restored columns of all rows, for a message that shows what differs."""
    return [
        sorted(
            json.dumps({key: row[key] for key in content.taken_in(content.PARTS[part["name"]])}) for row in part["rows"]
        )
        for part in json.loads(document)["parts"]
    ]


_TEXT = st.text(max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {
                "first_name": st.one_of(
                    _TEXT,
                    st.sampled_from(["=1+1", "+41791234567", "007", "-", "@x", "|", "_x000D_", "#N/A", "1e5", "true"]),
                ),
                "last_name": _TEXT,
                "note": st.one_of(st.none(), st.text(max_size=900)),
                "phone": st.sampled_from([None, "+41791234567", "+4915112345678", "+390612345678"]),
                "email": st.one_of(st.none(), st.emails()),
                "language": st.sampled_from(["de", "fr", "it", "en"]),
            }
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_a_form_takes_of_a_customer_comes_back_from_a_file_as_it_was(
    people: list[dict[str, Any]], tmp_path_factory: Any
) -> None:
    taken = []
    for one in people:
        try:
            taken.append(
                forms.read(booking.CUSTOMER.fields, {name: value for name, value in one.items() if value is not None})
            )
        except Invalid:
            continue
    assume(taken)
    part = content.PARTS["customers"]
    meanings = [meaning.of(part, column, "it") for column in part.columns]
    rows = [[{"id": ids.new(), **one}.get(column.key) for column in part.columns] for one in taken]
    file = tmp_path_factory.mktemp("round") / "customers.xlsx"
    workbook.write(Path(file), [(part, meanings, rows)], schema=list)

    read = reading.read(Path(file), "xlsx", ["customers"])

    [sheet] = [
        open_file.Sheet(one["name"], [tuple(row) for row in one["rows"]])
        for one in json.loads(json.dumps(read))["sheets"]
    ]
    found = lines.of(sheet, wished={})
    assert [line.troubles for line in found.lines] == [[]] * len(taken)
    for line, one in zip(found.lines, taken, strict=True):
        back = check_customers.person_of(line)
        assert back is not None
        assert {name: canon.value(value) for name, value in one.items() if value} == {
            name: canon.value(value) for name, value in back.items() if value
        }
