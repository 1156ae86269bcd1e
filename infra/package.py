"""Build from the sources the one folder and zip, and the one template, that are deployed anywhere."""

import argparse
import compileall
import fcntl
import hashlib
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.plumbing import answers
from chalicelib.plumbing.settings import REGION
from infra import canary, lock, models, policies, results, sbom, watch

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}
"""Lambda's name of a machine, and Linux's."""
ON_AWS = "arm64"
"""A fifth cheaper for the same time (docs/adr/0015-what-is-deployed.md); the emulator runs what the machine here can."""
HERE = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
"""Every method that API Gateway lets through. `x-amazon-apigateway-any-method` says the same in one word, but the
emulator does not read it, and one template has to serve both."""

GATEWAY_RESPONSES = {
    "ACCESS_DENIED": (403, "Forbidden"),
    "BAD_REQUEST_BODY": (400, "Bad request"),
    "BAD_REQUEST_PARAMETERS": (400, "Bad request"),
    "DEFAULT_4XX": (400, "Bad request"),
    "DEFAULT_5XX": (503, "Service unavailable"),
    "INTEGRATION_FAILURE": (503, "Service unavailable"),
    "INTEGRATION_TIMEOUT": (504, "Gateway timeout"),
    "MISSING_AUTHENTICATION_TOKEN": (405, "Method not allowed"),  # no path is unknown, so it was the method
    "REQUEST_TOO_LARGE": (413, "Content too large"),
    "RESOURCE_NOT_FOUND": (404, "Not found"),
    "THROTTLED": (429, "Too many requests"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported media type"),
    "WAF_FILTERED": (403, "Forbidden"),
}
"""What API Gateway says without asking the product. https://docs.aws.amazon.com/apigateway/latest/developerguide/
supported-gateway-response-types.html"""

TLS_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
"""TLS 1.2 and 1.3 with forward secrecy and a key exchange that outlasts quantum computers; stands at the domain too.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html"""

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "*~", "*.orig", "*.rej", "*.swp", "*.swo")

DROPPED = (
    "bin/",
    "aws_lambda_powertools/event_handler/",
    "boto3/data",
    "boto3/examples",
    "certifi/tests",
    "icalendar/tests",
    "lxml/html/",
    "lxml/includes/",
    "lxml/isoschematron/",
    "lxml/objectify",
    "phonenumbers/carrierdata",
    "phonenumbers/geodata",
    "phonenumbers/shortdata/region_",
    "phonenumbers/tzdata",
    "share/",
)
AWS_SERVICES = frozenset(["dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs", "sts"])
LANGUAGES = ("de", "en", "fr", "it", "rm", "root")
COUNTRIES = ("__init__", "austria", "france", "germany", "italy", "liechtenstein", "switzerland")  # public holidays
EMPTIED = frozenset({"holidays/countries/__init__.py"})
"""Imports two hundred countries when one is asked for; nothing in the product asks this module for a name."""
FRAMEWORK = ("chalice/__init__.py", "chalice/app.py")  # the runtime; the rest of it is the command line
KEPT_METADATA = ("holidays-",)  # reads its own version from it when imported

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Package:
    """What `build` leaves: the template (JSON), the zip, the folder that the zip holds, and the list of its libraries."""

    template: Path
    archive: Path
    unpacked: Path
    bill: Path

    @property
    def digest(self) -> str:
        """SHA-256 of the zip, hexadecimal; the same sources and pins give the same digest."""
        return hashlib.sha256(self.archive.read_bytes()).hexdigest()


class PackagingError(Exception):
    """Chalice refused, or what it made breaks a rule of the house."""


def build(*, source: Path = ROOT, target: Path = BUILD / "package", architecture: str = HERE) -> Package:
    """Package the product in `source` into `target` for `architecture` (arm64, x86_64), without any AWS credentials.

    Two builds in one checkout wait for each other: they share the cache of built libraries. Raises PackagingError.
    """
    try:
        policies.check(source)
    except policies.PolicyError as problem:
        raise PackagingError(str(problem)) from None
    if differing := lock.differences(source / "requirements.txt", source / "infra" / "requirements.lock"):
        raise PackagingError(f"infra/requirements.lock is not of these pins (make lock): {', '.join(differing)}")
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        return _build(source, target, architecture)


