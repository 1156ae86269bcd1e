"""Registration and confirmation, by the front door."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts import confirmation_link, find, passwords
from tests.worlds import people, tables
from tests.worlds.visitor import Reply, Visitor


def _profiles(emulator: Any) -> list[dict[str, Any]]:
    return [row for row in tables.rows(emulator.endpoint, "records") if row["sk"]["S"] == "profile"]


def _same(reply: Reply) -> tuple[int, str, list[tuple[str, list[str]]]]:
    return reply.status, reply.text, sorted((k, v) for k, v in reply.headers.items() if k != "X-Request-Id")


def test_a_registration_waits_and_tells_nobody_anything(table: Any, emulator: Any) -> None:
    reply = people.register()

    assert (reply.status, reply.json) == (202, {})
    (row,) = _profiles(emulator)
    assert row["status"]["S"] == "pending"
    assert row["retention_months"]["N"] == "24"
    assert row["expiry_shard"]["S"].startswith("2026-11-30#")
    assert people.log_in(Visitor()).status == 401
    (fact,) = people.facts(emulator.endpoint, "partner.registered")
    assert (fact["ip"], fact["source"], fact["subject_id"]) == ("192.0.2.10", "web", row["pk"]["S"])


def test_the_password_is_kept_as_argon2id_with_the_costs_owasp_asks_for(table: Any, emulator: Any) -> None:
    people.register()

    (login,) = [row for row in tables.rows(emulator.endpoint, "records") if row["pk"]["S"].startswith("login#")]
    assert login["password_hash"]["S"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.right(people.PASSWORD, login["password_hash"]["S"])
    assert not passwords.right(people.PASSWORD + " ", login["password_hash"]["S"])
    assert "muster.example" not in str(login)


def test_the_confirmation_makes_partner_employee_booking_page_and_proofs(table: Any, emulator: Any) -> None:
    anna = people.owner(emulator.endpoint, language="fr")

    partner = anna.visitor.get("/partner").json
    assert anna.booking_name == partner["booking_name"] == "coiffeur-muster"
    assert (partner["status"], partner["plan"], partner["timezone"], partner["language"]) == (
        "active", "free", "Europe/Zurich", "fr",
    )  # fmt: skip
    assert {name: partner[name] for name in ("first_name", "phone", "country")} == {
        "first_name": "Anna", "phone": "+41791234567", "country": "CH",
    }  # fmt: skip
    person = find.employee(anna.partner_id, anna.employee_id)
    assert person is not None
    assert (person.role, person.bookable, person.active, person.email) == ("owner", True, True, anna.email)
    consents = anna.visitor.get("/consents").json["items"]
    assert {(one["purpose"], one["text_version"], one["language"], one["channel"]) for one in consents} == {
        ("terms", people.VERSION, "fr", "web"),
        ("privacy", people.VERSION, "fr", "web"),
    }
    rows = tables.rows(emulator.endpoint, "records")
    assert not [row for row in rows if "expiry_shard" in row and not row["pk"]["S"].endswith("#outbox")]


def test_the_same_link_again_gives_the_same_and_makes_nothing_twice(table: Any, emulator: Any) -> None:
    people.register()
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])

    first = Visitor().form("confirm-email", token=token)
    second = Visitor().form("confirm-email", {"token": token})

    assert (first.status, second.status) == (201, 201)
    assert first.json == second.json
    assert len(people.facts(emulator.endpoint, "partner.activated")) == 1


def test_the_link_fills_in_the_form_and_nobody_can_change_what_it_filled_in(table: Any, emulator: Any) -> None:
    people.register()
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])
    visitor = Visitor()
    issued = visitor.issue("confirm-email", token=token)

    other = visitor.submit(issued, token=token[:-1] + ("A" if token[-1] != "A" else "B"))
    right = visitor.submit(issued)

    assert issued["locked"] == {"token": token}
    assert (other.status, other.json["code"]) == (400, "form_token_invalid")
    assert right.status == 201


def test_a_link_is_good_for_48_hours(table: Any, emulator: Any, clock: Any) -> None:
    people.register()
    start = clock.now
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])

    clock.set(start + timedelta(hours=48))
    late = Visitor().form("confirm-email", token=token)
    clock.set(start + timedelta(hours=47, minutes=59))
    in_time = Visitor().form("confirm-email", token=token)

    assert (late.status, late.json["code"]) == (410, "link_over")
    assert in_time.status == 201


def test_a_forged_link_opens_nothing(table: Any, emulator: Any) -> None:
    people.register()
    token = people.confirmation_token(emulator.endpoint, people.ANNA["email"])

    forged = Visitor().form("confirm-email", token=token[::-1])

    assert forged.status == 404
    assert [row["status"]["S"] for row in _profiles(emulator)] == ["pending"]


def test_a_newer_registration_overtakes_an_older_one_of_the_same_address(table: Any, emulator: Any, clock: Any) -> None:
    people.register(company="Alt")
    old = people.confirmation_token(emulator.endpoint, people.ANNA["email"])
    clock.set(clock.now + timedelta(seconds=1))
    people.register(company="Neu", email="Anna@Muster.example")
    new = people.confirmation_token(emulator.endpoint, "Anna@muster.example")

    overtaken = Visitor().form("confirm-email", token=old)
    confirmed = Visitor().form("confirm-email", token=new)

    assert overtaken.status == 410
    assert (confirmed.status, confirmed.json["booking_name"]) == (201, "neu")


def test_known_and_unknown_addresses_get_the_same_answer_byte_for_byte(table: Any, emulator: Any) -> None:
    people.owner(emulator.endpoint)
    one, other = Visitor(), Visitor()
    # The visitor's own cookie is part of asking, not of answering.
    one.issue("register")
    other.issue("register")

    known = people.register(one, company="Ganz anders")
    unknown = people.register(other, company="Ganz anders", email="nora@neu.example")

    assert _same(known) == _same(unknown)
    assert known.status == 202
    assert len(people.facts(emulator.endpoint, "registration.repeated")) == 1
    assert len(_profiles(emulator)) == 2


def test_a_known_owner_hears_of_it_and_nothing_changes(table: Any, emulator: Any) -> None:
    anna = people.owner(emulator.endpoint)
    people.register(password="ein anderes Passwort 12", company="Fremd")

    assert anna.visitor.get("/partner").json["company"] == "Coiffeur Muster"
    assert people.log_in(Visitor(ip="192.0.2.77")).status == 201
    outbox = [row for row in tables.rows(emulator.endpoint, "records") if row["pk"]["S"] == f"{anna.partner_id}#outbox"]
    assert "registration.repeated" in str(outbox)


def test_two_companies_of_one_name_get_two_booking_pages(table: Any, emulator: Any) -> None:
    names = [
        people.owner(emulator.endpoint, email=f"p{n}@muster.example", ip=f"192.0.2.{n}").booking_name for n in range(8)
    ]

    assert names[:6] == ["coiffeur-muster", *(f"coiffeur-muster-{n}" for n in range(2, 7))]
    assert len(set(names)) == 8
    assert all(name.startswith("coiffeur-muster-") for name in names[6:])


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("accept_terms", "2018-05-18", "version_not_in_force"),
    ("accept_privacy", "true", "version_not_in_force"),
    ("accept_terms", None, "missing"),
    ("accept_terms", True, "wrong_type"),
    ("password", "kurz", "too_short"),
    ("password", "x" * 201, "too_long"),
    ("password", "Passwort123", "password_guessable"),
    ("password", "Muster-2026!", "password_guessable"),
    ("password", "abababab", "password_guessable"),
    ("email", "anna@", "not_an_email"),
    ("phone", "12", "not_a_phone_number"),
    ("country", "Schweiz", "not_a_country"),
    ("postcode", "1", "not_a_postcode"),
    ("postcode", "x", "not_a_postcode"),
    ("first_name", "  ", "missing"),
)


def test_what_is_wrong_with_a_field_is_said_and_nothing_is_stored(table: Any, emulator: Any) -> None:
    replies = [people.register(**{field: value}) for field, value, _ in WRONG]

    assert [reply.status for reply in replies] == [422] * len(WRONG)
    told = [[(one["field"], one["code"]) for one in reply.json["errors"]] for reply in replies]
    assert told == [[(field, code)] for field, _, code in WRONG]
    assert _profiles(emulator) == []
    assert people.register().status == 202
    assert len(_profiles(emulator)) == 1


def test_the_version_that_is_in_force_is_named(table: Any) -> None:
    reply = people.register(accept_terms="1", accept_privacy="2")

    assert [one["field"] for one in reply.json["errors"]] == ["accept_terms", "accept_privacy"]
    assert all(people.VERSION in one["message"] for one in reply.json["errors"])


def test_what_was_not_offered_is_refused(table: Any, emulator: Any) -> None:
    fields = ("role", "plan", "status", "partner_id", "retention_months", "is_admin", "sms_enabled")
    tries: list[dict[str, Any]] = [*({field: "owner"} for field in fields), {"language": "rm"}, {"email": ["a@b.ch"]}]

    replies = [people.register(**one) for one in tries]

    assert [(reply.status, reply.json["code"]) for reply in replies] == [(400, "form_token_invalid")] * len(tries)
    assert _profiles(emulator) == []


def test_a_registration_sent_again_registers_once(table: Any, emulator: Any) -> None:
    visitor = Visitor()
    issued = visitor.issue("register")

    first = visitor.submit(issued, **people.ANNA)
    again = visitor.submit(issued, **people.ANNA)
    other = visitor.submit(issued, **{**people.ANNA, "company": "Anders"})

    assert (first.status, again.status) == (202, 202)
    assert (other.status, other.json["code"]) == (409, "form_already_used")
    assert len(_profiles(emulator)) == 1


def test_one_mail_address_can_be_registered_five_times_an_hour(table: Any, emulator: Any) -> None:
    visitor = Visitor()
    five = [people.register(visitor).status for _ in range(5)]

    sixth = people.register(visitor, email="ANNA@muster.example")

    assert five == [202] * 5
    assert (sixth.status, sixth.header("Retry-After")) == (429, "3600")
    assert people.register(visitor, email="nora@neu.example").status == 202


def test_the_link_is_there_only_while_there_is_something_to_confirm(table: Any, emulator: Any) -> None:
    anna = people.owner(emulator.endpoint)

    assert confirmation_link.of(anna.partner_id) is None
    assert confirmation_link.of("0" * 26) is None
