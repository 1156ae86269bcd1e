"""The parts of an SMS, against a model that really cuts the text up."""

from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.messaging import parts
from infra.local.providers import smsapi as simulator

# 3GPP TS 23.038 table 6.2.1, row by row, and the extension table, by code point.
BASIC = [
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5),
    *(0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0xC6, 0xE6, 0xDF, 0xC9),
    *(0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40)),
    *(0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7),
    *(0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
]
EXTENDED = [0x0C, 0x5E, 0x7B, 0x7D, 0x5C, 0x5B, 0x7E, 0x5D, 0x7C, 0x20AC]

gsm_letters = st.sampled_from([chr(point) for point in BASIC + EXTENDED])
# Lengths around the borders matter, so letters are repeated rather than drawn one by one.
runs = st.tuples(gsm_letters | st.characters(exclude_categories=["Cs"]), st.integers(1, 160))
gsm_runs = st.tuples(gsm_letters, st.integers(1, 160))


def joined(pieces: list[tuple[str, int]]) -> str:
    return "".join(letter * times for letter, times in pieces)[:2000]


texts = st.lists(runs, max_size=8).map(joined) | st.lists(gsm_runs, max_size=8).map(joined)


def cut(text: str) -> tuple[str, list[list[int]]]:
    """The parts as a phone would receive them: lists of septets (an escape is 27) or of UTF-16 units."""
    if all(ord(letter) in BASIC or ord(letter) in EXTENDED for letter in text):
        letters = [[27, EXTENDED.index(ord(one))] if ord(one) in EXTENDED else [BASIC.index(ord(one))] for one in text]
        encoding, alone, each = "gsm7", 160, 153
    else:
        letters = [list(memoryview(one.encode("utf-16-le")).cast("H")) for one in text]
        encoding, alone, each = "ucs2", 70, 67
    whole = [unit for letter in letters for unit in letter]
    if len(whole) <= alone:
        return encoding, [whole] if whole else []
    cuts: list[list[int]] = [[]]
    for letter in letters:
        if len(cuts[-1]) + len(letter) > each:
            cuts.append([])
        cuts[-1] += letter
    return encoding, cuts


@given(texts)
@example("")
@example("a" * 160)
@example("a" * 161)
@example("€" * 80)
@example("a" * 152 + "€" + "a" * 7)
@example("😀" * 35)
@example("😀" * 36)
@example("ê" * 66 + "😀" + "ê" * 3)
def test_a_text_is_counted_as_it_is_cut(text: str) -> None:
    encoding, pieces = cut(text)

    counted = parts.count(text)

    assert counted == parts.Parts(encoding, sum(map(len, pieces)), len(pieces))


@given(texts.filter(bool))
def test_the_product_and_the_simulated_vendor_count_alike(text: str) -> None:
    assert parts.count(text).parts == simulator.count_parts(text)


@given(texts)
def test_the_documented_room_is_enough_or_the_text_is_refused(text: str) -> None:
    counted = parts.count(text)

    room = {"gsm7": (160, 918), "ucs2": (70, 402)}[counted.encoding]

    if counted.units <= room[0]:
        assert counted.parts <= 1
    if counted.units > room[1]:
        assert counted.parts > parts.MAX_PARTS
    # A pair that would be cut costs at most one unit for each part.
    if counted.units <= room[1] - parts.MAX_PARTS:
        assert counted.parts <= parts.MAX_PARTS


def test_the_whole_alphabet_is_known() -> None:
    assert len(set(BASIC)) == 127

    assert parts.count("".join(map(chr, BASIC))) == parts.Parts("gsm7", 127, 1)
    assert parts.count("".join(map(chr, EXTENDED))) == parts.Parts("gsm7", 20, 1)


def test_umlauts_stay_short_and_a_circumflex_makes_it_long() -> None:
    assert parts.count("Grüezi, Ihr Termin bei Müller: 14:30 äöüÄÖÜßéèà").encoding == "gsm7"

    assert parts.count("Votre rendez-vous est confirmé, à bientôt").encoding == "ucs2"


def test_a_pair_is_never_cut_apart() -> None:
    assert parts.count("a" * 152 + "{" + "a" * 152) == parts.Parts("gsm7", 306, 3)

    assert parts.count("ж" * 66 + "😀" + "ж" * 66) == parts.Parts("ucs2", 134, 3)
