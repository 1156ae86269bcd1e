"""Vendors that sign nothing report to addresses that only they know: the operator can read them, and they open."""

from typing import Any
from urllib.parse import urlsplit

from infra import hooks
from tests.worlds.visitor import Visitor


def test_every_address_that_the_command_names_is_open_and_no_other(table: Any, clock: Any) -> None:
    paths = [urlsplit(one).path for one in hooks.addresses()]

    assert [one.split("/")[2] for one in paths] == ["ortto", "autopilot", "chatra"]
    assert [Visitor().send("POST", one, {}).status for one in paths] == [200, 200, 200]
    assert [Visitor().send("POST", one[:-1] + "~", {}).status for one in paths] == [404, 404, 404]
