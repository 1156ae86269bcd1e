"""Simulators and settings that every test of a neighbour may ask for."""

from collections.abc import Iterator

import pytest

from chalicelib.plumbing import settings as real_settings
from chalicelib.plumbing import web
from tests.fakes import providers
from tests.fakes import settings as fake_settings


@pytest.fixture
def simulators() -> Iterator[providers.Desk]:
    with providers.running() as desk:
        yield desk


@pytest.fixture
def local_settings(simulators: providers.Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[fake_settings.Settings]:
    """A local run whose vendors are the simulators."""
    local = fake_settings.Settings(
        smsapi_url=simulators.smsapi_url,
        ortto_url=simulators.ortto_url,
        autopilot_url=simulators.autopilot_url,
        zendesk_url=simulators.zendesk_url,
        bexio_url=simulators.bexio_url,
        clock_file=str(simulators.simulators.settings.clock_file),
    )
    monkeypatch.setattr(real_settings, "get", lambda: local)
    yield local
    web._session().close()
