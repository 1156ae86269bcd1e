"""The texts in four languages: none missing, all with the same blanks, and an SMS that fits one part."""

import html
import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

import chalicelib.messaging
from chalicelib.accounts import rules as accounts
from chalicelib.messaging import as_page, as_text, colours, letter, parts, rules, texts
from chalicelib.plumbing.words import LANGUAGES

ROOT = Path(chalicelib.messaging.__file__).parent / "texts"
AT = datetime(2026, 11, 25, 13, 30, tzinfo=UTC)  # a Wednesday, whose short names are the longest
LINK = "https://zeitfenster.example/my/" + "A" * 74  # as long as the links that plumbing.links makes of two ids
LINKS = {"link", "calendar", "terms_link", "privacy_link"}
OF_TEXTS = {"terms", "privacy", "text", "day", "changes", "what_now"}
VARIABLES = {"practice", "time", "service", "name", "first_name"} | LINKS | OF_TEXTS | {"operator", "contact"}
DU = (*LANGUAGES, "de-du")
SENDER = letter.Sender("Praxis am See", "green", "Seestrasse 1, 8002 Zürich", "+41445550100", "p@example.org")
EXPECTED = {f"{kind}.mail.txt" for kind in rules.KINDS} | {f"{kind}.sms.txt" for kind in rules.SMS_KINDS}


def blanks(path: Path) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(path.read_text("utf-8")) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_text_and_there_is_no_other_file(language: str) -> None:
    assert {path.name for path in (ROOT / language).iterdir()} == EXPECTED


def test_texts_that_say_you_to_a_customer_have_a_twin_that_says_du() -> None:
    polite = re.compile(r"\b(Sie|Ihnen|Ihr|Ihre[mnrs]?)\b")
    to_customer = {f"{kind}.mail.txt" for kind, one in rules.KINDS.items() if one.to == "customer"}
    to_customer |= {f"{kind}.sms.txt" for kind in rules.SMS_KINDS}

    formal = {name for name in to_customer if polite.search((ROOT / "de" / name).read_text("utf-8"))}

    assert {path.name for path in (ROOT / "de-du").iterdir()} == formal
    assert [name for name in formal if polite.search((ROOT / "de-du" / name).read_text("utf-8"))] == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_all_languages_have_the_same_blanks_and_only_known_ones(name: str) -> None:
    german = blanks(ROOT / "de" / name)

    assert german <= VARIABLES
    for language in LANGUAGES:
        assert blanks(ROOT / language / name) == german, language


@pytest.mark.parametrize("language", DU)
@pytest.mark.parametrize("kind", rules.SMS_KINDS)
@pytest.mark.parametrize("practice", ["Praxis am See", "Zahnarztpraxis Dr. Müller & Söhne AG Zürich", "Crêperie Forêt"])
def test_an_sms_fits_one_part(language: str, kind: str, practice: str) -> None:
    values = {"practice": practice, "time": texts.short_time(AT, "Europe/Zurich", language), "link": LINK}

    text = texts.sms(kind, language, values)

    counted = parts.count(text)
    assert (counted.encoding, counted.parts) == ("gsm7", 1), text
    assert values["time"] in text
    if "{link}" in (ROOT / language[:2] / f"{kind}.sms.txt").read_text("utf-8"):
        assert text.endswith(LINK)


def a_letter(kind: str, language: str, **changes: str) -> letter.Letter:
    values = {
        **{name: f"<{name}>" for name in VARIABLES},
        **dict.fromkeys(LINKS, LINK),
        "calendar": f"{LINK}/calendar.ics",
        **changes,
    }
    facts = (
        [("Was", values["service"]), ("Wann", values["time"])] if rules.KINDS[kind].to in ("customer", "staff") else []
    )
    return letter.written(
        kind, language, values, facts=facts, sender=SENDER, why="Weil <Sie> gebucht haben.", more=("Daten", LINK)
    )


def seen(page: str) -> str:
    """What is to be read on a page, on one line: no styles, no markup."""
    bare = re.sub(r"<(style|title)>.*?</\1>|<[^>]*>", " ", page, flags=re.S)
    return " ".join(html.unescape(bare).split())


@pytest.mark.parametrize("language", DU)
@pytest.mark.parametrize("kind", sorted(rules.KINDS))
def test_text_and_page_of_a_mail_say_the_same(language: str, kind: str) -> None:
    made = a_letter(kind, language)

    text, page = as_text.drawn(made), as_page.drawn(made)

    assert made.subject
    assert "\n" not in made.subject
    assert not re.search(r"[{}]|\]\(", made.subject + text)
    for block in made.blocks:
        for line in block.text.split("\n"):
            assert line in text
            assert " ".join(line.split()) in seen(page)
        if block.address:
            assert f"{block.address}\n" in text
            assert f'href="{block.address}"' in page
    assert [one.kind for one in made.blocks].count("button") == 1
    for label, what in made.facts:
        assert f"{label}: {what}" in text
        assert f"{label} {what}" in seen(page)
    for said in (made.why, SENDER.name, str(SENDER.place), "+41 44 555 01 00", str(SENDER.email)):
        assert said in text
        assert said in seen(page)


def test_a_page_fetches_nothing_and_is_small() -> None:
    pages = [as_page.drawn(a_letter(kind, language)) for kind in rules.KINDS for language in DU]

    for page in pages:
        assert len(page.encode()) < 12_000
        assert not re.search(r"<(img|link|script|iframe|form|object)|url\(|@import|src=", page)
        assert set(re.findall(r'href="([a-z]+):', page)) <= {"https", "mailto", "tel"}


def test_what_somebody_typed_is_neither_a_blank_nor_markup_nor_a_link() -> None:
    typed = "{link.__class__} %s {0} <script>alert(1)</script> [x](https://evil.example) [facts] \"'"

    made = a_letter("confirmation", "de", name=typed, practice=typed, service=typed)
    text, page = as_text.drawn(made), as_page.drawn(made)

    assert typed in made.subject
    assert typed in text
    assert typed in seen(page)
    assert "<script" not in page
    assert 'href="https://evil' not in page


def test_the_colours_of_mails_are_those_of_the_pages_and_can_be_read() -> None:
    css = (ROOT.parents[1] / "plumbing" / "pages" / "style.css").read_text("utf-8")
    root, named = (
        css.partition("[data-accent=")[0],
        dict(re.findall(r'\[data-accent="(\w+)"\] \{ --accent: ([^;]+);', css)),
    )
    named["green"] = re.findall(r"--accent: ([^;]+);", root)[0]

    assert set(colours.ACCENTS) == set(accounts.ACCENTS)
    assert {name: f"light-dark({one.light}, {one.dark})" for name, one in colours.ACCENTS.items()} == named
    for name, one in colours.TOKENS.items():
        assert f"--{name}: light-dark({one.light}, {one.dark});" in root
    on, surface, ground = (colours.TOKENS[name] for name in ("on-accent", "surface", "ground"))
    for one in colours.ACCENTS.values():
        assert min(contrast(one.light, on.light), contrast(one.dark, on.dark)) >= 4.5
        assert min(contrast(one.light, surface.light), contrast(one.dark, surface.dark)) >= 4.5
    quiet = colours.TOKENS["quiet"]
    assert min(contrast(quiet.light, ground.light), contrast(quiet.dark, ground.dark)) >= 4.5


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2, relative luminance)."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


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
