"""Bring a package to eu-central-2, or to the emulator that stands in for it, by CloudFormation and nothing else."""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.config
import botocore.exceptions

from infra import package as packaging
from infra import prerequisites

REGION = "eu-central-2"
STACK = "zeitfenster-{stage}"
POLL_SECONDS = 5.0
LOCAL_POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30 * 60
TTL_ATTRIBUTE = "expires"


class RefusedError(Exception):
    """Nothing was touched, or nothing further is: the message says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where to deploy: AWS itself with the caller's own credentials, or an emulator at `endpoint`."""

    region: str = REGION
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None

    def client(self, service: str, *, once_within_seconds: int | None = None) -> Any:
        """A client of this account, in its region; one that asks once and waits that long, where a retry would do harm.

        Raises RefusedError for any region but Zurich.
        """
        refuse_other_regions(self.region, os.environ)
        return _client(self, service, once_within_seconds)


@cache
def _session(region: str) -> Any:
    return boto3.session.Session(region_name=region)


@cache
def _client(account: Account, service: str, once_within_seconds: int | None) -> Any:
    """Made once: reading a service's model takes longer than asking the emulator."""
    return _session(account.region).client(
        service,
        endpoint_url=account.endpoint,
        aws_access_key_id=account.access_key,
        aws_secret_access_key=account.secret_key,
        config=botocore.config.Config(
            retries={"mode": "standard", "total_max_attempts": 1 if once_within_seconds else 5},
            read_timeout=once_within_seconds or 60,
            s3={"addressing_style": "path" if account.endpoint else "auto"},
        ),
    )


def refuse_other_regions(region: str, environment: Mapping[str, str]) -> None:
    """Raises RefusedError unless `region`, and every region the environment names, is eu-central-2."""
    named = {"the region asked for": region}
    named |= {name: environment[name] for name in ("AWS_REGION", "AWS_DEFAULT_REGION") if environment.get(name)}
    for where, name in named.items():
        if name != REGION:
            raise RefusedError(f"{where} is {name}: Zeitfenster is deployed to {REGION} and to no other region")


def stack(package: packaging.Package, *, stage: str, parameters: Mapping[str, str], account: Account) -> dict[str, str]:
    """Deploy `package` as the stack of `stage` and return the stack's outputs. Raises RefusedError."""
    refuse_other_regions(account.region, os.environ)
    bucket = _bucket(account)
    digest = package.digest
    code_key = f"code/{digest}.zip"
    _upload(account, package.archive, bucket=bucket, key=code_key)
    template_key = f"template/{digest}-{int(time.time())}.json"
    _upload(account, package.template, bucket=bucket, key=template_key)
    values = {**parameters, "Stage": stage, "CodeBucket": bucket, "CodeKey": code_key}
    name = STACK.format(stage=stage)
    _apply(account, name, template_url=_url(account, bucket, template_key), values=values)
    outputs = outputs_of(account, name)
    _expire_guard_rows(account, outputs["TableGuard"])
    _lock_proofs(account, outputs["BucketProofs"], package.template)
    _bound_roles(account, name)
    _answer_as_problems(account, outputs["RestAPIId"], package.template)
    return outputs


def _bucket(account: Account) -> str:
    """The bucket that packages go through, made at the first deployment; private, encrypted, in the same region."""
    number = account.client("sts").get_caller_identity()["Account"]
    name = f"zeitfenster-deploy-{number}-{account.region}"
    s3 = account.client("s3")
    try:
        s3.head_bucket(Bucket=name)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise RefusedError(f"bucket {name}: {error}") from error
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": account.region})
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
        if account.endpoint is None:
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    return name


def _upload(account: Account, file: Path, *, bucket: str, key: str) -> None:
    s3 = account.client("s3")
    with suppress(botocore.exceptions.ClientError):
        if s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == file.stat().st_size:
            return
    with file.open("rb") as body:
        s3.put_object(Bucket=bucket, Key=key, Body=body)


def _url(account: Account, bucket: str, key: str) -> str:
    if account.endpoint:
        return f"{account.endpoint}/{bucket}/{key}"
    return f"https://{bucket}.s3.{account.region}.amazonaws.com/{key}"


