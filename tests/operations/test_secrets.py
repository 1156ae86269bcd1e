"""Secrets of a stage lie in one place, come to the functions whole, and are never said aloud."""

import json
import uuid
from typing import Any

import msgspec
import pytest

from chalicelib.plumbing import settings
from infra import deploy, secrets
from infra.account import Account


@pytest.fixture
def stage() -> str:
    return f"s{uuid.uuid4().hex[:8]}"


@pytest.fixture
def account(emulator: Any) -> Account:
    return Account(endpoint=emulator.endpoint, access_key="test", secret_key="test")


def test_the_master_secret_is_made_once_and_stays(account: Account, stage: str) -> None:
    made = secrets.kept(stage, account=account)
    again = secrets.kept(stage, account=account)
    secrets.keep(stage, "smsapi_token", "a-token", account=account)

    assert list(made) == ["MASTER_SECRET"]
    assert len(made["MASTER_SECRET"]) >= 64
    assert again == made
    assert secrets.kept(stage, account=account) == {**made, "SMSAPI_TOKEN": "a-token"}


def test_another_value_is_another_version_and_the_same_is_not(account: Account, stage: str) -> None:
    first = secrets.version(stage, account=account)
    secrets.keep(stage, "ORTTO_KEY", "one", account=account)
    second = secrets.version(stage, account=account)
    secrets.keep(stage, "ORTTO_KEY", "one", account=account)
    third = secrets.version(stage, account=account)
    secrets.keep(stage, "ORTTO_KEY", "", account=account)

    assert first != second == third
    assert "ORTTO_KEY" not in secrets.kept(stage, account=account)


@pytest.mark.parametrize(("name", "value"), [("MASTER_SECRET", "x"), ("PATH", "x"), ("SMSAPI_TOKEN", "two words"), ("SMSAPI_TOKEN", "x" * 1700)])  # fmt: skip
def test_what_cannot_be_a_secret_of_a_vendor_is_refused(account: Account, stage: str, name: str, value: str) -> None:
    with pytest.raises(secrets.SecretError):
        secrets.keep(stage, name, value, account=account)

    assert list(secrets.kept(stage, account=account)) == ["MASTER_SECRET"]


def test_the_master_secret_changes_in_three_steps_and_the_first_is_kept(account: Account, stage: str) -> None:
    def held() -> tuple[str | None, ...]:
        found = secrets.kept(stage, account=account)
        return tuple(found.get(name) for name in (secrets.MASTER, secrets.ALSO, secrets.FIRST))

    old = held()[0]
    secrets.rotate(stage, account=account)
    accepted = held()
    secrets.rotate(stage, account=account)
    signs = held()
    secrets.rotate(stage, account=account)
    after = held()
    secrets.rotate(stage, account=account)

    new = accepted[1]
    assert new not in (None, old)
    assert accepted == (old, new, old)
    assert signs == (new, old, old)
    assert after == (new, None, old)
    assert held()[0] == new
    assert held()[1] not in (None, old, new)
    assert held()[2] == old


def test_what_is_set_is_a_setting_and_reaches_it(account: Account, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(secrets.VENDORS):
        secrets.keep(stage, name, f"value-{number}", account=account)
    held = secrets.kept(stage, account=account)
    monkeypatch.setenv("SECRETS", json.dumps(held))
    settings.get.cache_clear()

    found = msgspec.structs.asdict(settings.get())

    monkeypatch.delenv("SECRETS")
    settings.get.cache_clear()
    assert {name: found[name.lower()] for name in held} == held


def test_the_names_are_told_and_the_values_are_not(
    account: Account, stage: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    secrets.keep(stage, "ORTTO_KEY", "zq-secret-zq", account=account)
    monkeypatch.setattr(deploy, "Account", lambda: account)

    secrets.main(["--stage", stage, "names"])

    told = capsys.readouterr().out
    assert told.split() == ["MASTER_SECRET", "ORTTO_KEY"]


def test_secrets_fit_the_environment_of_a_function_with_the_longest_names() -> None:
    import yaml

    from infra import package as packaging
    from tests.worlds.tables import _Template

    text = (packaging.ROOT / "infra" / "resources.yaml").read_text("utf-8")
    variables = yaml.load(text, _Template)["Globals"]["Function"]["Environment"]["Variables"]
    name, queue, arn = 60, 110, 85  # letters: a table or bucket, the address of a queue, an ARN
    sizes = {"TABLE": name, "BUCKET": name, "QUEUE": queue, "KMS": arn, "OPERATOR": 60, "PUBLIC": 60, "SMSAPI": 24}
    empty = {"CLOCK_FILE", "MAIL_URL", *(one for one in variables if one.endswith("_URL") and one != "PUBLIC_URL")}
    total = sum(
        len(one) + (0 if one in empty else sizes.get(one.split("_")[0], 20)) for one in variables if one != "SECRETS"
    )

    assert total > 1000
    assert total + len("SECRETS") + secrets.MOST_BYTES <= 4096
