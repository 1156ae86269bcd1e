"""Every item of OWASP ASVS 5.0.0 at levels 1 and 2 has an answer, and no answer claims what nothing shows."""

from collections import Counter

import pytest

from chalicelib.privacy import asvs
from tests.worlds import written

SECTIONS = {
    "V1.1": (0, 2), "V1.2": (5, 4), "V1.3": (2, 9), "V1.4": (0, 3), "V1.5": (1, 1),
    "V2.1": (1, 2), "V2.2": (2, 1), "V2.3": (1, 3), "V2.4": (0, 1),
    "V3.2": (2, 0), "V3.3": (1, 3), "V3.4": (2, 4), "V3.5": (3, 2), "V3.7": (0, 2),
    "V4.1": (1, 2), "V4.2": (0, 1), "V4.3": (0, 2), "V4.4": (1, 3),
    "V5.1": (0, 1), "V5.2": (2, 1), "V5.3": (2, 0), "V5.4": (0, 3),
    "V6.1": (1, 2), "V6.2": (8, 4), "V6.3": (2, 2), "V6.4": (2, 2), "V6.5": (0, 5), "V6.6": (0, 3), "V6.8": (0, 4),
    "V7.1": (0, 3), "V7.2": (4, 0), "V7.3": (0, 2), "V7.4": (2, 3), "V7.5": (0, 2), "V7.6": (0, 2),
    "V8.1": (1, 1), "V8.2": (2, 1), "V8.3": (1, 0), "V8.4": (0, 1),
    "V9.1": (3, 0), "V9.2": (1, 3),
    "V10.1": (0, 2), "V10.2": (0, 2), "V10.3": (0, 4), "V10.4": (5, 6), "V10.5": (0, 5), "V10.6": (0, 2), "V10.7": (0, 3),
    "V11.1": (0, 2), "V11.2": (0, 3), "V11.3": (2, 1), "V11.4": (1, 3), "V11.5": (0, 1), "V11.6": (0, 1),
    "V12.1": (1, 2), "V12.2": (2, 0), "V12.3": (0, 4),
    "V13.1": (0, 1), "V13.2": (0, 5), "V13.3": (0, 2), "V13.4": (1, 4),
    "V14.1": (0, 2), "V14.2": (1, 3), "V14.3": (1, 2),
    "V15.1": (1, 2), "V15.2": (1, 2), "V15.3": (1, 6),
    "V16.1": (0, 1), "V16.2": (0, 5), "V16.3": (0, 4), "V16.4": (0, 3), "V16.5": (0, 3),
    "V17.1": (0, 1), "V17.2": (0, 4), "V17.3": (0, 2),
}  # fmt: skip
"""How many items each section of the standard has at level 1 and at level 2; in each, those of level 1 come first."""

GAPS: dict[str, set[str]] = {
    "V1": set(),
    "V2": {"V2.4.1"},
    "V3": set(),
    "V4": set(),
    "V5": set(),
    "V6": {"V6.3.3"},
    "V7": {"V7.4.5"},
    "V8": set(),
    "V9": set(),
    "V10": set(),
    "V11": {"V11.2.2"},
    "V12": set(),
    "V13": set(),
    "V14": {"V14.2.1"},
    "V15": {"V15.2.1"},
    "V16": set(),
    "V17": set(),
}
"""What is agreed to be missing. A gap that is closed, or found, is a change here, which somebody reads."""

CHAPTER = pytest.mark.parametrize("chapter", asvs.CHAPTERS)
LONGEST = 140


def _of(chapter: str) -> list[asvs.Item]:
    return [one for one in asvs.items() if one.chapter == chapter]


def test_the_253_items_of_both_levels_are_answered_chapter_after_chapter() -> None:
    assert sum(first for first, _ in SECTIONS.values()) == 70
    assert sum(second for _, second in SECTIONS.values()) == 183
    assert list(dict.fromkeys(section.partition(".")[0] for section in SECTIONS)) == list(asvs.CHAPTERS)
    assert len(asvs.items()) == 253
    assert list(dict.fromkeys(one.chapter for one in asvs.items())) == list(asvs.CHAPTERS)


@CHAPTER
def test_every_item_of_a_chapter_is_answered_once_and_in_order(chapter: str) -> None:
    asked = [
        (f"{section}.{number}", 1 if number <= first else 2)
        for section, (first, second) in SECTIONS.items()
        if section.partition(".")[0] == chapter
        for number in range(1, first + second + 1)
    ]

    assert [(one.id, one.level) for one in _of(chapter)] == asked


@CHAPTER
def test_what_is_met_is_shown_by_a_test_or_a_file_that_exists(chapter: str) -> None:
    named = {name for one in _of(chapter) for name in one.tests}
    files = {name for one in _of(chapter) for name in one.where}

    assert [one.id for one in _of(chapter) if one.state == "met" and not one.tests + one.where] == []
    assert {name for name in named if not written.exists(name)} == set()
    assert {name for name in files if not (written.ROOT / name).is_file()} == set()


@CHAPTER
def test_every_answer_says_in_a_few_words_of_ours_what_is_asked_and_why_it_is_so(chapter: str) -> None:
    for one in _of(chapter):
        assert len(one.how.split()) >= 4, one.id
        assert 10 <= len(one.asks) <= LONGEST, one.id
        assert not one.asks.startswith("Verify"), one.id  # the words of the standard are not ours to copy
    how = Counter(one.how for one in _of(chapter) if one.state == "met")
    assert {text: count for text, count in how.items() if count > 1} == {}


@CHAPTER
def test_what_is_missing_is_what_was_agreed(chapter: str) -> None:
    assert {one.id for one in _of(chapter) if one.state == "gap"} == GAPS[chapter]
