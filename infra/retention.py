"""Look at what goes and what should have gone, and hold or release a partner's data: an operator's command, with an operator's own rights.

`python -m infra.retention --stage prod overdue` lists, for all partners together, what is past its date and still there, and ends
with 1 when there is any. `preview PARTNER` is the dry run of the coming nights. `hold PARTNER --until DAY --reason TEXT
[--customer ID]` sets a legal hold that only `lift PARTNER SCOPE` ends earlier; both leave a fact in the partner's log.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

from chalicelib.plumbing.settings import REGION
from infra import deploy
from infra.account import Account, RefusedError


def run(words: Sequence[str]) -> int:
    """Do what the words of the command line say, print it as JSON; 1 when something is overdue, else 0."""
    asked = _parser().parse_args(words)
    _settle(asked.stage)
    from chalicelib.plumbing import clock, ids
    from chalicelib.plumbing.visit import of_job
    from chalicelib.privacy import lift_hold, preview, set_hold

    at = clock.now()
    answer: Any
    if asked.what == "overdue":
        answer = preview.overdue(at)
    elif asked.what == "preview":
        answer = preview.of_partner(asked.partner, at)
    else:
        visit = of_job(at, ids.new(at), asked.partner)
        if asked.what == "hold":
            answer = set_hold.hold(
                visit, customer_id=asked.customer, reason=asked.reason, until=asked.until, by="operator"
            )
        else:
            answer = lift_hold.hold(visit, asked.scope, operator=True)
    print(json.dumps(answer, default=str, ensure_ascii=False, indent=1))
    return int(asked.what == "overdue" and bool(answer))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="What goes, what should have gone, and legal holds.")
    parser.add_argument("--stage", required=True)
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("overdue")
    what.add_parser("preview").add_argument("partner")
    hold = what.add_parser("hold")
    hold.add_argument("partner")
    hold.add_argument("--customer")
    hold.add_argument("--until", type=date.fromisoformat, required=True)
    hold.add_argument("--reason", required=True)
    lift = what.add_parser("lift")
    lift.add_argument("partner")
    lift.add_argument("scope", help="account, or the id of a customer")
    return parser


def _settle(stage: str) -> None:
    """Give this process the environment of the product's own functions, as far as nobody has."""
    if "TABLE_RECORDS" in os.environ:
        return
    account = Account()
    outputs = deploy.outputs_of(account, deploy.STACK.format(stage=stage))
    lambdas = account.client("lambda")
    found = lambdas.get_function_configuration(FunctionName=outputs["PrivacyPurgeName"])
    os.environ.update(found["Environment"]["Variables"], AWS_REGION=REGION)


if __name__ == "__main__":
    try:
        sys.exit(run(sys.argv[1:]))
    except RefusedError as failure:
        sys.exit(str(failure))
