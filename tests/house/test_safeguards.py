"""What neither cfn-lint nor checkov knows: TLS, the domain, access logs, locks, limits of concurrency, rights without stars."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import answers
from infra import package as packaging
from infra import prerequisites, scan
from tests.worlds import rights

GUARDRAILS = packaging.ROOT / "infra" / "guardrails"
WORKERS = {"OutboxWork": "OutboxWorkSqsEventSource", "ExchangeWork": "ExchangeWorkSqsEventSource"}
PERSONS = (
    "identity",
    "sourceIp",
    "userAgent",
    "path",
    "querystring",
    "requestOverride",
    "authorizer",
    "input",
    "params",
)
STARS = {
    # AWS asks for SendMessage when ten are sent at once, the emulator for SendMessageBatch.
    "sqs:SendMessage*",
}
EVERYWHERE: dict[str, str] = {
    # The statement of a policy that names no resource, and why it cannot.
    "Trace": "X-Ray knows no resources for what functions send",
}


@pytest.fixture(scope="module")
def scp() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((GUARDRAILS / "scp.json").read_text())
    return found


def functions(resources: dict[str, Any]) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function"}


def test_the_api_speaks_tls_with_forward_secrecy_and_at_its_own_domain_only(resources: dict[str, Any]) -> None:
    api, domain = resources["RestAPI"]["Properties"], resources["ApiDomain"]["Properties"]
    body = api["DefinitionBody"]

    assert domain["SecurityPolicy"] == body["x-amazon-apigateway-security-policy"] == packaging.TLS_POLICY
    assert packaging.TLS_POLICY.startswith("SecurityPolicy_TLS13_1_2_PFS_")
    assert domain["EndpointAccessMode"] == body["x-amazon-apigateway-endpoint-access-mode"] == "STRICT"
    assert domain["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasDomain", True, False]}
    assert resources["ApiMapping"]["Properties"]["RestApiId"] == {"Ref": "RestAPI"}


def test_what_the_gateway_answers_by_itself_is_as_guarded_as_what_we_answer(resources: dict[str, Any]) -> None:
    answered = resources["RestAPI"]["Properties"]["DefinitionBody"]["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX"} <= set(answered)
    for one in answered.values():
        said = {name.removeprefix("gatewayresponse.header."): v for name, v in one["responseParameters"].items()}
        assert {name: f"'{value}'" for name, value in answers.BY_THE_GATEWAY.items()}.items() <= said.items()
        assert said["Content-Type"] == "'application/problem+json'"


def test_on_aws_there_is_no_stack_without_a_domain(template: dict[str, Any]) -> None:
    rule = template["Rules"]["ADomainOfItsOwn"]

    assert template["Conditions"]["OnAws"] == rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "MailUrl"}, ""]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]}
    assert template["Parameters"]["CertificateArn"]["AllowedPattern"].startswith("(arn:aws:acm:eu-central-2:")


def test_access_logs_name_nobody_and_are_gone_after_a_week(resources: dict[str, Any]) -> None:
    setting = resources["RestAPI"]["Properties"]["AccessLogSetting"]
    group = resources["ApiAccessLogGroup"]["Properties"]
    line = json.loads(setting["Format"])

    assert setting["DestinationArn"] == {"Fn::GetAtt": ["ApiAccessLogGroup", "Arn"]}
    assert {"request_id", "method", "route", "status", "ms"} <= set(line)
    words = {value.removeprefix("$context.").partition(".")[0] for value in line.values()}
    assert not words & set(PERSONS)
    assert line["route"] == "$context.resourcePath"  # the path as declared, with {token} for the token
    assert (group["RetentionInDays"], group["KmsKeyId"]) == (7, {"Fn::GetAtt": ["DataKey", "Arn"]})


def test_every_log_forgets_and_is_enciphered(resources: dict[str, Any]) -> None:
    groups = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Logs::LogGroup"]

    assert len(groups) > len(functions(resources))
    for group in groups:
        assert 0 < group["RetentionInDays"] <= 30
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}


def test_no_function_can_starve_another(resources: dict[str, Any]) -> None:
    reserved = {name: one["ReservedConcurrentExecutions"] for name, one in functions(resources).items()}

    assert sum(reserved.values()) + prerequisites.UNRESERVED <= 1000  # an account's first limit
    for worker, event in WORKERS.items():
        scaling = resources[worker]["Properties"]["Events"][event]["Properties"]["ScalingConfig"]
        # With less the queue would be asked for messages that nobody can take, and they would end as dead.
        assert reserved[worker] >= scaling["MaximumConcurrency"]
    scheduled = set(reserved) - {"APIHandler", *WORKERS}
    assert {reserved[name] for name in scheduled} == {1}  # a job never runs beside itself
    assert reserved["APIHandler"] > sum(reserved.values()) - reserved["APIHandler"]


def test_what_is_sent_to_the_api_is_throttled_and_large_answers_are_compressed(resources: dict[str, Any]) -> None:
    api = resources["RestAPI"]["Properties"]
    [every] = [one for one in api["MethodSettings"] if (one["HttpMethod"], one["ResourcePath"]) == ("*", "/*")]

    assert 0 < every["ThrottlingRateLimit"] <= every["ThrottlingBurstLimit"]
    assert api["MinimumCompressionSize"] == 1024


def test_queues_give_up_to_a_dead_letter_queue_and_are_reached_by_tls_alone(resources: dict[str, Any]) -> None:
    queues = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::SQS::Queue"}
    policy = resources["QueuesPolicy"]["Properties"]
    [deny] = policy["PolicyDocument"]["Statement"]

    assert {one["Ref"] for one in policy["Queues"]} == set(queues)
    assert [one["Fn::GetAtt"][0] for one in deny["Resource"]] == [one["Ref"] for one in policy["Queues"]]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    for name in set(queues) - {"OutboxDeadQueue"}:
        assert queues[name]["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["OutboxDeadQueue", "Arn"]}
    assert queues["OutboxDeadQueue"]["MessageRetentionPeriod"] == max(
        one["MessageRetentionPeriod"] for one in queues.values()
    )
    for name, event in WORKERS.items():
        source = resources[name]["Properties"]["Events"][event]["Properties"]
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_buckets_are_reached_by_tls_alone_and_by_nobody_from_outside(resources: dict[str, Any]) -> None:
    buckets = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::S3::Bucket"}

    assert len(buckets) >= 2
    for name, bucket in buckets.items():
        [deny] = resources[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        assert deny["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "ReplicationConfiguration" not in bucket


def test_the_key_turns_every_year_stays_here_and_can_be_saved_for_a_month(resources: dict[str, Any]) -> None:
    key = resources["DataKey"]["Properties"]

    assert (key["EnableKeyRotation"], key["MultiRegion"], key["PendingWindowInDays"]) == (True, False, 30)
    assert resources["DataKey"]["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("function", rights.functions())
def test_a_policy_names_actions_and_resources_one_by_one(function: str) -> None:
    policy = json.loads((packaging.ROOT / ".chalice" / f"policy-{function}.json").read_text())

    for one in policy["Statement"]:
        assert one["Effect"] == "Allow"
        assert not [action for action in one["Action"] if "*" in action and action not in STARS]
        assert "*" not in one["Resource"] or one["Sid"] in EVERYWHERE
        indexes = [name for _, name in (right for right in rights.allowed(function)) if "/index/" in name]
        assert not [name for name in indexes if name.endswith("*")]


def test_rights_that_only_the_code_shows_are_few_and_given() -> None:
    assert len(rights.BY_CODE) < 6
    for (function, right), reason in rights.BY_CODE.items():
        assert right in rights.allowed(function)
        assert reason


def test_more_than_was_used_and_less_than_is_needed_are_both_found(monkeypatch: pytest.MonkeyPatch) -> None:
    used = {(name, right) for name in rights.functions() for right in rights.allowed(name)}
    sent = ("api_handler", ("sqs:SendMessage*", "OutboxQueue"))
    here = rights.running.set("messaging_reminders")

    try:
        with pytest.raises(rights.NotAllowed, match="policy-messaging_reminders"):
            rights.note("dynamodb", "DeleteItem", {"TableName": "test-ledger"})
        with pytest.raises(rights.NotAllowed, match="eu-west-1"):
            rights.note("kms", "Decrypt", {}, region="eu-west-1")
    finally:
        rights.running.reset(here)

    assert rights.excess(used) == []
    assert rights.excess(used - {sent}) == [
        "policy-api_handler.json allows sqs:SendMessage* on OutboxQueue, and no test needs it"
    ]


def test_what_is_allowed_at_all_is_what_the_code_asks_for() -> None:
    """By the operations named in the code alone; which function needs which, and on what, the rooms' tests record."""
    from infra import models

    services = {"dynamodb": models.OPERATIONS, "kms": models.KEY_OPERATIONS, "s3": models.S3_OPERATIONS}
    asked = {f"{service}:{one}" for service, operations in services.items() for one in operations}
    asked -= {"dynamodb:TransactWriteItems"}  # AWS asks for the right of each write in it
    asked |= set(rights.IN_A_TRANSACTION.values()) | {"sqs:SendMessage*", "ses:SendEmail", "ses:SendRawEmail"}
    allowed = {action for name in rights.functions() for action, _ in rights.allowed(name)}

    assert {one for one in allowed if not one.startswith(("logs:", "xray:"))} - rights.TAKING == asked


