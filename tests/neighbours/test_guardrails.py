"""Zurich and nowhere else: what the guardrails refuse is refused, and what a deployment needs is not, judged by the emulator's IAM."""

import fnmatch
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra import deploy
from infra import package as packaging
from infra.account import Account
from infra.local import emulator as local

GUARDRAILS = Path(__file__).parents[2] / "infra" / "guardrails"
ACCOUNT = "000000000000"
ELSEWHERE = ("eu-west-1", "us-east-1", "eu-central-1")


class Caller:
    """Somebody with keys of their own in the emulator."""

    def __init__(self, endpoint: str, key: str, secret: str, token: str | None = None) -> None:
        self._endpoint = endpoint
        self._session = boto3.session.Session(key, secret, token, region_name=packaging.REGION)

    def client(self, service: str, region: str = packaging.REGION) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return self._session.client(service, region_name=region, endpoint_url=self._endpoint, config=config)


@pytest.fixture(scope="module")
def emulator() -> Iterator[local.Emulator]:
    """One of our own: the one of the rooms answers for DynamoDB without asking who asks."""
    with local.running() as running:
        yield running


@pytest.fixture(scope="module")
def root(emulator: Any) -> Caller:
    return Caller(emulator.endpoint, local.ACCESS_KEY, local.SECRET_KEY)


@pytest.fixture(scope="module")
def package() -> packaging.Package:
    return packaging.build(target=packaging.BUILD / "package-of-guardrails")


