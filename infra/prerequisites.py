"""What an account needs before anything is deployed into it; asked first, so that a deployment does not fail halfway."""

import json
from pathlib import Path

from infra.account import Account

UNRESERVED = 100
"""So many concurrent executions Lambda keeps for functions without a number of their own.
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""


def missing(account: Account, template: Path) -> list[str]:
    """What is missing, a sentence each with the way out; nothing when a deployment can begin. Changes nothing."""
    found = []
    if not account.client("apigateway").get_account().get("cloudwatchRoleArn"):
        found.append(
            "API Gateway may not write logs in this account and region: set up infra/guardrails/account.yaml first."
        )
    resources = json.loads(template.read_text())["Resources"]
    reserved = sum(one["Properties"].get("ReservedConcurrentExecutions", 0) for one in resources.values())
    limit = account.client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    if limit < reserved + UNRESERVED:
        found.append(
            f"Lambda runs {limit} functions at once in this account and region, and {reserved + UNRESERVED} are needed: "
            "ask for more under Service Quotas (Lambda, Concurrent executions)."
        )
    return found
