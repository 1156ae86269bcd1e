"""Run the packaged product whole on this machine: emulator, deployment, simulators and gateway, and stop it all again."""

import http.client
import importlib
import importlib.util
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.plumbing.settings import REGION
from infra import deploy
from infra import package as packaging
from infra import secrets as keeper
from infra.account import Account
from infra.local import emulator, gateway

STAGE = "local"
API_STAGE = "api"
MAIL_SENDER = "post@zeitfenster.example"
SMSAPI_SENDER = "Zeitfenster"
ZENDESK_CLIENT = BEXIO_CLIENT = ("zeitfenster", "for-the-simulator-only")
BEXIO_REFRESH_TOKEN = "first-token-for-the-simulator-only"
# What Zendesk itself signs with while a webhook is only being tried out.
ZENDESK_WEBHOOK_SECRET = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="
JOBS = {
    "messaging_reminders": "MessagingRemindersLive",
    "billing_sync": "BillingSyncLive",
    "messaging_announce": "MessagingAnnounceLive",
    "privacy_purge": "PrivacyPurgeLive",
    "activity_rollup": "ActivityRollupLive",
    "privacy_checkpoint": "PrivacyCheckpointLive",
}
JOB_SECONDS = 300
DRAIN_SECONDS = 60.0  # a worker waits for its turn where little is left of the machine
DRAIN_PAUSE_SECONDS = 0.05
WARM_SECONDS = 60.0


class JobError(Exception):
    """A scheduled job ended with an error; the message is what Lambda returned."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a local stack has to keep to be able to read its own data again."""

    master: str
    smsapi_token: str


@dataclass(frozen=True, slots=True)
class Stack:
    """A running product: where it answers, where its simulators answer, and a way into the emulator."""

    base_url: str
    providers_url: str
    clock_file: Path
    account: Account
    emulator: emulator.Emulator
    secrets: Secrets
    outputs: dict[str, str] = field(default_factory=dict)
    region: str = REGION

    def client(self, service: str) -> Any:
        """A boto3 client of the emulator's account, as its root user."""
        return self.account.client(service)

    def environment(self) -> dict[str, str]:
        """What the deployed functions have in their environment, for commands that ask for it."""
        function = next(iter(JOBS.values()))
        said = self.client("lambda").get_function_configuration(FunctionName=self.outputs[function])
        return {**said["Environment"]["Variables"], "AWS_REGION": self.region}

    def invoke_job(self, name: str) -> Any:
        """Run the scheduled job `name` now, wait until what it queued is done, and return what it returned.

        Raises LookupError for a name that is no job, JobError where the function failed.
        """
        if name not in JOBS:
            raise LookupError(name)
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.region,
            "resources": [],
            "detail": {},
        }
        function = self.account.client("lambda", once_within_seconds=JOB_SECONDS)
        answer = function.invoke(FunctionName=self.outputs[JOBS[name]], Payload=json.dumps(event).encode())
        result = json.load(answer["Payload"])
        if answer.get("FunctionError"):
            raise JobError(f"{name}: {result}")
        self.drain_outbox()
        return result

    def drain_outbox(self) -> bool:
        """Wait until the queues are empty and nothing of them is being worked on; False where that takes too long."""
        queue = self.client("sqs")
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        until = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < until:
            waiting = [
                int(queue.get_queue_attributes(QueueUrl=self.outputs[one], AttributeNames=[name])["Attributes"][name])
                for one in ("QueueOutbox", "QueueExports")
                for name in names
            ]
            if not any(waiting):
                return True
            time.sleep(DRAIN_PAUSE_SECONDS)
        return False


