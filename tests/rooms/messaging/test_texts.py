"""The texts in four languages: none missing, all with the same blanks, and an SMS that fits one part."""

import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

import chalicelib.messaging
from chalicelib.messaging import parts, rules, texts
from chalicelib.plumbing.words import LANGUAGES

ROOT = Path(chalicelib.messaging.__file__).parent / "texts"
AT = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)  # a Wednesday, whose short names are the longest
LINK = "https://zeitfenster.example/my/" + "A" * 74  # as long as the links that plumbing.links makes of two ids
VARIABLES = {"practice", "time", "place", "link", "service", "name"}
EXPECTED = {f"{kind}.mail.txt" for kind in rules.KINDS} | {f"{kind}.sms.txt" for kind in rules.SMS_KINDS}


def blanks(path: Path) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(path.read_text("utf-8")) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_text_and_there_is_no_other_file(language: str) -> None:
    assert {path.name for path in (ROOT / language).iterdir()} == EXPECTED


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_all_languages_have_the_same_blanks_and_only_known_ones(name: str) -> None:
    german = blanks(ROOT / "de" / name)

    assert german <= VARIABLES
    for language in LANGUAGES:
        assert blanks(ROOT / language / name) == german, language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", rules.SMS_KINDS)
@pytest.mark.parametrize("practice", ["Praxis am See", "Zahnarztpraxis Dr. Müller & Söhne AG Zürich", "Crêperie Forêt"])
def test_an_sms_fits_one_part(language: str, kind: str, practice: str) -> None:
    values = {"practice": practice, "time": texts.short_time(AT, "Europe/Zurich", language), "link": LINK}

    text = texts.sms(kind, language, values)

    counted = parts.count(text)
    assert (counted.encoding, counted.parts) == ("gsm7", 1), text
    assert values["time"] in text
    if "{link}" in (ROOT / language / f"{kind}.sms.txt").read_text("utf-8"):
        assert text.endswith(LINK)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(rules.KINDS))
def test_a_mail_has_a_subject_of_one_line_and_a_text(language: str, kind: str) -> None:
    values = {name: f"<{name}>" for name in VARIABLES}

    subject, text = texts.mail(kind, language, values)

    assert subject
    assert "\n" not in subject
    assert len(text) > 40
    assert not re.search(r"[{}]", subject + text)


def test_what_somebody_typed_is_never_read_as_a_blank() -> None:
    values = dict.fromkeys(VARIABLES, "{link.__class__} %s {0}")

    subject, text = texts.mail("confirmation", "de", values)

    assert "{link.__class__} %s {0}" in subject
    assert "{link.__class__} %s {0}" in text


def test_times_are_written_as_people_of_the_language_write_them() -> None:
    short = [texts.short_time(AT, "Europe/Zurich", language) for language in LANGUAGES]
    long = [texts.long_time(AT, "Europe/Zurich", language) for language in LANGUAGES]

    assert short == ["Mi 25.11. 14:30", "mer. 25.11. 14:30", "mer 25.11. 14:30", "Wed 25.11. 14:30"]
    assert long == [
        "Mittwoch, 25. November 2026, 14:30 Uhr",
        "mercredi 25 novembre 2026, 14:30",
        "mercoledì 25 novembre 2026, 14:30",
        "Wednesday, 25 November 2026, 14:30",
    ]