def _build(source: Path, target: Path, architecture: str) -> Package:
    staging = BUILD / "staging"
    _stage(source, staging)
    output = _chalice_package(staging, source / "infra" / "resources.yaml")
    template = _finish(watch.add(yaml.safe_load((output / "sam.yaml").read_text())), architecture)
    libraries = _libraries(source / "infra" / "requirements.lock", architecture)

    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    unpacked = fresh / "unpacked"
    shutil.copytree(libraries / "unpacked", unpacked, copy_function=os.link)
    own = _add_own_code(output / "deployment.zip", unpacked)
    if source == ROOT and results.kept(ROOT):
        shutil.copyfile(BUILD / results.FILE, unpacked / results.FILE)
        own.append(unpacked / results.FILE)
    shutil.copyfile(libraries / "libraries.zip", fresh / "deployment.zip")
    _append(fresh / "deployment.zip", unpacked, own)
    (fresh / "template.json").write_text(json.dumps(template, indent=1, sort_keys=True) + "\n")
    bill = sbom.of(json.loads((libraries / "report.json").read_text())["install"], version=version(source))
    (fresh / "sbom.json").write_text(json.dumps(bill, indent=1) + "\n")

    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return at(target)


def at(target: Path) -> Package:
    """The package that an earlier `build` left in `target`."""
    return Package(
        template=target / "template.json",
        archive=target / "deployment.zip",
        unpacked=target / "unpacked",
        bill=target / "sbom.json",
    )


def version(source: Path = ROOT) -> str:
    """The version in pyproject.toml."""
    return str(tomllib.loads((source / "pyproject.toml").read_text())["project"]["version"])


def _stage(source: Path, staging: Path) -> None:
    """A clean copy of what Chalice reads. It hears of no libraries: those it would fetch without asking for their hash."""
    staging.mkdir(parents=True, exist_ok=True)
    for name in ("chalicelib", ".chalice"):
        kept = staging / name / "deployments"
        for old in (staging / name).glob("*"):
            if old != kept:
                shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copytree(source / "chalicelib", staging / "chalicelib", ignore=LEFT_OUT, dirs_exist_ok=True)
    (staging / ".chalice").mkdir(exist_ok=True)
    for file in sorted((source / ".chalice").glob("*.json")):
        shutil.copyfile(file, staging / ".chalice" / file.name)
    shutil.copyfile(source / "app.py", staging / "app.py")
    (staging / "requirements.txt").write_text("")


def _chalice_package(staging: Path, merge: Path) -> Path:
    """Run `chalice package` in the clean copy; the folder with sam.yaml and deployment.zip."""
    output = staging / "out"
    shutil.rmtree(output, ignore_errors=True)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from chalice.cli import main; main()",
            "package",
            "--stage",
            "dev",
            "--merge-template",
            str(merge),
            str(output),
        ],
        cwd=staging,
        env=_packaging_environment(),
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0 or not (output / "sam.yaml").exists():
        raise PackagingError(f"chalice package failed:\n{done.stdout}{done.stderr}")
    return output


