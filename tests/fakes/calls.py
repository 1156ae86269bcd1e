"""The calls of a conversation where there is no table: told as ever, put down nowhere."""

from datetime import UTC, datetime
from typing import Any

from chalicelib.activity.calls import Calls
from chalicelib.plumbing.visit import of_job


class Unlogged(Calls):
    def __init__(self) -> None:
        super().__init__(of_job(datetime(2026, 11, 23, 8, tzinfo=UTC), "-"))

    def _put_down(self, doubtful: Any) -> None:
        pass

    def _write(self) -> None:
        pass
