"""The zip that is deployed holds the product and its libraries with byte code, and nothing that does not belong there."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import package as packaging

MAGIC = importlib.util.MAGIC_NUMBER
UNCHECKED_HASH = 0b01


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
    assert package.archive.stat().st_size < 50_000_000


def test_the_same_sources_give_the_same_bytes(package: packaging.Package, tmp_path: Path) -> None:
    again = packaging.BUILD / "package-again"

    second = packaging.build(target=again)

    assert second.digest == package.digest
    shutil.rmtree(again)


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
        ("pip/__init__.py", False),
        ("pynamodb/models.py", True),
        ("pynamodb/py.typed", False),
        ("holidays-0.109.dist-info/METADATA", True),
        ("requests-2.34.2.dist-info/METADATA", False),
    ],
)
def test_what_is_needed_is_kept_and_the_rest_is_not(path: str, *, needed: bool) -> None:
    assert packaging._is_needed(path) is needed
