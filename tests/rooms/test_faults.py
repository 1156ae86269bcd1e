"""Every neighbour and every fault of F01 to F30: nothing is lost, nothing is doubled, and no hand is needed."""

import itertools
import os
import socket
import ssl
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import requests.adapters
from botocore.config import Config

from chalicelib.activity import rules as patience
from chalicelib.billing import access, bexio
from chalicelib.calendars import read_apart, source_rules
from chalicelib.plumbing import aws, settings, web
from chalicelib.support import zendesk
from tests.conftest import ROOT, Clock
from tests.fakes import providers
from tests.fakes.wire import Answer, Wire, at
from tests.worlds import errands, faults, outbox, partners, proofs, tables
from tests.worlds.errands import Errand
from tests.worlds.faults import Mixed, Scene, Trouble

MOST_STEPS = 60
PUBLIC = "1.1.1.1"  # what the names of partners' own systems lead to; every connection to it ends at the wire


@dataclass(slots=True)
class Street:
    """What all cells share: the simulators, the wire before them, and clients of AWS, which are slow to make."""

    desk: providers.Desk
    wire: Wire
    clients: dict[str, Any]
    clock_file: Path
    trusting: ssl.SSLContext
    bucket: str
    heard_by_partner: list[str]


@pytest.fixture(scope="module")
def street(emulator: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    clock_file = folder / "clock"
    with providers.running(clock_file=clock_file, report_delay_s=3600.0) as desk:
        simulators, heard = at(desk.simulators.port), list[str]()

        def neighbour(method: str, path: str, headers: Any, body: bytes) -> Answer:
            if headers.get("Host") != errands.HOOKS:
                return simulators(method, path, headers, body)
            heard.append(headers["webhook-id"])
            return Answer(204)

        wire = Wire(folder, neighbour, names=("localhost", errands.HOOKS, errands.CALENDAR))
        yield Street(
            desk, wire, _clients(emulator.endpoint, wire), clock_file,
            trusting=ssl.create_default_context(cafile=str(wire.trusted)), bucket=proofs.bucket(emulator.endpoint),
            heard_by_partner=heard,
        )  # fmt: skip
        wire.close()


def _clients(endpoint: str, wire: Wire) -> dict[str, Any]:
    def client(service: str, url: str, **limits: Any) -> Any:
        config = Config(retries={"total_max_attempts": 1}, **limits)
        return botocore.session.get_session().create_client(
            service, region_name="eu-central-2", endpoint_url=url, verify=str(wire.trusted), config=config
        )

    ses = f"https://localhost:{wire.port}/ses"
    briefly = {"connect_timeout": faults.BRIEFLY_S, "read_timeout": faults.BRIEFLY_S}
    return {
        "s3": client("s3", endpoint),
        "sesv2": client("sesv2", ses, connect_timeout=2, read_timeout=10),
        "sesv2 briefly": client("sesv2", ses, **briefly),
    }


@pytest.fixture
def clock(street: Street, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the simulators and ours."""
    monkeypatch.setenv("CLOCK_FILE", str(street.clock_file))
    settings.get.cache_clear()
    return Clock(street.clock_file)


@pytest.fixture
def scene(street: Street, table: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A practice, all of whose neighbours live at the other end of the wire."""
    street.desk.simulators.reset()
    street.desk.simulators.bexio._refresh.clear()  # no account has been opened yet
    street.wire.heard.clear()
    street.heard_by_partner.clear()
    _dials(monkeypatch, street.wire)
    for name in ("SMSAPI", "ORTTO", "AUTOPILOT", "ZENDESK", "BEXIO", "GA4"):
        monkeypatch.setenv(f"{name}_URL", f"https://localhost:{street.wire.port}/{name.lower()}")
    monkeypatch.setenv("BUCKET_PROOFS", street.bucket)
    settings.get.cache_clear()
    monkeypatch.setattr(aws, "client", street.clients.__getitem__)
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(street.wire.trusted))
    monkeypatch.setattr(web, "_tls", lambda: street.trusting)
    monkeypatch.setattr(read_apart, "busy", source_rules.mask)  # in this process: it is no part of the way
    queue = Mixed(clock)
    outbox.install(monkeypatch, clock, queue)
    practice = partners.a_partner(table, clock, services=({"reminder_hours": []},), **errands.ZYPRIAN)
    made = Scene(clock, queue, street.desk, street.wire, practice, monkeypatch)
    made.kept["hooks"] = street.heard_by_partner
    queue.scene = made
    faults.install(monkeypatch, made)
    access.forget_held(), bexio.forget_looked_up(), zendesk._held.clear()
    yield made
    web._session().close()
    web._session.cache_clear()
    settings.get.cache_clear()


def _dials(patch: pytest.MonkeyPatch, wire: Wire) -> None:
    """Let names of partners' systems lead to the wire, and nothing lead anywhere but to this machine."""
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def resolved(host: Any, port: Any, *given: Any, **named: Any) -> Any:
        if host in (errands.HOOKS, errands.CALENDAR):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, port))]
        return resolve(host, port, *given, **named)

    def connected(self: socket.socket, address: Any) -> None:
        where = ("127.0.0.1", wire.port) if address[0] == PUBLIC else address
        assert where[0] in ("127.0.0.1", "::1"), f"a connection to {address}"
        connect(self, where)

    patch.setattr(socket, "getaddrinfo", resolved)
    patch.setattr(socket.socket, "connect", connected)


