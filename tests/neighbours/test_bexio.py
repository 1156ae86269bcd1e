"""One contract over bexio's simulator, our adapter and the client from npm that its customers use."""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chalicelib.billing import access, bexio
from chalicelib.plumbing import egress, outcomes, settings
from infra.local import npm
from tests.fakes import providers
from tests.fakes.calls import Unlogged

CLIENT = "bexio@3.6.1"
BILLED = {
    "first_name": "Anna", "last_name": "Muster", "company": "Salon Anna", "street": "Seestrasse 1", "postcode": "8002",
    "city": "Zürich", "country": "CH", "email": "anna@example.ch", "phone": "+41445550100",
}  # fmt: skip
DRIVE = """
const { default: Bexio } = require('bexio');
const [base] = process.argv.slice(1);
const api = new Bexio('test-token');
api.contacts.baseApiUrl = base;
api.invoices.baseApiUrl = base;
(async () => {
  const made = await api.contacts.create({contact_type_id: 1, name_1: 'Salon Anna', mail: 'anna@example.ch',
    user_id: 1, owner_id: 1, language_id: 1});
  const found = await api.contacts.search([{field: 'mail', value: 'anna@example.ch', criteria: '='}]);
  const shown = await api.contacts.show(made.id);
  const invoice = await api.invoices.create({title: 'Starter', contact_id: made.id, user_id: 1, mwst_type: 0,
    mwst_is_net: true, api_reference: 'o-1', positions: [{type: 'KbPositionCustom', amount: '1', tax_id: 14,
    text: 'Starter', unit_price: '29.00'}]});
  console.log(JSON.stringify([made, found, shown, invoice]));
})().catch((problem) => { console.error(problem.message); process.exit(1); });
"""