@contextmanager
def running(
    package: packaging.Package,
    *,
    secrets: Secrets,
    clock_file: Path,
    port: int | None = None,
    providers_port: int | None = None,
    emulator_port: int | None = None,
    state: Path | None = None,
    warm_workers: int = 2,
) -> Iterator[Stack]:
    """The product of `package` at `port` (a free one by default) while the block runs; with `state` its data stays.

    Raises EmulatorError, RefusedError, or OSError for a port that is taken.
    """
    port = port or emulator.free_port()
    providers_port = providers_port or emulator.free_port()
    with ExitStack() as open_things:
        running_emulator = open_things.enter_context(emulator.running(port=emulator_port, state=state))
        account = Account(
            endpoint=running_emulator.endpoint, access_key=emulator.ACCESS_KEY, secret_key=emulator.SECRET_KEY
        )
        stack = Stack(
            base_url=f"http://localhost:{port}",
            providers_url=f"http://localhost:{providers_port}",
            clock_file=clock_file,
            account=account,
            emulator=running_emulator,
            secrets=secrets,
        )
        open_things.enter_context(_simulators(stack, providers_port))
        keeper.write(STAGE, _secrets(stack.secrets), account=account)
        stack.outputs.update(
            deploy.stack(package, stage=STAGE, parameters=_parameters(stack, providers_port), account=account)
        )
        target = gateway.Target(
            port=running_emulator.port,
            api_id=stack.outputs["RestAPIId"],
            api_stage=API_STAGE,
            public_host=f"localhost:{port}",
        )
        open_things.enter_context(gateway.running(port, target=target))
        warm(port, workers=warm_workers)
        yield stack


def _parameters(stack: Stack, providers_port: int) -> dict[str, str]:
    simulators = f"http://{gateway.HOST}:{providers_port}"
    return {
        "PublicUrl": stack.base_url,
        "SmsapiUrl": f"{simulators}/smsapi",
        "SmsapiSender": SMSAPI_SENDER,
        "OrttoUrl": f"{simulators}/ortto",
        "AutopilotUrl": f"{simulators}/autopilot",
        "ZendeskUrl": f"{simulators}/zendesk",
        "ZendeskClientId": ZENDESK_CLIENT[0],
        "BexioUrl": f"{simulators}/bexio",
        "BexioClientId": BEXIO_CLIENT[0],
        "ChatraUrl": f"{stack.providers_url}/chatra",
        "ChatraKey": "simulated-key",
        "Ga4Url": f"{simulators}/ga4",
        "Ga4MeasurementId": "G-SIMULATED",
        "MailSender": MAIL_SENDER,
        "MailUrl": f"{simulators}/ses",
        "WebhooksLocal": "1",
        "ClockFile": str(stack.clock_file.absolute()),
        "Commit": "local",
        "Version": deploy.version(),
    }


def _secrets(kept: Secrets) -> dict[str, str]:
    return {
        "MASTER_SECRET": kept.master,
        "SMSAPI_TOKEN": kept.smsapi_token,
        "ORTTO_KEY": kept.smsapi_token,
        "AUTOPILOT_KEY": kept.smsapi_token,
        "ZENDESK_CLIENT_SECRET": ZENDESK_CLIENT[1],
        "ZENDESK_WEBHOOK_SECRET": ZENDESK_WEBHOOK_SECRET,
        "BEXIO_CLIENT_SECRET": BEXIO_CLIENT[1],
        "BEXIO_REFRESH_TOKEN": BEXIO_REFRESH_TOKEN,
        "GA4_API_SECRET": kept.smsapi_token,
    }


@contextmanager
def _simulators(stack: Stack, port: int) -> Iterator[None]:
    """The providers' simulators beside the stack, where they are part of the sources."""
    if importlib.util.find_spec("infra.local.providers") is None:
        yield
        return
    server = importlib.import_module("infra.local.providers.server")
    stack.clock_file.parent.mkdir(parents=True, exist_ok=True)
    settings = server.Settings(
        clock_file=stack.clock_file,
        public_url=stack.base_url,
        ses=lambda: stack.client("sesv2"),
        run_job=stack.invoke_job,
        smsapi_token=stack.secrets.smsapi_token,
        smsapi_senders=(SMSAPI_SENDER,),
        ortto_key=stack.secrets.smsapi_token,
        autopilot_key=stack.secrets.smsapi_token,
        zendesk_client=ZENDESK_CLIENT,
        bexio_client=BEXIO_CLIENT,
    )
    simulators = server.serve(port, settings=settings)
    try:
        yield
    finally:
        simulators.close()


def warm(port: int, *, workers: int) -> None:
    """Ask for the health at once `workers` times, so that so many workers of the API have started before people come."""
    threads = [threading.Thread(target=_ask_health, args=(port,), daemon=True) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WARM_SECONDS)


def _ask_health(port: int) -> None:
    connection = http.client.HTTPConnection(gateway.HOST, port, timeout=WARM_SECONDS)
    try:
        connection.request("GET", "/health", headers={"Accept": "application/json"})
        connection.getresponse().read()
    finally:
        connection.close()
