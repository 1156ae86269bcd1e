"""What can go wrong between us and a neighbour (F01 to F30), each as something small that happens to a call or to the queue."""

import json
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.messaging import mail
from chalicelib.plumbing import aws, web
from tests.fakes.providers import Desk
from tests.fakes.wire import Answer, Spoilt, Wire
from tests.worlds.outbox import Killed, Queue
from tests.worlds.partners import World

BRIEFLY_S = 0.05
A_WHILE_S = 0.4  # long enough to shake hands on a busy machine
_REAL = {name: getattr(web, name) for name in ("call", "deliver", "fetch")}
_WORD = re.compile(r"[a-z_.-]+")

Call = Callable[[], Any]
Around = Callable[["Scene", Call], Any]
"""Something that happens around one call of ours."""
Mix = Callable[["Scene", tuple[str, ...]], tuple[str, ...]]
"""What the queue makes of the messages that it should hand over."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault. Each kind of call that it meets meets `strikes` one after the other, one each time it is made."""

    id: str
    what: str
    strikes: tuple[Around, ...] = ()
    mix: Mix | None = None
    doubt: bool = False
    """Whether nobody on our side can know if a call that met it was taken."""
    everywhere: bool = False
    """Whether it strikes every call of a conversation in turn, and not only those that matter most."""
    lasts: timedelta | None = None
    """How long the first of `strikes` strikes every call; None: each strikes once."""
    stride: timedelta = timedelta(seconds=1)
    """How much time passes at least before anything is tried again."""


@dataclass(slots=True)
class Scene:
    """Us, a neighbour, the wire in between, and what has happened so far."""

    clock: Any
    queue: "Mixed"
    desk: Desk
    wire: Wire
    practice: World
    patch: pytest.MonkeyPatch
    trouble: Trouble | None = None
    heart: tuple[str, ...] = ("",)
    """How the kinds of calls end that matter most."""
    begun: list[str] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    over: bool = False
    """Whether nothing goes wrong any more."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What an errand has to remember of its beginning."""

    def work(self) -> None:
        """Work until the queue is empty, whatever a worker dies of."""
        while self.queue.queued:
            with self.mortal():
                self.queue.drain()

    def minute(self) -> None:
        """One run of the minute job and all that it queued."""
        with self.mortal():
            self.queue.minute()
        self.work()

    def mortal(self) -> Any:
        """A block that whoever works in it may die in."""
        return suppress(Killed)

    def around(self, kind: str) -> Around | None:
        """What happens to the call that is about to be made."""
        self.begun.append(kind)
        if self.trouble is None or self.over or not self.trouble.strikes:
            return None
        if not self.trouble.everywhere and not kind.endswith(self.heart):
            return None
        turn, self.struck[kind] = self.struck[kind], self.struck[kind] + 1
        if self.trouble.lasts:
            return self.trouble.strikes[0]
        return self.trouble.strikes[turn] if turn < len(self.trouble.strikes) else None


class Mixed(Queue):
    """A queue that does to its messages what the trouble of the scene says."""

    def __init__(self, clock: Any) -> None:
        super().__init__(clock)
        self.scene: Scene | None = None
        self.latest: tuple[str, ...] = ()

    def deliver(self, *bodies: str) -> list[str]:
        self.latest = bodies
        trouble = self.scene.trouble if self.scene else None
        if self.scene and trouble and trouble.mix and not self.scene.over:
            self.scene.struck["queue"] += 1
            return super().deliver(*trouble.mix(self.scene, bodies))
        return super().deliver(*bodies)


def kind_of(method: str, path: str) -> str:
    """What a call is for, without whom it is about: `POST /bexio/#/kb_invoice/#/issue`."""
    parts = path.partition("?")[0].strip("/").split("/")
    return f"{method} /" + "/".join(one if _WORD.fullmatch(one) else "#" for one in parts)


def arrived(scene: Scene) -> list[str]:
    """The kinds of the calls that got through to the neighbour, in order."""
    lines = [one.partition(b"\r\n")[0].decode("latin-1").split(" ") for one in scene.wire.heard]
    return [kind_of(method, path) for method, path, _ in lines]


