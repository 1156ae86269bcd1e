"""Confirm a mail address: the account that was prepared becomes one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from chalicelib.accounts import confirmation_link, everybody, facts, logins, rules, version
from chalicelib.accounts.records import EmployeeRow, LoginRow, NameRow, PartnerRow
from chalicelib.activity import record
from chalicelib.consent import agree, ask_newsletter
from chalicelib.plumbing import clock, ids, links, table
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.refusals import Gone, Unavailable
from chalicelib.plumbing.visit import Visit


class _NameTaken(Exception):
    pass


def email(visit: Visit, token: str) -> dict[str, Any]:
    """Activate the partner of a confirmation link: `{partner_id, booking_name}`; again with the same link, the same.

    Raises Missing for a forged link, Gone for one that is too old or was overtaken by a newer registration.
    """
    (partner_id,) = links.read(confirmation_link.PURPOSE, token, visit.at)
    names: Iterator[str] | None = None
    name = ""
    for attempt in range(12):
        row = table.get(PartnerRow, partner_id, "profile")
        if row is not None and row.status == "active":
            return Change(visit, attempt=attempt).done({"partner_id": row.pk, "booking_name": row.booking_name})
        login = logins.of(row.email) if row is not None else None
        if row is None or row.status != "pending" or login is None or login.partner_id != partner_id:
            raise Gone("link_over")
        if names is None:
            names = _names(row.company)
            name = next(names)
        try:
            return _activate(visit, row, login, name=name, attempt=attempt)
        except _NameTaken:
            name = next(names)
        except Stale:
            continue
    raise Unavailable


def _activate(visit: Visit, row: PartnerRow, login: LoginRow, *, name: str, attempt: int) -> dict[str, Any]:
    there = replace(visit, partner_id=row.pk, employee_id=login.employee_id, role="owner")
    change = Change(there, attempt=attempt)
    change.put_new(NameRow(f"name#{name}", "-", partner_id=row.pk), lost=_NameTaken)
    change.update(
        row,
        [
            PartnerRow.status.set("active"),
            PartnerRow.booking_name.set(name),
            PartnerRow.expiry_shard.remove(),
            PartnerRow.lookup.set(everybody.partition(row.pk)),
            PartnerRow.lookup_at.set(everybody.place(row.pk, visit.at)),
        ],
        PartnerRow.status == "pending",
    )
    change.update(
        login,
        [LoginRow.status.set("active"), LoginRow.expiry_shard.remove()],
        (LoginRow.status == "pending") & (LoginRow.partner_id == row.pk),
    )
    change.put_new(
        EmployeeRow(
            row.pk,
            f"employee#{login.employee_id}",
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            role="owner",
            bookable=True,
            active=True,
            created_at=visit.at,
        )
    )
    version.bump(change, row.pk)
    accepted = row.accepted
    for policy in ("terms", "privacy"):
        agree.to(
            change, there, policy, version=accepted[policy], language=accepted["language"],
            channel=accepted["channel"], at=clock.parse(accepted["at"]),
        )  # fmt: skip
    if row.newsletter_wished:
        ask_newsletter.partner(change, there, language=accepted["language"], channel=accepted["channel"])
    record.fact(change, there, facts.ACTIVATED, subject=("partner", row.pk))
    return change.done({"partner_id": row.pk, "booking_name": name})


def _names(company: str) -> Iterator[str]:
    first = rules.booking_name(company)
    yield first
    for number in range(2, 7):
        yield f"{first}-{number}"
    while True:
        yield f"{first}-{ids.new()[-6:]}"
