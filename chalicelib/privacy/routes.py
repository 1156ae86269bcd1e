"""Doors of this room: what is processed, why, for how long and by whom."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib.plumbing import lists, sessions
from chalicelib.plumbing.doors import OWNER, PAGING, Doors
from chalicelib.plumbing.visit import Visit
from chalicelib.privacy import (
    certificate,
    close_account,
    conformance,
    forms,
    processing,
    show_certificate,
    show_conformance,
    show_record,
)

door = Doors(__name__)


@door.read("/processing-record", query=PAGING, answer="processing_record", page=show_record)
def processing_record(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The record of processing activities (Art. 30 GDPR, Art. 12 DSG), made from what the program stores."""
    entries = processing.record(visit.language)
    return lists.page("processing-record", entries, limit=values["limit"], cursor=values["cursor"])


@door.read("/legal/conformance", answer="conformance", page=show_conformance)
def list_promises(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Every promise of the privacy policy: where it is kept, the tests that prove it, and the last result of each."""
    return conformance.shown(visit.language)


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