NOBODY_CALLS_BACK = "calls nobody back"
NO_QUEUE = "goes straight, and no queue is in between"
BROWSER_ONLY = "none of our servers ever calls it: a visitor's own browser does, and chats are erased there by hand"
YES = "a good status is a yes, whatever comes with it"
KEPT_NOT = "nothing of an event is kept, so that there is nothing to double, mix up or look for"

NOT_APPLICABLE: Mapping[tuple[str, str], str] = {
    **{("Zendesk, tickets", one): NO_QUEUE for one in ("F26", "F27", "F28")},
    ("GA4", "F18"): "answers nothing",
    **{("webhooks out", one): YES for one in ("F11", "F12", "F18")},
    ("mail", "F06"): "botocore reads as long as something comes; the function's own minute ends it, which is F30",
    ("calendar files", "F18"): "a file of events is no answer with fields, and an event without its start is at no time",
    **{("Chatra", f"F{n:02d}"): BROWSER_ONLY for n in (*range(1, 21), *range(25, 31))},
    **{("Chatra", one): KEPT_NOT for one in ("F21", "F22", "F23")},
    **{
        (name, f"F{n}"): NOBODY_CALLS_BACK
        for name in ("bexio", "GA4", "mail", "webhooks out", "calendar files", "CalDAV")
        for n in range(21, 25)
    },
    **{(f"{name}, joining", f"F{n}"): "what it reports only ever ends a subscription" for name in ("Ortto", "Autopilot") for n in range(21, 25)},
    **{("Zendesk, erasure", f"F{n}"): "what it reports is one row above" for n in range(21, 25)},
    ("Zendesk, tickets", "F23"): "an event says by itself what happened; none changes what another has said",
}  # fmt: skip
"""Cells in which there is nothing to try, and why."""

_REPORTS, _EVENTS = "tests/rooms/messaging/test_reports.py", "tests/rooms/support/test_zendesk_events.py"
_NEWSLETTER = "tests/rooms/consent/test_newsletter.py"
PROVEN: Mapping[tuple[str, str], str] = {
    ("SMSAPI", "F21"): f"{_REPORTS}::test_what_is_not_about_our_message_is_ok_and_has_no_effect",
    ("SMSAPI", "F22"): f"{_REPORTS}::test_ten_repetitions_have_one_effect",
    ("SMSAPI", "F23"): f"{_REPORTS}::test_what_came_before_the_end_changes_nothing_after_it",
    ("SMSAPI", "F24"): f"{_REPORTS}::test_a_wrong_address_is_not_there_and_the_try_is_in_the_log",
    ("Zendesk, tickets", "F21"): f"{_EVENTS}::test_other_events_are_taken_and_mean_nothing",
    ("Zendesk, tickets", "F22"): f"{_EVENTS}::test_an_event_leaves_one_fact_however_often_it_comes",
    ("Zendesk, tickets", "F24"): f"{_EVENTS}::test_what_is_not_signed_by_zendesk_is_not_believed",
    ("Zendesk, tickets", "F25"): "tests/rooms/support/test_questions.py::test_the_same_form_again_has_the_same_answer_and_no_second_call",
    ("webhooks out", "F13"): "tests/neighbours/test_deliver.py::test_what_arrives_is_the_body_with_its_headers_and_only_the_status_comes_back",
    ("Chatra", "F24"): "tests/rooms/support/test_chat.py::test_what_the_chat_reports_is_taken_at_its_own_address_and_not_kept",
    **{(f"{name}, erasure", fault): f"{_NEWSLETTER}::test_who_leaves_at_the_vendor_has_left_here" for name in ("Ortto", "Autopilot") for fault in ("F21", "F22", "F24")},
    **{(f"{name}, erasure", "F23"): f"{_NEWSLETTER}::test_a_late_report_about_an_earlier_subscription_is_old_news" for name in ("Ortto", "Autopilot")},
}  # fmt: skip
"""Cells that another test drives."""