def test_what_no_role_can_exceed_names_its_actions_too(resources: dict[str, Any]) -> None:
    statements = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    [allow] = [one for one in statements if one["Effect"] == "Allow"]
    needed = {action for name in rights.functions() for action, _ in rights.allowed(name)}

    assert not [one for one in allow["Action"] if "*" in one and one not in STARS]
    assert needed <= set(allow["Action"])


def test_the_scp_denies_and_never_allows(scp: dict[str, Any]) -> None:
    by_name = {one["Sid"]: one for one in scp["Statement"]}
    text = json.dumps(scp, separators=(",", ":"))

    assert {one["Effect"] for one in scp["Statement"]} == {"Deny"}
    assert len(text) <= 5120  # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    assert by_name["OnlyZurich"]["Condition"] == {"StringNotEquals": {"aws:RequestedRegion": "eu-central-2"}}
    regional = ("apigateway", "cloudfront", "dynamodb", "kms", "lambda", "logs", "sqs", "s3:Put", "s3:Create")
    assert not [one for one in by_name["OnlyZurich"]["NotAction"] if one.startswith(regional)]
    denied = set(by_name["WhatCannotBeUndone"]["Action"]) | set(by_name["OnlyADeploymentChangesProtection"]["Action"])
    assert {
        "kms:ScheduleKeyDeletion", "dynamodb:UpdateContinuousBackups", "s3:BypassGovernanceRetention",
        "s3:PutBucketObjectLockConfiguration", "dynamodb:DeleteTable",
    } <= denied  # fmt: skip