def _packaging_environment() -> dict[str, str]:
    """Credentials and profiles of whoever runs this do not reach Chalice; how to reach the package index does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return environment | {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
        "POWERTOOLS_METRICS_NAMESPACE": "Zeitfenster",
        "POWERTOOLS_SERVICE_NAME": "zeitfenster",
    }


def _finish(template: dict[str, Any], architecture: str) -> dict[str, Any]:
    """What holds for every function, role, log group and path is written here once, so that none can differ."""
    resources: dict[str, Any] = template["Resources"]
    if unknown := sorted(name for name, one in resources.items() if "Type" not in one):
        raise PackagingError(
            f"resources.yaml or watch.yaml adds to {', '.join(unknown)}, which the product does not declare"
        )
    for name in [name for name, one in resources.items() if one["Type"] == "AWS::Serverless::LayerVersion"]:
        del resources[name]
    for name, resource in list(resources.items()):
        properties = resource.setdefault("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties.pop("Layers", None)
            properties.pop("Tags", None)
            properties["Architectures"] = [architecture]
            properties["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}
            properties["LoggingConfig"] = {"LogGroup": {"Ref": _log_group(name)}}
            template["Outputs"][f"{name}Name"] = {"Value": {"Ref": name}}
        elif resource["Type"] == "AWS::IAM::Role" and name != canary.ROLE:
            properties["PermissionsBoundary"] = {"Ref": "Boundary"}
        elif resource["Type"] == "AWS::Logs::LogGroup":
            properties["LogGroupName"] = {"Fn::Sub": "/zeitfenster/${Stage}/" + name.removesuffix("LogGroup")}
            properties["KmsKeyId"] = {"Fn::GetAtt": ["DataKey", "Arn"]}
        elif resource["Type"] == "AWS::Serverless::Api":
            properties["DefinitionBody"] = _open_every_method(properties["DefinitionBody"])
            properties["DefinitionBody"]["x-amazon-apigateway-security-policy"] = TLS_POLICY
            properties["DefinitionBody"]["x-amazon-apigateway-endpoint-access-mode"] = "STRICT"
    by_its_own_name = template["Outputs"]["EndpointURL"]["Value"]
    template["Outputs"]["EndpointURL"]["Value"] = {
        "Fn::If": ["HasDomain", {"Fn::Sub": "${PublicUrl}/"}, by_its_own_name]
    }
    return canary.prepare(template)


def _log_group(function: str) -> str:
    # Chalice renames the logical id of the API's function only, not that of its log group and role (chalice #2079).
    return "ApiHandlerLogGroup" if function == "APIHandler" else f"{function}LogGroup"


def _open_every_method(definition: dict[str, Any]) -> dict[str, Any]:
    """Let every method of every path reach the product, which says 404 and 405 itself; API Gateway would say 403."""
    for path, operations in definition["paths"].items():
        if any("security" in operation for operation in operations.values()):
            raise PackagingError(f"{path}: an authorizer at API Gateway would be passed by the other methods")
        if any(one["x-amazon-apigateway-integration"]["type"] == "mock" for one in operations.values()):
            raise PackagingError(f"{path}: cors= at a route takes OPTIONS away from the product")
        uri = next(iter(operations.values()))["x-amazon-apigateway-integration"]["uri"]
        names = [part.strip("{}+") for part in path.split("/") if part.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "type": "string"} for name in names]
        definition["paths"][path] = {method: _operation(uri, parameters) for method in METHODS}
    definition.pop("definitions", None)
    definition["info"]["title"] = {"Fn::Sub": "zeitfenster-${Stage}"}  # metrics go by it; two stages share no name
    definition["x-amazon-apigateway-gateway-responses"] = {
        kind: _gateway_response(title, status=status) for kind, (status, title) in GATEWAY_RESPONSES.items()
    }
    return definition


def _operation(uri: Any, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri, "passthroughBehavior": "when_no_match"}
    operation: dict[str, Any] = {"responses": {}, "x-amazon-apigateway-integration": integration}
    return operation | {"parameters": parameters} if parameters else operation


def _gateway_response(title: str, *, status: int) -> dict[str, Any]:
    """One answer of API Gateway itself, as RFC 9457 has it."""
    problem = (
        f'{{"type": "about:blank", "title": "{title}", "status": {status},'
        ' "detail": $context.error.messageString, "request_id": "$context.requestId"}'
    )
    headers = {"Content-Type": "application/problem+json", **answers.BY_THE_GATEWAY}
    # A text in single quotes, whose own quotes stay as they are.
    parameters = {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()}
    if status in {429, 503}:
        parameters["gatewayresponse.header.Retry-After"] = "'1'"
    return {
        "statusCode": str(status),
        "responseParameters": parameters,
        "responseTemplates": {"application/json": problem},
    }


def _libraries(locked: Path, architecture: str) -> Path:
    """The libraries without what never runs, with byte code: built once per lock, Python, machine and recipe, then reused."""
    recipes = (Path(__file__).read_bytes(), Path(models.__file__).read_bytes(), Path(lock.__file__).read_bytes())
    recipe = (locked.read_bytes(), sys.version.encode(), architecture.encode(), *recipes)
    key = hashlib.sha256(b"\0".join(recipe)).hexdigest()[:16]
    kept = BUILD / "libraries" / key
    if kept.exists():
        return kept
    fresh = kept.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    unpacked = fresh / "unpacked"
    _fetch(locked, fresh, architecture)
    for file in sorted((fresh / "fetched").rglob("*")):
        path = file.relative_to(fresh / "fetched").as_posix()
        if file.is_file() and _is_needed(path):
            (unpacked / path).parent.mkdir(parents=True, exist_ok=True)
            file.rename(unpacked / path)
    shutil.rmtree(fresh / "fetched")
    for path in EMPTIED:
        (unpacked / path).write_bytes(b"")
    models.cut(unpacked / "botocore" / "data", unpacked / "aws_models", region=REGION)
    _compile(unpacked, below=unpacked)
    (fresh / "libraries.zip").write_bytes(b"")
    _append(fresh / "libraries.zip", unpacked, sorted(file for file in unpacked.rglob("*") if file.is_file()))
    fresh.rename(kept)
    return kept


def _fetch(locked: Path, fresh: Path, architecture: str) -> None:
    """Let pip put what the lock names into `fetched`: wheels for the machine, each with a hash of the lock, and nothing else."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    options = lock.pip_options(python, ARCHITECTURES[architecture])
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
        "--no-compile",
        "--no-deps",
    ]
    target = ["--target", str(fresh / "fetched"), "--report", str(fresh / "report.json")]
    command = [*pip, *target, *options, "--require-hashes", "-r", str(locked)]
    done = subprocess.run(
        command, env=_packaging_environment(), capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode != 0:
        raise PackagingError(f"The libraries could not be fetched as they are locked:\n{done.stderr}")


def _is_needed(path: str) -> bool:
    parts = path.split("/")
    if parts[0] == "chalice":
        return path in FRAMEWORK
    if path.startswith(DROPPED) or path.endswith((".pyi", ".exe", "/py.typed", ".rst")):
        return False
    if parts[0].endswith((".dist-info", ".data")):
        return parts[0].startswith(KEPT_METADATA) and parts[-1] == "METADATA"
    if path.startswith("botocore/data/") and len(parts) > 3:
        return parts[2] in AWS_SERVICES
    if path.startswith("babel/locale-data/"):
        return parts[2].split(".")[0].split("_")[0] in LANGUAGES
    if path.startswith("holidays/countries/"):
        return parts[2].removesuffix(".py") in COUNTRIES
    if path.startswith("holidays/locale/"):
        return parts[2].split("_")[0] in LANGUAGES
    return True


def _add_own_code(archive: Path, unpacked: Path) -> list[Path]:
    """Unpack the product over the libraries; the files added, byte code included, in order."""
    before = set(unpacked.rglob("*"))
    with zipfile.ZipFile(archive) as opened:
        # Chalice adds its own runtime from wherever it is installed; ours came by its hash.
        opened.extractall(unpacked, [name for name in opened.namelist() if not name.startswith("chalice/")])
    _compile(unpacked / "chalicelib", below=unpacked)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(unpacked / "app.py"), dfile="app.py", doraise=True, invalidation_mode=unchecked)
    return sorted(file for file in set(unpacked.rglob("*")) - before if file.is_file())


