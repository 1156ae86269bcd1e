"""A clean environment for every test: settings of a local stage, a clock of our own, and a real table in the emulator."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.plumbing import database

os.environ.update(
    STAGE="local",
    AWS_DEFAULT_REGION="eu-central-2",
    AWS_REGION="eu-central-2",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_EC2_METADATA_DISABLED="true",
    PUBLIC_URL="http://localhost:8000",
    MASTER_SECRET="a-master-secret-for-tests-only-0123456789",
    TABLE_RECORDS="test-records",
    TABLE_LEDGER="test-ledger",
    TABLE_ACTIVITY="test-activity",
    TABLE_GUARD="test-guard",
    TABLE_KEYS="test-keys",
    BUCKET_PROOFS="test-proofs",
    KMS_KEY="arn:aws:kms:eu-central-2:000000000000:key/00000000-0000-4000-8000-000000000000",
    QUEUE_OUTBOX="http://127.0.0.1:9/000000000000/test-outbox",
    MAIL_SENDER="termine@zeitfenster.example",
    SMSAPI_URL="http://127.0.0.1:9/smsapi",
    SMSAPI_TOKEN="token-for-tests",
    SMSAPI_SENDER="Zeitfenster",
    ORTTO_URL="http://127.0.0.1:9/ortto",
    ORTTO_KEY="key-for-tests",
    AUTOPILOT_URL="http://127.0.0.1:9/autopilot",
    AUTOPILOT_KEY="key-for-tests",
    ZENDESK_URL="http://127.0.0.1:9/zendesk",
    ZENDESK_CLIENT_ID="client-for-tests",
    ZENDESK_CLIENT_SECRET="secret-for-tests",
    ZENDESK_WEBHOOK_SECRET="d2ViaG9vay1zZWNyZXQtZm9yLXRlc3RzLW9ubHktMDA=",
    BEXIO_URL="http://127.0.0.1:9/bexio",
    BEXIO_CLIENT_ID="client-for-tests",
    BEXIO_CLIENT_SECRET="secret-for-tests",
    BEXIO_REFRESH_TOKEN="first-token-for-tests",
    CHATRA_URL="http://127.0.0.1:9/chatra",
    CHATRA_KEY="key-for-tests",
    GA4_URL="http://127.0.0.1:9/ga4",
    GA4_MEASUREMENT_ID="G-TESTS",
    GA4_API_SECRET="secret-for-tests",
    POWERTOOLS_SERVICE_NAME="zeitfenster",
    POWERTOOLS_METRICS_NAMESPACE="Zeitfenster",
    COMMIT="test",
    VERSION="0.1.0",
)
os.environ.pop("AWS_PROFILE", None)

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday morning in Zürich


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first, so that no worker is left alone with one at the end (`--dist loadfile`)."""
    first = (
        *("tests/website/test_every_page.py", "tests/website/", "tests/races/", "tests/journeys/"),
        *("tests/rooms/test_faults.py", "tests/rooms/privacy/", "tests/rooms/billing/", "tests/rooms/messaging/"),
        *(
            "tests/rooms/booking/",
            "tests/rooms/exchange/",
            "tests/house/test_package.py",
            "tests/house/test_template.py",
        ),
        *("tests/rules/test_source_rules.py", "tests/neighbours/test_guardrails.py"),
    )
    place = {start: number for number, start in enumerate(first)}
    items.sort(key=lambda item: next((place[start] for start in first if item.nodeid.startswith(start)), len(first)))


