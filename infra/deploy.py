"""Bring a package to eu-central-2, or to the emulator that stands in for it, by CloudFormation and nothing else."""

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

import botocore.config
import botocore.exceptions

from chalicelib.plumbing.settings import REGION
from infra import canary, changes, prerequisites, restored, secrets
from infra import package as packaging
from infra.account import Account, RefusedError, refuse_other_regions

STACK = "zeitfenster-{stage}"
POLL_SECONDS = 5.0
LOCAL_POLL_SECONDS = 0.1
KEPT_VERSIONS = 3


def stack(
    package: packaging.Package,
    *,
    stage: str,
    parameters: Mapping[str, str],
    account: Account,
    agreed: Callable[[changes.Plan], bool] = lambda _: True,
    lose: Collection[str] = (),
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, str]:
    """Deploy `package` as the stack of `stage` and return the stack's outputs.

    What would change is put before `agreed`; what holds data is replaced or removed only where `lose` names it. The same
    call after an interruption takes up, or waits for, what the first one left behind. Raises RefusedError.
    """
    refuse_other_regions(account.region, os.environ)
    name = STACK.format(stage=stage)
    bucket = _bucket(account)
    code_key = f"code/{package.digest}.zip"
    _upload(account, package.archive.read_bytes(), bucket=bucket, key=code_key)
    values = {
        **parameters,
        "Stage": stage,
        "CodeBucket": bucket,
        "CodeKey": code_key,
        "SecretsVersion": secrets.version(stage, account=account),
    }
    values.setdefault("Restored", restored_before(account, name))
    refuse_unverified(account, values["Restored"])
    template = _stamped(package.template, values)
    mark = hashlib.sha256(template).hexdigest()
    template_key = f"template/{mark}.json"
    _upload(account, template, bucket=bucket, key=template_key)
    cloudformation = account.client("cloudformation")
    patience = changes.Patience(pause=LOCAL_POLL_SECONDS if account.endpoint else POLL_SECONDS)
    try:
        plan = changes.plan(
            cloudformation,
            name,
            template_url=_url(account, bucket, template_key),
            values=values,
            mark=mark,
            alarms=() if account.endpoint else _alarms(account, name, package.template),
            patience=patience,
            say=say,
        )
        if plan is None:
            say(f"Nothing to change: stack {name} is as asked.")
        else:
            for line in ("This would change:", *plan.lines()):
                say(line)
            changes.refuse_losses(plan, lose)
            if not agreed(plan):
                raise RefusedError("Not confirmed: nothing was done. The plan waits; the same command shows it again.")
            changes.carry_out(cloudformation, plan, patience=patience, say=say)
    except changes.ChangeError as problem:
        raise RefusedError(str(problem)) from problem
    outputs = outputs_of(account, name)
    if account.endpoint is None:
        cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
    _lock_proofs(account, outputs["BucketProofs"], package.template)
    _bound_roles(account, name)
    _answer_as_problems(account, outputs["RestAPIId"], package.template)
    _forget_old_versions(account, outputs)
    return outputs


def _stamped(template: Path, values: Mapping[str, str]) -> bytes:
    """The template with the mark of these values in every function: another mark, another version."""
    mark = hashlib.sha256(json.dumps(sorted(values.items())).encode()).hexdigest()[:16]
    pointed = restored.pointed(json.loads(template.read_text()), restored.read(values.get("Restored", "")))
    stamped = canary.stamp(pointed, f"Zeitfenster {values.get('Version', '')} {mark}")
    return (json.dumps(stamped, sort_keys=True, indent=1) + "\n").encode()


def refuse_unverified(account: Account, named: str) -> None:
    """Raises RefusedError unless every restored table in `named` (TABLE=name ...) was found right by `infra.restore verify`."""
    tables = restored.read(named)
    missing = restored.unverified(account.client("dynamodb"), tables.values()) if tables else []
    if missing:
        raise RefusedError(
            f"{', '.join(missing)}: `python -m infra.restore verify` has not found it right, so nobody may use it "
            "(infra/restore.md, Verify)"
        )


def restored_before(account: Account, name: str) -> str:
    """Which restored tables the stack uses now: that is not forgotten by the next deployment."""
    try:
        found = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0].get("Parameters", [])
    except botocore.exceptions.ClientError:
        return ""
    return next((str(one["ParameterValue"]) for one in found if one["ParameterKey"] == "Restored"), "")


def _alarms(account: Account, name: str, template: Path) -> list[str]:
    """ARNs of the alarms that roll this stack back; none before it is there."""
    wanted = json.loads(template.read_text())["Metadata"]["Canary"]["Alarms"]
    number = account.client("sts").get_caller_identity()["Account"]
    try:
        found = account.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    except botocore.exceptions.ClientError:
        return []
    physical = {one["LogicalResourceId"]: one.get("PhysicalResourceId") for one in found}
    there = [physical[one] for one in wanted if physical.get(one)]
    return [f"arn:aws:cloudwatch:{account.region}:{number}:alarm:{one}" for one in there]