def install(patch: pytest.MonkeyPatch, scene: Scene) -> None:
    """Let every call that leaves us meet the trouble of the scene."""

    def through(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(disclosure: Any, *given: Any, **more: Any) -> Any:
            method, url = given if len(given) == 2 else ("POST", given[0])
            around = scene.around(kind_of(method, "/" + url.split("/", 3)[3]))
            return (
                around(scene, lambda: real(disclosure, *given, **more)) if around else real(disclosure, *given, **more)
            )

        return call

    for name, real in _REAL.items():
        patch.setattr(web, name, through(real))
    handed_over = mail._handed_over

    def hand_over(*given: Any) -> str:
        around = scene.around("POST /ses/#/email/outbound-emails")
        return str(around(scene, lambda: handed_over(*given)) if around else handed_over(*given))

    patch.setattr(mail, "_handed_over", hand_over)


@contextmanager
def hurried(
    scene: Scene, *, connect_s: float = web.CONNECT_TIMEOUT_S, read_s: float = web.READ_TIMEOUT_S
) -> Iterator[None]:
    """Nobody waits for real timeouts: those of the product are these meanwhile."""
    asked, client = web._asked, aws.client
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "_asked", lambda *given, **more: asked(*given, **{**more, "timeout_s": (connect_s, read_s)}))
        patch.setattr(web, "CONNECT_TIMEOUT_S", connect_s)
        for name in ("deliver", "fetch"):
            patch.setitem(_REAL[name].__kwdefaults__, "timeout_s", A_WHILE_S)
        patch.setattr(aws, "client", lambda service: client("sesv2 briefly" if service == "sesv2" else service))
        yield


# ---------------------------------------------------------------- F01 to F06: the way there


def refused(scene: Scene, call: Call) -> Any:
    with scene.wire.shut():
        return call()


