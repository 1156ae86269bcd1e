"""Doors of this room: what is processed, why, for how long and by whom."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib.booking import forms as booking_forms
from chalicelib.booking import host, link, show_erasure, show_my_erase, show_my_erased
from chalicelib.booking import offers as booking_offers
from chalicelib.plumbing import lists, sessions
from chalicelib.plumbing.door import ADMINS, OWNER, PAGING, STAY
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.forms import Field
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import (
    answer_request,
    asvs,
    breaches,
    certificate,
    change_hold,
    classes,
    close_account,
    conformance,
    enter_request,
    erase_customer,
    extend_request,
    forms,
    lift_hold,
    note_breach,
    offers,
    preview,
    processing,
    record_file,
    rights,
    set_hold,
    show_asvs,
    show_breach,
    show_breach_form,
    show_breaches,
    show_certificate,
    show_classes,
    show_conformance,
    show_holds,
    show_my_request,
    show_my_requested,
    show_preview,
    show_record,
    show_record_file,
    show_request,
    show_requests,
    standing,
)

CHAPTER = Field("chapter", required=False, options=tuple(f"V{number}" for number in range(1, 18)))

door = Doors(__name__)


@door.read("/processing-record", query=PAGING, answer="processing_record", page=show_record)
def processing_record(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The record of processing activities (Art. 30 GDPR, Art. 12 DSG), made from what the program stores."""
    entries = processing.record(visit.language)
    return lists.page("processing-record", entries, limit=values["limit"], cursor=values["cursor"])


