"""What is sent to a form is read field by field, and every problem is named."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.plumbing import forms
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.refusals import Invalid

FIELDS = (
    Field("name", longest=10),
    Field("count", "integer", least=1, most=9),
    Field("start", "instant"),
    Field("email", "email", required=False),
    Field("phone", "phone", required=False),
    Field("sms", "boolean", required=False, default=False),
    Field("role", options=("owner", "admin"), required=False, default="admin"),
    Field("ids", many=True, required=False, default=()),
)
GOOD: dict[str, Any] = {"name": "Anna", "count": 3, "start": "2026-12-24T09:00:00+01:00"}


def codes(sent: dict[str, Any], **how: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        forms.read(FIELDS, sent, **how)
    return {problem.field: problem.code for problem in refused.value.problems}


def test_values_are_converted_and_defaults_filled_in() -> None:
    values = forms.read(FIELDS, {**GOOD, "email": "Anna@Example.CH", "phone": "079 123 45 67"})

    assert values["start"] == datetime(2026, 12, 24, 8, tzinfo=UTC)
    assert values["email"] == "Anna@example.ch"
    assert values["phone"] == "+41791234567"
    assert (values["sms"], values["role"], values["ids"]) == (False, "admin", ())


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": ""}, "name", "missing"),
        ({"name": None}, "name", "missing"),
        ({"name": "   "}, "name", "missing"),
        ({"name": 5}, "name", "wrong_type"),
        ({"name": "a" * 11}, "name", "too_long"),
        ({"name": "a\x00b"}, "name", "control_characters"),
        ({"name": "a\r\nb"}, "name", "control_characters"),
        ({"name": "\ud800"}, "name", "control_characters"),
        ({"count": "3"}, "count", "wrong_type"),
        ({"count": True}, "count", "wrong_type"),
        ({"count": 3.0}, "count", "wrong_type"),
        ({"count": 0}, "count", "too_small"),
        ({"count": 10}, "count", "too_large"),
        ({"start": "2026-12-24T09:00:00"}, "start", "no_offset"),
        ({"start": "tomorrow"}, "start", "not_an_instant"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start", "not_an_instant"),
        ({"email": "no"}, "email", "not_an_email"),
        ({"email": "a@b@c.ch"}, "email", "not_an_email"),
        ({"phone": "123"}, "phone", "not_a_phone_number"),
        ({"sms": "true"}, "sms", "wrong_type"),
        ({"role": "king"}, "role", "not_an_option"),
        ({"ids": "a"}, "ids", "wrong_type"),
        ({"ids": ["a"] * 101}, "ids", "too_many"),
        ({"extra": 1}, "extra", "unknown_field"),
    ],
)
def test_each_problem_has_its_field_and_its_code(change: dict[str, Any], field: str, code: str) -> None:
    assert codes({**GOOD, **change}) == {field: code}


@pytest.mark.parametrize(("field", "code"), [("sms", "wrong_type"), ("ids", "wrong_type"), ("count", "missing")])
def test_no_text_is_no_number_no_choice_and_no_list(field: str, code: str) -> None:
    assert codes({**GOOD, field: ""}) == {field: code}


def test_a_text_left_empty_is_one_left_out() -> None:
    assert forms.read(FIELDS, {**GOOD, "role": "", "email": ""}) == forms.read(FIELDS, GOOD)


def test_all_problems_come_at_once() -> None:
    assert codes({"count": 99}) == {"name": "missing", "count": "too_large", "start": "missing"}


def test_an_urlencoded_body_says_the_same_in_text() -> None:
    values = forms.read(FIELDS, {**GOOD, "count": "3", "sms": "on", "ids": "a"}, as_text=True)

    assert (values["count"], values["sms"], values["ids"]) == (3, True, ["a"])


def test_a_change_leaves_out_what_stays() -> None:
    assert forms.read(forms.optional(FIELDS), {"count": 4}) == {"count": 4}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([one.name for one in FIELDS]) | st.text(), ANYTHING), st.booleans())
def test_nothing_that_is_sent_breaks_the_reader(sent: dict[str, Any], as_text: bool) -> None:
    with suppress(Invalid):
        assert forms.read(FIELDS, sent, as_text=as_text)["name"]


@pytest.mark.parametrize(
    ("country", "text", "kept"),
    [
        ("CH", "8001", "8001"), ("CH", " ch-8001 ", "8001"), ("CH", "80 01", "8001"), ("CH", "1", None), ("CH", "x", None),
        ("CH", "0800", None), ("CH", "80011", None), ("CH", "A-8001", None), ("CH", "\u0668\u0660\u0660\u0661", None),
        ("LI", "FL-9490", "9490"), ("LI", "949", None),
        ("AT", "A-1010", "1010"), ("AT", "10100", None),
        ("DE", "D-01067", "01067"), ("DE", "1067", None),
        ("FR", "75 001", "75001"), ("FR", "7500", None),
        ("IT", "I-00118", "00118"), ("IT", "001180", None),
        ("GB", "SW1A 1AA", "SW1A 1AA"), ("NL", "1011 AB", "1011 AB"),
    ],
)  # fmt: skip
def test_a_postcode_has_the_form_of_its_country(country: str, text: str, kept: str | None) -> None:
    fields = (Field("postcode", "postcode", longest=12), Field("country", "country"))
    sent = {"postcode": text, "country": country}

    if kept is None:
        with pytest.raises(Invalid) as refused:
            forms.read(fields, sent)
        assert [(one.field, one.code) for one in refused.value.problems] == [("postcode", "not_a_postcode")]
    else:
        assert forms.read(fields, sent)["postcode"] == kept
