"""The record of processing activities says what is stored, all of it, and nothing that is not."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.entrance import board
from chalicelib.exchange import workbook
from chalicelib.plumbing import words
from chalicelib.plumbing.rows import Record
from chalicelib.privacy import inventory
from chalicelib.privacy.rules import RETENTION
from tests.worlds.browser import open_page
from tests.worlds.visitor import Visitor

POINTS = {"Art. 30(1) GDPR": "abcdefg", "Art. 30(2) GDPR": "abcd"}


def test_every_point_of_the_article_is_answered(table: Any) -> None:
    items = Visitor().get("/processing-record").json["items"]

    assert {one["role"] for one in items} == {"controller", "processor"}
    for one in items:
        assert "".join(one["points"]) == POINTS[one["article"]]
        for fields in one["points"].values():
            for name in fields:
                assert one[name] or name == "transfers", f"{one['id']}: {name} says nothing"


def test_what_goes_to_another_country_says_what_guards_it(table: Any) -> None:
    items = Visitor().get("/processing-record").json["items"]

    abroad = [transfer for one in items for transfer in one["transfers"]]
    assert {one["name"] for one in abroad} == {"smsapi", "ortto", "zendesk", "chatra", "ga4"}
    assert all(one["country"] != "CH" and one["guarantee"] for one in abroad)


@pytest.mark.parametrize("language", ["de", "fr", "it", "en"])
def test_recipients_are_told_of_in_the_same_words_as_on_their_own_list(table: Any, language: str) -> None:
    items = Visitor().get("/processing-record", accept_language=language).json["items"]
    listed = Visitor().get("/sub-processors", accept_language=language).json["items"]

    said = {one["vendor"]: (one["purpose"], one["guarantee"]) for one in listed if one["vendor"] != "aws"}
    named = [one for entry in items for one in entry["recipients"] if one["name"] in said]
    assert {one["name"] for one in named} >= {"smsapi", "zendesk", "bexio"}
    assert all((one["purpose"], one["guarantee"]) == said[one["name"]] for one in named)


def test_every_stored_attribute_stands_in_the_record(table: Any) -> None:
    items = Visitor().get("/processing-record").json["items"]

    told = {name for one in items for category in one["data_categories"] for name in category["fields"]}
    stored = {f"{one.kind}.{one.name}" for one in inventory.items() if one.about.subject != "nobody"}
    assert "customer.email" in stored
    assert told == stored


def test_no_kind_of_row_is_missing_in_the_inventory() -> None:
    assert board.declared()  # every room is loaded
    read_only = {"DueRow", "DueInActivity", "DueInLedger"}  # see the day of any row, and keep nothing

    all_kinds = {one for one in _below(Record) if one.__module__.startswith("chalicelib.")}
    assert {one.__name__ for one in all_kinds - set(inventory.kinds())} == read_only


def test_every_attribute_has_a_retention_class_and_its_words() -> None:
    for item in inventory.items():
        about = item.about
        assert about.retention in RETENTION, f"{item.kind}.{item.name}"
        if about.subject != "nobody":
            for key in (
                f"purpose.{about.purpose}", f"subject.{about.subject}", f"category.{about.category}",
                f"retention.{about.retention}",
            ):  # fmt: skip
                assert words.has("privacy", key), f"{item.kind}.{item.name}: {key}"


def test_as_an_excel_file_it_says_what_the_json_says(table: Any, tmp_path: Path) -> None:
    items = Visitor().get("/processing-record", accept_language="fr").json["items"]
    made = Visitor().get("/processing-record/workbook", accept_language="fr").json
    page = open_page(Visitor(), "/processing-record/workbook?lang=fr").text
    file = tmp_path / made["name"]
    file.write_bytes(base64.b64decode(made["content"]))

    keys, rows = workbook.read(file)["record"]
    lines = [dict(zip(keys, row, strict=True)) for row in rows]

    assert f"base64,{made['content'][:60]}" in page
    assert len(lines) == len(items) > 5
    for line, item in zip(lines, items, strict=True):
        assert (line["article"], line["purpose"]) == (item["article"], "\n".join(item["purposes"]))
        assert all(field in line["data"] for one in item["data_categories"] for field in one["fields"])
        assert all(one["country"] in line["transfers"] for one in item["transfers"])
        assert bool(line["transfers"]) == bool(item["transfers"])
        assert all(one["article"] in line["erasure"] for one in item["erasure"])


def test_of_what_tools_could_find_out_nothing_is_stored_but_the_address_a_call_came_from() -> None:
    telling = re.compile(r"ip|address|agent|browser|device|screen|referrer|geo|location|cookie|fingerprint|lat|lon")

    named = {
        f"{one.kind}.{one.name}"
        for one in inventory.items()
        if one.about.category == "meta" and any(telling.fullmatch(part) for part in one.name.split("_"))
    }

    assert named == {"fact.ip"}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_people_read_it_in_their_language(table: Any, language: str) -> None:
    page = open_page(Visitor(), f"/processing-record?lang={language}")

    assert page.reply.status == 200
    assert words.say("privacy", "record.title", language) in page.text
    assert "customer.email" in page.text


def _below(kind: type) -> set[type]:
    return {one for sub in kind.__subclasses__() for one in (sub, *_below(sub))}
