"""Look through the template and the guardrails with checkov; what it finds is waived by name and reason in infra/checkov.yaml, or refused."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from infra import bootstrap
from infra import package as packaging

ENVIRONMENT = ".venv-scan"
WAIVERS = packaging.ROOT / "infra" / "checkov.yaml"
ACCOUNT = packaging.ROOT / "infra" / "guardrails" / "account.yaml"
ALL = "*"

Finding = tuple[str, str]
"""The id of a check, and the logical id of the resource that fails it."""


def read(file: Path = WAIVERS) -> dict[Finding, str]:
    """The waivers: why a check is not kept by a resource, or by `*`, which is all of them."""
    written: dict[str, dict[str, str]] = yaml.safe_load(file.read_text("utf-8"))
    return {(check, name): reason for check, waived in written.items() for name, reason in waived.items()}


def open_findings(found: set[Finding], waivers: dict[Finding, str]) -> list[str]:
    """What is found and not waived, and what is waived and not found, a line each; nothing when all is said."""
    used = {one for one in found if one in waivers} | {(check, ALL) for check, _ in found if (check, ALL) in waivers}
    missing = [one for one in found if one not in waivers and (one[0], ALL) not in waivers]
    return [
        *(f"{check} {name}: keep it, or say in {WAIVERS.name} why not" for check, name in sorted(missing)),
        *(f"{check} {name}: waived and not found any more; take it out" for check, name in sorted(set(waivers) - used)),
    ]


def short(template: Path) -> Path:
    """A copy without the API's paths, which are all alike and ten times as long as the rest: seconds instead of minutes."""
    whole = json.loads(template.read_text())
    body = whole["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    body["paths"] = {}
    del body["x-amazon-apigateway-gateway-responses"]
    copy = packaging.BUILD / "template-to-scan.json"
    copy.write_text(json.dumps(whole, indent=1, sort_keys=True))
    return copy


def look(templates: list[Path]) -> tuple[set[Finding], int]:
    """What checkov finds in the templates, and how many checks were kept. It asks nobody on the network."""
    program = packaging.ROOT / ENVIRONMENT / "bin" / "checkov"
    command = [str(program), "--framework", "cloudformation", "--skip-download", "--compact", "--quiet", "-o", "json"]
    for template in templates:
        command += ["-f", str(template)]
    silent = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BC_", "PRISMA_"))}
    done = subprocess.run(command, env=silent, capture_output=True, text=True, timeout=600, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
        failed = report["results"]["failed_checks"]
        passed = int(report["summary"]["passed"])
    except (ValueError, KeyError, TypeError):
        sys.exit(f"checkov gave no report ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return {(one["check_id"], one["resource"].rpartition(".")[2]) for one in failed}, passed


def main() -> None:
    """Make the environment where it is missing, look, and say what has to be done."""
    bootstrap.make(ENVIRONMENT, requirements=("infra/requirements-scan.txt",))
    package = packaging.build(architecture=packaging.ON_AWS)
    found, passed = look([short(package.template), ACCOUNT])
    waivers = read()
    if left := open_findings(found, waivers):
        sys.exit("\n".join(left))
    print(f"checkov: {passed} checks kept, {len(found)} waived for {len(waivers)} reasons, none open.")


if __name__ == "__main__":
    main()