def no_such_name(_: Scene, call: Call) -> Any:
    def nobody(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", nobody)
        return call()


def no_connection(scene: Scene, call: Call) -> Any:
    with hurried(scene, connect_s=BRIEFLY_S), scene.wire.crowded():
        return call()


def silence(*, taken: bool) -> Around:
    def around(scene: Scene, call: Call) -> Any:
        with hurried(scene, read_s=BRIEFLY_S), scene.wire.spoiling(Spoilt(taken)):
            return call()

    return around


def a_stranger(scene: Scene, call: Call) -> Any:
    with scene.wire.of_a_stranger():
        return call()


def dripping(scene: Scene, call: Call) -> Any:
    drips = Spoilt(True, lambda real: Answer(real.status, b"", real.headers), "drips")
    with hurried(scene, connect_s=A_WHILE_S, read_s=BRIEFLY_S), scene.wire.spoiling(drips):
        return call()


# ---------------------------------------------------------------- F07 to F18: what comes back


def says(status: int, body: str = "", *, taken: bool = False, goes_on: str = "", **headers: str) -> Around:
    """The call is answered with this; `taken`: though it was done."""
    said = Answer(status, body.encode(), {name.replace("_", "-"): value for name, value in headers.items()})

    def around(scene: Scene, call: Call) -> Any:
        with scene.wire.spoiling(Spoilt(taken, lambda _: said, goes_on)):
            return call()

    return around


def perhaps(status: int, body: str = "", **more: Any) -> tuple[Around, Around]:
    """The same answer twice: to a call that was not taken, then to one that was."""
    return says(status, body, **more), says(status, body, taken=True, **more)


def reshaped(change: Callable[[Any], Any]) -> Around:
    """The call is taken, and the fields of the real answer are other ones."""

    def other(real: Answer) -> Answer:
        try:
            body = json.dumps(change(json.loads(real.body))).encode()
        except ValueError:
            body = _other_marks(real.body, change)
        return Answer(real.status, body, real.headers)

    def around(scene: Scene, call: Call) -> Any:
        with scene.wire.spoiling(Spoilt(True, other)):
            return call()

    return around


def more_fields(value: Any) -> Any:
    """Every object has one more field, whose value nobody expects."""
    if isinstance(value, Mapping):
        return {"zz_new": {"a": [None, 1]}, **{name: more_fields(one) for name, one in value.items()}}
    return [more_fields(one) for one in value] if isinstance(value, list) else value


def no_fields(value: Any) -> Any:
    """Every field that holds no other is missing."""
    if isinstance(value, Mapping):
        return {name: no_fields(one) for name, one in value.items() if isinstance(one, Mapping | list)}
    return [no_fields(one) for one in value] if isinstance(value, list) else value


def renamed_fields(value: Any) -> Any:
    """Every field is called something else."""
    if isinstance(value, Mapping):
        return {f"{name}_2": renamed_fields(one) for name, one in value.items()}
    return [renamed_fields(one) for one in value] if isinstance(value, list) else value


def _other_marks(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """The same for the properties of XML."""
    if change is more_fields:
        return body.replace(b"<d:prop>", b"<d:prop><zz-new>1</zz-new>")
    if change is no_fields:
        return re.sub(rb"<d:prop>.*?</d:prop>", b"<d:prop/>", body, flags=re.DOTALL)
    return body.replace(b"resourcetype", b"resourcekind").replace(b"calendar-data", b"calendar-text")


# ---------------------------------------------------------------- F25 to F30: the queue and its workers


def twice(_: Scene, bodies: tuple[str, ...]) -> tuple[str, ...]:
    return (*bodies, *bodies)


def old_ones_last(scene: Scene, bodies: tuple[str, ...]) -> tuple[str, ...]:
    seen = scene.kept.setdefault("delivered", [])
    seen += bodies
    return tuple(reversed(seen))


def one_of_ten(_: Scene, bodies: tuple[str, ...]) -> tuple[str, ...]:
    noise = ("", "{", "[]", '["a", 1]', "null", '["nobody#outbox", "nothing"]', "[" * 5000, '[["a"], "b"]', '""')
    return tuple(body for one in bodies for body in (*noise, one))


def seen_again_meanwhile(scene: Scene, call: Call) -> Any:
    scene.queue.deliver(*scene.queue.latest)
    made = call()
    scene.queue.deliver(*scene.queue.latest)
    return made


def killed_before(_: Scene, __: Call) -> Any:
    raise Killed


def killed_after(_: Scene, call: Call) -> Any:
    call()
    raise Killed


DAY = timedelta(days=1)
PAGE = "<html><body><h1>Bad Gateway</h1></body></html>"
INSIDE = "http://169.254.169.254/latest/meta-data/"

ALL = (
    Trouble("F01", "connection refused", (refused,), everywhere=True),
    Trouble("F02", "name does not resolve", (no_such_name,)),
    Trouble("F03", "no connection in time", (no_connection,)),
    Trouble("F04", "no answer in time", (silence(taken=False), silence(taken=True)), doubt=True),
    Trouble("F05", "wrong certificate", (a_stranger,)),
    Trouble("F06", "answer drips", (dripping,), doubt=True),
    Trouble("F07", "500", (says(500, '{"message": "Internal error"}', taken=True),), doubt=True, everywhere=True),
    Trouble("F08", "502 with a page", perhaps(502, PAGE, Content_Type="text/html"), doubt=True),
    Trouble("F09", "503 with Retry-After", (says(503, "away", Retry_After="120"),)),
    Trouble("F10", "429 with its reset", (says(429, "{}", Retry_After="60", ratelimit_reset="60"),)),
    Trouble("F11", "200 with broken JSON", perhaps(200, '{"id": 17, "list": ['), doubt=True),
    Trouble("F12", "200 with the text of an error", (says(200, "ERROR:105"),), doubt=True),
    Trouble("F13", "an answer of 50 MB", (says(200, '{"id": "', taken=True, goes_on="floods"),), doubt=True),
    Trouble("F14", "redirect inside", (says(302, Location=INSIDE),)),
    Trouble("F15", "401", (says(401, '{"error": "invalid_token"}'),), everywhere=True),
    Trouble("F16", "403", (says(403, '{"error": "insufficient_scope"}'),)),
    Trouble("F17", "409", (says(409, '{"error": "conflict"}'),)),
    Trouble("F18", "fields added, missing, renamed", tuple(map(reshaped, (no_fields, renamed_fields, more_fields))), doubt=True),
    Trouble("F19", "away for a day", (refused,), lasts=DAY, stride=DAY / 8),
    Trouble("F20", "account blocked for good", (says(403, '{"error": "account_suspended"}'),), lasts=8 * DAY, stride=DAY),
    Trouble("F25", "messages come twice", mix=twice),
    Trouble("F26", "old messages come after new ones", mix=old_ones_last),
    Trouble("F27", "poison among messages", mix=one_of_ten),
    Trouble("F28", "seen again while it is worked on", (seen_again_meanwhile,)),
    Trouble("F29", "worker dies before it sends", (killed_before,), doubt=True),
    Trouble("F30", "worker dies after it was taken", (killed_after,), doubt=True, everywhere=True),
)  # fmt: skip
