"""The zip that is deployed holds the product and its libraries with byte code, and nothing that does not belong there."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from infra import lock
from infra import package as packaging

MOST_BYTES = 25_000_000
OURS = frozenset({"app", "aws_models", "chalicelib", "test_results"})
X86_64, AARCH64 = 62, 183  # e_machine of ELF
MAGIC = importlib.util.MAGIC_NUMBER
UNCHECKED_HASH = 0b01


@pytest.fixture(scope="module")
def arm64(tmp_path_factory: pytest.TempPathFactory) -> packaging.Package:
    """What is deployed to AWS, from a copy of the sources."""
    return packaging.build(
        source=copied(tmp_path_factory.mktemp("sources")),
        target=packaging.BUILD / "package-for-aws",
        architecture=packaging.ON_AWS,
    )


def copied(folder: Path) -> Path:
    """A copy of all that a package is made from."""
    for name in ("chalicelib", ".chalice", "infra"):
        shutil.copytree(
            packaging.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "deployments")
        )
    for name in ("app.py", "requirements.txt", "pyproject.toml"):
        shutil.copyfile(packaging.ROOT / name, folder / name)
    return folder


def machine(file: Path) -> int:
    """What machine a compiled library is for, as its header says."""
    head = file.read_bytes()[:20]
    assert head[:4] == b"\x7fELF"
    return int.from_bytes(head[18:20], "little")


def cached(file: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(file)))


def test_every_module_has_byte_code_that_is_trusted_unchecked(package: packaging.Package) -> None:
    modules = sorted(package.unpacked.rglob("*.py"))

    heads = {file: cached(file).read_bytes()[:8] for file in modules}

    assert len(modules) > 500
    assert {head[:4] for head in heads.values()} == {MAGIC}
    assert {int.from_bytes(head[4:], "little") for head in heads.values()} == {UNCHECKED_HASH}


def test_the_zip_is_the_folder(package: packaging.Package) -> None:
    on_disk = {file.relative_to(package.unpacked).as_posix() for file in package.unpacked.rglob("*") if file.is_file()}

    with zipfile.ZipFile(package.archive) as archive:
        names = archive.namelist()
        times = {entry.date_time for entry in archive.infolist()}

    assert set(names) == on_disk
    assert len(names) == len(set(names))
    assert times == {(1980, 1, 1, 0, 0, 0)}


def test_our_own_files_are_the_ones_of_the_sources(package: packaging.Package) -> None:
    def ours(root: Path) -> set[str]:
        files = [root / "app.py", *(root / "chalicelib").rglob("*")]
        return {
            file.relative_to(root).as_posix()
            for file in files
            if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
        }

    packed = ours(package.unpacked)

    assert "app.py" in packed
    assert packed == ours(packaging.ROOT)


def test_nothing_foreign_is_packed(package: packaging.Package) -> None:
    top = {path.name for path in package.unpacked.iterdir()}
    services = {path.name for path in (package.unpacked / "botocore" / "data").iterdir() if path.is_dir()}

    assert {"app.py", "chalice", "chalicelib", "botocore", "pynamodb"} <= top
    assert not top & {"infra", "tests", "pip", "setuptools", "wheel", "yaml", "pytest", "bench", "docs", ".chalice"}
    assert services == {"dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs", "sts"}
    assert not list(package.unpacked.rglob("swagger_ui"))
    assert not [path for path in package.unpacked.rglob("*") if path.name.startswith(".")]  # no .git, no .env
    assert {path.name for path in (package.unpacked / "chalice").glob("*.py")} == {"__init__.py", "app.py"}
    assert package.archive.stat().st_size < MOST_BYTES


def test_the_same_sources_give_the_same_bytes_wherever_they_lie(arm64: packaging.Package, tmp_path: Path) -> None:
    again = packaging.build(
        source=copied(tmp_path / "elsewhere"), target=packaging.BUILD / "package-again", architecture=packaging.ON_AWS
    )

    assert again.digest == arm64.digest
    for one, other in ((again.template, arm64.template), (again.bill, arm64.bill)):
        assert one.read_bytes() == other.read_bytes()
    shutil.rmtree(again.archive.parent)


def test_what_is_deployed_holds_libraries_for_arm_alone(arm64: packaging.Package) -> None:
    compiled = sorted(arm64.unpacked.rglob("*.so*"))

    assert len(compiled) > 5
    assert {machine(file) for file in compiled} == {AARCH64}
    assert {file.name.count("x86_64") for file in compiled} == {0}
    found = json.loads(arm64.template.read_text())["Resources"].values()
    named = [one["Properties"]["Architectures"] for one in found if one["Type"] == "AWS::Serverless::Function"]
    assert named
    assert [one for one in named if one != ["arm64"]] == []


def test_here_the_libraries_are_for_this_machine(package: packaging.Package) -> None:
    wanted = {"arm64": AARCH64, "x86_64": X86_64}[packaging.HERE]

    assert {machine(file) for file in package.unpacked.rglob("*.so*")} == {wanted}


def test_both_packages_hold_the_same_code_of_ours(package: packaging.Package, arm64: packaging.Package) -> None:
    def ours(one: packaging.Package) -> dict[str, bytes]:
        files = [
            one.unpacked / "app.py",
            *(one.unpacked / "chalicelib").rglob("*"),
            *(one.unpacked / "chalice").glob("*"),
        ]
        return {file.relative_to(one.unpacked).as_posix(): file.read_bytes() for file in files if file.is_file()}

    def but_machine(one: packaging.Package) -> Any:
        template = json.loads(one.template.read_text())
        for resource in template["Resources"].values():
            resource["Properties"].pop("Architectures", None)
        return template

    assert len(ours(package)) > 300
    assert ours(package) == ours(arm64)
    assert but_machine(package) == but_machine(arm64)


def test_what_is_deployed_is_small(arm64: packaging.Package) -> None:
    assert arm64.archive.stat().st_size < MOST_BYTES
    assert sum(file.stat().st_size for file in arm64.unpacked.rglob("*") if file.is_file()) < 250_000_000  # AWS's limit


def test_the_lock_has_a_hash_for_everything_and_is_of_these_pins() -> None:
    lines = lock.LOCK.read_text().replace("\\\n", " ").splitlines()[1:]

    assert lock.differences() == []
    assert len(lines) > len(lock.pinned(lock.REQUIREMENTS.read_text().splitlines()))
    for line in lines:
        name, *hashes = line.split()
        assert "==" in name
        assert hashes
        assert all(re.fullmatch("--hash=sha256:[0-9a-f]{64}", one) for one in hashes)


def test_pins_without_their_hashes_are_not_packaged(tmp_path: Path) -> None:
    source = copied(tmp_path / "changed")
    pins = source / "requirements.txt"
    pins.write_text(pins.read_text().replace("requests==2.34.2", "requests==2.34.1"))

    with pytest.raises(packaging.PackagingError, match=r"make lock.*requests==2\.34\.1"):
        packaging.build(source=source, target=tmp_path / "package")


def test_the_bill_of_materials_is_what_lies_in_the_package(package: packaging.Package) -> None:
    bill = json.loads(package.bill.read_text())
    named = {one["name"]: one["version"] for one in bill["components"]}
    top = {path.name.partition(".")[0] for path in package.unpacked.iterdir() if not path.name.endswith(".dist-info")}
    owners = metadata.packages_distributions()

    libraries = {lock.canonical(owners[name][0]) for name in top - OURS - {"__pycache__"} if name in owners}

    assert not [name for name in top - OURS - {"__pycache__"} if name not in owners]
    assert libraries == set(named)
    assert {name: metadata.version(name) for name in named} == named
    assert named == lock.pinned(lock.LOCK.read_text().splitlines())


def test_the_bill_of_materials_names_licences_and_the_hashes_that_were_locked(package: packaging.Package) -> None:
    bill = json.loads(package.bill.read_text())
    locked = lock.LOCK.read_text()

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    for one in bill["components"]:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert f"sha256:{one['hashes'][0]['content']}" in locked
        assert one["licenses"]
        assert "not stated" not in json.dumps(one["licenses"])
    assert {one["ref"] for one in bill["dependencies"]} == {
        bill["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in bill["components"]),
    }  # fmt: skip


def test_every_handler_can_be_imported_from_the_package_alone(
    package: packaging.Package, resources: dict[str, Any]
) -> None:
    handlers = sorted(
        one["Properties"]["Handler"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"
    )
    script = (
        "import importlib, json, sys\n"
        "sys.path = [path for path in sys.path if 'site-packages' not in path]\n"
        f"sys.path.insert(0, {str(package.unpacked)!r})\n"
        "for handler in json.loads(sys.argv[1]):\n"
        "    module, _, name = handler.rpartition('.')\n"
        "    assert callable(getattr(importlib.import_module(module), name)), handler\n"
        "import argon2, babel.dates, boto3, cryptography.fernet, defusedxml, holidays, icalendar, jinja2, openpyxl\n"
        "import phonenumbers, requests, tzdata, aws_lambda_powertools.utilities.batch\n"
        "assert holidays.country_holidays('CH', subdiv='ZH', years=2027)\n"
        "boto3.client('s3'), boto3.client('sesv2'), boto3.client('kms')\n"
        f"outside = [name for name, one in list(sys.modules.items()) if 'site-packages' in str(getattr(one, '__file__', ''))]\n"
        "assert not outside, outside\n"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, json.dumps(handlers)],
        env={**os.environ, "AWS_DEFAULT_REGION": packaging.REGION},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(handlers) == len(set(handlers))
    assert "app.app" in handlers


@pytest.mark.parametrize(
    ("path", "needed"),
    [
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/endpoints.json", True),
        ("babel/locale-data/de_CH.dat", True),
        ("babel/locale-data/ja.dat", False),
        ("babel/locale-data/root.dat", True),
        ("bin/jp.py", False),
        ("chalice/app.py", True),
        ("chalice/cli/__init__.py", False),
        ("pynamodb/models.py", True),
        ("pynamodb/py.typed", False),
        ("holidays-0.109.dist-info/METADATA", True),
        ("requests-2.34.2.dist-info/METADATA", False),
    ],
)
def test_what_is_needed_is_kept_and_the_rest_is_not(path: str, *, needed: bool) -> None:
    assert packaging._is_needed(path) is needed