def _apply(account: Account, name: str, *, template_url: str, values: Mapping[str, str]) -> None:
    """Create the stack, or update it; wait for the end. Raises RefusedError with CloudFormation's own reasons."""
    cloudformation = account.client("cloudformation")
    request: dict[str, Any] = {
        "StackName": name,
        "TemplateURL": template_url,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    since = time.time()
    try:
        if _status(cloudformation, name) in {"", "DELETE_COMPLETE"}:
            cloudformation.create_stack(
                **request, OnFailure="DELETE", EnableTerminationProtection=account.endpoint is None
            )
        else:
            cloudformation.update_stack(**request)
    except botocore.exceptions.ClientError as error:
        if "No updates are to be performed" in str(error):
            return
        raise RefusedError(f"stack {name}: {error}") from error
    pause = LOCAL_POLL_SECONDS if account.endpoint else POLL_SECONDS
    while time.time() - since < PATIENCE_SECONDS:
        status = _status(cloudformation, name)
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return
        if not status or status.endswith(("_FAILED", "ROLLBACK_COMPLETE", "DELETE_COMPLETE")):
            reasons = "\n".join(_failures(cloudformation, name))
            raise RefusedError(f"stack {name} ended as {status or 'deleted'}\n{reasons}")
        time.sleep(pause)
    raise RefusedError(f"stack {name} did not finish within {PATIENCE_SECONDS // 60} minutes")


def _status(cloudformation: Any, name: str) -> str:
    """The stack's status, or nothing where there is no such stack."""
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except botocore.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise


def _failures(cloudformation: Any, name: str) -> Iterator[str]:
    with suppress(botocore.exceptions.ClientError):
        for event in cloudformation.describe_stack_events(StackName=name)["StackEvents"]:
            if event["ResourceStatus"].endswith("_FAILED"):
                yield f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"


def outputs_of(account: Account, name: str) -> dict[str, str]:
    """What the stack says of itself."""
    described = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}


def _expire_guard_rows(account: Account, table: str) -> None:
    """Switch on the expiry of the guard table where CloudFormation did not: the emulator passes over that property."""
    dynamodb = account.client("dynamodb")
    state = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"]
    if state not in {"ENABLED", "ENABLING"}:
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": TTL_ATTRIBUTE}
        )


def _lock_proofs(account: Account, bucket: str, template: Path) -> None:
    """Make the bucket of checkpoints write-once where CloudFormation did not: the emulator passes over that property too."""
    s3 = account.client("s3")
    try:
        s3.get_object_lock_configuration(Bucket=bucket)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "ObjectLockConfigurationNotFoundError":
            raise
        lock = json.loads(template.read_text())["Resources"]["ProofsBucket"]["Properties"]["ObjectLockConfiguration"]
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)


def _bound_roles(account: Account, name: str) -> None:
    """Put the boundary on every role where CloudFormation did not: the emulator passes over that property too."""
    resources = account.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    physical = {one["LogicalResourceId"]: one for one in resources}
    iam = account.client("iam")
    for one in physical.values():
        if one["ResourceType"] == "AWS::IAM::Role":
            role = one["PhysicalResourceId"]
            if "PermissionsBoundary" not in iam.get_role(RoleName=role)["Role"]:
                boundary = physical["Boundary"]["PhysicalResourceId"]
                iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=boundary)


