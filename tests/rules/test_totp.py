"""Codes of an authenticator app: what RFC 6238 says they are, and when one is good."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import totp

SECRET = b"12345678901234567890"
AT = datetime(2026, 11, 23, 8, 0, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    """Appendix B, SHA-1; there with eight digits, of which six are the last."""
    step = totp.step(datetime.fromtimestamp(second, UTC))

    assert totp.code(SECRET, step) == code[-6:]


@pytest.mark.parametrize(
    ("count", "code"),
    list(enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583"])),
)
def test_the_codes_are_those_of_rfc_4226(count: int, code: str) -> None:
    assert totp.code(SECRET, count) == code


@given(st.integers(-5, 5))
def test_a_code_is_good_one_step_before_and_after(off: int) -> None:
    now = totp.step(AT)
    found = totp.matching(SECRET, totp.code(SECRET, now + off), AT, after=0)

    assert found == (now + off if abs(off) <= 1 else None)


def test_a_code_is_good_only_after_the_one_that_was_used_last() -> None:
    now = totp.step(AT)

    assert totp.matching(SECRET, totp.code(SECRET, now), AT, after=now - 1) == now
    assert totp.matching(SECRET, totp.code(SECRET, now), AT, after=now) is None
    assert totp.matching(SECRET, totp.code(SECRET, now - 1), AT, after=now) is None
    assert totp.matching(SECRET, totp.code(SECRET, now + 1), AT, after=now) == now + 1


def test_a_step_is_thirty_seconds() -> None:
    begin = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    assert [totp.step(begin + timedelta(seconds=one)) - totp.step(begin) for one in (0, 29, 30, 59, 60)] == [
        0,
        0,
        1,
        1,
        2,
    ]


@given(st.binary(min_size=20, max_size=20))
def test_a_secret_comes_back_from_its_text(secret: bytes) -> None:
    assert totp.secret(totp.text(secret)) == secret


def test_the_picture_says_what_every_app_reads() -> None:
    found = urlsplit(totp.address("JBSWY3DPEHPK3PXP", issuer="Zeitfenster", account="anna+1@muster.example"))

    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert found.path == "/Zeitfenster%3Aanna%2B1%40muster.example"
    assert parse_qs(found.query) == {"secret": ["JBSWY3DPEHPK3PXP"], "issuer": ["Zeitfenster"]}
