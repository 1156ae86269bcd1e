"""The page of reactions against what the rooms declare, and the worker as Chalice packages it."""

import importlib
import pkgutil

from chalice import Chalice

import chalicelib
from chalicelib import reactions
from chalicelib.activity.vocabulary import Fact
from chalicelib.entrance import workers


def declared() -> list[Fact]:
    rooms = [one.name for one in pkgutil.iter_modules(chalicelib.__path__) if one.ispkg]
    found: list[Fact] = []
    for room in rooms:
        package = importlib.import_module(f"chalicelib.{room}")
        if any(one.name == "facts" for one in pkgutil.iter_modules(package.__path__)):
            found += importlib.import_module(f"chalicelib.{room}.facts").ALL
    return found


def test_whatever_is_followed_has_its_line_on_the_page() -> None:
    followed = {fact.kind for fact in declared() if fact.followed}

    assert len(followed) >= 10
    assert followed <= set(reactions.REACTIONS)
    assert {kind for kind, verbs in reactions.REACTIONS.items() if verbs} <= followed


def test_the_worker_and_the_minute_job_are_packaged_under_names_that_can_be_imported() -> None:
    app = Chalice("packaging")
    for room in workers.ROOMS:
        app.register_blueprint(room.blueprint)

    handlers = {one.name: one.handler_string for one in app.event_sources}

    assert handlers["outbox_work"] == "chalicelib.reactions.work"
    assert handlers["messaging_reminders"] == "chalicelib.messaging.jobs.reminders"
    for name in ("outbox_work", "messaging_reminders"):
        module, _, function = handlers[name].rpartition(".")
        assert callable(getattr(importlib.import_module(module), function))