def _forget_old_versions(account: Account, outputs: Mapping[str, str]) -> None:
    """Remove versions of functions that nobody would go back to: 75 GB hold all versions of an account (Lambda quotas)."""
    client = account.client("lambda")
    for live in (value for name, value in outputs.items() if name.endswith("Live")):
        function, _, alias = live.rpartition(":")
        serving = client.get_alias(FunctionName=function, Name=alias)
        pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        numbers = sorted(
            int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"] != "$LATEST"
        )
        used = {
            int(serving["FunctionVersion"]),
            *map(int, serving.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})),
        }
        for number in numbers[:-KEPT_VERSIONS]:
            if number not in used:
                client.delete_function(FunctionName=function, Qualifier=str(number))


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


def _upload(account: Account, content: bytes, *, bucket: str, key: str) -> None:
    """Put what is not there yet: every key holds the hash of its content."""
    s3 = account.client("s3")
    with suppress(botocore.exceptions.ClientError):
        if s3.head_object(Bucket=bucket, Key=key)["ContentLength"] == len(content):
            return
    s3.put_object(Bucket=bucket, Key=key, Body=content)


def _url(account: Account, bucket: str, key: str) -> str:
    if account.endpoint:
        return f"{account.endpoint}/{bucket}/{key}"
    return f"https://{bucket}.s3.{account.region}.amazonaws.com/{key}"


def outputs_of(account: Account, name: str) -> dict[str, str]:
    """What the stack says of itself."""
    described = account.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in described["Outputs"]}


def _lock_proofs(account: Account, bucket: str, template: Path) -> None:
    """Make the bucket of checkpoints write-once where CloudFormation did not: the emulator passes over that property.

    That it passes over the expiry of guard rows too is left so: it would forget by the real clock, and a local run has one of
    its own. Expiry is looked at on every read anyway.
    """
    s3 = account.client("s3")
    try:
        s3.get_object_lock_configuration(Bucket=bucket)
    except botocore.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "ObjectLockConfigurationNotFoundError":
            raise
        lock = json.loads(template.read_text())["Resources"]["ProofsBucket"]["Properties"]["ObjectLockConfiguration"]
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)


def _bound_roles(account: Account, name: str) -> None:
    """Put the boundary on every role where CloudFormation did not: the emulator passes over that property. It passes over the expiry of guard rows as well, and well so:
    it would forget by the real clock, while a local run has a clock of its own, and expiry is looked at on every read."""
    resources = account.client("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    physical = {one["LogicalResourceId"]: one for one in resources}
    iam = account.client("iam")
    for one in physical.values():
        if one["ResourceType"] == "AWS::IAM::Role" and one["LogicalResourceId"] != canary.ROLE:
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
        "Newsletter": os.environ.get("NEWSLETTER") or "ortto",
        "ZendeskAccount": os.environ.get("ZENDESK_ACCOUNT", ""),
        "ZendeskClientId": os.environ.get("ZENDESK_CLIENT_ID", ""),
        "BexioClientId": os.environ.get("BEXIO_CLIENT_ID", ""),
        "BexioOptions": os.environ.get("BEXIO_OPTIONS", ""),
        "ChatraKey": os.environ.get("CHATRA_KEY", ""),
        "Ga4MeasurementId": os.environ.get("GA4_MEASUREMENT_ID", ""),
        "OperatorName": asked.operator_name,
        "OperatorAddress": asked.operator_address,
        "OperatorEmail": asked.operator_email,
        "OperatorUid": asked.operator_uid,
        "AlarmEmail": os.environ.get("ALARM_EMAIL", ""),
        **({"Restored": os.environ["RESTORED"]} if "RESTORED" in os.environ else {}),
        "Canary": "false" if os.environ.get("CANARY") == "off" else "true",
        "Commit": os.environ.get("COMMIT", ""),
        "Version": version(),
    }
    try:
        outputs = stack(
            built,
            stage=asked.stage,
            parameters=parameters,
            account=account,
            agreed=_agreed,
            lose=os.environ.get("LOSE", "").split(),
            say=lambda line: print(line, flush=True),
        )
    except (KeyboardInterrupt, botocore.exceptions.BotoCoreError) as interruption:
        raise RefusedError(
            f"Interrupted ({type(interruption).__name__}): whatever was begun goes on without us. Run the same command "
            "again: it waits for the end of it and says how it ended."
        ) from interruption
    print(f"Deployed. API: {outputs['EndpointURL']}")


def _agreed(_: changes.Plan) -> bool:
    """Whether whoever runs this wants it so: YES=1, or the word typed."""
    if os.environ.get("YES") == "1":
        return True
    return sys.stdin.isatty() and input("Carry it out? Type yes: ").strip() == "yes"


if __name__ == "__main__":
    try:
        main()
    except (RefusedError, packaging.PackagingError) as failure:
        sys.exit(str(failure))
