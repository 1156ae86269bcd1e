"""Keep the published texts as they were: compare each with the register, add a version to it, write the parts that the program knows."""

import argparse
import hashlib
import json
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("chalicelib") / "consent" / "policies"
NAMES = ("terms", "privacy", "dpa")
LANGUAGES = ("de", "fr", "it", "en")
LEAST_DAYS = 30
"""How long before it is in force a version has to be published, so that everybody can be told in time."""
_MADE = re.compile(r"(<!-- made: ([a-z-]+) -->\n\n).*?(\n\n<!-- end -->)", re.DOTALL)

Register = dict[str, list[dict[str, Any]]]


class PolicyError(Exception):
    """A text is not as it was published, or the register is not complete; the message says what to do."""


def check(source: Path = ROOT) -> None:
    """Raise PolicyError unless every text is the one in the register and every version came in time."""
    if found := problems(source):
        raise PolicyError("\n".join(found))


def problems(source: Path = ROOT) -> list[str]:
    """What is wrong, one line each with the way out; nothing when all is well."""
    folder, register, found = source / FOLDER, read(source), list[str]()
    files = {file.relative_to(folder).as_posix() for file in folder.glob("*/*.md")}
    for name in NAMES:
        before = ""
        for place, one in enumerate(register.get(name, [])):
            version = one["version"]
            for language in LANGUAGES:
                file = f"{name}/{version}.{language}.md"
                if file not in files:
                    found.append(f"{file} was published and is gone. Bring it back: git checkout -- {FOLDER / file}")
                elif _hash(folder / file) != one["hashes"].get(language):
                    found.append(
                        f"{file} was changed after it was published: those who agreed to it agreed to other words. "
                        f"Take the change back (git checkout -- {FOLDER / file}) and write it into a new version; "
                        "docs/how/add-a-policy-version.md says how."
                    )
                if not one["changes"].get(language):
                    found.append(f"{name} {version} does not say in {language} what changed.")
                files.discard(file)
            if one["in_force_since"] != version or version <= before:
                found.append(f"{name} {version}: a version is named by its day, and later ones come later.")
            if place and _days(one["published_on"], version) < LEAST_DAYS:
                found.append(
                    f"{name} {version} was published on {one['published_on']}, less than {LEAST_DAYS} days before it is "
                    "in force: choose a later day."
                )
            before = version
        if not register.get(name):
            found.append(f"The register has no version of {name}.")
    found += [f"{file} is not in the register: python -m infra.policies add (see docs/how)." for file in sorted(files)]
    return found


def read(source: Path = ROOT) -> Register:
    """The register."""
    made: Register = json.loads((source / FOLDER / "register.json").read_text("utf-8"))
    return made


def add(
    name: str, version: str, *, important: bool, changes: dict[str, str], published_on: date, source: Path = ROOT
) -> None:
    """Put the four files of a new version into the register, their made parts written anew. Raises PolicyError."""
    register = read(source)
    known = register.setdefault(name, [])
    missing = [one for one in LANGUAGES if not (source / FOLDER / name / f"{version}.{one}.md").exists()]
    if missing:
        raise PolicyError(f"Write {name}/{version}.<language>.md first; missing: {', '.join(missing)}.")
    if any(one["version"] == version for one in known):
        raise PolicyError(f"{name} {version} is published already. A change needs a version of a later day.")
    if known and (version <= known[-1]["version"] or _days(published_on.isoformat(), version) < LEAST_DAYS):
        raise PolicyError(
            f"A version comes after those before it, and {LEAST_DAYS} days after {published_on} or later."
        )
    _fill(name, version, source)
    known.append(_entry(name, version, published_on, important=important, changes=changes, source=source))
    _write(register, source)
    check(source)


def anew(source: Path = ROOT) -> None:
    """Before anybody has agreed to anything: make parts and hashes of the first versions anew. Raises PolicyError."""
    register = read(source)
    if any(len(register[name]) != 1 for name in NAMES):
        raise PolicyError("There are later versions, so the first ones were published: add a new version instead.")
    for name in NAMES:
        [one] = register[name]
        _fill(name, one["version"], source)
        one["hashes"] = _hashes(name, one["version"], source)
    _write(register, source)


def parts(markdown: str) -> dict[str, str]:
    """The made parts of a text, by name."""
    return {found[2]: found[0][len(found[1]) : -len(found[3])] for found in _MADE.finditer(markdown)}


def made(part: str, language: str) -> str:
    """A part that the program knows best: `data`, `recipients`, `sub-processors` or `measures`, as Markdown."""
    from infra import policy_parts  # it loads the product; comparing texts with the register does not

    return policy_parts.PARTS[part](language)


def _fill(name: str, version: str, source: Path) -> None:
    for language in LANGUAGES:
        file = source / FOLDER / name / f"{version}.{language}.md"
        text = file.read_text("utf-8")
        filled = _MADE.sub(lambda found, to=language: found[1] + made(found[2], to) + found[3], text)  # type: ignore[misc]  # the language of this turn
        file.write_text(filled, "utf-8")


def _entry(
    name: str, version: str, published_on: date, *, important: bool, changes: dict[str, str], source: Path
) -> dict[str, Any]:
    return {
        "version": version,
        "published_on": published_on.isoformat(),
        "in_force_since": version,
        "important": important,
        "hashes": _hashes(name, version, source),
        "changes": {language: changes[language] for language in LANGUAGES},
    }


def _hashes(name: str, version: str, source: Path) -> dict[str, str]:
    return {one: _hash(source / FOLDER / name / f"{version}.{one}.md") for one in LANGUAGES}


def _write(register: Register, source: Path) -> None:
    text = json.dumps({name: register[name] for name in NAMES}, indent=1, ensure_ascii=False)
    (source / FOLDER / "register.json").write_text(text + "\n", "utf-8")


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)) // timedelta(days=1)


def main(arguments: list[str]) -> None:
    """`check`, `add <name> <version> [--important] --de … --fr … --it … --en …`, or `anew`."""
    parser = argparse.ArgumentParser(prog="python -m infra.policies", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("check", help="compare every text with the register")
    verbs.add_parser("anew", help="before the first launch only: make the first versions anew")
    adding = verbs.add_parser("add", help="publish a version whose four files are written")
    adding.add_argument("name", choices=NAMES)
    adding.add_argument("version", help="the day on which it comes into force, YYYY-MM-DD")
    adding.add_argument("--important", action="store_true", help="everybody has to accept it anew")
    for language in LANGUAGES:
        adding.add_argument(f"--{language}", required=True, help="what changed, one sentence or two")
    said = parser.parse_args(arguments)
    try:
        if said.verb == "add":
            changes = {language: getattr(said, language) for language in LANGUAGES}
            today = datetime.now(UTC).date()
            add(said.name, said.version, important=said.important, changes=changes, published_on=today)
        elif said.verb == "anew":
            anew()
        check()
    except PolicyError as problem:
        sys.exit(str(problem))
    print("Every text is the one in the register.")


if __name__ == "__main__":
    main(sys.argv[1:])
