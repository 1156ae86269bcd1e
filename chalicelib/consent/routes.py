"""Doors of this room: the texts, and who accepted them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chalicelib.consent import (
    accept,
    confirm_newsletter,
    consents,
    disclosures,
    document,
    find,
    forms,
    newsletter,
    receipt,
    set_newsletter,
    show_acceptance,
    show_confirm_newsletter,
    show_consents,
    show_disclosures,
    show_newsletter,
    show_newsletter_confirmed,
    show_newsletter_form,
    show_policies,
    show_policy,
    show_receipt,
    show_unsubscribed,
    unsubscribe,
)
from chalicelib.plumbing import lists
from chalicelib.plumbing.answers import Answer
from chalicelib.plumbing.door import ADMINS, PAGING, STAY, TEAM, Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import LANGUAGES, Field
from chalicelib.plumbing.refusals import Missing
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)
PDF = "application/pdf"


@door.read("/policies", query=PAGING, answer="policies", page=show_policies)
def policies(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The texts that are in force: terms, privacy policy, processing agreement."""
    today = find.today(visit.at)
    items = [{**one.shown(), "announced": _coming(one.name, today)} for one in find.policies(today)]
    return lists.page("policies", items, limit=values["limit"], cursor=values["cursor"], by="name")


@door.read(
    "/policies/{name}",
    query=(
        Field("version", required=False, longest=20),
        Field("language", required=False, options=LANGUAGES),
        Field("format", required=False, options=("pdf",)),
    ),
    answer="policy",
    page=show_policy,
)
def policy(visit: Visit, values: dict[str, Any], name: str) -> dict[str, Any] | Answer:
    """One text: the version in force, or the one asked for, in one language; as a PDF for whoever asks for that."""
    today = find.today(visit.at)
    version = values["version"] or find.version_in_force(name, today)
    language = values["language"] or visit.language
    one = find.policy(name, version)
    asked = (door.blueprint.current_request.headers.get("accept") or "").startswith(PDF)
    if values["format"] == "pdf" or asked:
        made = document.of(name, version=version, language=language)
        return Answer(200, made, document.headers(name, version), content_type=PDF)
    return {
        **one.shown(),
        "announced": _coming(name, today),
        "versions": list(find.versions(name)),
        "language": language,
        "text_hash": one.hashes[language],
        "text": find.text(name, version, language),
    }


def _coming(name: str, today: date) -> dict[str, Any] | None:
    """The version that comes next."""
    return next((one.shown() for one in find.coming(name, today)), None)


def _existing(visit: Visit, context: Mapping[str, str]) -> Offer:
    name = context.get("name", "")
    if name not in find.NAMES:
        raise Missing
    version = find.version_in_force(name, find.today(visit.at))
    return Offer({"name": name}, tuple(one.but(ticked=version) for one in forms.ACCEPT.fields))


@door.form(
    forms.ACCEPT,
    status=201,
    who=ADMINS,
    resource="partner",
    offer=_existing,
    answer="consent",
    page=show_acceptance,
    then="/consents",
)
def accept_policy(visit: Visit, values: dict[str, Any], name: str) -> dict[str, Any]:
    """Accept the version of a text that is in force."""
    return accept.policy(visit, name, version=values["version"])


@door.read("/consents", who=TEAM, resource="partner", query=PAGING, answer="consents", page=show_consents)
def list_consents(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What this partner agreed to, with version, hash, language, channel and time."""
    found = consents.listed(visit.partner)
    return lists.part(
        f"{visit.partner}#consents",
        found,
        limit=values["limit"],
        cursor=values["cursor"],
        by=("purpose", "text_version", "at"),
    )


@door.read("/consents/{id}", who=TEAM, resource="partner", answer="receipt", page=show_receipt)
def consent_receipt(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """The receipt of one acceptance: who accepted which words of whom, when and by which way."""
    return receipt.of(visit.partner, id)


@door.read("/disclosures", who=TEAM, resource="partner", query=PAGING, answer="disclosures", page=show_disclosures)
def list_disclosures(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What was handed to other processors: when, to whom, what for, on which basis, and which kinds of data."""
    return disclosures.listed(visit.partner, limit=values["limit"], cursor=values["cursor"])


@door.read("/newsletter", who=TEAM, resource="partner", answer="newsletter", page=show_newsletter)
def read_newsletter(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Whether the newsletter comes, and the sentence that is consented to."""
    return newsletter.shown(visit.partner, visit.at, visit.language)


@door.form(
    forms.NEWSLETTER,
    status=202,
    who=ADMINS,
    resource="partner",
    answer="newsletter",
    page=show_newsletter_form,
    then="/newsletter",
)
def choose_newsletter(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Switch the newsletter on, which waits for the link in a mail, or off, which happens at once."""
    return set_newsletter.partner(visit, subscribed=values["subscribed"])


def _asked(visit: Visit, context: Mapping[str, str]) -> Offer:
    token = context.get("token", "")
    confirm_newsletter.asked(token, visit.at)
    return Offer(locked={"token": token})


@door.form(
    forms.CONFIRM_NEWSLETTER,
    status=201,
    answer="newsletter",
    offer=_asked,
    page=show_confirm_newsletter,
    then=STAY,
    shows=show_newsletter_confirmed,
)
def confirm_subscription(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Confirm the newsletter with the token of the link in the mail."""
    return confirm_newsletter.by_link(visit, values["token"])


@door.read("/unsubscribe/{token}", answer="unsubscribe", page=show_unsubscribed)
def look_at_unsubscribe(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """The page behind the link that ends the newsletter; looking at it changes nothing."""
    return unsubscribe.looked_at(visit, token)
