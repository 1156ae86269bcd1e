"""Cut what botocore knows of AWS (its data folder) down to what the product asks of it, in the one region there is."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

OPERATIONS = frozenset(
    ["BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"]
)
"""What is asked of DynamoDB through plumbing/database.py, and by plumbing/limits.py itself; a house test holds that there is nothing else."""

S3_OPERATIONS = frozenset(["DeleteObject", "GetObject", "PutObject"])
"""What the product asks of S3: checkpoints are put (plumbing/archive.py), exports are put, signed a link for and removed."""

KEY_OPERATIONS = frozenset(["Decrypt", "GenerateDataKey"])
"""What plumbing/envelope.py asks of KMS; a house test holds that too."""

_ASKED = {"DynamoDB": OPERATIONS, "KMS": KEY_OPERATIONS, "S3": S3_OPERATIONS}


def cut(data: Path, target: Path, *, region: str) -> None:
    """Write botocore's `data` again into `target`: no documentation, no examples, one region, and of each service what is asked.

    botocore reads more than two megabytes of JSON before its first request; that is a quarter of a cold start. The cut
    files have the names and the form of the originals, which `plumbing/aws.py` reads where there are no others.
    """
    services = sorted(folder.name for folder in data.iterdir() if folder.is_dir())
    for file in sorted(data.rglob("*.json*")):
        name = file.name.removesuffix(".gz")
        if name.startswith(("examples-", "service-1.")):
            continue
        model = json.loads(gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes())
        if name == "endpoints.json":
            model = _endpoints(model, services, region)
        elif name == "service-2.json":
            model = _service(model)
        written = target / file.relative_to(data).with_name(name)
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(model, separators=(",", ":")), encoding="ascii")


def _endpoints(model: Mapping[str, Any], services: list[str], region: str) -> dict[str, Any]:
    partition = next(one for one in model["partitions"] if region in one["regions"])
    named = {one: partition["services"][one] for one in services if one in partition["services"]}
    # Some services are named `email`, some endpoints stand for no region: both are left to botocore's rule sets.
    kept = {
        name: {**one, "endpoints": {place: its for place, its in one["endpoints"].items() if place == region}}
        for name, one in named.items()
    }
    regions = {region: partition["regions"][region]}
    return {**model, "partitions": [{**partition, "regions": regions, "services": kept}]}


def _service(model: dict[str, Any]) -> dict[str, Any]:
    settings = model.get("clientContextParams", {})
    model = _undocumented(model)
    if settings:  # here botocore insists on a text
        model["clientContextParams"] = {name: {**one, "documentation": ""} for name, one in settings.items()}
    asked = _ASKED.get(model["metadata"]["serviceId"])
    if asked is None:
        return model
    operations = {name: one for name, one in model["operations"].items() if name in asked}
    needed: set[str] = set()
    _collect(operations, model["shapes"], needed)
    return {**model, "operations": operations, "shapes": {n: one for n, one in model["shapes"].items() if n in needed}}


def _undocumented(part: Any) -> Any:
    """Without the texts for people. A member or a shape may itself be called `documentation`: that is no text."""
    if isinstance(part, dict):
        return {
            name: _undocumented(inner)
            for name, inner in part.items()
            if not (name.startswith("documentation") and isinstance(inner, str))
        }
    return [_undocumented(inner) for inner in part] if isinstance(part, list) else part


def _collect(part: Any, shapes: Mapping[str, Any], needed: set[str]) -> None:
    """Put the names of all shapes that `part` leads to into `needed`."""
    if isinstance(part, list):
        for inner in part:
            _collect(inner, shapes, needed)
    elif isinstance(part, dict):
        name = part.get("shape")
        if isinstance(name, str) and name not in needed:
            needed.add(name)
            _collect(shapes[name], shapes, needed)
        for inner in part.values():
            _collect(inner, shapes, needed)
