"""Another master secret: what was sealed before is good while two are, people still come in, and versions side by side agree."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import keyring, links, settings
from chalicelib.plumbing.refusals import Missing
from tests.worlds import partners, people
from tests.worlds.visitor import Visitor

OLD, NEW = "an-old-master-secret-0123456789-0123456789-0", "a-new-master-secret-0123456789-0123456789-00"
BEFORE: dict[str, str] = {"MASTER_SECRET": OLD}
ACCEPTED = {"MASTER_SECRET": OLD, "MASTER_SECRET_ALSO": NEW, "MASTER_SECRET_FIRST": OLD}
SIGNS = {"MASTER_SECRET": NEW, "MASTER_SECRET_ALSO": OLD, "MASTER_SECRET_FIRST": OLD}
AFTER = {"MASTER_SECRET": NEW, "MASTER_SECRET_FIRST": OLD}
Held = Callable[[dict[str, str]], None]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Lets the process hold other secrets from here on, as the functions get them: one JSON object."""

    def now(secrets: dict[str, str]) -> None:
        monkeypatch.setenv("SECRETS", json.dumps(secrets))
        settings.get.cache_clear()
        keyring.keys.cache_clear()

    yield now
    monkeypatch.delenv("SECRETS", raising=False)
    settings.get.cache_clear()
    keyring.keys.cache_clear()


def test_a_form_and_a_link_of_before_are_good_until_the_old_secret_is_taken_away(
    emulator: Any, table: Any, clock: Any, held: Held
) -> None:
    held(BEFORE)
    people.owner(emulator.endpoint)
    visitors = [Visitor(ip=f"192.0.2.{n}") for n in (21, 22, 23)]
    forms = [visitor.issue("login") for visitor in visitors]
    link = links.make("tests", ["x"], expires_at=clock.now + timedelta(days=1))

    answers, read = [], []
    for secrets, visitor, form in zip((ACCEPTED, SIGNS, AFTER), visitors, forms, strict=True):
        held(secrets)
        answers.append(visitor.submit(form, email=people.ANNA["email"], password=people.PASSWORD))
        try:
            read.append(links.read("tests", link, clock.now))
        except Missing:
            read.append([])

    assert [one.status for one in answers] == [201, 201, 400]
    assert answers[2].json["type"].endswith("form_token_invalid")
    assert read == [["x"], ["x"], []]


@pytest.mark.parametrize(("here", "there"), [(BEFORE, ACCEPTED), (ACCEPTED, SIGNS), (SIGNS, AFTER)])
def test_versions_that_run_side_by_side_take_each_others_forms(
    emulator: Any, table: Any, clock: Any, held: Held, here: dict[str, str], there: dict[str, str]
) -> None:
    held(here)
    world = partners.a_partner(table, clock)
    [ours, theirs] = [Visitor(ip="192.0.2.31"), Visitor(ip="192.0.2.32")]
    of_here = ours.issue("book", booking_name=world.booking_name)
    held(there)
    of_there = theirs.issue("book", booking_name=world.booking_name)
    from tests.rooms.booking.test_book import filled

    taken = [ours.submit(of_here, **filled(world))]
    held(here)
    taken.append(theirs.submit(of_there, **filled(world, start="2026-12-01T10:00:00+01:00", email="eva@example.org")))

    assert [one.status for one in taken] == [201, 201]


def test_after_it_people_come_in_with_their_passwords_and_the_limit_still_counts(
    emulator: Any, table: Any, clock: Any, held: Held
) -> None:
    held(BEFORE)
    people.owner(emulator.endpoint)
    visitor = Visitor(ip="192.0.2.41")
    before = [people.log_in(visitor, password="wrong one").status for _ in range(2)]
    held(AFTER)

    after = [people.log_in(Visitor(ip="192.0.2.41")).status for _ in range(2)]

    assert (before, after) == ([401, 401], [201, 429])


def test_the_same_form_sent_again_after_it_gets_the_first_answer(table: Any, clock: Any, held: Held) -> None:
    from tests.rooms.booking.test_book import filled

    held(ACCEPTED)
    world = partners.a_partner(table, clock)
    visitor = Visitor()
    form = visitor.issue("book", booking_name=world.booking_name)
    first = visitor.submit(form, **filled(world))
    held(SIGNS)

    again = visitor.submit(form, **filled(world))

    assert (first.status, again.status) == (201, 201)
    assert again.json["id"] == first.json["id"]


def test_every_purpose_in_the_program_says_whether_it_rotates() -> None:
    called = re.compile(r"keyring\.(?:key|keys|fingerprint|matches|genuine)\(\s*f?\"([^\"{]*)")
    sources = [file.read_text("utf-8") for file in Path(settings.__file__).parents[1].rglob("*.py")]
    found = {name for source in sources for name in called.findall(source) if name}

    assert {"form", "login", "link/", "certificate"} <= found
    assert found <= keyring.ROTATES | keyring.STAYS
    assert not keyring.ROTATES & keyring.STAYS


def test_a_purpose_that_nobody_thought_of_gets_no_key() -> None:
    with pytest.raises(ValueError, match="neither rotates nor stays"):
        keyring.key("something new")