FOR_GOOD = frozenset(
    {
        # A conflict is no answer that these vendors document: nobody knows what a repetition would do.
        *((name, "F17") for name in ("SMSAPI", "mail", "Ortto, joining", "Autopilot, joining")),
        *((name, "F20") for name in ("SMSAPI", "mail", "Ortto, joining", "Autopilot, joining", "webhooks out", "calendar files", "CalDAV")),
    }
)  # fmt: skip
"""Cells that end in a failure which people see; all others are done in the end, however long it takes."""

GIVEN_UP = frozenset({("GA4", "F19"), ("GA4", "F20")})
"""Cells in which nothing is done after a few tries, because nothing depends on it."""

CELLS = [
    pytest.param(errand, trouble, id=f"{errand.name}-{trouble.id}")
    for errand in errands.ALL
    for trouble in faults.ALL
    if (errand.name, trouble.id) not in {**NOT_APPLICABLE, **PROVEN}
]


@pytest.mark.parametrize(("errand", "trouble"), CELLS)
def test_nothing_is_lost_or_doubled_and_no_hand_is_needed(
    errand: Errand, trouble: Trouble, scene: Scene, monkeypatch: pytest.MonkeyPatch, capfd: Any, caplog: Any
) -> None:
    outbox.drop(monkeypatch, *({"mail", "sms"} - {errand.task}))
    errand.before(scene)
    told, heard = _facts()["data.disclosed"], len(scene.wire.heard)
    scene.begun.clear()
    scene.heart, scene.trouble = errand.heart, trouble
    ends_at = scene.clock.now + trouble.lasts if trouble.lasts else None
    if trouble.id == "F20":  # how many tries there are in truth tests/rooms/messaging/test_once.py says
        monkeypatch.setattr(patience, "MOST_ATTEMPTS_OF_A_DAY", 6)

    errands.begin(scene, errand)
    for _ in range(MOST_STEPS):
        if errands.state(scene, errand) != "waiting":
            break
        if ends_at and not scene.over and scene.clock.now >= ends_at:
            scene.over = trouble.id != "F20" or errands.somebody_books(scene)
        errands.step(scene, errand)
    if trouble.id in (
        "F29",
        "F30",
    ):  # what was told in a conversation whose worker died is written when its lease is over
        scene.over = True
        scene.clock.set(scene.clock.now + 2 * patience.LEASE)
        scene.minute()
    written = capfd.readouterr().out + "".join(str(vars(one)) for one in caplog.records)

    # Nothing is lost: it is done, or people see that it is not.
    failed = (errand.name, trouble.id) in FOR_GOOD
    assert scene.struck, "the trouble struck nothing"
    assert errands.state(scene, errand) == ("failed" if failed else "done")
    facts = _facts()
    assert (errand.fails_as in facts) is failed
    assert errands.failure_is_shown(scene, errand) if failed else errand.shown(scene)
    # Nothing is doubled.
    effects = errand.effects(scene)
    right = {**errand.right, **(errand.in_doubt if trouble.doubt else {})}
    nothing = failed or (errand.name, trouble.id) in GIVEN_UP
    for name, many in effects.items():
        assert many in (errands.NONE if nothing else right.get(name, errands.NONE)), (name, many)
    # Whatever somebody was told about is written down, and no log says of whom.
    arrived = sum(map(errand.needs_disclosure, faults.arrived(scene)[heard:]))
    assert arrived <= facts["data.disclosed"] - told <= sum(map(errand.needs_disclosure, scene.begun))
    secret = errand.says or scene.kept["says"]
    said = b"".join(scene.wire.heard).decode("utf-8", "replace")
    assert not said or secret in said
    assert not [one for one in (secret, "Zyprian", "Quendolin", "zq-marker") if one in written]
    # What lasts somebody hears of, and bookings go on meanwhile.
    if trouble.id == "F20":
        assert scene.over or errands.somebody_books(scene)
        of_partners_own = errand.name in ("webhooks out", "calendar files", "CalDAV")
        assert outbox.rows(scene.practice.id, "mail") if of_partners_own else "VendorErrors" in written


