"""The watch over DynamoDB requests notices what AWS would refuse."""

import pytest

from tests.fakes import strict

ITEM = {"TableName": "t", "Key": {"pk": {"S": "a"}, "sk": {"S": "b"}}}


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("Scan", {"TableName": "t"}),
        ("UpdateItem", {**ITEM, "UpdateExpression": "SET q = :x, q = :x"}),
        ("UpdateItem", {**ITEM, "UpdateExpression": "ADD b :n DELETE b :o"}),
        ("UpdateItem", {**ITEM, "UpdateExpression": "SET a.b = :x REMOVE a"}),
        ("UpdateItem", {**ITEM, "UpdateExpression": "SET #0 = :x", "ExpressionAttributeNames": {"#0": "pk"}}),
        ("Query", {"TableName": "t", "IndexName": "due", "ConsistentRead": True}),
        ("Query", {"TableName": "t", "FilterExpression": "#k = :x", "ExpressionAttributeNames": {"#k": "sk"}}),
        ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "t", "Item": ITEM["Key"]}}, {"Delete": ITEM}]}),
        ("TransactWriteItems", {"TransactItems": [], "ClientRequestToken": "x" * 37}),
        ("PutItem", {"TableName": "t", "Item": {"pk": {"S": "a"}, "sk": {"S": ""}}}),
        ("PutItem", {"TableName": "t", "Item": {**ITEM["Key"], "due_at": {"NULL": True}}}),
    ],
)
def test_what_aws_refuses_is_refused(operation: str, params: dict[str, object]) -> None:
    with pytest.raises(strict.AwsWouldRefuse):
        strict.check(operation, params)


def test_an_honest_update_passes() -> None:
    text = "SET t3 = if_not_exists(t2, :zero), t2 = if_not_exists(t1, :zero), t1 = :now"

    strict.check("UpdateItem", {**ITEM, "UpdateExpression": text})
