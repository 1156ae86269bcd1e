"""Every fact is known, has its sentences and its redaction; every limit is published; every answer has a schema."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import chalicelib
from chalicelib.activity.vocabulary import Fact
from chalicelib.entrance import board, limits, routes, schemas, sentences
from chalicelib.plumbing.limits import Limit

HOUSE = Path(chalicelib.__file__).parent
ROOMS = sorted(file.parent.name for file in HOUSE.glob("*/facts.py"))
LANGUAGES = ("de", "fr", "it", "en")
PERSONAL = {"employee_id", "ip", "detail"}


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        yield importlib.import_module(found.name)


@pytest.mark.parametrize("room", ROOMS)
def test_every_fact_of_a_room_is_in_its_list_and_has_its_sentence(room: str) -> None:
    module = importlib.import_module(f"chalicelib.{room}.facts")

    declared = [one for one in list(vars(module).values()) if isinstance(one, Fact)]

    assert declared
    assert {one.kind for one in declared} == {one.kind for one in module.ALL}
    assert {one.kind for one in declared} <= {one.kind for one in sentences.ALL}


def test_every_fact_is_declared_in_a_file_of_facts() -> None:
    known = {id(one) for one in sentences.ALL}

    for module in _modules():
        for value in list(vars(module).values()):  # looking at a lazy module loads it
            if isinstance(value, Fact):
                assert id(value) in known, module.__name__


def test_kinds_are_unique() -> None:
    kinds = [one.kind for one in sentences.ALL]

    assert len(kinds) > 20
    assert sorted(kinds) == sorted(set(kinds))


@pytest.mark.parametrize("fact", sentences.ALL, ids=lambda fact: fact.kind)
def test_a_fact_has_four_sentences_and_a_redaction(fact: Fact) -> None:
    said = [sentences.of(fact.kind, language).strip() for language in LANGUAGES]

    assert all(len(one) > 10 for one in said)
    assert len(set(said)) == 4
    assert set(fact.redaction) <= PERSONAL


def test_a_kind_of_an_older_version_is_shown_as_it_is() -> None:
    assert sentences.of("something.old", "de") == "something.old"


def test_every_limit_is_published() -> None:
    published = {one.name for one in limits.ALL}

    found = {value.name for module in _modules() for value in list(vars(module).values()) if isinstance(value, Limit)}

    assert "login" in found
    assert found == published
    assert len(limits.ALL) == len(published)


def test_every_answer_that_a_door_names_has_a_schema() -> None:
    named = {door.answer for door in (*board.declared(), *routes.door.declared) if door.answer}

    assert "policy" in named
    assert named <= set(schemas.SCHEMAS)
