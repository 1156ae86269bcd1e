"""Register a partner: everything is prepared, and nothing counts before the mail address is confirmed."""

from datetime import date, timedelta
from typing import Any

from chalicelib.accounts import facts, logins, passwords, rules
from chalicelib.accounts.records import LoginRow, PartnerRow
from chalicelib.activity import record
from chalicelib.consent import find as consent
from chalicelib.plumbing import clock, envelope, ids, limits, shards
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.database import Stale
from chalicelib.plumbing.limits import Limit
from chalicelib.plumbing.refusals import Invalid, Problem, Unavailable
from chalicelib.plumbing.visit import Visit

PER_ADDRESS = Limit("registration", 100, 3600, "ip_address")
PER_MAIL = Limit("registration_mail", 5, 3600, "email")
LIMITS = (PER_ADDRESS, PER_MAIL)


def partner(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Prepare an account for what the form says, or remind its owner of the one there is: the answer is `{}` for both.

    Raises TooMany, Invalid (`version_not_in_force`, `password_guessable`).
    """
    limits.count(PER_ADDRESS, limits.address(visit.ip or ""), at=visit.at)
    _check(values, consent.today(visit.at))
    limits.count(PER_MAIL, logins.fingerprint(values["email"]), at=visit.at)
    # Hashed for known addresses too, so that nobody can tell by the clock which are known.
    password_hash = passwords.hashed(values["password"])
    for attempt in range(8):
        known = logins.of(values["email"])
        try:
            if known is not None and known.status != "pending":
                return _again(visit, known, attempt)
            return _new(visit, values, password_hash=password_hash, attempt=attempt)
        except Stale:
            continue
    raise Unavailable


def _check(values: dict[str, Any], today: date) -> None:
    problems: list[Problem] = []
    own = [values[name] for name in ("first_name", "last_name", "company", "email")]
    if passwords.easy(values["password"], own):
        problems.append(Problem("password", "password_guessable"))
    for field, name in (("accept_terms", "terms"), ("accept_privacy", "privacy")):
        version = consent.version_in_force(name, today)
        if values[field] != version:
            problems.append(Problem(field, "version_not_in_force", {"version": version}))
    if problems:
        raise Invalid(problems)


def _again(visit: Visit, known: LoginRow, attempt: int) -> dict[str, Any]:
    there = visit.for_partner(known.partner_id)
    envelope.anew(known.partner_id)
    change = Change(there, attempt=attempt)
    record.fact(change, there, facts.REGISTERED_AGAIN, subject=("partner", known.partner_id),
                detail={"employee_id": known.employee_id})  # fmt: skip
    return change.done({})


def _new(visit: Visit, values: dict[str, Any], *, password_hash: str, attempt: int) -> dict[str, Any]:
    partner_id, employee_id = ids.new(visit.at), ids.new(visit.at)
    there = visit.for_partner(partner_id)
    goes_on = (visit.at + timedelta(days=rules.REGISTRATION_DAYS)).date()
    language = values["language"] or visit.language
    login_key = logins.key(values["email"])
    change = Change(there, attempt=attempt)
    envelope.begin(change, partner_id, visit.at)
    change.put(
        LoginRow(
            login_key,
            "-",
            partner_id=partner_id,
            employee_id=employee_id,
            password_hash=password_hash,
            role="owner",
            status="pending",
            expiry_shard=shards.expires_on(goes_on, login_key),
        ),
        LoginRow.pk.does_not_exist() | (LoginRow.status == "pending"),
    )
    change.put_new(
        PartnerRow(
            partner_id,
            "profile",
            **{name: values[name] for name in MASTER_FIELDS},
            language=language,
            timezone="Europe/Zurich",
            status="pending",
            plan="free",
            retention_months=24,
            sms_enabled=True,
            embed_origins=[],
            newsletter_wished=values["newsletter"],
            accepted={
                "terms": values["accept_terms"],
                "privacy": values["accept_privacy"],
                "language": language,
                "channel": visit.source,
                "at": clock.text(visit.at),
            },
            created_at=visit.at,
            expiry_shard=shards.expires_on(goes_on, partner_id),
        )
    )
    record.fact(change, there, facts.REGISTERED, subject=("partner", partner_id))
    return change.done({})


MASTER_FIELDS = (
    "first_name", "last_name", "company", "street", "postcode", "city", "country", "email", "phone",
)  # fmt: skip
