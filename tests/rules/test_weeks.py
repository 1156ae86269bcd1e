"""A week of hours in words: days with the same times stand together, in the order of the week."""

import pytest

from chalicelib.offering import rules, weeks

DAY, MORNING = ((480, 720), (780, 1080)), ((480, 720),)


def told(*days: tuple[rules.Interval, ...], language: str = "de") -> list[str]:
    week = (*days, *((),) * (7 - len(days)))
    return [f"{one['days']} {one['times']}" for one in weeks.told(rules.Hours(week), language)]


@pytest.mark.parametrize(
    ("week", "lines"),
    [
        ((), []),
        ((DAY,) * 5, ["Mo–Fr 08:00–12:00, 13:00–18:00"]),
        ((DAY,) * 5 + (MORNING,), ["Mo–Fr 08:00–12:00, 13:00–18:00", "Sa 08:00–12:00"]),
        ((DAY, DAY), ["Mo, Di 08:00–12:00, 13:00–18:00"]),
        ((DAY, (), DAY, MORNING, DAY), ["Mo, Mi, Fr 08:00–12:00, 13:00–18:00", "Do 08:00–12:00"]),
        ((DAY, DAY, DAY, (), DAY), ["Mo–Mi, Fr 08:00–12:00, 13:00–18:00"]),
        (((), (), (), (), (), (), ((1200, 1440),)), ["So 20:00–24:00"]),
    ],
)
def test_days_with_the_same_times_stand_together(
    week: tuple[tuple[rules.Interval, ...], ...], lines: list[str]
) -> None:
    assert told(*week) == lines


@pytest.mark.parametrize(
    ("language", "days"), [("de-du", "Mo–Fr"), ("fr", "lun–ven"), ("it", "lun–ven"), ("en", "Mon–Fri")]
)
def test_days_have_short_names_in_every_language(language: str, days: str) -> None:
    assert told(*(MORNING,) * 5, language=language) == [f"{days} 08:00–12:00"]


def test_midnight_ends_a_day_by_either_name() -> None:
    by_page = rules.read_hours({"weekly": {"fri": [["20:00", "00:00"]]}})
    by_program = rules.read_hours({"weekly": {"fri": [["20:00", "24:00"]]}})

    assert by_page == by_program
    assert rules.hours_as_sent(by_page)["weekly"]["fri"] == [["20:00", "24:00"]]
