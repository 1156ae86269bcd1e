"""A second deployment: what is called is the alias, which moves to a version of its own; and no secret is to be seen."""

import os
from typing import Any

from infra import deploy
from infra import package as packaging
from infra.local import stack as local
from tests.worlds.product import Product


def test_a_second_deployment_moves_every_alias_and_shows_no_secret(product: Product) -> None:
    stack = product.stack
    live = {name.removesuffix("Live"): arn for name, arn in stack.outputs.items() if name.endswith("Live")}
    lambdas, cloudformation = stack.client("lambda"), stack.client("cloudformation")
    said: list[str] = []

    def versions() -> dict[str, int]:
        return {
            name: int(lambdas.get_alias(FunctionName=arn.rpartition(":")[0], Name="live")["FunctionVersion"])
            for name, arn in live.items()
        }

    before = versions()
    parameters = local._parameters(stack, int(stack.providers_url.rpartition(":")[2])) | {"Commit": "second"}
    deploy.stack(packaging.at(packaging.BUILD / f"journeys-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"), stage=local.STAGE, parameters=parameters,
                 account=stack.account, say=said.append)  # fmt: skip
    after = versions()

    called = [one["FunctionArn"] for one in lambdas.list_event_source_mappings()["EventSourceMappings"]]
    events = stack.client("events")
    for rule in (one for one in events.list_rules()["Rules"] if "ScheduleExpression" in one):
        called += [one["Arn"] for one in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]]
    assert {arn for arn in called if not arn.endswith(":live")} == set()
    assert len(called) >= 8
    assert {name: after[name] - before[name] for name in live} == dict.fromkeys(live, 1)
    assert product.door().good("GET", "/health")["commit"] == "second"
    assert any("APIHandlerVersion" in line and line.startswith("  + ") for line in said)
    assert shown(cloudformation, stack.secrets.smsapi_token) == []
    assert shown(cloudformation, stack.secrets.master) == []


def shown(cloudformation: Any, secret: str) -> list[str]:
    """Where CloudFormation would show a secret: parameters, the template, the events of the stack."""
    name = deploy.STACK.format(stage=local.STAGE)
    places = {
        "parameters": cloudformation.describe_stacks(StackName=name),
        "template": cloudformation.get_template(StackName=name),
        "events": cloudformation.describe_stack_events(StackName=name),
    }
    return [place for place, told in places.items() if secret in str(told)]
