"""The whole app in this process, asked as API Gateway asks it."""

from typing import Any

from tests.worlds.visitor import Visitor


def test_health_names_the_region(table: Any) -> None:
    reply = Visitor().get("/health")

    assert reply.status == 200
    assert reply.json["region"] == "eu-central-2"


def test_paths_that_lead_nowhere_and_methods_that_do_not_exist_are_problems(table: Any) -> None:
    nowhere = Visitor().get("/no/such/thing")
    wrong = Visitor().send("PUT", "/health", {})

    assert (nowhere.status, nowhere.json["code"]) == (404, "not_found")
    assert (wrong.status, wrong.json["code"]) == (405, "method_not_allowed")
    assert wrong.header("content-type") == "application/problem+json"
