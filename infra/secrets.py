"""Everything secret of a stage in one place, AWS Secrets Manager `zeitfenster/<stage>`: made, changed, rotated, never shown.

The template names only which version of it to read, so that no secret stands in a parameter, a change set or a shell's
history; CloudFormation puts it into the functions' environment, which lies encrypted under our key. What is changed here is
in force with the next deployment (docs/how/rotate-secrets.md).

    python -m infra.secrets --stage prod set smsapi_token     reads the value from standard input
    python -m infra.secrets --stage prod names                what is set, without values
    python -m infra.secrets --stage prod rotate               the next of three steps to another master secret
"""

import argparse
import getpass
import json
import secrets
import sys
import uuid

from infra.account import Account

MASTER, ALSO, FIRST = "MASTER_SECRET", "MASTER_SECRET_ALSO", "MASTER_SECRET_FIRST"
STEP = "MASTER_SECRET_STEP"  # how far a rotation is: `accepted`, then `signs`; the product does not read it
VENDORS = (
    "SMSAPI_TOKEN",
    "ORTTO_KEY",
    "AUTOPILOT_KEY",
    "ZENDESK_CLIENT_SECRET",
    "ZENDESK_WEBHOOK_SECRET",
    "BEXIO_CLIENT_SECRET",
    "BEXIO_REFRESH_TOKEN",
    "GA4_API_SECRET",
)
"""What `set` takes; names as chalicelib/plumbing/settings.py reads them."""
MOST_BYTES = 1700  # an environment holds 4096 in all (AWS Lambda quotas), names of tables and queues take the rest


class SecretError(Exception):
    """A secret was not taken; nothing was written."""


def version(stage: str, *, account: Account) -> str:
    """The version of the secrets that holds now; made, with a master secret, where there is none."""
    return _read(account, stage)[1]


def kept(stage: str, *, account: Account) -> dict[str, str]:
    """The secrets by their names; made where there are none."""
    return _read(account, stage)[0]


def keep(stage: str, name: str, value: str, *, account: Account) -> None:
    """Set one secret, or take it away with "". Raises SecretError for a name or value that cannot be one."""
    name = name.upper()
    if name not in VENDORS:
        raise SecretError(f"{name} is no secret of a vendor: {', '.join(VENDORS)}")
    if value and not (value.isascii() and value.isprintable() and " " not in value):
        raise SecretError(f"{name}: a secret holds letters, digits and signs, no spaces and no line breaks")
    write(stage, {**kept(stage, account=account), name: value}, account=account)


def write(stage: str, held: dict[str, str], *, account: Account) -> None:
    """Make `held`, without what is empty, the secrets that hold now; nothing is written where nothing differs."""
    held = {name: value for name, value in sorted(held.items()) if value}
    text = json.dumps(held, separators=(",", ":"))
    if len(text) > MOST_BYTES:
        raise SecretError(f"The secrets are {len(text)} bytes, {MOST_BYTES} at most: they have to fit an environment")
    if held == kept(stage, account=account):
        return
    client = account.client("secretsmanager")
    client.put_secret_value(SecretId=_id(stage), SecretString=text, ClientRequestToken=str(uuid.uuid4()))


def rotate(stage: str, *, account: Account) -> str:
    """Take the next step to another master secret; what was done, and what comes next.

    Three steps with a deployment behind each, because versions of a function run beside one another while one takes over:
    the new secret is accepted, then signed with, then the old one is accepted no longer.
    """
    held = kept(stage, account=account)
    other = held.get(ALSO, "")
    if not other:
        held |= {ALSO: secrets.token_urlsafe(48), FIRST: held.get(FIRST) or held[MASTER]}
        said = "1 of 3: a new master secret is accepted from the next deployment on. Deploy, then rotate again."
    elif held.get(STEP) == "accepted":
        held |= {MASTER: other, ALSO: held[MASTER]}
        said = (
            "2 of 3: the new master secret signs from the next deployment on, the old one is still accepted. Deploy; "
            "rotate again when links of the old one may end (docs/how/rotate-secrets.md)."
        )
    else:
        held[ALSO] = ""
        said = "3 of 3: the old master secret is accepted no longer from the next deployment on. Deploy."
    held[STEP] = {"1": "accepted", "2": "signs", "3": ""}[said[0]]
    write(stage, held, account=account)
    return said


def _read(account: Account, stage: str) -> tuple[dict[str, str], str]:
    client = account.client("secretsmanager")
    try:
        found = client.get_secret_value(SecretId=_id(stage))
    except client.exceptions.ResourceNotFoundException:
        client.create_secret(
            Name=_id(stage),
            SecretString=json.dumps({MASTER: secrets.token_urlsafe(48)}, separators=(",", ":")),
            Description="Master secret and tokens of vendors, as the functions read them.",
        )
        found = client.get_secret_value(SecretId=_id(stage))
    held: dict[str, str] = json.loads(found["SecretString"])
    return held, str(found["VersionId"])


def _id(stage: str) -> str:
    return f"zeitfenster/{stage}"


def main(arguments: list[str]) -> None:
    """What the command line says; never a value."""
    parser = argparse.ArgumentParser(prog="python -m infra.secrets", description="The secrets of a stage.")
    parser.add_argument("--stage", required=True)
    verbs = parser.add_subparsers(dest="verb", required=True)
    setting = verbs.add_parser("set", help="read a value from standard input; an empty one takes it away")
    setting.add_argument("name")
    verbs.add_parser("names", help="what is set")
    verbs.add_parser("rotate", help="the next step to another master secret")
    asked = parser.parse_args(arguments)
    account = Account()
    if asked.verb == "set":
        value = (getpass.getpass(f"{asked.name}: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
        keep(asked.stage, asked.name, value, account=account)
        print(f"{asked.name} is {'set' if value else 'taken away'}; in force with the next deployment.")
    elif asked.verb == "rotate":
        print(rotate(asked.stage, account=account))
    else:
        print("\n".join(sorted(kept(asked.stage, account=account))))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SecretError as refusal:
        sys.exit(str(refusal))