@door.read("/processing-record/workbook", answer="record_file", page=show_record_file)
def processing_record_as_workbook(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The record as an Excel file, in base64."""
    return record_file.made(visit.language)


@door.read("/legal/conformance", answer="conformance", page=show_conformance)
def list_promises(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Every promise of the privacy policy: where it is kept, the tests that prove it, and the last result of each."""
    return conformance.shown(visit.language)


@door.read("/legal/conformance/asvs", query=(CHAPTER,), answer="asvs", page=show_asvs)
def list_asvs_items(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Every item of OWASP ASVS 5.0.0, levels 1 and 2: met, not applicable or a gap, with what shows it."""
    return asvs.shown(values.get("chapter"))


def _to_certificate(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/erasure-certificates/{result['certificate']}"


@door.form(
    forms.CLOSE_ACCOUNT,
    status=202,
    who=OWNER,
    resource="partner",
    answer="closure",
    after=sessions.cleared,
    then=_to_certificate,
)
def close_partner_account(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Close the account and erase everything, except what the law keeps; the certificate can be followed by its id."""
    return close_account.account(visit, password=values["password"], confirm=values["confirm"])


@door.read("/erasure-certificates/{id}", answer="erasure_certificate", page=show_certificate)
def erasure_certificate(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """The certificate of an erasure, for everybody who has its id: what went, what stays until when and under which article."""
    return certificate.read(id)


@door.read("/signing-keys", query=PAGING, answer="signing_keys")
def signing_keys(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The public keys by which certificates can be checked offline (Ed25519, base64)."""
    items = [
        {"id": certificate.key_id(), "algorithm": "Ed25519", "public_key": b64encode(certificate.public_key()).decode()}
    ]
    return lists.page("signing-keys", items, limit=values["limit"], cursor=values["cursor"])


@door.form(
    booking_forms.CUSTOMER_ERASURE,
    status=202,
    who=ADMINS,
    resource="customers",
    offer=booking_offers.erased_customer,
    answer="erased",
    then=_to_certificate,
    page=show_erasure,
)
def erase_one_customer(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Erase a customer and what is known of their appointments, now or when a hold ends; the certificate says which."""
    return erase_customer.customer(visit, id)


@door.form(
    booking_forms.LINK_ERASE,
    status=202,
    offer=booking_offers.by_link,
    answer="erased",
    page=show_my_erase,
    then=STAY,
    shows=show_my_erased,
    host=host,
)
def erase_me(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Erase everything that is held about the customer whose link it is, at this partner, now or when a hold ends."""
    visit, row = link.used(visit, token)
    return erase_customer.customer(visit, row.customer_id)


@door.read("/retention", query=PAGING, answer="retention_classes", page=show_classes)
def retention_classes(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """How long each kind of thing is kept, why, and under which article: the table that the program works with."""
    return lists.page("retention", classes.told(visit.language), limit=values["limit"], cursor=values["cursor"])


@door.read("/retention/preview", who=OWNER, resource="partner", answer="retention_preview", page=show_preview)
def retention_preview(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What goes in the coming nights, what waits for a hold, and what is overdue: counts of each class; nothing is changed."""
    return preview.of_partner(visit.partner, visit.at)


@door.read("/holds", who=OWNER, resource="partner", query=PAGING, answer="holds", page=show_holds)
def list_holds(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The legal holds that stand, and how much waits for each."""
    found = standing.listed(visit.partner, visit.at.date())
    return lists.part(f"{visit.partner}#holds", found, limit=values["limit"], cursor=values["cursor"])


@door.form(forms.HOLD, status=201, who=OWNER, resource="partner", offer=offers.hold, answer="hold", then="/holds")
def put_hold(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Hold a customer, or the whole account, until a day."""
    return set_hold.hold(
        visit, customer_id=values.get("customer_id"), reason=values["reason"], until=values["until"]
    )  # fmt: skip


@door.form(forms.HOLD_CHANGE, who=OWNER, resource="partner", offer=offers.one_hold, answer="hold", then="/holds")
def renew_hold(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Renew or shorten a hold, or say better why it is there."""
    return change_hold.hold(visit, id, values)


@door.form(forms.HOLD_LIFT, who=OWNER, resource="partner", offer=offers.any_hold, answer="hold", then="/holds")
def end_hold(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Lift a hold."""
    return lift_hold.hold(visit, id)


@door.form(
    forms.LINK_REQUEST,
    status=201,
    offer=booking_offers.by_link,
    answer="my_request",
    page=show_my_request,
    then=STAY,
    shows=show_my_requested,
    host=host,
)
def ask_by_link(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Use a right (access, rectification, erasure, restriction, objection, portability) by the customer's link."""
    visit, row = link.used(visit, token)
    made = enter_request.by_customer(visit, row.customer_id, kind=values["kind"], words=values["words"] or None)
    return {name: made[name] for name in ("id", "kind", "article", "state", "received_on", "due_on")}


@door.read("/requests", who=ADMINS, resource="customers", query=PAGING, answer="requests", page=show_requests)
def list_requests(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """What people asked for under data protection law, the overdue first; reading it is written down."""
    return lists.part(
        f"{visit.partner}#requests", rights.for_desk(visit), limit=values["limit"], cursor=values["cursor"]
    )


def _to_request(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/requests/{result['id']}"


@door.form(
    forms.REQUEST,
    status=201,
    who=ADMINS,
    resource="customers",
    offer=offers.request,
    answer="request",
    then=_to_request,
)
def enter_request_by_hand(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Enter a request that came by letter, mail or word of mouth."""
    return enter_request.by_partner(
        visit, kind=values["kind"], customer_id=values.get("customer_id"), person=values.get("person"),
        words=values.get("words"), received_on=values["received_on"],
    )  # fmt: skip


@door.read("/requests/{id}", who=ADMINS, resource="customers", answer="request", page=show_request)
def show_one_request(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """One request with all its steps; reading it is written down."""
    return rights.one_for_desk(visit, id)


@door.form(
    forms.REQUEST_ANSWER,
    who=ADMINS,
    resource="customers",
    offer=offers.one_request,
    answer="request",
    then=_to_request,
)
def close_request(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Say that a request was answered, or refuse it with the reason."""
    return answer_request.request(visit, id, state=values["state"], answer=values["answer"])


@door.form(
    forms.REQUEST_EXTENSION,
    who=ADMINS,
    resource="customers",
    offer=offers.one_request,
    answer="request",
    then=_to_request,
)
def prolong_request(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Extend the time for a request once, with the reason."""
    return extend_request.request(visit, id, because=values["extended_because"])


@door.read("/breaches", who=OWNER, resource="partner", query=PAGING, answer="breaches", page=show_breaches)
def list_breaches(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The register of breaches of data security, those that the authority must still be told of first."""
    return lists.part(
        f"{visit.partner}#breaches",
        breaches.listed(visit.partner, visit.at),
        limit=values["limit"],
        cursor=values["cursor"],
    )


def _to_breach(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/breaches/{result['id']}"


@door.form(
    forms.BREACH, status=201, who=OWNER, resource="partner", answer="breach", then=_to_breach, page=show_breach_form
)
def add_breach(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Note a breach of data security."""
    return note_breach.first(visit, values)


@door.read("/breaches/{id}", who=OWNER, resource="partner", answer="breach", page=show_breach)
def show_one_breach(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """One breach: the latest note, the 72 hours, and every note before it."""
    return breaches.shown(breaches.notes(visit.partner, id), visit.at)


@door.form(
    forms.BREACH_CORRECTION,
    status=201,
    who=OWNER,
    resource="partner",
    offer=offers.one_breach,
    answer="breach",
    then=_to_breach,
    page=show_breach_form,
)
def correct_breach(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Add to the note on a breach, or correct it: the earlier note stays."""
    return note_breach.correction(visit, id, values)
