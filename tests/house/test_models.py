"""The package brings what botocore knows of AWS in small; what the product asks of AWS is asked the same way from it."""

import json
import re
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.config import Config

from chalicelib.plumbing import aws
from infra import models
from infra import package as packaging

PLUMBING = Path(__file__).parents[2] / "chalicelib" / "plumbing"
SERVICES = sorted(packaging.AWS_SERVICES)


@pytest.fixture
def in_small(package: packaging.Package, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The product's session as it is in the package."""
    monkeypatch.setattr(aws, "MODELS", package.unpacked / "aws_models")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws.session.cache_clear()
    yield aws.session()
    aws.session.cache_clear()


def client(session: Any, service: str) -> Any:
    return session.create_client(
        service, region_name=packaging.REGION, aws_access_key_id="nobody", aws_secret_access_key="none",
        config=Config(parameter_validation=False),
    )  # fmt: skip


def test_what_is_asked_of_dynamodb_is_what_the_cut_keeps() -> None:
    files = sorted(PLUMBING.parent.rglob("*.py"))

    asked = {one for file in files for one in re.findall(r'database\.ask\(\s*"(\w+)"', file.read_text())}
    direct = set(re.findall(r"database\.client\(\)\.(\w+)", (PLUMBING / "limits.py").read_text()))

    assert asked == models.OPERATIONS
    assert {one.title().replace("_", "") for one in direct} <= models.OPERATIONS


def test_what_is_asked_of_s3_is_what_the_cut_keeps() -> None:
    files = sorted(PLUMBING.parent.rglob("*.py"))

    asked = [found for file in files for found in re.findall(r'\bclient\("s3"\)\.(\w+)\(\s*"?(\w*)', file.read_text())]

    # A link that is signed names the operation that it is for.
    named = {word if method == "generate_presigned_url" else method for method, word in asked}
    assert {one.title().replace("_", "") for one in named} == models.S3_OPERATIONS


def test_what_is_asked_of_kms_is_what_the_cut_keeps() -> None:
    asked = re.findall(r'_kms\(\s*"(\w+)"', (PLUMBING / "envelope.py").read_text())

    assert {one.title().replace("_", "") for one in asked} == models.KEY_OPERATIONS


@pytest.mark.parametrize(
    ("service", "kept"),
    [("dynamodb", models.OPERATIONS), ("kms", models.KEY_OPERATIONS), ("s3", models.S3_OPERATIONS)],
)
def test_a_service_in_small_is_the_service(in_small: Any, service: str, kept: frozenset[str]) -> None:
    small, whole = client(in_small, service), client(botocore.session.Session(), service)

    assert set(small.meta.service_model.operation_names) == kept
    for name in kept:
        one, other = (made.meta.service_model.operation_model(name) for made in (small, whole))
        assert shape(one.input_shape) == shape(other.input_shape)
        assert shape(one.output_shape) == shape(other.output_shape)
        assert [each.name for each in one.error_shapes] == [each.name for each in other.error_shapes]


def test_a_link_to_a_file_is_signed_in_small_as_it_is_with_all_of_botocore(in_small: Any) -> None:
    wish = {"Params": {"Bucket": "files", "Key": "one"}, "ExpiresIn": 900}

    links = [
        client(session, "s3").generate_presigned_url("get_object", **wish).partition("?")[0]
        for session in (in_small, botocore.session.Session())
    ]

    assert links[0] == links[1]
    assert "files" in links[0]


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_in_small_calls_the_same_address_with_the_same_operations(in_small: Any, service: str) -> None:
    small, whole = client(in_small, service), client(botocore.session.Session(), service)

    assert small.meta.endpoint_url == whole.meta.endpoint_url
    assert packaging.REGION in small.meta.endpoint_url
    if service not in ("dynamodb", "kms", "s3"):
        assert small.meta.service_model.operation_names == whole.meta.service_model.operation_names
    # The service's rule set decides on the address of each request; none is forced upon it.
    for made in (small, whole):
        assert made._ruleset_resolver._builtins["SDK::Endpoint"] is None


def test_a_request_to_s3_goes_where_it_would_go(in_small: Any) -> None:
    small, whole = client(in_small, "s3"), client(botocore.session.Session(), "s3")

    links = [
        one.generate_presigned_url("put_object", Params={"Bucket": "files", "Key": "one"}) for one in (small, whole)
    ]

    assert links[0].partition("?")[0] == links[1].partition("?")[0]
    assert packaging.REGION in links[0]


def test_no_other_region_is_known(in_small: Any) -> None:
    assert in_small.get_available_regions("dynamodb") == [packaging.REGION]
    assert len(botocore.session.Session().get_available_regions("dynamodb")) > 1


def test_the_cut_is_a_small_part_and_says_nothing_to_people(package: packaging.Package) -> None:
    cut = package.unpacked / "aws_models"
    read = [cut / "endpoints.json", *(cut / "dynamodb" / "2012-08-10").glob("*.json")]

    assert 10_000 < sum(file.stat().st_size for file in read) < 60_000
    assert "documentation" not in json.loads((cut / "dynamodb" / "2012-08-10" / "service-2.json").read_text())
    assert (Path(botocore.__file__).parent / "data" / "endpoints.json").stat().st_size > 1_000_000


def shape(of: Any, above: tuple[str, ...] = ()) -> Any:
    """A shape as nested names and types; a shape within itself is its name."""
    if of is None or of.name in above:
        return None if of is None else of.name
    above = (*above, of.name)
    inner: Any = None
    if of.type_name == "structure":
        inner = {name: shape(member, above) for name, member in of.members.items()}, of.required_members
    elif of.type_name == "list":
        inner = shape(of.member, above)
    elif of.type_name == "map":
        inner = shape(of.key, above), shape(of.value, above)
    return of.name, of.type_name, of.serialization, inner
