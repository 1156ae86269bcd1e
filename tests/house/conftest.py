"""The package that is deployed, built once for all tests that look into it."""

import json
from typing import Any

import pytest

from infra import package as packaging


@pytest.fixture(scope="session")
def package() -> packaging.Package:
    return packaging.build(target=packaging.BUILD / "package-under-test")


@pytest.fixture(scope="session")
def template(package: packaging.Package) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(package.template.read_text())
    return loaded


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"]
    return found
