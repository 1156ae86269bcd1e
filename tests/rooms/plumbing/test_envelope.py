"""Text about people lies enciphered: bound to its place, read only with its partner's key, which only KMS unwraps."""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.accounts.records import EmployeeRow
from chalicelib.booking import people
from chalicelib.booking.records import AppointmentRow, CustomerRow
from chalicelib.plumbing import attributes, database, envelope, ids
from chalicelib.plumbing import table as product
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Unavailable, Unreadable
from chalicelib.plumbing.rows import Record
from chalicelib.plumbing.transaction import Transaction
from chalicelib.plumbing.writes import as_read
from tests.conftest import NOW
from tests.fakes.kms import Kms
from tests.rooms.booking.test_book import book, filled
from tests.worlds import keys, tables
from tests.worlds.partners import a_partner
from tests.worlds.visitor import Visitor

CUSTOMER: dict[str, Any] = {
    "first_name": "Lea", "last_name": "Keller", "email": "lea@example.org", "phone": "+41791234567",
    "note": "Bitte klingeln.", "language": "de", "created_at": NOW, "delete_on": date(2028, 11, 30),
    "expiry_shard": "2028-11-30#0",
}  # fmt: skip
HOSTILE = st.text(st.characters(), max_size=300) | st.sampled_from(
    ["", "\x00", "\ud800", "\x01" * 40, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "a\u0301", "'; DROP TABLE", '{"S": "x"}', "\u202e"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def partner_id(table: Any, clock: Any) -> str:
    return keys.given(ids.new(clock.now), clock.now)


def a_customer(partner_id: str, **changes: Any) -> CustomerRow:
    return CustomerRow(f"{partner_id}#customers", f"customer#{ids.new()}", **{**CUSTOMER, **changes})


def stored(row: Record) -> dict[str, Any]:
    """The row as it goes into the table."""
    values = row._container_serialize(null_check=False)
    assert all(isinstance(next(iter(value.values())), str | bytes) for value in values.values())
    return values


# ---------------------------------------------------------------- in and out


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE, document=JSON)
def test_whatever_is_written_comes_back(partner_id: str, text: str, document: Any) -> None:
    row = AppointmentRow(f"{partner_id}#appointments", "1", note=text, answers=document)

    there = stored(row)
    back = AppointmentRow.from_raw_data(there)

    assert back.note == text
    assert back.answers == document
    assert stored(row)["note"]["B"] != there["note"]["B"]
    if len(text) > 8:
        assert text.encode("utf-8", "surrogatepass") not in there["note"]["B"]


def test_a_change_of_one_attribute_is_enciphered_too(partner_id: str, emulator: Any) -> None:
    row = a_customer(partner_id, phone=None)
    product.put(row)

    product.update(row, [CustomerRow.note.set("Zq-Note"), CustomerRow.phone.set(CustomerRow.phone | "+41790000001")])
    product.update(row, [CustomerRow.phone.set(CustomerRow.phone | "+41790000002")])

    [raw] = [one for one in tables.raw_rows(emulator.endpoint, "records") if one["sk"]["S"] == row.sk]
    back = product.get(CustomerRow, row.pk, row.sk)
    assert back is not None
    assert (back.note, back.phone) == ("Zq-Note", "+41790000001")
    assert {next(iter(raw[name])) for name in ("first_name", "note", "phone")} == {"B"}
    assert "Zq" not in str(raw)


# ---------------------------------------------------------------- nowhere else


@pytest.mark.parametrize(
    "moved",
    [
        lambda item, other: {**item, "sk": {"S": "customer#another"}},
        lambda item, other: {**item, "pk": {"S": f"{other}#customers"}},
        lambda item, other: {**item, "first_name": item["last_name"]},
        lambda item, other: {
            **item,
            "first_name": {"B": item["first_name"]["B"][:-1] + bytes([item["first_name"]["B"][-1] ^ 1])},
        },
        lambda item, other: {**item, "first_name": {"B": b"\x02" + item["first_name"]["B"][1:]}},
        lambda item, other: {**item, "first_name": {"B": b"\x01"}},
        lambda item, other: {**item, "first_name": {"S": "Lea"}},
    ],
    ids=["another row", "another partner", "another attribute", "changed", "another format", "cut off", "plain text"],
)
def test_what_was_moved_changed_or_never_enciphered_is_refused(
    partner_id: str, clock: Any, moved: Callable[..., Any]
) -> None:
    item = stored(a_customer(partner_id))
    other = keys.given(ids.new(clock.now), clock.now)
    assert CustomerRow.from_raw_data(item).first_name == "Lea"

    row = CustomerRow.from_raw_data(moved(item, other))

    with pytest.raises(Unreadable):
        assert row.first_name


def test_the_same_row_in_another_table_is_refused(partner_id: str) -> None:
    class Elsewhere(Record):
        lifecycle = "activity"
        first_name = attributes.personal(attributes.KEYS)

    item = stored(a_customer(partner_id))

    with pytest.raises(Unreadable):
        assert Elsewhere.from_raw_data(item).first_name


def test_a_key_that_lies_with_another_partner_opens_nothing(partner_id: str, clock: Any) -> None:
    row = a_customer(partner_id)
    product.put(row)
    other = keys.given(ids.new(clock.now), clock.now)
    theirs = product.get(envelope.KeyRow, other, envelope.SORT)
    assert theirs is not None

    product.put(envelope.KeyRow(partner_id, envelope.SORT, wrapped=theirs.wrapped, created_at=clock.now))
    envelope.forget_cached()

    with pytest.raises(Unreadable):
        assert product.get(CustomerRow, row.pk, row.sk).first_name  # type: ignore[union-attr]  # it is there


def test_a_visitor_hears_that_it_cannot_be_read_and_nothing_else(
    table: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    world = a_partner(table, clock)
    customer_id = world.customer(first_name="Zyprian")
    assert world.owner.get(f"/customers/{customer_id}").json["first_name"] == "Zyprian"
    pk, sk = f"{world.id}#customers", f"customer#{customer_id}"
    database.client().update_item(
        TableName=database.table_name("records"), Key={"pk": {"S": pk}, "sk": {"S": sk}},
        UpdateExpression="SET first_name = last_name",
    )  # fmt: skip

    reply = world.owner.get(f"/customers/{customer_id}")

    assert (reply.status, reply.json["code"]) == (503, "unreadable")
    assert not {"Zyprian", "Keller", customer_id, "first_name", "InvalidTag"} & set(
        reply.text.replace('"', " ").split()
    )
    [alarm] = [one for one in caplog.records if one.message == "envelope.unreadable"]
    assert "Keller" not in str(vars(alarm))
    assert (vars(alarm)["why"], vars(alarm)["partner_id"]) == ("moved_or_changed", world.id)


# ---------------------------------------------------------------- keys


def test_two_partners_share_neither_key_nor_fingerprints(partner_id: str, clock: Any) -> None:
    other = keys.given(ids.new(clock.now), clock.now)

    mine, theirs = (product.get(envelope.KeyRow, one, envelope.SORT) for one in (partner_id, other))

    assert mine is not None
    assert theirs is not None
    assert mine.wrapped != theirs.wrapped
    assert people.contact_key(partner_id, "Lea@Example.org") == people.contact_key(partner_id, "lea@example.org")
    assert people.contact_key(partner_id, "lea@example.org") != people.contact_key(other, "lea@example.org")


def test_a_key_stays_in_memory_for_five_minutes_at_most(partner_id: str, clock: Any, kms: Kms, dynamodb: Any) -> None:
    row = a_customer(partner_id)
    product.put(row)
    found = product.get(CustomerRow, row.pk, row.sk)
    assert found is not None
    began = clock.now
    kms.asked.clear()
    dynamodb.asked.clear()

    clock.set(began + timedelta(minutes=5) - timedelta(milliseconds=1))
    assert found.first_name == "Lea"
    before = (list(kms.asked), dynamodb.operations)
    clock.set(began + timedelta(minutes=5))
    assert (found.first_name, found.last_name, found.email) == ("Lea", "Keller", "lea@example.org")

    assert before == ([], [])
    assert kms.asked == [("Decrypt", {"partner": partner_id})]
    assert dynamodb.operations == ["GetItem"]


def test_a_clock_that_was_set_back_does_not_lengthen_it(partner_id: str, clock: Any, kms: Kms) -> None:
    row = CustomerRow.from_raw_data(stored(a_customer(partner_id)))
    kms.asked.clear()

    clock.set(clock.now - timedelta(hours=1))
    assert row.first_name == "Lea"

    assert [operation for operation, _ in kms.asked] == ["Decrypt"]


def test_without_a_key_nothing_is_written_and_nothing_is_read(partner_id: str, clock: Any) -> None:
    there = stored(a_customer(partner_id))
    change = Transaction()
    envelope.end(change, partner_id)
    change.commit()
    envelope.forget(partner_id)

    with pytest.raises(Unreadable):
        assert CustomerRow.from_raw_data(there).first_name
    with pytest.raises(Unreadable):
        stored(a_customer(partner_id))
    with pytest.raises(ValueError, match="partner"):
        envelope.end(change, envelope.LEDGER)


class Kept(Record):
    lifecycle = "ledger"
    company = attributes.personal(attributes.KEYS)


def test_the_ledger_has_a_key_of_its_own_that_outlives_the_partner(partner_id: str) -> None:
    there = stored(Kept(partner_id, "invoice#1", company="Coiffeur Muster"))
    change = Transaction()
    envelope.end(change, partner_id)
    change.commit()
    envelope.forget_cached()

    assert Kept.from_raw_data(there).company == "Coiffeur Muster"


def test_of_two_who_make_the_first_key_at_once_one_wins_for_both(table: Any, clock: Any, dynamodb: Any) -> None:
    there: list[dict[str, Any]] = []

    def another_is_faster(operation: str, _params: dict[str, Any]) -> None:
        if operation == "PutItem" and not there:
            there.append({})
            there[0] = stored(Kept("p", "theirs", company="Theirs"))
            envelope.forget_cached()

    with dynamodb.breaking(another_is_faster):
        mine = stored(Kept("p", "mine", company="Mine"))
    envelope.forget_cached()

    assert dynamodb.operations.count("PutItem") == 2
    assert (Kept.from_raw_data(mine).company, Kept.from_raw_data(there[0]).company) == ("Mine", "Theirs")


def test_a_row_that_belongs_to_nobody_has_to_say_so(table: Any) -> None:
    class Wish(Record):
        text = attributes.personal(attributes.KEYS)

    class Stranger(Wish):
        nobodys = True

    class OfAPartner(Wish):
        partner_id = attributes.text(attributes.KEYS)

    with pytest.raises(TypeError, match="nobodys"):
        stored(Wish("wish#1", "-", text="x"))
    assert Stranger("wish#1", "-").key_owner() == envelope.HOUSE
    assert Wish("-", "1").key_owner() == envelope.HOUSE
    owner = ids.new()
    assert OfAPartner("login#1", "-", partner_id=owner).key_owner() == owner


# ---------------------------------------------------------------- what cannot be asked


@pytest.mark.parametrize(
    "condition",
    [
        CustomerRow.email == "lea@example.org",
        CustomerRow.pk.exists() & (CustomerRow.note != "x"),
        ~CustomerRow.email.between("a", "z") | CustomerRow.pk.exists(),
        product.Path("email") == "lea@example.org",
        CustomerRow.first_name.is_in("Lea", "Eva"),
    ],
)
def test_no_condition_looks_at_what_is_enciphered(partner_id: str, condition: Any) -> None:
    row = a_customer(partner_id)

    for attempt in (
        lambda: product.put(row, condition),
        lambda: product.delete(row, condition),
        lambda: product.update(row, [CustomerRow.language.set("fr")], condition),
        lambda: Transaction().check(row, condition),
    ):
        with pytest.raises(TypeError, match="can never hold"):
            attempt()


def test_whether_it_is_there_or_was_written_since_may_be_asked(partner_id: str) -> None:
    row = a_customer(partner_id)
    product.put(row)
    mine, theirs = (product.get(CustomerRow, row.pk, row.sk) for _ in range(2))
    assert mine is not None
    assert theirs is not None

    product.update(mine, [CustomerRow.email.set("lea@example.org")], as_read(mine, "email"))

    with pytest.raises(Stale):
        product.update(theirs, [CustomerRow.email.set("eva@example.org")], as_read(theirs, "email"))
    product.put(row, CustomerRow.email.exists())


@pytest.mark.parametrize(("lifecycle", "name"), [("records", "lookup"), ("records", "start_at"), ("guard", "email")])
def test_what_is_looked_up_by_and_what_guards_cannot_be_declared_personal(lifecycle: str, name: str) -> None:
    with pytest.raises(TypeError, match="nothing can be found by it"):
        type("Bad", (Record,), {"lifecycle": lifecycle, name: attributes.personal(attributes.KEYS)})


# ---------------------------------------------------------------- what it costs, and when KMS is away


def test_a_search_for_times_reads_no_key_and_asks_kms_nothing(table: Any, clock: Any, kms: Kms, dynamodb: Any) -> None:
    from chalicelib.offering import find

    world = a_partner(table, clock, employees=3)
    find.forget_cached()
    envelope.forget_cached()
    kms.asked.clear()
    dynamodb.asked.clear()

    found = Visitor().get(f"/book/{world.booking_name}/times?service_id={world.service_id}")

    assert any(day["times"] for day in found.json["days"])
    assert kms.asked == []
    assert not [one for one in dynamodb.asked if os.environ["TABLE_KEYS"] in str(one)]


def test_while_kms_is_away_a_booking_is_refused_kindly_and_nothing_is_half_done(
    table: Any, clock: Any, kms: Kms, emulator: Any
) -> None:
    world = a_partner(table, clock)
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)
    before = [tables.raw_rows(emulator.endpoint, name) for name in ("records", "activity", "guard", "keys")]
    envelope.forget_cached()
    kms.refusal = "KMSInternalException"

    refused = visitor.submit(issued, **filled(world))
    searched = Visitor().get(f"/book/{world.booking_name}/times?service_id={world.service_id}")
    after = [tables.raw_rows(emulator.endpoint, name) for name in ("records", "activity", "guard", "keys")]
    kms.refusal = None
    again = visitor.submit(issued, **filled(world))

    assert (refused.status, refused.json["code"], refused.header("Retry-After")) == (503, "unavailable", "5")
    assert searched.status == 200
    assert after == before
    assert again.status == 201


def test_while_kms_is_away_nobody_can_register_and_nothing_is_kept(table: Any, kms: Kms, emulator: Any) -> None:
    from tests.worlds import people as visitors

    kms.refusal = "ThrottlingException"

    refused = visitors.register()
    kms.refusal = None
    there = [tables.raw_rows(emulator.endpoint, name) for name in ("records", "keys")]

    assert (refused.status, refused.json["code"]) == (503, "unavailable")
    assert there == [[], []]
    assert visitors.register().status == 202
    assert len(tables.raw_rows(emulator.endpoint, "keys")) == 1


def test_a_booking_unwraps_one_key_and_reads_it_once(table: Any, clock: Any, kms: Kms, dynamodb: Any) -> None:
    world = a_partner(table, clock)
    assert book(world).status == 201
    visitor = Visitor()
    issued = visitor.issue("book", booking_name=world.booking_name)
    envelope.forget_cached()
    kms.asked.clear()
    dynamodb.asked.clear()

    assert visitor.submit(issued, **filled(world, start="2026-12-01T10:00:00+01:00")).status == 201

    assert kms.asked == [("Decrypt", {"partner": world.id})]
    assert dynamodb.operations == ["GetItem", "BatchGetItem", "TransactWriteItems"]


# ---------------------------------------------------------------- the fake is like the emulator's


@pytest.fixture(params=["fake", "emulator"])
def any_kms(request: pytest.FixtureRequest, emulator: Any) -> Iterator[tuple[Any, str]]:
    if request.param == "fake":
        yield Kms(os.environ["KMS_KEY"]), os.environ["KMS_KEY"]
        return
    import botocore.session

    client = botocore.session.get_session().create_client(
        "kms", region_name="eu-central-2", endpoint_url=emulator.endpoint
    )
    yield client, client.create_key()["KeyMetadata"]["Arn"]


def test_a_data_key_is_unwrapped_with_its_own_context_only(any_kms: tuple[Any, str]) -> None:
    kms, arn = any_kms

    made = kms.generate_data_key(KeyId=arn, KeySpec="AES_256", EncryptionContext={"partner": "a"})
    other = kms.generate_data_key(KeyId=arn, KeySpec="AES_256", EncryptionContext={"partner": "a"})
    blob = made["CiphertextBlob"]

    assert len(made["Plaintext"]) == 32
    assert made["Plaintext"] != other["Plaintext"]
    assert made["Plaintext"] not in blob
    assert (
        kms.decrypt(KeyId=arn, CiphertextBlob=blob, EncryptionContext={"partner": "a"})["Plaintext"]
        == made["Plaintext"]
    )
    for context, wrapped in (({"partner": "b"}, blob), ({"partner": "a"}, b"x" * 30)):
        with pytest.raises(ClientError) as refused:
            kms.decrypt(KeyId=arn, CiphertextBlob=wrapped, EncryptionContext=context)
        assert refused.value.response["Error"]["Code"] == "InvalidCiphertextException"
    with pytest.raises(ClientError) as unknown:
        kms.generate_data_key(KeyId=arn[:-12] + "f" * 12, KeySpec="AES_256", EncryptionContext={"partner": "a"})
    assert unknown.value.response["Error"]["Code"] == "NotFoundException"


def test_what_kms_refuses_is_told_apart(partner_id: str, kms: Kms) -> None:
    row = EmployeeRow(partner_id, "employee#1", first_name="Beat")
    there = stored(row)
    seen = []
    for code in ("InvalidCiphertextException", "DisabledException", "AccessDeniedException", "ThrottlingException"):
        envelope.forget_cached()
        kms.refusal = code
        with pytest.raises(Unavailable) as refused:
            assert EmployeeRow.from_raw_data(there).first_name
        seen.append(type(refused.value))

    assert seen == [Unreadable, Unavailable, Unavailable, Unavailable]
