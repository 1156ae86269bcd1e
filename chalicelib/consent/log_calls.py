"""Log what the newsletter's vendor was told: one disclosure for each call that may have arrived, also if it ended badly."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.activity import facts as disclosed
from chalicelib.activity import record
from chalicelib.consent.line import Line
from chalicelib.plumbing import egress
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def add(change: Change, visit: Visit, line: Line) -> None:
    """Add the disclosures of a conversation to `change`."""
    listed = egress.recipient(line.vendor)
    for categories in line.told:
        detail = {
            "recipient": listed.vendor,
            "purpose": listed.purpose,
            "legal_basis": listed.legal_basis,
            "categories": list(categories),
            "country": listed.country,
        }
        record.fact(change, visit, disclosed.DISCLOSED, subject=line.subject, detail=detail)


@contextmanager
def of(visit: Visit, line: Line) -> Iterator[None]:
    """Whatever goes wrong inside, the calls that left are logged before it goes on."""
    try:
        yield
    except Exception:
        change = Change(visit)
        add(change, visit, line)
        change.done()
        raise