def _facts() -> Counter[str]:
    """How often each kind of fact stands in the log."""
    rows = tables.raw_rows(os.environ["AWS_ENDPOINT_URL"], "activity")
    return Counter(one["kind"]["S"] for one in rows if "kind" in one)


ROWS = (*(one.name for one in errands.ALL), "Chatra")
IDS = tuple(f"F{number:02d}" for number in range(1, 31))


def test_no_cell_of_the_matrix_is_missing_and_none_is_answered_twice() -> None:
    driven = [(one.values[0].name, one.values[1].id) for one in CELLS]
    answers = Counter([*driven, *NOT_APPLICABLE, *PROVEN])

    assert answers == Counter({(row, fault): 1 for row in ROWS for fault in IDS})
    assert all(len(reason) > 10 for reason in NOT_APPLICABLE.values())
    for name in set(PROVEN.values()):
        file, _, test = name.partition("::")
        assert f"\ndef {test}(" in (ROOT / file).read_text("utf-8"), name


PAGE = ROOT / "docs" / "faults.md"
CALLBACKS = {"F21": "unknown id", "F22": "ten times", "F23": "out of order", "F24": "forged or replayed"}


def page() -> str:
    """What becomes of each errand under each fault, as `docs/faults.md` says it."""
    what = {**{one.id: one.what for one in faults.ALL}, **{name: f"report: {one}" for name, one in CALLBACKS.items()}}
    lines = [
        "# What becomes of it",
        "",
        "Each errand at a neighbour under each fault, as `tests/rooms/test_faults.py` drives it. Written by `python -m tests.rooms.test_faults`.",
        "",
        "`1` done in the end, once · `≤1` where nobody can know whether it was taken it is not repeated, and people see that ·",
        "`≥1` there it is repeated, under the same name · `0` given up, for nothing depends on it · `✗` fails, and people see it ·",
        "`t` another test · `–` nothing to try. At bexio doubts are about the mailing of an invoice: the invoice itself is made once.",
        "",
        "| | | " + " | ".join(ROWS) + " |",
        "|---|---|" + "---|" * len(ROWS),
        *(f"| {fault} | {what[fault]} | " + " | ".join(_word(row, fault) for row in ROWS) + " |" for fault in IDS),
        "",
        "Nothing to try:",
        "",
    ]
    for reason in dict.fromkeys(NOT_APPLICABLE.values()):
        cells = [f"{row} {fault}" for (row, fault), why in NOT_APPLICABLE.items() if why == reason]
        lines.append(f"- {_short(cells)}: {reason}.")
    return "\n".join([*lines, ""])


def _word(row: str, fault: str) -> str:
    if (row, fault) in NOT_APPLICABLE:
        return "–"
    if (row, fault) in PROVEN:
        return "t"
    if (row, fault) in FOR_GOOD:
        return "✗"
    if (row, fault) in GIVEN_UP:
        return "0"
    [errand] = [one for one in errands.ALL if one.name == row]
    [trouble] = [one for one in faults.ALL if one.id == fault]
    in_doubt = errand.in_doubt.values() if trouble.doubt else ()
    return "≤1" if errands.AT_MOST_ONCE in in_doubt else "≥1" if errands.AT_LEAST_ONCE in in_doubt else "1"


def _short(cells: list[str]) -> str:
    """`SMSAPI F01 to F20; mail F06`."""
    rows: dict[str, list[int]] = {}
    for cell in cells:
        row, _, fault = cell.rpartition(" F")
        rows.setdefault(row, []).append(int(fault))
    return "; ".join(f"{row} {', '.join(_spans(numbers))}" for row, numbers in rows.items())


def _spans(numbers: list[int]) -> Iterator[str]:
    for first in (one for one in numbers if one - 1 not in numbers):
        last = next(one for one in itertools.count(first) if one + 1 not in numbers)
        yield f"F{first:02d}" if first == last else f"F{first:02d} to F{last:02d}"


def test_the_page_says_what_is_tried() -> None:
    assert PAGE.read_text("utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
