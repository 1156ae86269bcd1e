"""Every call that may tell somebody outside something is in the log, whoever dies on the way: one line more then, never one less.

Before a call leaves, an outbox row says whom it will tell what: a row of its own, in nobody's outbox, so that it outlives the
account it is about; where a worker has claimed a row for just this call, the claim says it. The change that writes the line
takes the row away. Should the process die in between, the minute job finds it, and whoever goes on writes the line.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from types import TracebackType
from typing import Any, Self

from chalicelib.activity import facts, moment, outbox, record
from chalicelib.plumbing import egress, ids, outcomes, reach, web
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.egress import Disclosure
from chalicelib.plumbing.refusals import Unavailable
from chalicelib.plumbing.visit import Visit

TASK = "told"
MOST_AT_ONCE = 20
_NOBODY = "nobody"
_NOTHING_LEFT = (web.Unreachable, reach.Hostile, egress.NotAllowed)


class NotWritten(Exception):
    """The log was away: whoever claims the row next, when its lease has ended, writes what it may have told."""


class Calls:
    """The calls of one conversation, as a context: what no change has written by its end is written then, however it ends.

    With `claimed`, the first call costs no row of its own: its line is `of_the_dead` should the worker die. `also` are ids
    that stand in the lines beside what all of them say.
    """

    def __init__(
        self, visit: Visit, *, claimed: outbox.Row | None = None, also: Mapping[str, str] | None = None
    ) -> None:
        self.told: list[Disclosure] = []
        self._visit = replace(visit, once=None)
        self._claimed = claimed
        self._also = dict(also or {})
        self._down: outbox.Row | None = None
        self._written = 0

    def ask(self, disclosure: Disclosure, method: str, url: str, **more: Any) -> web.Reply:
        """One call as by `web.call`; the answer, whatever its status. Raises Later where nothing arrived, Unknown where it may have."""
        with _endings(), self.one(disclosure):
            return web.call(disclosure, method, url, **more)

    @contextmanager
    def one(self, disclosure: Disclosure) -> Iterator[None]:
        """Around one call that is made otherwise; what says that nothing left (plumbing.web) leaves no line."""
        if len(self.told) - self._written >= MOST_AT_ONCE:
            self._write()
        self._put_down([*self.told[self._written :], disclosure])
        try:
            yield
        except _NOTHING_LEFT:
            raise
        except Exception:
            self.told.append(disclosure)
            raise
        self.told.append(disclosure)

    def add(self, change: Change) -> None:
        """Write the lines of all calls so far with `change`, unless an earlier change has."""
        for one in self.told[self._written :]:
            _line(change, self._visit, one, self._also)
        if self._down is not None:
            outbox.remove(change, self._down)
        change.afterwards(self._are_written)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None or issubclass(kind, Exception):
            self._write()

    def _put_down(self, doubtful: list[Disclosure]) -> None:
        if self._claimed is not None and not self.told:
            return
        body = {
            "partner": self._visit.partner_id or record.NOBODY,
            "told": [asdict(one) for one in doubtful],
            "also": self._also,
        }
        if self._down is not None:
            outbox.keep(self._down, body)
            return
        self._down = outbox.hold(self._visit.for_partner(record.NOBODY), TASK, body, row_id=ids.new(self._visit.at))

    def _are_written(self) -> None:
        self._written, self._down = len(self.told), None

    def _write(self) -> None:
        if self._written == len(self.told) and self._down is None:
            return
        try:
            _logged(self._visit, self.add, self._claimed if self._down is None else None)
        except Stale:
            return  # found meanwhile, and written by whoever found it
        except Unavailable as away:
            if self._down is None:
                raise NotWritten from away


def late(visit: Visit, row: outbox.Row) -> None:
    """Write the lines that a process which died owes; work on a claimed row of the task `told`."""
    body = row.body or {}
    ground = visit.for_partner(str(body["partner"]))
    change = Change(visit)
    for one in body["told"]:
        _line(change, ground, Disclosure(**{**one, "categories": tuple(one["categories"])}), body["also"])
    outbox.remove(change, row)
    change.done()


def of_the_dead(visit: Visit, row: outbox.Row, disclosure: Disclosure) -> None:
    """Write what the worker may have told that died with this row in its hands, if one did. Raises NotWritten."""
    if row.was != outbox.CLAIMED:
        return
    try:
        _logged(visit, lambda change: _line(change, visit, disclosure, {}), row)
    except Unavailable as away:
        raise NotWritten from away


def of_nobody(disclosure: Disclosure, method: str, url: str, **more: Any) -> web.Reply:
    """One call that is about nobody, and so in no log; else as `Calls.ask`. Raises NotAllowed for one about somebody."""
    if disclosure.subject_kind != _NOBODY:
        raise egress.NotAllowed("a call about somebody is logged")
    with _endings():
        return web.call(disclosure, method, url, **more)


@contextmanager
def _endings() -> Iterator[None]:
    try:
        yield
    except web.Unreachable as error:
        raise outcomes.Later("unreachable") from error
    except web.Ambiguous as error:
        raise outcomes.Unknown("sent, but not answered") from error


def _logged(visit: Visit, add: Callable[[Change], None], claimed: outbox.Row | None) -> None:
    """Lines in a change of their own; a claimed row keeps when they were written, unless it is in other hands by now."""
    change = Change(visit)
    add(change)
    if claimed is None:
        change.done()
        return
    outbox.told(change, claimed, visit.at)
    try:
        change.done()
    except Stale:
        alone = Change(visit)
        add(alone)
        alone.done()


def _line(change: Change, visit: Visit, told: Disclosure, also: Mapping[str, str]) -> None:
    detail = {
        "recipient": told.recipient,
        "purpose": told.purpose,
        "legal_basis": told.legal_basis,
        "categories": list(told.categories),
        "country": egress.named(told.recipient).country,
        **also,
    }
    subject = (told.subject_kind, told.subject_id)
    fact_id = record.fact(change, visit, facts.DISCLOSED, subject=subject, detail=detail)
    if told.subject_kind == "customer":
        moment.keep_told(change, visit, told.subject_id, fact_id)
