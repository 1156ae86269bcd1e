"""Take a file in: look at all of it, keep what somebody else could still want, then write; it can die anywhere and goes on from there.

Three phases follow the check. *keep* takes times of appointments and mail addresses of people, which nobody sees. When one of
them is gone by then, *undo* gives all of them back, and nothing has happened. Only when all are kept does *write* begin, which
nothing can refuse any more. Each step and the count of steps change in one transaction, so that a step is done once.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from chalicelib.accounts import take_in as accounts
from chalicelib.activity import record
from chalicelib.booking import arrival, keep_time
from chalicelib.booking import take_in as booking
from chalicelib.exchange import (
    check_file,
    facts,
    import_rules,
    open_file,
    store,
    watch_import,
)
from chalicelib.exchange.lines import Trouble
from chalicelib.exchange.records import ImportRow, MappingRow
from chalicelib.exchange.steps import Asked, Step
from chalicelib.offering import find as offering
from chalicelib.offering import take_in as offers
from chalicelib.plumbing import clock, ids, log, table
from chalicelib.plumbing.change import Change, settled
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Conflict, Invalid
from chalicelib.plumbing.visit import Visit

_Act = Callable[[Change], None]


class _Overtaken(Exception):
    """The import is in other hands by now, or gone."""


def file(visit: Visit, import_id: str) -> None:
    """Do what is left to do with the file of an import of the visit's partner; nothing happens when somebody else does.

    Never raises for what goes wrong with this one file: it is tried again by its outbox row.
    """
    taken = _take(visit, import_id)
    if taken is None:
        return
    visit = replace(
        visit, source="import", employee_id=taken.asked_by, role=taken.role, language=taken.language
    )  # fmt: skip
    try:
        _go_on(visit, taken)
    except _Overtaken:
        log.warning("import.overtaken", row=import_id)
    except Exception as problem:  # noqa: BLE001 - a file that breaks the worker must end in its own row
        log.error("import.broke", problem, row=import_id, tries=int(taken.tries), kind=taken.phase)
        _give_back(taken)


def _take(visit: Visit, import_id: str) -> ImportRow | None:
    row = ImportRow(watch_import.partition(visit.partner), import_id)
    free = (ImportRow.state == "waiting") | ((ImportRow.state == "running") & (ImportRow.lease_until < visit.at))
    # What only looks is given up at last; what has begun to keep or to write is not.
    left = (ImportRow.tries < import_rules.MOST_TRIES) | ImportRow.phase.exists()
    actions = [
        ImportRow.state.set("running"),
        ImportRow.claim.set(ids.secret()),
        ImportRow.lease_until.set(visit.at + import_rules.LEASE),
        ImportRow.tries.add(1),
    ]
    try:
        return ImportRow.from_raw_data(table.update(row, actions, free & left))
    except Stale:
        return None


def _go_on(visit: Visit, taken: ImportRow) -> None:
    if not taken.phase and not _checked(visit, taken):
        return
    plan = _plan(visit.partner, taken.sk)
    if plan is None:
        _ended(visit, taken, "failed", [Trouble(None, None, "file_gone")])
        return
    if taken.phase == "keep":
        refused = _kept(visit, taken, plan)
        _turn(taken, "write" if refused is None else "undo", refused=refused)
    if taken.phase == "undo":
        for step in reversed(_to_keep(visit, plan)[: int(taken.step)]):
            _do(visit, taken, _giving_back(visit, step), by=-1)
        _ended(visit, taken, "failed", _troubles(taken))
        return
    for step in plan[int(taken.step) :]:
        _do(visit, taken, _writing(visit, taken, step), by=1)
    _ended(visit, taken, "done", [])


# ---------------------------------------------------------------- looking


def _checked(visit: Visit, taken: ImportRow) -> bool:
    """Look at the whole file. Whether there is something to do now; else the import has ended here."""
    content = store.fetch(store.brought_key(visit.partner, taken.sk, "file"))
    if content is None:
        _ended(visit, taken, "failed", [Trouble(None, None, "file_gone")])
        return False
    try:
        sheets = open_file.sheets(content, taken.format, wanted=import_rules.WHAT[taken.what])
        asked = Asked(visit.partner, visit.at, visit.role or "employee", offering.offer(visit.partner))
        found = check_file.check(asked, taken.what, sheets, wished=taken.mapping or {})
    except open_file.FileRefused as refused:
        _ended(visit, taken, "refused", [Trouble(None, None, refused.code, refused.params)])
        return False
    taken.columns, taken.rows = found.columns, found.rows
    taken.created = sum(one.new for one in found.steps)
    taken.updated = len(found.steps) - int(taken.created)
    taken.unchanged, taken.skipped = found.unchanged, found.skipped
    if found.troubles or taken.dry_run:
        _ended(visit, taken, "failed" if found.troubles else "ready", found.troubles)
        return False
    plan = json.dumps([msgspec.to_builtins(one) for one in found.steps]).encode()
    store.keep(store.brought_key(visit.partner, taken.sk, "plan"), plan)
    taken.steps = len(found.steps)
    _say(
        taken,
        [*_counted(taken), ImportRow.steps.set(len(found.steps)), ImportRow.phase.set("keep"), ImportRow.step.set(0)],
    )
    taken.phase, taken.step = "keep", 0
    return True


def _plan(partner_id: str, import_id: str) -> list[Step] | None:
    content = store.fetch(store.brought_key(partner_id, import_id, "plan"))
    return None if content is None else msgspec.json.decode(content, type=list[Step])


# ---------------------------------------------------------------- keeping, giving back, writing


def _to_keep(visit: Visit, plan: list[Step]) -> list[Step]:
    """The steps that need something nobody else may have meanwhile. They are the same however often they are asked for."""
    return [one for one in plan if one.new and _is_kept(one)]


def _is_kept(step: Step) -> bool:
    if step.what == "employee":
        return bool(step.values["active"])
    return step.what == "appointment" and bool(step.values["_keep"])


def _kept(visit: Visit, taken: ImportRow, plan: list[Step]) -> Trouble | None:
    """Keep everything, one after the other; what is not to be had any more."""
    for step in _to_keep(visit, plan)[int(taken.step) :]:
        try:
            _do(visit, taken, _keeping(visit, step), by=1)
        except Conflict as conflict:
            return Trouble(step.row, None, conflict.code)
        except Invalid as invalid:
            return Trouble(step.row, None, invalid.problems[0].code, dict(invalid.problems[0].params))
    return None


def _keeping(visit: Visit, step: Step) -> _Act:
    if step.what == "employee":
        email, role = step.values["email"], step.values["role"]
        return lambda change: accounts.address(change, visit, step.id, email=email, role=role)
    one = arrival.read(step.values)
    return lambda change: keep_time.add(change, visit, one, offer=offering.offer(visit.partner))


def _giving_back(visit: Visit, step: Step) -> _Act:
    if step.what == "employee":
        return lambda change: accounts.give_back(change, visit, step.id, email=step.values["email"])
    return lambda change: keep_time.give_back(change, visit, arrival.read(step.values))


def _writing(visit: Visit, taken: ImportRow, step: Step) -> _Act:
    tell = bool(taken.tell)

    def act(change: Change) -> None:
        offer = offering.offer(visit.partner)
        if step.what == "customer":
            booking.customer(change, visit, step.id, values=step.values, offer=offer)
        elif step.what == "appointment":
            booking.appointment(
                change, visit, arrival.read(step.values), offer=offer, tell=tell, holds=step.values["_keep"]
            )
        elif step.what == "service":
            offers.service(change, visit, step.id, values=step.values)
        elif step.what == "hours":
            offers.hours(change, visit, step.id, values=step.values)
        elif step.what == "absence":
            offers.absence(change, visit, step.id, values=step.values)
        else:
            accounts.person(change, visit, step.id, values=step.values, tell=tell)

    return act


def _do(visit: Visit, taken: ImportRow, act: _Act, *, by: int) -> None:
    """One step, once: what `act` puts into a change, and the count. Raises what `act` refuses, _Overtaken, Unavailable."""
    step = int(taken.step)

    def decide(change: Change) -> None:
        still = (ImportRow.claim == taken.claim) & (ImportRow.step == step)
        change.update(_row(taken), [ImportRow.step.set(step + by)], still, lost=_Overtaken)
        act(change)

    settled(visit, decide)
    taken.step = step + by


# ---------------------------------------------------------------- how far it is


def _turn(taken: ImportRow, phase: str, *, refused: Trouble | None) -> None:
    """From one phase into the next; giving back begins where keeping ended."""
    step = int(taken.step) if phase == "undo" else 0
    actions = [ImportRow.phase.set(phase), ImportRow.step.set(step)]
    if refused is not None:
        taken.errors = _listed([refused])
        actions.append(ImportRow.errors.set(taken.errors))
    _say(taken, actions)
    taken.phase, taken.step = phase, step


def _ended(visit: Visit, taken: ImportRow, state: str, troubles: list[Trouble]) -> None:
    """The end of an import, or of looking at it. What nobody can ask for any more goes at once."""
    listed = _listed(troubles)
    actions = [
        ImportRow.state.set(state),
        ImportRow.finished_at.set(clock.now()),
        ImportRow.errors.set(listed),
        ImportRow.more_errors.set(len(troubles) - len(listed)),
        ImportRow.phase.remove(),
        ImportRow.claim.remove(),
        ImportRow.lease_until.remove(),
        *_counted(taken),
    ]
    change = Change(visit)
    change.update(_row(taken), actions, ImportRow.claim == taken.claim, lost=_Overtaken)
    watch_import.release(change, visit.partner, taken.sk)
    if state == "done" or (state == "ready" and taken.mapping):
        _remember(change, visit, taken)
    what = {"done": facts.IMPORT_DONE, "ready": facts.IMPORT_CHECKED, "refused": facts.IMPORT_REFUSED}.get(
        state, facts.IMPORT_FAILED
    )
    numbers = {name: int(getattr(taken, name)) for name in ("rows", "created", "updated", "unchanged", "skipped")}
    record.fact(
        change,
        visit,
        what,
        subject=("import", taken.sk),
        detail={"what": taken.what, **numbers, "errors": len(troubles)},
    )
    change.done()
    if state not in import_rules.ASKABLE:
        watch_import.remove(visit.partner, taken.sk)
        _gone(taken)


def _remember(change: Change, visit: Visit, taken: ImportRow) -> None:
    """What was chosen for columns holds for the next file of this kind."""
    if taken.mapping:
        row = MappingRow(
            watch_import.partition(visit.partner), f"mapping#{taken.what}", chosen=taken.mapping, changed_at=visit.at
        )
        change.put(row)


def _counted(taken: ImportRow) -> list[Any]:
    names = ("rows", "created", "updated", "unchanged", "skipped")
    columns = [ImportRow.columns.set(taken.columns)] if taken.columns is not None else []
    return [getattr(ImportRow, name).set(int(getattr(taken, name))) for name in names] + columns


def _listed(troubles: list[Trouble]) -> list[list[Any]]:
    ordered = sorted(troubles, key=lambda one: (one.row is not None, one.row or 0))
    return [[one.row, one.column, one.code, dict(one.params)] for one in ordered[: import_rules.MOST_PROBLEMS]]


def _troubles(taken: ImportRow) -> list[Trouble]:
    return [Trouble(row, column, code, params) for row, column, code, params in taken.errors or []]


def _row(taken: ImportRow) -> ImportRow:
    return ImportRow(taken.pk, taken.sk)


def _say(taken: ImportRow, actions: list[Any]) -> None:
    try:
        table.update(_row(taken), actions, ImportRow.claim == taken.claim)
    except Stale:
        raise _Overtaken from None


def _gone(taken: ImportRow) -> None:
    try:
        table.update(_row(taken), [ImportRow.expires_at.remove()], ImportRow.run == taken.run)
    except Stale:
        return


def _give_back(taken: ImportRow) -> None:
    try:
        actions = [ImportRow.state.set("waiting"), ImportRow.claim.remove(), ImportRow.lease_until.remove()]
        table.update(_row(taken), actions, ImportRow.claim == taken.claim)
    except Stale:
        return
