"""A bucket in the emulator, and the worker of exports in this process."""

import io
import json
import os
import zipfile
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.plumbing import aws, settings
from chalicelib.plumbing import queue as queues
from tests.worlds import outbox, rights

BUCKET = "test-files"


@dataclass(slots=True)
class Exports:
    """The queue of files to be made: `handed` are its messages, `seen` all there ever were. It works them off at once unless it is `resting`."""

    outbox: outbox.Queue
    resting: bool = False
    handed: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def hand_over(self, row: tuple[str, str]) -> bool:
        rights.note("sqs", "SendMessage", {"QueueUrl": "the queue of exports"})
        self.handed.append(json.dumps(row))
        self.seen.append(self.handed[-1])
        return True

    def work(self) -> None:
        """Everything that waits: what the outbox says, then the files."""
        for _ in range(5):
            self.outbox.drain()
            if not self.handed or self.resting:
                return
            waiting, self.handed = self.handed, []
            for body in waiting:
                self.deliver(body)

    def deliver(self, body: str) -> None:
        from chalicelib.exchange import jobs

        record = {"messageId": "1", "body": body, "eventSource": "aws:sqs", "receiptHandle": "-", "attributes": {}}
        answer = jobs.make_file({"Records": [record]}, SimpleNamespace(aws_request_id="test"))
        assert answer == {"batchItemFailures": []}

    def stored(self) -> list[str]:
        """The keys of all files in the bucket."""
        with rights.of_the_test():
            listed = aws.client("s3").list_objects_v2(Bucket=BUCKET)
        return sorted(one["Key"] for one in listed.get("Contents", []))

    def contents(self) -> list[bytes]:
        """What stands in them, unpacked where it is a workbook."""
        with rights.of_the_test():
            found = [aws.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in self.stored()]
        return [_unpacked(one) for one in found]


def _unpacked(content: bytes) -> bytes:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def install(monkeypatch: pytest.MonkeyPatch, clock: Any) -> Exports:
    """An empty bucket in the emulator, and the worker in the place of Lambda."""
    monkeypatch.setenv("BUCKET_FILES", BUCKET)
    monkeypatch.setenv("AWS_ENDPOINT_URL", os.environ["AWS_ENDPOINT_URL"])
    settings.get.cache_clear()
    aws.client.cache_clear()
    client = aws.client("s3")
    place = {"LocationConstraint": "eu-central-2"}
    if BUCKET not in {one["Name"] for one in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=one["Key"])
    made = Exports(outbox.install(monkeypatch, clock))
    monkeypatch.setattr(queues, "hand_over", made.hand_over)
    return made