def _answer_as_problems(account: Account, api_id: str, template: Path) -> None:
    """Give the API the template's gateway responses where its import did not: the emulator passes over them."""
    api = json.loads(template.read_text())["Resources"]["RestAPI"]["Properties"]
    gateway = account.client("apigateway")
    found = gateway.get_gateway_responses(restApiId=api_id, limit=500)["items"]
    own = {one["responseType"] for one in found if not one.get("defaultResponse")}
    wanted = api["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]
    missing = {kind: response for kind, response in wanted.items() if kind not in own}
    for kind, response in missing.items():
        gateway.put_gateway_response(restApiId=api_id, responseType=kind, **response)
    if missing:
        gateway.create_deployment(restApiId=api_id, stageName=api["StageName"])


def master_secret(stage: str, *, account: Account) -> str:
    """The stage's root secret from Secrets Manager `zeitfenster/<stage>`; made there at the first deployment."""
    manager = account.client("secretsmanager")
    name = f"zeitfenster/{stage}"
    try:
        return str(manager.get_secret_value(SecretId=name)["SecretString"])
    except manager.exceptions.ResourceNotFoundException:
        value = secrets.token_urlsafe(48)
        manager.create_secret(Name=name, SecretString=value, Description="Root of every seal and blind index.")
        return value


def version() -> str:
    """The version in pyproject.toml."""
    return packaging.version()


def main() -> None:
    """`python -m infra.deploy --stage prod`: what `make deploy` runs."""
    parser = argparse.ArgumentParser(description="Package Zeitfenster and deploy it to eu-central-2.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--region", default=REGION)
    parser.add_argument("--public-url", default=os.environ.get("PUBLIC_URL", ""))
    parser.add_argument("--certificate-arn", default=os.environ.get("CERTIFICATE_ARN", ""))
    parser.add_argument("--mail-sender", default=os.environ.get("MAIL_SENDER", ""))
    parser.add_argument("--smsapi-sender", default=os.environ.get("SMSAPI_SENDER", ""))
    # Swiss law (UWG Art. 3(1)(s)) wants name, postal address and mail address of whoever offers services online.
    parser.add_argument("--operator-name", default=os.environ.get("OPERATOR_NAME", ""))
    parser.add_argument("--operator-address", default=os.environ.get("OPERATOR_ADDRESS", ""))
    parser.add_argument("--operator-email", default=os.environ.get("OPERATOR_EMAIL", ""))
    parser.add_argument("--operator-uid", default=os.environ.get("OPERATOR_UID", ""))
    asked = parser.parse_args()
    refuse_other_regions(asked.region, os.environ)
    for option in (
        "public_url",
        "certificate_arn",
        "mail_sender",
        "operator_name",
        "operator_address",
        "operator_email",
    ):
        if not getattr(asked, option):
            raise RefusedError(f"{option.upper()} is not set: nothing was touched")
    account = Account(region=asked.region)
    built = packaging.build(architecture=packaging.ON_AWS)
    if missing := prerequisites.missing(account, built.template):
        raise RefusedError("\n".join([*missing, "Nothing was touched."]))
    parameters = {
        "PublicUrl": asked.public_url.rstrip("/"),
        "CertificateArn": asked.certificate_arn,
        "MailSender": asked.mail_sender,
        "SmsapiSender": asked.smsapi_sender,
        "SmsapiToken": os.environ.get("SMSAPI_TOKEN", ""),
        "Newsletter": os.environ.get("NEWSLETTER") or "ortto",
        "OrttoKey": os.environ.get("ORTTO_KEY", ""),
        "AutopilotKey": os.environ.get("AUTOPILOT_KEY", ""),
        "ZendeskAccount": os.environ.get("ZENDESK_ACCOUNT", ""),
        "ZendeskClientId": os.environ.get("ZENDESK_CLIENT_ID", ""),
        "ZendeskClientSecret": os.environ.get("ZENDESK_CLIENT_SECRET", ""),
        "BexioClientId": os.environ.get("BEXIO_CLIENT_ID", ""),
        "BexioClientSecret": os.environ.get("BEXIO_CLIENT_SECRET", ""),
        "BexioRefreshToken": os.environ.get("BEXIO_REFRESH_TOKEN", ""),
        "BexioOptions": os.environ.get("BEXIO_OPTIONS", ""),
        "ZendeskWebhookSecret": os.environ.get("ZENDESK_WEBHOOK_SECRET", ""),
        "ChatraKey": os.environ.get("CHATRA_KEY", ""),
        "Ga4MeasurementId": os.environ.get("GA4_MEASUREMENT_ID", ""),
        "Ga4ApiSecret": os.environ.get("GA4_API_SECRET", ""),
        "MasterSecret": master_secret(asked.stage, account=account),
        "OperatorName": asked.operator_name,
        "OperatorAddress": asked.operator_address,
        "OperatorEmail": asked.operator_email,
        "OperatorUid": asked.operator_uid,
        "AlarmEmail": os.environ.get("ALARM_EMAIL", ""),
        "Commit": os.environ.get("COMMIT", ""),
        "Version": version(),
    }
    outputs = stack(built, stage=asked.stage, parameters=parameters, account=account)
    print(f"Deployed. API: {outputs['EndpointURL']}")


if __name__ == "__main__":
    try:
        main()
    except (RefusedError, packaging.PackagingError) as failure:
        sys.exit(str(failure))
