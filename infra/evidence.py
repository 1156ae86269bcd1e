"""Pull everything that `python -m infra.verify` needs into one folder: an operator's command, with an operator's own rights.

`python -m infra.evidence --stage prod --from 2026-11-01 --to 2026-11-30 FOLDER` reads the log of those days, the whole ledger
and all checkpoints (every version of them, so that a mark of deletion hides nothing), and asks the product for its public keys.
"""

import argparse
import json
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.activity import ledger, rollup
from chalicelib.activity.records import FactRow
from infra import deploy
from infra.account import Account, RefusedError

Json = dict[str, Any]


def collect(
    account: Account, folder: Path, *, outputs: Mapping[str, str], first: date, last: date, keys: Json
) -> dict[str, int]:
    """Write facts.jsonl, ledger.jsonl, checkpoints.jsonl, keys.json and scope.json into `folder`; how many of each.

    `outputs` are those of the stack, `keys` is what `GET /signing-keys` answers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dynamodb = account.client("dynamodb")
    rows = [{"ledger_row": ledger.of_item(one)} for one in _rows(dynamodb, outputs["TableLedger"])]
    days = _days(_rows(dynamodb, outputs["TableActivity"]), first, last)
    points = list(_checkpoints(account.client("s3"), outputs["BucketProofs"]))
    _write(folder / "facts.jsonl", days)
    _write(folder / "ledger.jsonl", rows)
    _write(folder / "checkpoints.jsonl", points)
    _write(folder / "keys.json", [keys])
    _write(folder / "scope.json", [{"scope": {"from": first.isoformat(), "to": last.isoformat()}}])
    return {
        "days": len(days),
        "facts": sum(len(one["items"]) for one in days),
        "ledger": len(rows),
        "checkpoints": len(points),
    }


def _days(items: Iterator[Json], first: date, last: date) -> list[Json]:
    """The facts and seals of each partner's days, as `GET /activity/chain` answers them."""
    facts: dict[tuple[str, str], list[Json]] = defaultdict(list)
    seals: dict[tuple[str, str], Json] = {}
    for item in items:
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        if sk.startswith("seal#"):
            seals[(pk, sk.removeprefix("seal#"))] = {
                "facts": int(item["facts"]["N"]),
                **{name: item[name]["S"] for name in ("hash", "previous", "sealed_at")},
            }
        elif "kind" in item:
            facts[(pk, item["at"]["S"][:10])].append(rollup.as_json(FactRow.from_raw_data(item)))
    return [
        {
            "partner_id": pk, "on": on, "items": sorted(facts[(pk, on)], key=lambda fact: str(fact["sk"])),
            "seal": seals.get((pk, on)), "next": None,
        }
        for pk, on in sorted({*facts, *seals})
        if first.isoformat() <= on <= last.isoformat()
    ]  # fmt: skip


def _rows(dynamodb: Any, table: str) -> Iterator[Json]:
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def _checkpoints(s3: Any, bucket: str) -> Iterator[Json]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix="checkpoints/"):
        for one in page.get("Versions", []):
            body = s3.get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])["Body"]
            yield json.loads(body.read())


def _write(file: Path, things: list[Json]) -> None:
    file.write_text("".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in things), "utf-8")


def main() -> None:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Pull log, ledger and checkpoints of a stage into a folder.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    account = Account()
    outputs = deploy.outputs_of(account, deploy.STACK.format(stage=asked.stage))
    question = urllib.request.Request(outputs["EndpointURL"] + "signing-keys", headers={"Accept": "application/json"})
    with urllib.request.urlopen(question, timeout=30) as answer:
        keys = json.load(answer)
    print(collect(account, asked.folder, outputs=outputs, first=asked.first, last=asked.last, keys=keys))


if __name__ == "__main__":
    try:
        main()
    except RefusedError as failure:
        sys.exit(str(failure))
