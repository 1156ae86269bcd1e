"""The template that is deployed keeps what the design promises about region, rights, tables, queues and logs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra import package as packaging

FUNCTIONS = {
    "APIHandler": ("api_handler", "ApiHandler"),
    "ActivityRollup": ("activity_rollup", "ActivityRollup"),
    "BillingSync": ("billing_sync", "BillingSync"),
    "ExchangeWork": ("exchange_work", "ExchangeWork"),
    "PrivacyCheckpoint": ("privacy_checkpoint", "PrivacyCheckpoint"),
    "MessagingAnnounce": ("messaging_announce", "MessagingAnnounce"),
    "MessagingReminders": ("messaging_reminders", "MessagingReminders"),
    "OutboxWork": ("outbox_work", "OutboxWork"),
    "PrivacyPurge": ("privacy_purge", "PrivacyPurge"),
}
ACCOUNT = str(packaging.ROOT / "infra" / "guardrails" / "account.yaml")
TABLES = ("RecordsTable", "LedgerTable", "ActivityTable", "GuardTable", "KeysTable")
ENVIRONMENT = frozenset(
    {
        *("STAGE", "SECRETS", "PUBLIC_URL", "SMSAPI_URL", "SMSAPI_SENDER"),
        *("NEWSLETTER", "ORTTO_URL", "AUTOPILOT_URL"),
        *("ZENDESK_URL", "ZENDESK_ACCOUNT", "ZENDESK_CLIENT_ID"),
        *("BEXIO_URL", "BEXIO_CLIENT_ID", "BEXIO_OPTIONS"),
        *("CHATRA_URL", "CHATRA_KEY"),
        *("GA4_URL", "GA4_MEASUREMENT_ID"),
        *("MAIL_SENDER", "MAIL_URL", "CLOCK_FILE", "WEBHOOKS_LOCAL", "COMMIT", "VERSION"),
        *("QUEUE_OUTBOX", "QUEUE_EXPORTS", "BUCKET_FILES", "BUCKET_PROOFS", "KMS_KEY"),
        *("OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_EMAIL", "OPERATOR_UID"),
        *("TABLE_RECORDS", "TABLE_LEDGER", "TABLE_ACTIVITY", "TABLE_GUARD", "TABLE_KEYS"),
        *("POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"),
    }
)


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def statements(resources: dict[str, Any], role: str) -> list[dict[str, Any]]:
    [policy] = resources[f"{role}Role"]["Properties"]["Policies"]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def may(resources: dict[str, Any], action: str, table: str) -> set[str]:
    """The functions whose role allows `action` on `table`."""
    arn = {"Fn::GetAtt": [table, "Arn"]}
    return {
        name
        for name, (_, role) in FUNCTIONS.items()
        for one in statements(resources, role)
        if one["Effect"] == "Allow" and action in one["Action"] and arn in one["Resource"]
    }


def test_the_functions_are_the_ones_we_know(resources: dict[str, Any]) -> None:
    assert set(of_type(resources, "AWS::Serverless::Function")) == set(FUNCTIONS)


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_role_has_its_own_document_and_the_boundary(resources: dict[str, Any], function: str) -> None:
    file, role = FUNCTIONS[function]

    properties = resources[f"{role}Role"]["Properties"]

    written = json.loads((packaging.ROOT / ".chalice" / f"policy-{file}.json").read_text())
    assert [one["PolicyDocument"] for one in properties["Policies"]] == [written]
    assert properties["PermissionsBoundary"] == {"Ref": "Boundary"}
    assert resources[function]["Properties"]["Role"] == {"Fn::GetAtt": [f"{role}Role", "Arn"]}


def test_a_function_without_a_policy_of_its_own_may_do_nothing() -> None:
    config = json.loads((packaging.ROOT / ".chalice" / "config.json").read_text())
    [statement] = json.loads((packaging.ROOT / ".chalice" / config["iam_policy_file"]).read_text())["Statement"]

    assert (statement["Effect"], statement["Action"], statement["Resource"]) == ("Deny", "*", "*")
    assert config["stages"] == {"dev": {}}  # what stands under a stage beats what stands under a function
    assert config["autogen_policy"] is False


def test_no_role_allows_a_star_or_a_scan(resources: dict[str, Any]) -> None:
    allowed = [one for _, role in FUNCTIONS.values() for one in statements(resources, role) if one["Effect"] == "Allow"]

    assert allowed
    actions = {action for one in allowed for action in one["Action"]}
    # AWS asks for SendMessage when ten are sent at once, the emulator for SendMessageBatch; the star covers both.
    assert not [one for one in actions - {"sqs:SendMessage*"} if "*" in one or one == "dynamodb:Scan"]
    assert {one["Sid"] for one in allowed if "*" in one["Resource"]} == {"Trace"}  # it knows no resource


def test_only_the_purge_deletes_from_ledger_and_activity(resources: dict[str, Any]) -> None:
    for table in ("LedgerTable", "ActivityTable"):
        assert may(resources, "dynamodb:DeleteItem", table) == {"PrivacyPurge"}
    for table in (one for one in TABLES if one != "KeysTable"):
        erased = {"OutboxWork"} if table == "RecordsTable" else set()  # closed accounts
        assert may(resources, "dynamodb:BatchWriteItem", table) == erased


def test_keys_are_read_written_and_destroyed_one_by_one(resources: dict[str, Any]) -> None:
    arn = {"Fn::GetAtt": ["KeysTable", "Arn"]}
    allowed = {
        action
        for _, role in FUNCTIONS.values()
        for one in statements(resources, role)
        if arn in one["Resource"]
        for action in one["Action"]
    }
    boundary = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    [deny] = [one for one in boundary if one["Sid"] == "KeysOneByOne"]

    assert allowed == {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"}
    assert (deny["Effect"], set(deny["NotAction"])) == ("Deny", allowed)
    assert deny["Resource"] == [arn, {"Fn::Sub": "${KeysTable.Arn}/*"}]
    # Those that erase an account, or a registration nobody confirmed; and nobody reads keys who has nothing to read.
    assert may(resources, "dynamodb:DeleteItem", "KeysTable") == {"OutboxWork", "PrivacyPurge"}
    assert "ActivityRollup" not in may(resources, "dynamodb:GetItem", "KeysTable")


def test_a_certificate_names_the_day_on_which_the_last_backup_of_a_key_is_gone(resources: dict[str, Any]) -> None:
    from chalicelib.plumbing import envelope

    backup = resources["KeysTable"]["Properties"]["PointInTimeRecoverySpecification"]

    assert backup == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": envelope.BACKUP_DAYS}


def test_whatever_a_role_may_one_day_the_ledger_goes_by_the_purge_alone(resources: dict[str, Any]) -> None:
    stated = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]
    [deny] = [one for one in stated if one["Sid"] == "LedgerGoesByThePurgeAlone"]

    assert (deny["Effect"], deny["Resource"]) == ("Deny", {"Fn::GetAtt": ["LedgerTable", "Arn"]})
    assert set(deny["Action"]) == {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem"}
    assert list(deny["Condition"]) == ["ArnNotLike"]
    assert "role/*PrivacyPurge*" in deny["Condition"]["ArnNotLike"]["aws:PrincipalArn"]["Fn::Sub"]


def test_the_api_appends_to_ledger_and_activity_and_changes_nothing_there(resources: dict[str, Any]) -> None:
    for table in ("LedgerTable", "ActivityTable"):
        assert "APIHandler" in may(resources, "dynamodb:PutItem", table)
        assert "APIHandler" not in may(resources, "dynamodb:UpdateItem", table)


def test_only_the_outbox_worker_sends_mail(resources: dict[str, Any]) -> None:
    senders = {
        name
        for name, (_, role) in FUNCTIONS.items()
        for one in statements(resources, role)
        if any(action.startswith("ses:") for action in one["Action"])
    }

    assert senders == {"OutboxWork"}


def test_no_other_region_will_do(template: dict[str, Any], resources: dict[str, Any]) -> None:
    [assertion] = template["Rules"]["OnlyZurich"]["Assertions"]
    [deny] = [
        one for one in resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"] if one["Sid"] == "NowhereElse"
    ]

    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-central-2"]}
    assert list(template["Mappings"]["OnlyZurich"]) == ["eu-central-2"]
    assert "OnlyZurich" in json.dumps(resources["DataKey"]["Properties"]["Description"])
    assert (deny["Effect"], deny["Action"], deny["Resource"]) == ("Deny", "*", "*")
    assert deny["Condition"] == {"StringNotEquals": {"aws:RequestedRegion": "eu-central-2"}}
    assert resources["DataKey"]["Properties"]["MultiRegion"] is False
    assert resources["RestAPI"]["Properties"]["EndpointConfiguration"] == "REGIONAL"
    assert not [name for name, one in resources.items() if "CloudFront" in one["Type"] or "Global" in one["Type"]]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_on_demand_and_encrypted_with_our_key(resources: dict[str, Any], name: str) -> None:
    table = resources[name]["Properties"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]] == [("pk", "HASH"), ("sk", "RANGE")]
    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": ["DataKey", "Arn"]},
    }


def test_backups_last_as_long_as_the_design_says(resources: dict[str, Any]) -> None:
    days = {
        name: resources[name]["Properties"].get("PointInTimeRecoverySpecification", {}).get("RecoveryPeriodInDays")
        for name in TABLES
    }

    assert days == {"RecordsTable": 35, "LedgerTable": 35, "ActivityTable": 35, "GuardTable": None, "KeysTable": 7}
    assert resources["LedgerTable"]["Properties"]["DeletionProtectionEnabled"] is True
    assert resources["GuardTable"]["Properties"]["TimeToLiveSpecification"] == {
        "AttributeName": "expires",
        "Enabled": True,
    }


@pytest.mark.parametrize("name", sorted(set(TABLES) - {"GuardTable"}))
def test_a_table_that_is_backed_up_can_neither_be_deleted_nor_go_with_the_stack(
    template: dict[str, Any], resources: dict[str, Any], name: str
) -> None:
    protected = resources[name]["Properties"]["DeletionProtectionEnabled"]
    boundary = resources["Boundary"]["Properties"]["PolicyDocument"]["Statement"]

    assert template["Conditions"]["OnAws"] == {"Fn::Equals": [{"Ref": "MailUrl"}, ""]}
    assert template["Parameters"]["MailUrl"]["Default"] == ""
    assert protected in (True, {"Fn::If": ["OnAws", True, False]})
    assert {resources[name].get(one) for one in ("DeletionPolicy", "UpdateReplacePolicy")} == {"Retain"}
    assert any(one["Effect"] == "Deny" and "dynamodb:DeleteTable" in one.get("Action", []) for one in boundary)


def test_the_indexes_are_the_ones_the_design_names(resources: dict[str, Any]) -> None:
    def indexes(table: str) -> dict[str, tuple[str, ...]]:
        return {
            one["IndexName"]: (*(key["AttributeName"] for key in one["KeySchema"]), one["Projection"]["ProjectionType"])
            for one in resources[table]["Properties"].get("GlobalSecondaryIndexes", [])
        }

    assert indexes("RecordsTable") == {
        "due": ("due_shard", "due_at", "KEYS_ONLY"),
        "expiry": ("expiry_shard", "pk", "KEYS_ONLY"),
        "lookup": ("lookup", "lookup_at", "ALL"),
        "agenda": ("agenda", "start_at", "ALL"),
    }
    for name in ("ActivityTable", "LedgerTable"):
        assert indexes(name) == {"expiry": ("expiry_shard", "pk", "KEYS_ONLY")}
    assert [indexes(name) for name in ("GuardTable", "KeysTable")] == [{}, {}]


def test_the_outbox_gives_up_after_five_and_keeps_what_it_gave_up(resources: dict[str, Any]) -> None:
    outbox = resources["OutboxQueue"]["Properties"]
    worker = resources["OutboxWork"]["Properties"]
    [event] = worker["Events"].values()

    assert outbox["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": ["OutboxDeadQueue", "Arn"]},
        "maxReceiveCount": 5,
    }
    assert outbox["VisibilityTimeout"] >= 6 * worker["Timeout"]
    assert event["Properties"]["Queue"] == {"Fn::GetAtt": ["OutboxQueue", "Arn"]}
    assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    for name in ("OutboxQueue", "OutboxDeadQueue"):
        assert resources[name]["Properties"]["KmsMasterKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}


def test_the_jobs_run_when_the_design_says(resources: dict[str, Any]) -> None:
    schedules = {
        name: event["Properties"]["Schedule"]
        for name in FUNCTIONS
        for event in resources[name]["Properties"].get("Events", {}).values()
        if event["Type"] == "Schedule"
    }

    assert schedules == {
        "MessagingReminders": "rate(1 minute)",
        "MessagingAnnounce": "cron(0 6 * * ? *)",
        "PrivacyPurge": "cron(0/15 1-6 * * ? *)",
        "BillingSync": "rate(1 hour)",
        "PrivacyCheckpoint": "rate(1 hour)",
        "ActivityRollup": "rate(1 hour)",
    }


def test_every_function_writes_to_a_log_that_is_encrypted_and_forgets(resources: dict[str, Any]) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    del groups["ApiAccessLogGroup"]  # API Gateway's own, see test_safeguards.py

    used = {name: resources[name]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"] for name in FUNCTIONS}

    assert set(used.values()) == set(groups)
    assert len(groups) == len(FUNCTIONS)
    for group in groups.values():
        assert group["RetentionInDays"] == 30
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
        assert group["LogGroupName"]["Fn::Sub"].startswith("/zeitfenster/${Stage}/")


def test_all_functions_have_the_same_environment(template: dict[str, Any], resources: dict[str, Any]) -> None:
    assert set(template["Globals"]["Function"]["Environment"]["Variables"]) == ENVIRONMENT
    assert not [name for name in FUNCTIONS if "Environment" in resources[name]["Properties"]]


def test_every_method_of_every_path_reaches_the_product(resources: dict[str, Any]) -> None:
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]

    assert {"/", "/{proxy+}"} <= set(paths)
    for operations in paths.values():
        assert set(operations) == {"get", "post", "put", "patch", "delete", "head", "options"}
        for operation in operations.values():
            assert operation["x-amazon-apigateway-integration"]["type"] == "aws_proxy"


def test_files_are_private_encrypted_and_gone_after_a_day(resources: dict[str, Any]) -> None:
    bucket = resources["FilesBucket"]["Properties"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert "VersioningConfiguration" not in bucket


def test_checkpoints_are_written_once_and_outlast_the_ledger(resources: dict[str, Any]) -> None:
    bucket = resources["ProofsBucket"]["Properties"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    [transport] = resources["ProofsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    retention = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    touching = [
        (name, one["Action"], one["Resource"])
        for name, (_, role) in FUNCTIONS.items()
        for one in statements(resources, role)
        if "ProofsBucket" in json.dumps(one["Resource"])
    ]

    assert bucket["ObjectLockEnabled"] is True
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (retention["Mode"], retention["Days"] >= 11 * 365) == ("COMPLIANCE", True)
    assert rule["ExpirationInDays"] > retention["Days"]
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert (transport["Effect"], transport["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert resources["ProofsBucket"]["DeletionPolicy"] == "Retain"
    invoices, checkpoints = ([{"Fn::Sub": f"${{ProofsBucket.Arn}}/{one}/*"}] for one in ("invoices", "checkpoints"))
    assert touching == [
        ("APIHandler", ["s3:GetObject"], invoices),
        ("PrivacyCheckpoint", ["s3:PutObject"], checkpoints),
        ("OutboxWork", ["s3:PutObject"], invoices),
    ]


def test_the_template_is_clean_for_cfn_lint(package: packaging.Package) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cfn-lint")), "-r", "eu-central-2", "-t", str(package.template), ACCOUNT],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("", 0)