class FakeAccount:
    """An account that says what it is told to."""

    def __init__(self, role: str | None, limit: int) -> None:
        self._said = {"cloudwatchRoleArn": role} if role else {}
        self._limit = limit

    def client(self, service: str) -> Any:
        return self

    def get_account(self) -> dict[str, str]:
        return self._said

    def get_account_settings(self) -> dict[str, dict[str, int]]:
        return {"AccountLimit": {"ConcurrentExecutions": self._limit}}


def test_an_account_that_is_not_ready_is_told_what_it_lacks(package: packaging.Package) -> None:
    ready, fresh = FakeAccount("arn:aws:iam::0:role/logs", 1000), FakeAccount(None, 10)

    assert prerequisites.missing(ready, package.template) == []
    logs, limit = prerequisites.missing(fresh, package.template)
    assert "account.yaml" in logs
    assert "Service Quotas" in limit


def test_a_waiver_has_a_reason_and_waives_what_is_there(resources: dict[str, Any]) -> None:
    waivers = scan.read()

    assert waivers
    named = {name for _, name in waivers} - {scan.ALL} - set(resources)
    assert named <= {"DeployerBoundary"}  # of infra/guardrails/account.yaml
    assert min(len(reason) for reason in waivers.values()) > 30


def test_what_is_found_is_waived_by_name_or_stays_open() -> None:
    waivers = {("A", "One"): "because", ("B", scan.ALL): "because"}

    assert scan.open_findings({("A", "One"), ("B", "Any")}, waivers) == []
    assert [line.partition(":")[0] for line in scan.open_findings({("A", "Other")}, waivers)] == [
        "A Other", "A One", "B *",
    ]  # fmt: skip


def test_the_account_is_set_up_in_zurich_alone() -> None:
    text = Path(GUARDRAILS / "account.yaml").read_text()

    assert '!Equals [!Ref "AWS::Region", eu-central-2]' in text
    assert "AWS::ApiGateway::Account" in text
