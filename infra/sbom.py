"""The bill of materials of a package (CycloneDX 1.6): every library in it with version, licence and the hash of its file."""

import re
import uuid
from importlib.metadata import metadata as metadata_of
from typing import Any

from infra import lock

PRODUCT = "zeitfenster"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NAMESPACE = uuid.UUID("6f1d7d0a-5f0e-5c55-9f0b-2d6f3f6f7a15")  # any, as long as it stays

Json = dict[str, Any]


def of(installed: list[Json], *, version: str) -> Json:
    """The bill from the items of pip's own report of what it installed; the same report gives the same bill.

    https://pip.pypa.io/en/stable/reference/installation-report/ and https://cyclonedx.org/docs/1.6/json/
    """
    components = sorted((_component(one) for one in installed), key=lambda one: str(one["name"]))
    known = {str(one["name"]): str(one["bom-ref"]) for one in components}
    needed = {known[lock.canonical(one["metadata"]["name"])]: _needs(one["metadata"], known) for one in installed}
    own = f"pkg:generic/{PRODUCT}@{version}"
    content = "\n".join(f"{one['purl']} {one['hashes'][0]['content']}" for one in components)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, own + content)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": own, "name": PRODUCT, "version": version}},
        "components": components,
        "dependencies": [
            {"ref": own, "dependsOn": sorted(known.values())},
            *({"ref": ref, "dependsOn": needed[ref]} for ref in sorted(needed)),
        ],
    }


def _component(item: Json) -> Json:
    metadata, archive = item["metadata"], item["download_info"]["archive_info"]
    name = lock.canonical(metadata["name"])
    purl = f"pkg:pypi/{name}@{metadata['version']}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": metadata["version"],
        "purl": purl,
        "hashes": [{"alg": "SHA-256", "content": archive["hashes"]["sha256"]}],
        "licenses": _licences(metadata),
    }


def _licences(metadata: Json) -> list[Json]:
    """As the library says itself: an SPDX expression where it has one, else its classifiers, else its own words."""
    # An older pip does not read the newer field; the very same version is installed here as well.
    if expression := metadata.get("license_expression") or metadata_of(metadata["name"]).json.get("license_expression"):
        return [{"expression": expression}]
    stated = [one.rsplit(" :: ", 1)[1] for one in metadata.get("classifier", []) if one.startswith("License :: ")]
    stated = [one for one in stated if one != "OSI Approved"]
    words = stated or [metadata.get("license", "").partition("\n")[0] or "not stated"]
    return [{"license": {"name": word}} for word in words]


def _needs(metadata: Json, known: dict[str, str]) -> list[str]:
    names = set()
    for wanted in metadata.get("requires_dist", []):
        found = _NAME.match(wanted)
        if found and "extra ==" not in wanted and lock.canonical(found[0]) in known:
            names.add(known[lock.canonical(found[0])])
    return sorted(names)
