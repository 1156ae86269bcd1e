"""A stage as an operator's commands see it: a stack with tables, two functions of the product's environment, a bucket, an API."""

import json
import os
import uuid
from pathlib import Path
from typing import Any

from infra import deploy
from infra import package as packaging
from infra.account import Account

_TABLES = {"RecordsTable": "records", "LedgerTable": "ledger", "ActivityTable": "activity", "KeysTable": "keys"}
_PARAMETERS = ("Stage", "CodeBucket", "CodeKey", "SecretsVersion", "Restored")
_ASSUME = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
}


class Stage:
    """`name` is a word of this test alone; `deploy` brings the template, with what RESTORED names in the place of lost tables."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.name = f"s{uuid.uuid4().hex[:10]}"
        self.account = Account(endpoint=endpoint, access_key="test", secret_key="test")
        self._folder = folder
        (folder / "deployment.zip").write_bytes(_zip())
        (folder / "template.json").write_text(json.dumps(self._template()))

    def deploy(self, **parameters: str) -> dict[str, str]:
        """What `make deploy` does with the template, the stack's outputs."""
        return deploy.stack(packaging.at(self._folder), stage=self.name, parameters=parameters, account=self.account)

    def end(self) -> None:
        """Remove it."""
        self.account.client("cloudformation").delete_stack(StackName=deploy.STACK.format(stage=self.name))

    def most(self) -> dict[str, int | None]:
        """How many of each function may run at once; None: as many as the account has."""
        client, stack = self.account.client("lambda"), deploy.STACK.format(stage=self.name)
        found = self.account.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        names = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in found
            if one["ResourceType"] == "AWS::Lambda::Function"
        }
        return {
            logical: client.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
            for logical, name in names.items()
        }

    def environment(self) -> dict[str, str]:
        """The environment of the functions."""
        outputs = deploy.outputs_of(self.account, deploy.STACK.format(stage=self.name))
        found = self.account.client("lambda").get_function_configuration(FunctionName=outputs["PrivacyPurgeName"])
        return dict(found["Environment"]["Variables"])

    def _template(self) -> dict[str, Any]:
        """Tables are named as those of the tests are, which lie in this process; those of the stack itself nobody asks."""
        shadow = {
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
        shadow |= {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
        environment = {name: value for name, value in os.environ.items() if name in _PRODUCTS or name.endswith("_URL")}
        environment |= {f"TABLE_{ours.upper()}": {"Ref": theirs} for theirs, ours in _TABLES.items()}
        role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": _ASSUME}}
        function = {
            "Runtime": "python3.13", "Handler": "app.app", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Ref": "CodeKey"}},
            "Environment": {"Variables": environment},
        }  # fmt: skip
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}}
        body = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": {}}
        body |= {"x-amazon-apigateway-gateway-responses": {}}
        boundary = {"PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}}  # fmt: skip
        return {
            "Parameters": {name: {"Type": "String", "Default": ""} for name in _PARAMETERS},
            "Metadata": {"Canary": {"Alarms": []}},
            "Resources": {
                **{
                    theirs: {"Type": "AWS::DynamoDB::Table",
                             "Properties": {**shadow, "TableName": os.environ[f"TABLE_{ours.upper()}"]}}
                    for theirs, ours in _TABLES.items()
                },
                "Role": role,
                "Boundary": {"Type": "AWS::IAM::ManagedPolicy", "Properties": boundary},
                "APIHandler": {"Type": "AWS::Lambda::Function", "Properties": function},
                "PrivacyPurge": {
                    "Type": "AWS::Lambda::Function", "Properties": {**function, "ReservedConcurrentExecutions": 1},
                },
                "ProofsBucket": {"Type": "AWS::S3::Bucket",
                                 "Properties": {"ObjectLockEnabled": True, "ObjectLockConfiguration": lock,
                                                "VersioningConfiguration": {"Status": "Enabled"}}},
                "RestAPI": {"Type": "AWS::ApiGateway::RestApi",
                            "Properties": {"Name": self.name, "DefinitionBody": body, "StageName": "api"}},
            },
            "Outputs": {
                **{f"Table{ours.title()}": {"Value": {"Ref": theirs}} for theirs, ours in _TABLES.items()},
                "TableGuard": {"Value": os.environ["TABLE_GUARD"]},
                "BucketProofs": {"Value": {"Ref": "ProofsBucket"}},
                "RestAPIId": {"Value": {"Ref": "RestAPI"}},
                "PrivacyPurgeName": {"Value": {"Ref": "PrivacyPurge"}},
            },
        }  # fmt: skip


_PRODUCTS = frozenset(
    ["STAGE", "CLOCK_FILE", "MASTER_SECRET", "TABLE_GUARD", "KMS_KEY", "QUEUE_OUTBOX", "BUCKET_PROOFS", "MAIL_SENDER"]
)


def _zip() -> bytes:
    import io
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("app.py", "app = None\n")
    return whole.getvalue()
