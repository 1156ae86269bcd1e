"""No other region is ever asked for anything."""

import pytest

from infra import deploy
from infra.account import Account, RefusedError


def no_client(*_: object, **__: object) -> None:
    raise AssertionError("a client was made")


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1", "", "EU-CENTRAL-2"])
def test_another_region_is_refused_before_any_client_is_made(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.session.Session.client", no_client)

    with pytest.raises(RefusedError, match="eu-central-2"):
        Account(region=region).client("s3")


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_an_environment_that_names_another_region_is_refused(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boto3.session.Session.client", no_client)
    monkeypatch.setenv(variable, "us-east-1")

    with pytest.raises(RefusedError, match=variable):
        Account().client("s3")


def test_zurich_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-2")

    client = Account(endpoint="http://127.0.0.1:9", access_key="a", secret_key="b").client("s3")

    assert client.meta.region_name == "eu-central-2"


COMPLETE = {
    "PUBLIC_URL": "https://termine.example.ch",
    "CERTIFICATE_ARN": "arn:aws:acm:eu-central-2:000000000000:certificate/0",
    "MAIL_SENDER": "post@example.ch",
    "OPERATOR_NAME": "Beispiel AG",
    "OPERATOR_ADDRESS": "Seeweg 1; 6003 Luzern; Schweiz",
    "OPERATOR_EMAIL": "hallo@example.ch",
}


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"AWS_REGION": "eu-west-1"}, "AWS_REGION is eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "AWS_DEFAULT_REGION is us-east-1"),
        ({"CERTIFICATE_ARN": ""}, "CERTIFICATE_ARN is not set"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is not set"),
    ],
)
def test_make_deploy_refuses_before_it_builds_or_asks_anything(
    more: dict[str, str], refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boto3.session.Session.client", no_client)
    monkeypatch.setattr(deploy.packaging, "build", no_client)
    monkeypatch.setattr("sys.argv", ["deploy", "--stage", "prod"])
    for name, value in {**COMPLETE, **more}.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RefusedError, match=refused):
        deploy.main()


def test_make_deploy_with_everything_named_goes_on_to_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy.packaging, "build", no_client)
    monkeypatch.setattr("sys.argv", ["deploy", "--stage", "prod"])
    for name, value in COMPLETE.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(AssertionError, match="a client was made"):
        deploy.main()
