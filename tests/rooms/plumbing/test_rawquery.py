"""A Query read by msgspec is the Query that botocore reads, and botocore's parser is spared the work."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import botocore.parsers
import botocore.session
import msgspec
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.plumbing import rawquery

EVERY_TYPE = {
    "Items": [
        {
            "pk": {"S": "Zürich ✂"},
            "n": {"N": "-12.50"},
            "b": {"B": base64.b64encode(bytes(range(256))).decode()},
            "empty": {"B": ""},
            "yes": {"BOOL": True},
            "nothing": {"NULL": True},
            "ss": {"SS": ["a", "b"]},
            "ns": {"NS": ["1", "2"]},
            "bs": {"BS": [base64.b64encode(b"\x00").decode()]},
            "l": {"L": [{"S": "x"}, {"M": {"deep": {"B": base64.b64encode(b"deep").decode()}}}]},
        },
        {},
    ],
    "Count": 2,
    "ScannedCount": 2,
    "LastEvaluatedKey": {"pk": {"S": "k"}, "sk": {"B": base64.b64encode(b"s").decode()}},
    "ConsumedCapacity": {"TableName": "records", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}},
}


class Table(HTTPServer):
    """A socket that gives every request the same answer."""

    status = 200
    body = b"{}"


class Answering(BaseHTTPRequestHandler):
    server: Table

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.send_header("x-amzn-RequestId", "REQUEST")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Table]:
    server = Table(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def table(server: Table) -> Table:
    server.status, server.body = 200, json.dumps(EVERY_TYPE).encode()
    return server


def client_of(table: Table) -> Any:
    return botocore.session.Session().create_client(
        "dynamodb",
        region_name="eu-central-2",
        endpoint_url=f"http://127.0.0.1:{table.server_port}",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 1, "mode": "standard"}, proxies={}),
    )


def query(client: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.query(
        TableName="records", KeyConditionExpression="pk = :k", ExpressionAttributeValues={":k": {"S": "k"}}
    )
    answer["ResponseMetadata"]["HTTPHeaders"].pop("date")
    return answer


def test_every_type_of_attribute_is_read_as_botocore_reads_it(table: Table) -> None:
    plain, quick = client_of(table), client_of(table)
    rawquery.install(quick)

    expected, answer = query(plain), query(quick)

    assert expected["Items"][0]["b"] == {"B": bytes(range(256))}
    assert answer == expected


def test_botocore_has_no_item_left_to_parse(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = botocore.parsers.JSONParser._handle_map

    def counting(self: Any, shape: Any, value: Any) -> Any:
        parsed.append(shape.name)
        return parse(self, shape, value)

    monkeypatch.setattr(botocore.parsers.JSONParser, "_handle_map", counting)
    quick = client_of(table)

    query(quick)
    by_botocore = len(parsed)
    rawquery.install(quick)
    rawquery.install(quick)
    answer = query(quick)

    assert by_botocore > 0
    assert len(parsed) == by_botocore
    assert answer["Count"] == 2


def test_an_error_stays_the_error_that_botocore_raises(table: Table) -> None:
    table.status = 400
    table.body = b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no such table"}'
    quick = client_of(table)
    rawquery.install(quick)

    with pytest.raises(quick.exceptions.ResourceNotFoundException, match="no such table") as caught:
        query(quick)

    assert isinstance(caught.value, ClientError)


def test_other_operations_are_read_by_botocore(table: Table) -> None:
    table.body = b'{"Item": {"b": {"B": "AAE="}}}'
    quick = client_of(table)
    rawquery.install(quick)

    answer = quick.get_item(TableName="records", Key={"pk": {"S": "k"}})

    assert answer["Item"] == {"b": {"B": b"\x00\x01"}}


def test_what_is_no_answer_of_a_query_is_refused() -> None:
    assert rawquery.decode(b'{"Items": [], "Count": 0, "Later": 1}') == {"Items": [], "Count": 0}

    for body in (b"", b"[]", b'{"Items": {}}', b'{"Items": [{"b": {"B": "no base64"}}]}'):
        with pytest.raises(msgspec.MsgspecError):
            rawquery.decode(body)
