"""The simulators of the providers, and the outbox worked off in this process: for tests in which something goes out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import aws, settings, web
from tests.fakes import providers
from tests.worlds import files, outbox, rights
from tests.worlds import proofs as made


@pytest.fixture(scope="session", autouse=True)
def _rights() -> Iterator[None]:
    """No function asks for more than its policy allows; what was asked for is compared at the end (tests/conftest.py)."""
    with rights.watched():
        yield


@pytest.fixture
def desk(table: Any, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[providers.Desk]:
    """The simulators; their own reports come too late to matter, a test sends those it needs."""
    with providers.running(clock_file=tmp_path / "clock", report_delay_s=3600.0) as running:
        monkeypatch.setenv("SMSAPI_URL", running.smsapi_url)
        monkeypatch.setenv("ORTTO_URL", running.ortto_url)
        monkeypatch.setenv("AUTOPILOT_URL", running.autopilot_url)
        monkeypatch.setenv("ZENDESK_URL", running.zendesk_url)
        monkeypatch.setenv("BEXIO_URL", running.bexio_url)
        monkeypatch.setenv("CHATRA_URL", f"{running.url}/chatra")
        monkeypatch.setenv("GA4_URL", f"{running.url}/ga4")
        monkeypatch.setenv("MAIL_URL", running.mail_url)
        settings.get.cache_clear()
        aws.client.cache_clear()
        yield running
        web._session().close()
        web._session.cache_clear()
        aws.client.cache_clear()
        settings.get.cache_clear()


@pytest.fixture
def proofs(table: Any, emulator: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A write-once bucket of this test alone."""
    bucket = made.bucket(emulator.endpoint)
    monkeypatch.setenv("BUCKET_PROOFS", bucket)
    settings.get.cache_clear()
    return bucket


@pytest.fixture
def queue(desk: providers.Desk, clock: Any, monkeypatch: pytest.MonkeyPatch) -> outbox.Queue:
    return outbox.install(monkeypatch, clock)


@pytest.fixture
def exports(table: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[files.Exports]:
    """The bucket of files, and the worker that makes them and takes them in."""
    yield files.install(monkeypatch, clock)
    settings.get.cache_clear()
    aws.client.cache_clear()
