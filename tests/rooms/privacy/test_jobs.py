"""The two jobs as Lambda calls them: by the name in the package, with a schedule's event and nothing else loaded."""

import importlib
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.privacy import verify

EVENT = {
    "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "account": "0",
    "time": "2026-11-23T02:00:00Z", "region": "eu-central-2", "resources": [], "detail": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "name", "figures"),
    [
        ("chalicelib.privacy.jobs", "purge", {"run_id", "complete", "overdue", "deleted", "kept", "held", "failed"}),
        ("chalicelib.privacy.jobs", "checkpoint", {"checkpoints", "facts", "complete"}),
        ("chalicelib.activity.jobs", "rollup", {"days", "partners", "complete"}),
    ],
)
def test_a_job_runs_from_its_packaged_name(proofs: str, module: str, name: str, figures: set[str]) -> None:
    handler = getattr(importlib.import_module(module), name)

    done = handler(EVENT, SimpleNamespace(aws_request_id="r"))

    assert set(done) == figures
    assert done["complete"] is True


def test_the_job_leaves_its_proof(table: Any, clock: Any) -> None:
    from chalicelib.privacy import jobs
    from chalicelib.privacy.records import ProofRow

    jobs.purge(EVENT, SimpleNamespace(aws_request_id="r"))

    assert len(table.prefixed(ProofRow, "purges", "")) == 1
    assert verify.proofs() == []
