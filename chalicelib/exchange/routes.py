"""Doors of this room: files of a partner's data, a customer's own by their link, and files that are brought."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking import link
from chalicelib.exchange import (
    bring,
    find,
    find_imports,
    forms,
    show_export,
    show_exports,
    show_import,
    show_imports,
    show_my_export,
    show_my_export_form,
    start,
)
from chalicelib.plumbing.door import ADMINS, PAGING, Offer
from chalicelib.plumbing.doors import Doors
from chalicelib.plumbing.visit import Visit

door = Doors(__name__)


def _to_it(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/exports/{result['id']}"


@door.form(forms.EXPORT, status=202, who=ADMINS, resource="exports", answer="export_order", then=_to_it)
def ask_for_export(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Ask for a file (Excel or JSON) with customers, appointments, services, employees or everything."""
    return start.export(visit, values)


@door.read("/exports", who=ADMINS, resource="exports", query=PAGING, answer="exports", page=show_exports)
def list_exports(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The files that were asked for in the last 30 days, the newest first."""
    return find.exports(visit, limit=values["limit"], cursor=values["cursor"])


@door.read("/exports/{id}", who=ADMINS, resource="exports", answer="export", page=show_export)
def show_one_export(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """How far a file is, and the link to it, good for 15 minutes; 410 a day after it was made."""
    return find.export(visit, id)


def _by_link(visit: Visit, context: Mapping[str, str]) -> Offer:
    token = context.get("token", "")
    link.opened(visit, token)
    return Offer({"token": token})


def _to_mine(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/my/{values['token']}/exports/{result['id']}{'?embed=1' if values['source'] == 'widget' else ''}"


@door.form(forms.MINE, status=202, offer=_by_link, answer="export_order", page=show_my_export_form, then=_to_mine)
def ask_for_my_export(visit: Visit, values: dict[str, Any], token: str) -> dict[str, Any]:
    """Ask for a file with everything that is held about the customer whose link it is."""
    visit, row = link.used(visit, token)
    return start.of_customer(visit, row.sk, customer_id=row.customer_id, file_format=values["format"])


@door.read("/my/{token}/exports/{id}", answer="export", page=show_my_export)
def show_my_file(visit: Visit, values: dict[str, Any], token: str, id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """How far a customer's file is, and the link to it, good for 15 minutes."""
    visit, row, _, _ = link.opened(visit, token)
    return find.of_customer(visit, id, customer_id=row.customer_id)


def _to_import(result: dict[str, Any], values: Mapping[str, Any]) -> str:
    return f"/imports/{result['id']}"


@door.form(forms.IMPORT, status=202, who=ADMINS, resource="imports", answer="import_order", then=_to_import)
def bring_file(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """Bring a file with customers, services, the team or appointments: an Excel workbook, or JSON that we exported. Checked only, unless `dry_run` is false."""
    return bring.file(visit, values)


@door.form(forms.IMPORT_AGAIN, status=202, who=ADMINS, resource="imports", answer="import_order", then=_to_import)
def run_import(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """Check a file again with other columns, or take it in (`dry_run` false), within 24 hours."""
    return bring.again(visit, id, values=values)


@door.read("/imports", who=ADMINS, resource="imports", query=PAGING, answer="imports", page=show_imports)
def list_imports(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    """The files that were brought in the last 30 days, the newest first."""
    return find_imports.imports(visit, limit=values["limit"], cursor=values["cursor"])


@door.read("/imports/{id}", who=ADMINS, resource="imports", answer="import", page=show_import)
def show_one_import(visit: Visit, values: dict[str, Any], id: str) -> dict[str, Any]:  # noqa: A002 - the path's name
    """How far an import is: what it would do or did, and everything that is wrong with its cell."""
    return find_imports.one(visit, id)
