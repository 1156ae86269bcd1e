"""The worker of this room: it makes one file at a time, or takes one in."""

import json

from chalicelib.exchange import intake, make
from chalicelib.plumbing import log
from chalicelib.plumbing.visit import Visit
from chalicelib.plumbing.workers import Workers

workers = Workers(__name__)


@workers.queue("exchange_work", batch_size=1)
def make_file(visit: Visit, body: str) -> None:
    """Make the file that a message names, or take it in: `[partition, id]` of its row."""
    try:
        pk, sk = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        pk = sk = None
    if not isinstance(pk, str) or not isinstance(sk, str) or not pk.endswith(("#exports", "#imports")):
        log.warning("export.not_an_address", letters=len(body))
        return
    partner_id, _, kind = pk.partition("#")
    {"exports": make.file, "imports": intake.file}[kind](visit.for_partner(partner_id), sk)
