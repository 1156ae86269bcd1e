"""Links that carry their own proof."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.plumbing import ids, links
from chalicelib.plumbing.refusals import Gone, Missing

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_the_parts_come_back_and_the_letters_survive_every_mail_program() -> None:
    parts = [ids.new(AT), "kürzel", ids.new(AT), "0" * 26, "z" * 26]

    token = links.make("my", parts, expires_at=None)

    assert links.read("my", token, AT + timedelta(days=10_000)) == parts
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)


def test_two_ids_make_a_link_short_enough_for_an_sms() -> None:
    assert len(links.make("my", [ids.new(AT), ids.new(AT)], expires_at=None)) <= 74


def test_a_link_is_over_at_its_very_instant_and_not_a_second_before() -> None:
    token = links.make("confirm", ["a"], expires_at=AT)

    assert links.read("confirm", token, AT - timedelta(seconds=1)) == ["a"]
    with pytest.raises(Gone) as over:
        links.read("confirm", token, AT)
    assert over.value.code == "link_over"


def test_a_link_for_one_purpose_is_no_good_for_another() -> None:
    token = links.make("confirm", ["a"], expires_at=None)

    assert links.read("confirm", token, AT) == ["a"]
    with pytest.raises(Missing):
        links.read("reset", token, AT)


def test_no_letter_of_a_link_can_be_changed_left_out_or_added() -> None:
    token = links.make("confirm", [ids.new(AT)], expires_at=AT)
    letters = "AB-_9z"
    changed = {token[:n] + letter + token[n + 1 :] for n in range(len(token)) for letter in letters} - {token}
    others = {token[:n] for n in range(len(token))} | {token + letter for letter in "A=_\n"} | {"", "...", "ü", "=" * 9}

    for forged in changed | others:
        with pytest.raises(Missing):
            links.read("confirm", forged, AT - timedelta(days=1))


@pytest.mark.parametrize("part", ["", "x" * 256])
def test_a_part_that_cannot_be_told_again_is_refused(part: str) -> None:
    with pytest.raises(ValueError, match="255"):
        links.make("my", [part], expires_at=None)
