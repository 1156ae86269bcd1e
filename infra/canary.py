"""A new version takes over a tenth of the work first and the rest after five minutes, unless an alarm calls it back.

Every function is called by its alias `live`, which CodeDeploy shifts (the AWS::Serverless transform makes what it needs).
The emulator knows no CodeDeploy: there the alias moves at once. See docs/adr/0017-operations.md.
"""

from typing import Any

ALIAS = "live"
ROLE = "CanaryRole"
ALARMS = ("CanaryApiAlarm", "CanaryWorkAlarm")
"""Logical ids of the alarms that call a version back, ten at most; they also roll back the whole stack."""
TYPES = {"APIHandler": "Canary10Percent5Minutes", "OutboxWork": "Canary10Percent5Minutes"}
"""How a function's alias is shifted. What runs once an hour or a night sees nothing of a tenth in five minutes."""
AT_ONCE = "AllAtOnce"


def prepare(template: dict[str, Any]) -> dict[str, Any]:
    """Give every function its alias, and let everybody who calls one call the alias; changes and returns `template`."""
    resources: dict[str, Any] = template["Resources"]
    functions = [name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"]
    for name in functions:
        properties = resources[name]["Properties"]
        properties["AutoPublishAlias"] = ALIAS
        # Else a change of memory or environment would wait for the next change of the code.
        properties["AutoPublishAliasAllProperties"] = True
        properties["DeploymentPreference"] = {
            "Enabled": {"Ref": "Canary"},
            "Type": TYPES.get(name, AT_ONCE),
            "Alarms": [{"Ref": alarm} for alarm in ALARMS],
            "Role": {"Fn::GetAtt": [ROLE, "Arn"]},
        }
        template["Outputs"][f"{name}Live"] = {"Value": {"Ref": f"{name}.Alias"}}
    for one in resources.values():
        properties = one.get("Properties", {})
        if one["Type"] == "AWS::Lambda::Permission" and properties["FunctionName"].get("Ref") in functions:
            properties["FunctionName"] = {"Ref": f"{properties['FunctionName']['Ref']}.Alias"}
        elif one["Type"] == "AWS::Serverless::Api":
            one["Properties"]["DefinitionBody"] = _at_alias(properties["DefinitionBody"], functions)
    template.setdefault("Metadata", {})["Canary"] = {"Alarms": list(ALARMS)}
    return template


def stamp(template: dict[str, Any], mark: str) -> dict[str, Any]:
    """Write `mark` into every function: a version is published when it differs, even where only a parameter changed."""
    for one in template["Resources"].values():
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"]["Description"] = mark
    return template


def _at_alias(node: Any, functions: list[str]) -> Any:
    """The definition of the API with `${Function.Arn}` replaced by the alias, named as SAM names it (generated resources)."""
    if isinstance(node, dict):
        return {key: _at_alias(value, functions) for key, value in node.items()}
    if isinstance(node, list):
        return [_at_alias(value, functions) for value in node]
    if isinstance(node, str):
        for name in functions:
            node = node.replace(f"${{{name}.Arn}}", f"${{{name}Alias{ALIAS}}}")
    return node