def _compile(folder: Path, *, below: Path) -> None:
    """Byte code that is trusted as it is: the zip has no times, so that byte code checked by time would be refused.

    It names its files relative to `below`, so that it does not depend on where it was built; Python puts the true path
    in when it loads it.
    """
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    if not compileall.compile_dir(folder, quiet=2, force=True, stripdir=str(below), invalidation_mode=unchecked):
        raise PackagingError(f"{folder} holds a file that does not compile")


def _append(archive: Path, folder: Path, files: list[Path]) -> None:
    """Add files with one time and one mode, so that equal contents give equal bytes."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED, compresslevel=6) as opened:
        for file in files:
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            opened.writestr(entry, file.read_bytes())


def main() -> None:
    """Build and say what was built."""
    parser = argparse.ArgumentParser(description="Build what is deployed into .build/package/.")
    parser.add_argument("--architecture", choices=sorted(ARCHITECTURES), default=ON_AWS)
    asked = parser.parse_args()
    started = time.monotonic()
    package = build(architecture=asked.architecture)
    size = package.archive.stat().st_size / 1e6
    print(f"{package.archive.relative_to(ROOT)} for {asked.architecture}: {size:.1f} MB, ", end="")
    print(f"sha256 {package.digest[:12]}, {time.monotonic() - started:.1f} s")
    print(f"{package.bill.relative_to(ROOT)}: every library in it, with version, licence and hash")


if __name__ == "__main__":
    try:
        main()
    except PackagingError as failure:
        sys.exit(str(failure))
