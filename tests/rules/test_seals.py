"""A sealed form comes back as it was issued, or not at all."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.plumbing import seals
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Tampered

AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FIELDS = (
    Field("name"),
    Field("service_id", options=("a", "b")),
    Field("tags", many=True, most_items=2, required=False),
)
HONEST: dict[str, Any] = {"name": "x", "service_id": "a", "tags": ["1"], "price": 100}


def issued(**changes: Any) -> str:
    parts: dict[str, Any] = {
        "method": "POST",
        "path": "/things/1",
        "holder": "session/1",
        "fields": FIELDS,
        "locked": {"price": 100},
        "at": AT,
    }
    return seals.issue(changes.pop("form", "thing"), **{**parts, **changes})[0]


def opened(token: str | None, sent: dict[str, Any] | None = None, **changes: Any) -> seals.Opened:
    parts: dict[str, Any] = {"form": "thing", "method": "POST", "path": "/things/1", "holder": "session/1", "at": AT}
    return seals.open_(token, sent=HONEST if sent is None else sent, **{**parts, **changes})


def test_an_honest_form_passes_and_brings_its_locked_values() -> None:
    found = opened(issued())

    assert found.locked == {"price": 100}
    assert opened(issued(), {"name": "y"}).locked == {"price": 100}


@pytest.mark.parametrize(
    "changes",
    [{"form": "other"}, {"method": "PUT"}, {"path": "/things/2"}, {"holder": "session/2"}, {"holder": None}],
)
def test_a_form_of_another_place_or_person_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Tampered, match="form_token_invalid"):
        opened(issued(), **changes)


@pytest.mark.parametrize(
    "sent",
    [
        {**HONEST, "role": "owner"},
        {**HONEST, "nаme": "a look-alike letter"},
        {**HONEST, "price": 1},
        {**HONEST, "price": "100"},
        {**HONEST, "price": [100]},
        {**HONEST, "price": 100.0},
        {**HONEST, "price": True},
        {**HONEST, "name": ["x"]},
        {**HONEST, "tags": "1"},
        {**HONEST, "tags": ["1", "2", "3"]},
        {**HONEST, "service_id": "c"},
        {**HONEST, "service_id": 1},
    ],
)
def test_content_that_was_never_offered_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(Tampered, match="form_token_invalid"):
        opened(issued(), sent)


def test_a_form_lives_two_hours_to_the_millisecond() -> None:
    token = issued()

    assert opened(token, at=AT + timedelta(hours=2) - timedelta(milliseconds=1))
    with pytest.raises(Tampered, match="form_token_invalid"):
        opened(token, at=AT + timedelta(hours=2))


@pytest.mark.parametrize(
    "token", [None, "", "x", ".", "a.b", "a" * 5000, "é.é", "e30.e30", issued() + "=", issued()[:-1]]
)
def test_what_is_no_token_is_refused(token: str | None) -> None:
    with pytest.raises(Tampered):
        opened(token)


@given(st.data())
def test_no_single_bit_of_a_token_can_be_changed(data: st.DataObject) -> None:
    token = issued()
    body, mac = token.split(".")
    raw = bytearray(
        base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) + b"." + base64.urlsafe_b64decode(mac + "=")
    )
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    changed, _, signature = bytes(raw).rpartition(b".")

    with pytest.raises(Tampered):
        opened(f"{seals.text_of(changed)}.{seals.text_of(signature)}")
