"""First answer of the API in a fresh interpreter, beside the floor: Chalice and one DynamoDB client, nothing else.

Both run from the package that is deployed (its libraries, its byte code, read only), interleaved; what is compared is the
time from starting the process to having answered one request, less that of an interpreter that does nothing. A function is
never asked to end, so that none of them is: how an interpreter cleans up is not measured.

The floor reads botocore's data as botocore ships it. `floor_in_small` reads the cut that the product brings (ADR 8), to show
what is left if that is taken away from the comparison; it has no target. CPU is what the process used, whoever else was busy.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

from infra import package as packaging
from infra.local import emulator

MOST = 1.25
ROUNDS = 9

_FLOOR = """
import botocore.session
from chalice import Chalice
app = Chalice(app_name="floor")
client = botocore.session.get_session().create_client("dynamodb", region_name="eu-central-2")
@app.route("/slots")
def slots():
    found = client.get_item(TableName=TABLE, Key={"pk": {"S": "nobody"}, "sk": {"S": "-"}})
    return {"found": "Item" in found}
"""
_IN_SMALL = """
import sys
import botocore.session
from botocore.loaders import Loader
loader = Loader(extra_search_paths=[sys.path[0] + "/aws_models"], include_default_search_paths=False)
loader.BUILTIN_DATA_PATH = sys.path[0] + "/aws_models"
session = botocore.session.get_session()
session.register_component("data_loader", loader)
botocore.session.get_session = lambda: session
"""
_DONE = """
import os
os._exit(0)
"""
_EVENT = """
def event(path, resource, params, query):
    context = {"resourcePath": resource, "path": path, "httpMethod": "GET", "requestId": "1", "identity": {"sourceIp": "192.0.2.1"}}
    return {"resource": resource, "path": path, "httpMethod": "GET", "headers": {"accept": "application/json"},
            "multiValueHeaders": {}, "queryStringParameters": query, "pathParameters": params, "stageVariables": None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
            "requestContext": context, "body": None, "isBase64Encoded": False}
class Context:
    aws_request_id = "1"
"""


def measure(*, rounds: int = ROUNDS) -> dict[str, Any]:
    """Wall and CPU milliseconds of floor and product (median, best), and their ratios."""
    from tests.worlds import tables

    package = packaging.build()
    with emulator.running() as running, tempfile.TemporaryDirectory() as folder:
        settings = environment(running.endpoint)
        os.environ.update(settings)
        tables.create(running.endpoint)
        name, service_id = _offer(running.endpoint)
        floor = (
            f"TABLE = {settings['TABLE_RECORDS']!r}\n{_FLOOR}{_EVENT}"
            "assert app(event('/slots', '/slots', {}, {}), Context())['statusCode'] == 200\n"
        )
        product = (
            f"from app import app\n{_EVENT}"
            f"answer = app(event('/book/{name}/times', '/book/{{booking_name}}/times', {{'booking_name': {name!r}}}, "
            f"{{'service_id': {service_id!r}}}), Context())\n"
            "assert answer['statusCode'] == 200, answer\n"
        )
        scripts = {"nothing": "", "floor": floor, "product": product, "floor_in_small": _IN_SMALL + floor}
        seconds: dict[str, list[tuple[float, float]]] = {one: [] for one in scripts}
        for one, script in scripts.items():
            (Path(folder) / one).write_text(script + _DONE)
        for round_number in range(rounds + 1):
            for one in scripts:
                took = _run(Path(folder) / one, package.unpacked, settings)
                if round_number:
                    seconds[one].append(took)
    figures: dict[str, Any] = {one: _beyond(seconds[one], seconds["nothing"]) for one in scripts if one != "nothing"}
    figures["ratio_median"] = figures["product"]["median_ms"] / figures["floor"]["median_ms"]
    figures["ratio_best"] = figures["product"]["best_ms"] / figures["floor"]["best_ms"]
    figures["ratio_cpu"] = figures["product"]["cpu_ms"] / figures["floor"]["cpu_ms"]
    figures["target"] = MOST
    return figures


def _beyond(seconds: list[tuple[float, float]], nothing: list[tuple[float, float]]) -> dict[str, float]:
    """What a script took beyond an interpreter that does nothing."""
    wall, cpu = zip(*seconds, strict=True)
    base_wall, base_cpu = (statistics.median(one) for one in zip(*nothing, strict=True))
    return {
        "median_ms": (statistics.median(wall) - base_wall) * 1000,
        "best_ms": (min(wall) - base_wall) * 1000,
        "cpu_ms": (statistics.median(cpu) - base_cpu) * 1000,
    }


def _run(script: Path, libraries: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of one process."""
    code = f"import sys; sys.path[:0] = [{str(libraries)!r}]; exec(compile(open({str(script)!r}).read(), 'x', 'exec'))"
    used, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code], env=environment, capture_output=True, text=True
    )
    took, using = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return took, using.ru_utime + using.ru_stime - used.ru_utime - used.ru_stime


def environment(endpoint: str) -> dict[str, str]:
    """Settings as a function has them, with the emulator behind them."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": packaging.REGION,
        "AWS_REGION": packaging.REGION,
        "AWS_ACCESS_KEY_ID": emulator.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": emulator.SECRET_KEY,
        "STAGE": "local",
        "PUBLIC_URL": "http://localhost:8000",
        "MASTER_SECRET": "a-master-secret-for-benchmarks-0123456789",
        **{f"TABLE_{name}": f"bench-{name.lower()}" for name in ("RECORDS", "LEDGER", "ACTIVITY", "GUARD", "KEYS")},
        "KMS_KEY": _key(endpoint),
        "QUEUE_OUTBOX": "http://127.0.0.1:9/000000000000/none",
        "MAIL_SENDER": "post@zeitfenster.example",
        "SMSAPI_URL": "http://127.0.0.1:9",
        "SMSAPI_TOKEN": "none",
        "SMSAPI_SENDER": "none",
    }


@cache
def _key(endpoint: str) -> str:
    """A KMS key in the emulator."""
    import botocore.session

    client = botocore.session.get_session().create_client(
        "kms", region_name=packaging.REGION, endpoint_url=endpoint,
        aws_access_key_id=emulator.ACCESS_KEY, aws_secret_access_key=emulator.SECRET_KEY,
    )  # fmt: skip
    return str(client.create_key()["KeyMetadata"]["Arn"])


def _offer(endpoint: str) -> tuple[str, str]:
    """A partner with one service in the emulator: booking name and service id, printed by a process of its own."""
    code = (
        "import json; from datetime import UTC, datetime; from types import SimpleNamespace; "
        "from chalicelib.plumbing import table; from tests.worlds import partners; "
        "world = partners.a_partner(table, SimpleNamespace(now=datetime.now(UTC)), employees=10); "
        "print(json.dumps([world.booking_name, world.service_id]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "AWS_ENDPOINT_URL": endpoint},
        cwd=packaging.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    name, service_id = json.loads(done.stdout.splitlines()[-1])
    return name, service_id
