"""docs/scale.md says what is so: its figures are those that are counted, and its sums those of its figures."""

import os
from typing import Any

import pytest

from bench import scale
from tests.worlds import partners


@pytest.fixture
def said() -> dict[str, str]:
    return scale.written(scale.DOCUMENT.read_text("utf-8"))


def test_what_visitors_wait_for_costs_what_the_document_says(
    said: dict[str, str], dynamodb: Any, table: Any, clock: Any, kms: Any
) -> None:
    world = partners.a_partner(table, clock, employees=2)
    meter = scale.Meter(dynamodb, kms, os.environ["AWS_ENDPOINT_URL"])

    counted = scale.counted(meter, world, None, whole=False)

    assert set(counted) == {"page of a business", "search, two weeks", "book"}
    told = scale.costs_of(said["counted"])
    assert counted == {name: told[name] for name in counted}


def test_the_sums_are_those_of_the_figures(said: dict[str, str]) -> None:
    costs = scale.costs_of(said["counted"])

    assert list(costs) == list(scale.TIMES_A_DAY)
    assert scale.sections(costs) == said


def test_what_is_asked_more_often_costs_more_and_meets_its_limits_sooner(said: dict[str, str]) -> None:
    costs = scale.costs_of(said["counted"])
    dearer = {
        name: scale.Cost(one.requests * 2, one.reads * 2, one.writes * 2, one.keys) for name, one in costs.items()
    }
    [purge] = [limit for limit in scale.LIMITS if "purge" in limit.name]

    bills = [sum(scale.month(costs, n).values()) for n in scale.PARTNERS]

    assert bills == sorted(bills)
    assert sum(scale.month(dearer, 1000).values()) > bills[1]
    assert 1 < scale.reached(dearer, purge) < scale.reached(costs, purge)