@pytest.fixture
def desk(simulators: providers.Desk, local_settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[providers.Desk]:
    """The simulator, and a token got from it as the adapter gets one, without a table to keep it in."""
    bexio.forget_looked_up()
    given = access._asked("first")
    monkeypatch.setattr(access, "token", lambda *, refused=None: given[0] if refused is None else "-")
    yield simulators
    bexio.forget_looked_up()


@pytest.fixture
def line() -> bexio.Line:
    return bexio.Line(("partner", "p-1"), Unlogged())


def told(line: bexio.Line) -> list[egress.Disclosure]:
    return line.calls.told if line.calls else []


def an_invoice(line: bexio.Line, contact_id: str, reference: str = "o-1", net_rappen: int = 2_900) -> bexio.Invoice:
    return bexio.create(
        line, reference=reference, contact_id=contact_id, language="de", title="Starter", text="Starter",
        net_rappen=net_rappen, issued_on=date(2026, 11, 23), due_on=date(2026, 12, 23),
    )  # fmt: skip


def test_the_client_from_npm_makes_a_contact_and_an_invoice(simulators: providers.Desk) -> None:
    try:
        folder = npm.installed(CLIENT)
    except npm.UnavailableError as missing:
        pytest.skip(f"bexio's simulator is not proven by the client from npm: {missing}")

    done = subprocess.run(
        ["node", "-e", DRIVE, simulators.bexio_url], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    made, found, shown, invoice = json.loads(done.stdout)
    assert [one["id"] for one in found] == [made["id"]] == [shown["id"]]
    assert (invoice["api_reference"], invoice["total"], invoice["kb_item_status_id"]) == ("o-1", "31.350000", 7)


def test_a_contact_is_found_again_brought_up_to_date_and_emptied(desk: providers.Desk, line: bexio.Line) -> None:
    first = bexio.contact(line, None, BILLED, language="de")
    again = bexio.contact(line, None, BILLED, language="de")
    moved = bexio.contact(line, first, {**BILLED, "street": "Dorfstrasse 2"}, language="fr")
    other = bexio.contact(line, None, {**BILLED, "company": "Zweiter Salon"}, language="de")
    gone = bexio.contact(line, "999", {**BILLED, "company": "Von Hand entfernt"}, language="de")

    assert first == again == moved
    assert len({first, other, gone}) == 3
    held = {str(one["id"]): one for one in desk.simulators.bexio.contacts()}
    assert (held[first]["street_name"], held[first]["language_id"]) == ("Dorfstrasse 2", 2)
    bexio.blank(line, first)
    held = {str(one["id"]): one for one in desk.simulators.bexio.contacts()}
    assert held[first]["archived"] is True
    assert not {"Salon Anna", "Anna Muster", "anna@example.ch", "Dorfstrasse 2"} & set(map(str, held[first].values()))
    assert len(told(line)) == len([one for one in desk.journal("bexio") if "/contact" in one["path"]])


@pytest.mark.parametrize(("net", "total"), [(2_900, "31.35"), (29_000, "313.50"), (5_900, "63.80"), (59_000, "637.80")])
def test_an_invoice_is_made_issued_sent_and_paid(desk: providers.Desk, line: bexio.Line, net: int, total: str) -> None:
    contact = bexio.contact(line, None, BILLED, language="de")
    assert bexio.find(line, "o-1") is None
    made = an_invoice(line, contact, net_rappen=net)
    found = bexio.find(line, "o-1")
    assert found == made
    assert (made.status, f"{made.total:.2f}") == (bexio.DRAFT, total)

    bexio.issue(line, made.id)
    bexio.send(line, made.id, email="anna@example.ch", subject="Rechnung", message="Hier: [Network Link]")
    desk.simulators.bexio.pay(int(made.id), total)

    after = bexio.read(line, made.id)
    assert after is not None
    assert (after.status, after.remaining) == (9, 0)
    assert bexio.pdf(line, made.id).startswith(b"%PDF")
    assert bexio.read(line, "999") is None
    with pytest.raises(ValueError, match="Network Link"):
        bexio.send(line, made.id, email="anna@example.ch", subject="Rechnung", message="ohne")


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        ({"status": 429, "headers": {"ratelimit-reset": "17"}}, outcomes.Later),
        ({"status": 503}, outcomes.Later),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/"}}, outcomes.Later),
        ({"status": 500}, outcomes.Unknown),
        ({"status": 502, "body": "<html>"}, outcomes.Unknown),
        ({"status": 200, "body": "{"}, outcomes.Unknown),
        ({"status": 200, "body": "[5]"}, outcomes.Unknown),
        ({"status": 200, "body": "x" * 1_100_000}, outcomes.Unknown),
        ({"drop": True}, outcomes.Unknown),
        ({"drop": True, "after": True}, outcomes.Unknown),
        ({"status": 401, "times": 2}, outcomes.Never),
        ({"status": 403}, outcomes.Never),
        ({"status": 422, "body": '{"error_code":422,"message":"x","errors":[]}'}, outcomes.Never),
    ],
)
def test_every_bad_answer_means_one_of_three_things(
    desk: providers.Desk, line: bexio.Line, fault: dict[str, Any], ending: type[Exception]
) -> None:
    desk.fail("bexio", **fault)

    with pytest.raises(ending) as problem:
        bexio.find(line, "o-1")

    if "ratelimit-reset" in fault.get("headers", {}):
        assert problem.value.retry_after_s == 17  # type: ignore[attr-defined]  # a Later
    assert told(line)
    assert not desk.simulators.bexio.invoices()


def test_the_vendor_refuses_what_it_refuses(desk: providers.Desk, line: bexio.Line) -> None:
    user = {"contact_type_id": 1, "name_1": "A", "user_id": 1, "owner_id": 1}
    with pytest.raises(outcomes.Never, match="http_422"):
        line.ask("POST", "/2.0/contact", telling=("master",), json={**user, "address": "Seestrasse 1"})
    with pytest.raises(outcomes.Never, match="http_422"):
        line.ask("POST", "/2.0/contact", telling=("master",), json={**user, "marker": "x"})
    assert desk.simulators.bexio.contacts() == []


def test_only_its_own_hosts_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes import settings as fake_settings

    monkeypatch.setattr(settings, "get", lambda: fake_settings.Settings(stage="prod"))
    told = egress.Disclosure("bexio", "invoices", "contract", ("master",), "partner", "p-1")

    egress.check(told, "https://api.bexio.com/2.0/contact")
    egress.check(told, "https://auth.bexio.com/realms/bexio/protocol/openid-connect/token")
    for url in ("https://idp.bexio.com/x", "http://api.bexio.com/2.0/contact", "https://api.bexio.com.evil.example/"):
        with pytest.raises(egress.NotAllowed):
            egress.check(told, url)
