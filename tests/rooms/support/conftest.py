"""The simulated Zendesk with a token already given out, so that faults strike the calls that carry a question."""

from typing import Any

import pytest

from chalicelib.support import zendesk
from tests.fakes.providers import Desk


@pytest.fixture
def helpdesk(desk: Desk) -> Desk:
    zendesk._held.clear()
    zendesk._token(fresh=True)
    return desk


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Any:
    """Everything that the process has written to its log: a line for each request, and each event with its details."""
    return lambda: capfd.readouterr().out + "".join(str(vars(one)) for one in caplog.records)
