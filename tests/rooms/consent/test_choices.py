"""Voluntary consents: given, taken back, proven, and gone with the account."""

from typing import Any

from chalicelib.consent import choices, grant, purposes, withdraw
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit
from tests.worlds import partners, tables


def _change(world: partners.World, verb: Any, **more: Any) -> None:
    visit = Visit(at=world.clock.now, request_id="-", source="web", partner_id=world.id, employee_id=world.owner_id)
    change = Change(visit)
    verb.consent(change, visit, "chat", **more)
    change.done()


def test_a_consent_is_given_taken_back_and_proven_with_the_sentence_it_was_about(
    table: Any, clock: Any, emulator: Any
) -> None:
    world = partners.a_partner(table, clock)
    before = choices.given(world.id, "chat")

    _change(world, grant, evidence={"how": "button"})
    held = choices.given(world.id, "chat")
    shown = world.owner.get("/consents").json["items"]
    _change(world, withdraw)

    assert (before, held, choices.given(world.id, "chat")) == (False, True, False)
    assert [(one["purpose"], one["state"], one["language"], one["channel"]) for one in shown] == [
        ("chat", "given", "de", "web")
    ]
    proofs = [one for one in tables.rows(emulator.endpoint, "ledger") if one["sk"]["S"].startswith("consent#chat#")]
    assert [one["state"]["S"] for one in proofs] == ["given", "withdrawn"]
    changed = [
        world.owner.send(how, f"/consents{of}").status
        for how in ("POST", "PUT", "PATCH", "DELETE")
        for of in ("", "/1")
    ]
    assert set(changed) <= {404, 405}
    assert [
        one for one in tables.rows(emulator.endpoint, "ledger") if one["sk"]["S"].startswith("consent#chat#")
    ] == proofs
    assert {one["text_hash"]["S"] for one in proofs} == {
        purposes.hashed("chat", purposes.version("chat"), "de"), shown[0]["text_hash"],
    }  # fmt: skip


def test_one_persons_consent_is_not_the_accounts_nor_anybody_elses(table: Any, clock: Any) -> None:
    world = partners.a_partner(table, clock)
    stranger = partners.a_partner(table, clock, company="Andere")

    _change(world, grant, person=world.owner_id)

    assert choices.given(world.id, "chat", person=world.owner_id)
    assert not choices.given(world.id, "chat")
    assert not choices.given(world.id, "analytics", person=world.owner_id)
    assert not choices.given(stranger.id, "chat", person=world.owner_id)


def test_taking_back_what_was_never_given_leaves_nothing(table: Any, clock: Any, emulator: Any) -> None:
    world = partners.a_partner(table, clock)

    _change(world, withdraw)

    assert choices.all_of(world.id) == []
    assert tables.rows(emulator.endpoint, "ledger") == []


def test_every_purpose_has_its_sentence_in_four_languages() -> None:
    for purpose in purposes.PURPOSES:
        said = {purposes.sentence(purpose, purposes.version(purpose), one) for one in ("de", "fr", "it", "en")}
        assert len(said) == 4
