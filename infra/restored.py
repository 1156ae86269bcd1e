"""Point the product at tables that were restored: every reference to a lost table becomes the name of the one in its place.

The lost table's resource stays in the stack, so that nothing is deleted by it; nobody uses it any more. A tag on the restored
table says that it was found right; a table comes back without tags (API reference, RestoreTableToPointInTime).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_ARN = "arn:${{AWS::Partition}}:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/{name}"


def read(written: str) -> dict[str, str]:
    """`RecordsTable=name KeysTable=name` as a dictionary. Raises ValueError for anything else."""
    found: dict[str, str] = {}
    for one in written.split():
        logical, _, name = one.partition("=")
        if not re.fullmatch(r"[A-Z][A-Za-z]+Table", logical) or not re.fullmatch(r"[a-zA-Z0-9_.-]{3,255}", name):
            raise ValueError(f"{one!r} is not TABLE=name")
        found[logical] = name
    return found


TAG = "zeitfenster:verified"


def mark(dynamodb: Any, names: Iterable[str], said: str | None) -> None:
    """Tag restored tables with what was found of them; with None nothing is found yet."""
    for name in names:
        arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        if said is None:
            dynamodb.untag_resource(ResourceArn=arn, TagKeys=[TAG])
        else:
            dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": TAG, "Value": said}])


def unverified(dynamodb: Any, names: Iterable[str]) -> list[str]:
    """Those of the restored tables that nobody has found right since they were restored or worked on."""
    found = []
    for name in names:
        arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        if TAG not in {one["Key"] for one in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}:
            found.append(name)
    return found


def pointed(node: Any, tables: Mapping[str, str]) -> Any:
    """The template, or a part of it, with references to `tables` (logical id -> name) replaced."""
    if isinstance(node, list):
        return [pointed(one, tables) for one in node]
    if not isinstance(node, dict):
        return node
    for logical, name in tables.items():
        if node == {"Ref": logical}:
            return name
        if node in ({"Fn::GetAtt": [logical, "Arn"]}, {"Fn::GetAtt": f"{logical}.Arn"}):
            return {"Fn::Sub": _ARN.format(name=name)}
    return {key: _in_text(value, tables) if key == "Fn::Sub" else pointed(value, tables) for key, value in node.items()}


def _in_text(value: Any, tables: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_in_text(value[0], tables), *(pointed(one, tables) for one in value[1:])]
    for logical, name in tables.items():
        value = value.replace(f"${{{logical}.Arn}}", _ARN.format(name=name)).replace(f"${{{logical}}}", name)
    return value