def pytest_configure(config: pytest.Config) -> None:
    """The process that hears of all results keeps those that prove something (GET /legal/conformance)."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Promises(), "promises")
    config.pluginmanager.register(_Rights(config), "rights")


class _Promises:
    """Listens, and writes at the end what it heard; what was changed while the tests ran was not tested."""

    def __init__(self) -> None:
        from infra import results

        self._listed = results.listed()
        self._heard: dict[str, str] = {}
        self._sources = results.digest(ROOT)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.partition("[")[0]
        if name in self._listed and (report.failed or report.when == "call"):
            failed = report.failed or self._heard.get(name) == "failed"
            self._heard[name] = "failed" if failed else "passed"

    def counted(self) -> str:
        """One line: promises by what became of their tests in this run, and what is claimed of them."""
        from chalicelib.privacy import promises

        of = [{self._heard.get(name, "not run") for name in one.tests} for one in promises.ALL]
        proven, failed = sum(one == {"passed"} for one in of), sum("failed" in one for one in of)
        states = Counter(one.state for one in promises.ALL)
        claimed = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        return f"promises of the privacy policy: {proven} of {len(of)} proven in this run, {failed} failed ({claimed})"

    def pytest_sessionfinish(self) -> None:
        from infra import results

        if self._heard and results.digest(ROOT) == self._sources:
            results.write(ROOT, self._heard)


class _Rights:
    """Compares, after a run of all rooms without a failure, what policies allow with what was used: too much fails the run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._used: set[tuple[str, tuple[str, str]]] = set()
        self._files = {str(file.relative_to(ROOT)) for file in (ROOT / "tests" / "rooms").rglob("test_*.py")}
        self._all = not any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf"))
        self._excess: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "::" in report.nodeid and not report.failed:
            self._files.discard(report.nodeid.partition("::")[0])
        self._all = self._all and not report.failed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist has ended and says what it saw."""
        self._used |= {(function, (one, other)) for function, one, other in node.workeroutput.get("rights", [])}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        from tests.worlds import rights

        if hasattr(self._config, "workerinput"):
            said = [[function, *right] for function, right in sorted(rights.used)]
            self._config.workeroutput["rights"] = said  # type: ignore[attr-defined] - pytest-xdist puts it there
            return
        if self._all and not self._files:
            self._excess = rights.excess(self._used | rights.used)
            if self._excess:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self._excess:
            terminalreporter.section("rights that nobody needs", sep="=", red=True)
            terminalreporter.write("\n".join([*self._excess, ""]))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """How many promises of the privacy policy this run has proven."""
    heard = config.pluginmanager.get_plugin("promises")
    if heard is not None and heard._heard:
        terminalreporter.write_line(heard.counted())


class Clock:
    """The product's clock in tests: it stands still until it is told otherwise."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.set(NOW)

    def set(self, at: datetime) -> None:
        self.now = at
        self._file.write_text(at.isoformat())


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of this test; it starts on a Monday at 09:00 in Zürich."""
    from chalicelib.plumbing import settings

    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(file))
    settings.get.cache_clear()
    yield Clock(file)
    settings.get.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def log_follows_stdout() -> None:
    """The log's handler is made once, in whatever test comes first, and would go on writing where only that one listens."""
    from chalicelib.plumbing import log

    log._logger().registered_handler.stream = _Stdout()


class _Stdout:
    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Any]:
    """The local AWS emulator, started once; its tables are made from infra/resources.yaml and lie in this process."""
    from infra.local import emulator as local
    from tests.fakes import engine
    from tests.worlds import tables

    with local.running() as running:
        engine.stand_in(running.endpoint)
        os.environ["AWS_ENDPOINT_URL"] = running.endpoint
        tables.create(running.endpoint)
        yield running
        del os.environ["AWS_ENDPOINT_URL"]


@pytest.fixture
def kms() -> Iterator[Any]:
    """A KMS of this process, which costs no request; tests/rooms/plumbing/test_envelope.py holds it against the emulator's."""
    from chalicelib.plumbing import envelope
    from tests.fakes.kms import Kms

    made = Kms(os.environ["KMS_KEY"])
    envelope.forget_cached()
    with pytest.MonkeyPatch.context() as patch:  # one of our own: tests undo theirs
        patch.setattr(envelope, "client", lambda: made)
        yield made


@pytest.fixture
def dynamodb(emulator: Any, clock: Clock, kms: Any) -> Iterator[Any]:
    """The watch over what the product asks of DynamoDB; what AWS would refuse is refused."""
    from chalicelib.offering import find
    from chalicelib.plumbing import aws, settings
    from tests.fakes import strict
    from tests.worlds import tables

    settings.get.cache_clear()
    database.forget_connections()
    aws.client.cache_clear()
    find.forget_cached()
    tables.empty(emulator.endpoint)
    yield strict.watch(database.client())
    database.forget_connections()


@pytest.fixture
def table(dynamodb: Any) -> Any:
    """Empty tables, and every cache of the product emptied."""
    from chalicelib.plumbing import table as product

    return product


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The deployed product, one for all tests of this process that drive it from outside."""
    from tests.worlds import product as deployed

    with deployed.running(tmp_path_factory.mktemp("stack")) as running:
        yield running