@pytest.fixture(scope="module")
def under_the_scp(root: Caller, emulator: Any) -> Caller:
    """An administrator of an account under the service control policy; the emulator knows no organisations, IAM judges alike."""
    iam, name = root.client("iam"), f"admin-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
    scp = iam.create_policy(PolicyName=f"scp-{name}", PolicyDocument=(GUARDRAILS / "scp.json").read_text())
    iam.attach_user_policy(UserName=name, PolicyArn=scp["Policy"]["Arn"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return Caller(emulator.endpoint, key["AccessKeyId"], key["SecretAccessKey"])


@pytest.fixture(scope="module")
def account(root: Caller) -> Any:
    """The account after infra/guardrails/account.yaml."""
    cloudformation = root.client("cloudformation")
    cloudformation.create_stack(
        StackName="zeitfenster-account",
        TemplateBody=(GUARDRAILS / "account.yaml").read_text(),
        Parameters=[{"ParameterKey": "DeployerPrincipal", "ParameterValue": f"arn:aws:iam::{ACCOUNT}:root"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="zeitfenster-account", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
    )
    return root


@pytest.fixture(scope="module")
def deployer(account: Caller, emulator: Any) -> Caller:
    """Who has taken on the role that deploys."""
    taken = account.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/zeitfenster-deployer", RoleSessionName="deployment"
    )["Credentials"]
    return Caller(emulator.endpoint, taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])


def refused(ask: Any, /, **request: Any) -> bool:
    """Whether the rights of the caller are what stands in the way."""
    try:
        ask(**request)
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return "AccessDenied" in code or code == "UnauthorizedOperation"
    return False


@pytest.mark.parametrize("region", ELSEWHERE)
def test_under_the_scp_nothing_is_made_in_another_region(under_the_scp: Caller, region: str) -> None:
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    table = {
        "TableName": f"t-{uuid.uuid4().hex}", "KeySchema": key, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }  # fmt: skip

    assert refused(under_the_scp.client("dynamodb", region).create_table, **table)
    assert refused(under_the_scp.client("sqs", region).create_queue, QueueName="q")
    assert refused(under_the_scp.client("kms", region).create_key)
    assert not refused(under_the_scp.client("dynamodb").create_table, **table)


def test_under_the_scp_there_is_still_one_iam_for_all_regions(under_the_scp: Caller) -> None:
    assert not refused(under_the_scp.client("iam", "us-east-1").list_roles)
    assert not refused(under_the_scp.client("sts", "us-east-1").get_caller_identity)


def test_under_the_scp_keys_stay_and_so_do_backups_and_locks(under_the_scp: Caller, root: Caller) -> None:
    key = root.client("kms").create_key()["KeyMetadata"]["KeyId"]
    bucket = f"locked-{uuid.uuid4().hex}"
    root.client("s3").create_bucket(
        Bucket=bucket,
        CreateBucketConfiguration={"LocationConstraint": packaging.REGION},
        ObjectLockEnabledForBucket=True,
    )
    kms, s3, dynamodb = (under_the_scp.client(one) for one in ("kms", "s3", "dynamodb"))
    backups = {"PointInTimeRecoveryEnabled": False}

    assert refused(kms.schedule_key_deletion, KeyId=key)
    assert refused(kms.disable_key, KeyId=key)
    assert refused(kms.disable_key_rotation, KeyId=key)
    assert refused(s3.put_object_lock_configuration, Bucket=bucket, ObjectLockConfiguration={})
    assert refused(s3.delete_bucket, Bucket=bucket)
    assert refused(
        dynamodb.update_continuous_backups, TableName="test-records", PointInTimeRecoverySpecification=backups
    )
    assert not refused(kms.describe_key, KeyId=key)


def test_the_deployer_deploys_the_product_whole(
    deployer: Caller, root: Caller, package: packaging.Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its CloudFormation passes over boundaries, so infra/deploy.py puts them; and its IAM does not know the key
    # `iam:PermissionsBoundary`, so there it refuses what AWS would let pass.
    callers = {"iam": root}
    monkeypatch.setattr(Account, "client", lambda _, name, **__: callers.get(name, deployer).client(name))

    outputs = deployed(deployer, package, "limits")

    roles = [one["RoleName"] for one in root.client("iam").list_roles()["Roles"]]
    assert outputs["TableRecords"]
    assert len([one for one in roles if one.startswith("zeitfenster-limits-")]) >= 9


def deployed(who: Caller, package: packaging.Package, stage: str) -> dict[str, str]:
    """The outputs of a stack that `who` has made in the emulator."""
    account = Account(endpoint=who._endpoint)
    parameters = {
        "MasterSecret": "a-master-secret-for-tests-only-0123456789", "PublicUrl": "http://localhost:8000",
        "MailSender": "post@zeitfenster.example", "MailUrl": "http://127.0.0.1:9/ses",
    }  # fmt: skip
    return deploy.stack(package, stage=stage, parameters=parameters, account=account)


def test_the_deployer_makes_no_role_that_may_do_more_than_the_product(deployer: Caller) -> None:
    iam = deployer.client("iam")
    trust = json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    })  # fmt: skip
    role = {"RoleName": "zeitfenster-own", "AssumeRolePolicyDocument": trust}

    assert refused(iam.create_role, **role)
    assert refused(iam.create_role, **role, PermissionsBoundary="arn:aws:iam::aws:policy/AdministratorAccess")
    assert refused(iam.create_role, RoleName="somebody-else", AssumeRolePolicyDocument=trust)
    assert not refused(iam.get_role, RoleName="zeitfenster-deployer-of-nothing")


def test_the_boundary_that_roles_need_is_the_one_the_stack_makes(root: Caller, account: Any) -> None:
    stated = (GUARDRAILS / "account.yaml").read_text()
    made = [one["Arn"] for one in root.client("iam").list_policies(Scope="Local")["Policies"]]
    own = [arn for arn in made if fnmatch.fnmatch(arn, f"arn:aws:iam::{ACCOUNT}:policy/zeitfenster-*-Boundary-*")]

    assert "policy/zeitfenster-*-Boundary-*" in stated
    assert len(own) == 1


def test_the_deployer_cannot_loosen_its_own_limits_nor_leave_zurich_nor_read_data(deployer: Caller) -> None:
    iam = deployer.client("iam")
    own = {"RoleName": "zeitfenster-deployer"}

    assert refused(iam.delete_role_permissions_boundary, **own)
    assert refused(iam.put_role_policy, **own, PolicyName="more", PolicyDocument="{}")
    assert refused(
        iam.create_policy_version, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/zeitfenster-deployer-boundary",
        PolicyDocument="{}",
    )  # fmt: skip
    assert refused(iam.create_user, UserName="back-door")
    for region in ELSEWHERE:
        assert refused(deployer.client("dynamodb", region).list_tables)
        assert refused(deployer.client("cloudformation", region).list_stacks)
    assert refused(deployer.client("dynamodb").scan, TableName="test-records")
    assert not refused(deployer.client("dynamodb").list_tables)


@pytest.mark.parametrize("region", ELSEWHERE)
def test_the_package_is_refused_by_every_other_region(root: Caller, package: packaging.Package, region: str) -> None:
    bucket = f"templates-{uuid.uuid4().hex}"
    root.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": packaging.REGION})
    root.client("s3").put_object(Bucket=bucket, Key="template.json", Body=package.template.read_bytes())
    values = {
        "Stage": "prod", "CodeBucket": bucket, "CodeKey": "code.zip", "SecretsVersion": "first",
        "PublicUrl": "http://localhost", "MailSender": "post@zeitfenster.example", "MailUrl": "http://127.0.0.1:9",
    }  # fmt: skip

    with pytest.raises(ClientError, match="eu-central-2"):
        root.client("cloudformation", region).create_stack(
            StackName="zeitfenster-prod", TemplateURL=f"{root._endpoint}/{bucket}/template.json",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )  # fmt: skip
    assert root.client("dynamodb", region).list_tables()["TableNames"] == []


def test_on_aws_a_certificate_is_needed(root: Caller, package: packaging.Package) -> None:
    values = {
        "Stage": "prod", "CodeBucket": "b", "CodeKey": "code.zip", "SecretsVersion": "first",
        "PublicUrl": "https://termine.example.ch", "MailSender": "post@zeitfenster.example",
    }  # fmt: skip
    bucket = f"templates-{uuid.uuid4().hex}"
    root.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": packaging.REGION})
    root.client("s3").put_object(Bucket=bucket, Key="template.json", Body=package.template.read_bytes())

    with pytest.raises(ClientError, match="certificate"):
        root.client("cloudformation").create_stack(
            StackName="zeitfenster-prod", TemplateURL=f"{root._endpoint}/{bucket}/template.json",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )  # fmt: skip
