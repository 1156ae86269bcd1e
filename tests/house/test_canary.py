"""Everybody who calls a function calls its alias, and AWS's own transform makes of the template what a canary needs."""

import copy
import json
import subprocess
from typing import Any

import pytest

from infra import canary, changes, deploy, restored, secrets
from infra import package as packaging
from infra.local import emulator

TRANSLATE = """
import json, sys
from samtranslator.translator.transform import transform
class Nothing:
    def load(self): return {}
template = json.load(sys.stdin)
json.dump(transform(template, {"Canary": sys.argv[1], "Stage": "prod"}, Nothing()), sys.stdout)
"""


def translated(template: dict[str, Any], canary_on: str) -> dict[str, Any]:
    """What the transform AWS::Serverless makes of the template; the emulator brings AWS's own library."""
    done = subprocess.run(
        [str(emulator.PYTHON), "-c", TRANSLATE, canary_on],
        input=json.dumps(template), capture_output=True, text=True, timeout=120, check=False,
        env={"AWS_DEFAULT_REGION": "eu-central-2", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def made(template: dict[str, Any]) -> dict[str, Any]:
    resources: dict[str, Any] = translated(template, "true")["Resources"]
    return resources


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one for name, one in resources.items() if one["Type"] == kind}


def test_every_function_has_a_version_an_alias_and_a_group_that_shifts_it(made: dict[str, Any]) -> None:
    functions = of_type(made, "AWS::Lambda::Function")
    aliases = of_type(made, "AWS::Lambda::Alias")
    groups = of_type(made, "AWS::CodeDeploy::DeploymentGroup")

    assert set(aliases) == {f"{name}Alias{canary.ALIAS}" for name in functions}
    assert len(of_type(made, "AWS::Lambda::Version")) == len(functions)
    assert set(groups) == {f"{name}DeploymentGroup" for name in functions}
    for name in functions:
        group = groups[f"{name}DeploymentGroup"]["Properties"]
        alarms = group["AlarmConfiguration"]["Alarms"]
        assert [one["Name"] for one in alarms] == [{"Ref": alarm} for alarm in canary.ALARMS]
        assert group["AutoRollbackConfiguration"]["Enabled"] is True
        assert group["ServiceRoleArn"] == {"Fn::GetAtt": [canary.ROLE, "Arn"]}
        assert canary.TYPES.get(name, "AllAtOnce") in json.dumps(group["DeploymentConfigName"])
        assert "CodeDeployLambdaAliasUpdate" in aliases[f"{name}Alias{canary.ALIAS}"]["UpdatePolicy"]
    assert "CodeDeployServiceRole" not in made


def test_the_alarms_that_call_back_are_there(made: dict[str, Any]) -> None:
    assert {made[name]["Type"] for name in canary.ALARMS} == {"AWS::CloudWatch::Alarm"}
    assert 0 < len(canary.ALARMS) <= 5  # CloudFormation takes five triggers, CodeDeploy ten alarms


def test_whoever_calls_a_function_calls_its_alias(made: dict[str, Any]) -> None:
    aliases = {name: {"Ref": name} for name in of_type(made, "AWS::Lambda::Alias")}
    [api] = of_type(made, "AWS::ApiGateway::RestApi").values()
    mappings = of_type(made, "AWS::Lambda::EventSourceMapping").values()
    rules = [one for one in of_type(made, "AWS::Events::Rule").values() if "ScheduleExpression" in one["Properties"]]
    permissions = of_type(made, "AWS::Lambda::Permission").values()
    called = [one["Properties"]["FunctionName"] for one in (*mappings, *permissions)]
    called += [target["Arn"] for one in rules for target in one["Properties"]["Targets"]]
    addresses = {json.dumps(node) for node in uris(api["Properties"]["Body"])}

    assert len(mappings) == 2
    assert len(rules) == 6
    assert [one for one in called if one not in aliases.values()] == []
    [address] = addresses
    assert "${APIHandlerAliaslive}" in address


def uris(node: Any) -> list[Any]:
    if isinstance(node, dict):
        own = [node["uri"]] if "uri" in node else []
        return own + [one for value in node.values() for one in uris(value)]
    return [one for value in node for one in uris(value)] if isinstance(node, list) else []


def test_locally_there_is_no_canary_and_the_aliases_are_the_same(
    template: dict[str, Any], made: dict[str, Any]
) -> None:
    local = translated(template, "false")["Resources"]

    assert template["Parameters"]["Canary"]["Default"] == "false"
    assert [one["Type"] for one in local.values() if "CodeDeploy" in one["Type"]] == []
    assert set(of_type(local, "AWS::Lambda::Alias")) == set(of_type(made, "AWS::Lambda::Alias"))


def test_whatever_changes_another_version_is_published(template: dict[str, Any], made: dict[str, Any]) -> None:
    values = {"Commit": "a", "SecretsVersion": "1", "CodeKey": "code/1.zip"}
    path = packaging.at(packaging.BUILD / "package-under-test").template

    def mark(**others: str) -> str:
        stamped = json.loads(deploy._stamped(path, {**values, **others}))
        return str(stamped["Resources"]["APIHandler"]["Properties"]["Description"])

    marks = [mark(), mark(), mark(Commit="b"), mark(SecretsVersion="2"), mark(CodeKey="code/2.zip")]
    stamped = translated(canary.stamp(copy.deepcopy(template), marks[2]), "true")["Resources"]

    assert marks[0] == marks[1]
    assert len(set(marks)) == 4
    assert not set(of_type(stamped, "AWS::Lambda::Version")) & set(of_type(made, "AWS::Lambda::Version"))


def test_the_role_that_shifts_aliases_can_do_nothing_else(template: dict[str, Any]) -> None:
    role = template["Resources"][canary.ROLE]["Properties"]
    [policy] = role["Policies"]
    allowed = {action: one["Resource"] for one in policy["PolicyDocument"]["Statement"] for action in one["Action"]}

    assert set(allowed) == {
        "lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias", "cloudwatch:DescribeAlarms",
    }  # fmt: skip
    assert [action for action, where in allowed.items() if where == "*"] == ["cloudwatch:DescribeAlarms"]


def test_no_secret_is_a_parameter(template: dict[str, Any]) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    hidden = [name for name, one in template["Parameters"].items() if one.get("NoEcho")]

    assert hidden == []
    assert not {*secrets.VENDORS, secrets.MASTER, secrets.ALSO, secrets.FIRST} & set(variables)
    assert variables["SECRETS"]["Fn::Sub"] == (
        "{{resolve:secretsmanager:zeitfenster/${Stage}:SecretString:::${SecretsVersion}}}"
    )


def test_everything_that_holds_data_is_guarded_against_loss(template: dict[str, Any]) -> None:
    kept = {one["Type"] for one in template["Resources"].values() if one.get("DeletionPolicy") == "Retain"}

    assert kept
    assert kept <= changes.STATEFUL


def test_a_restored_table_takes_the_place_of_the_lost_one_everywhere(template: dict[str, Any]) -> None:
    name = "zeitfenster-prod-records-20261123T080000"
    pointed = restored.pointed(template, restored.read(f"RecordsTable={name}"))
    others = {one: what for one, what in pointed["Resources"].items() if one != "RecordsTable"}
    text = json.dumps([others, pointed["Outputs"], pointed["Globals"]])

    assert pointed["Resources"]["RecordsTable"] == template["Resources"]["RecordsTable"]
    assert json.dumps(template).count("RecordsTable") > 20
    assert '"RecordsTable"' not in text
    assert "${RecordsTable" not in text
    assert pointed["Globals"]["Function"]["Environment"]["Variables"]["TABLE_RECORDS"] == name
    assert f"table/{name}/index/" in text
    assert text.count(f"table/{name}") >= 9
    assert "LedgerTable" in text


@pytest.mark.parametrize("written", ["RecordsTable", "RecordsTable=", "=x", "Records Table=x", "RecordsTable=a b!"])
def test_what_is_no_table_is_not_pointed_at(written: str) -> None:
    with pytest.raises(ValueError, match="is not TABLE=name"):
        restored.read(written)
