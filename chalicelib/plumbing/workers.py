"""Jobs and queues: what runs with nobody waiting, and the line that each leaves in the log.

Chalice event handlers do not load app.py (aws/chalice#1566), so all that they need is here.
"""

import functools
import time
from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib.plumbing import answers, clock, log, trail
from chalicelib.plumbing.visit import Visit, of_job


class Workers:
    """The workers of one room: a Chalice blueprint."""

    def __init__(self, module: str) -> None:
        self.blueprint = Blueprint(module)

    def job(self, name: str, expression: str) -> Callable[[Callable[[Visit], Any]], Any]:
        """A scheduled job: what it gives back is its figures."""

        def hang(handler: Callable[[Visit], Any]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> Any:
                request_id = trail.begin(name, getattr(event.context, "aws_request_id", None)).request_id
                return answers.plain(_logged_job(name, lambda: handler(of_job(clock.now(), request_id))))

            return self.blueprint.schedule(expression, name=name)(run)

        return hang

    def queue(self, name: str, *, batch_size: int = 10) -> Callable[[Callable[[Visit, str], None]], Any]:
        """A worker for a queue: one message at a time; those that fail come again, the others are done (partial batch)."""

        def hang(handler: Callable[[Visit, str], None]) -> Any:
            @functools.wraps(handler)
            def run(event: Any) -> dict[str, Any]:
                from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

                request_id = trail.begin(name, getattr(event.context, "aws_request_id", None)).request_id

                def one(record: Any) -> None:
                    _logged_message(name, lambda: handler(of_job(clock.now(), request_id), record.body))

                processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
                try:
                    return dict(
                        process_partial_response(
                            event=event.to_dict(), record_handler=one, processor=processor, context=event.context
                        )
                    )
                finally:
                    trail.flush()

            # The real queue is put in by infra/resources.yaml; Chalice wants an address that looks like one.
            placeholder = "arn:aws:sqs:eu-central-2:000000000000:outbox"
            return self.blueprint.on_sqs_message(queue_arn=placeholder, batch_size=batch_size, name=name)(run)

        return hang


def _logged_job(name: str, run: Callable[[], Any]) -> Any:
    try:
        result = run()
        log.info("job.done", job=name, figures=log.figures(result), **_spent())
        return result
    except Exception as problem:
        log.error("job.failed", problem, job=name, **_spent())
        raise
    finally:
        trail.flush()


def _logged_message(name: str, run: Callable[[], None]) -> None:
    """One line for each message of a queue: whatever became of it, and what began it."""
    on = trail.now()
    assert on is not None
    on.notes, on.asked, on.began = {}, 0, time.perf_counter()
    trail.follow(None)
    try:
        run()
        log.info("message.done", job=name, **on.notes, **_spent())
    except Exception as problem:
        log.error("message.failed", problem, job=name, **on.notes, **_spent())
        raise
    on.cold = False


def _spent() -> dict[str, Any]:
    on = trail.now()
    assert on is not None
    ms = round((time.perf_counter() - on.began) * 1000, 1)
    return {"ms": ms, "dynamodb_requests": on.asked, "cold_start": on.cold}
