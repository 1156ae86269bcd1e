"""What the environment tells us, read once; refuses any region but eu-central-2."""

import os
from functools import cache

import msgspec

REGION = "eu-central-2"


class WrongRegion(RuntimeError):
    """Somebody tried to start us outside Zürich. The policy promises Switzerland, so we do not start."""


class Settings(msgspec.Struct, frozen=True):
    """Every setting there is. `stage` is `local` on a developer's machine; anything else is a real deployment."""

    stage: str
    region: str
    public_url: str
    master_secret: str
    master_secret_also: str
    master_secret_first: str
    table_records: str
    table_ledger: str
    table_activity: str
    table_guard: str
    table_keys: str
    kms_key: str
    queue_outbox: str
    queue_exports: str
    bucket_files: str
    bucket_proofs: str
    mail_sender: str
    mail_url: str
    smsapi_url: str
    smsapi_token: str
    smsapi_sender: str
    mailing_vendor: str
    ortto_url: str
    ortto_key: str
    autopilot_url: str
    autopilot_key: str
    zendesk_url: str
    zendesk_account: str
    zendesk_client_id: str
    zendesk_client_secret: str
    zendesk_webhook_secret: str
    bexio_url: str
    bexio_client_id: str
    bexio_client_secret: str
    bexio_refresh_token: str
    bexio_options: dict[str, int]
    chatra_url: str
    chatra_key: str
    webhooks_local: bool
    ga4_url: str
    ga4_measurement_id: str
    ga4_api_secret: str
    clock_file: str
    operator_name: str
    operator_address: tuple[str, ...]
    operator_email: str
    operator_uid: str
    commit: str
    version: str

    @property
    def is_local(self) -> bool:
        return self.stage == "local"


@cache
def get() -> Settings:
    """The settings of this process.

    Raises WrongRegion outside eu-central-2 and KeyError when a setting without a default is missing: a function that
    lacks one must not answer at all.
    """
    env = {**os.environ, **_secrets(os.environ.get("SECRETS", ""))}
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or ""
    if region != REGION:
        raise WrongRegion(f"Zeitfenster runs in {REGION} only; this process is in {region or 'no region'}.")
    stage = env["STAGE"]
    if stage != "local" and (env.get("CLOCK_FILE") or env.get("MAIL_URL") or env.get("WEBHOOKS_LOCAL")):
        raise RuntimeError("CLOCK_FILE, MAIL_URL and WEBHOOKS_LOCAL are for local runs only.")
    return Settings(
        stage=stage,
        region=region,
        public_url=env["PUBLIC_URL"].rstrip("/"),
        master_secret=env["MASTER_SECRET"],
        master_secret_also=env.get("MASTER_SECRET_ALSO", ""),
        master_secret_first=env.get("MASTER_SECRET_FIRST") or env["MASTER_SECRET"],
        table_records=env["TABLE_RECORDS"],
        table_ledger=env["TABLE_LEDGER"],
        table_activity=env["TABLE_ACTIVITY"],
        table_guard=env["TABLE_GUARD"],
        table_keys=env["TABLE_KEYS"],
        kms_key=env["KMS_KEY"],
        queue_outbox=env["QUEUE_OUTBOX"],
        queue_exports=env.get("QUEUE_EXPORTS", ""),
        bucket_files=env.get("BUCKET_FILES", ""),
        bucket_proofs=env.get("BUCKET_PROOFS", ""),
        mail_sender=env["MAIL_SENDER"],
        mail_url=env.get("MAIL_URL", ""),
        smsapi_url=env["SMSAPI_URL"].rstrip("/"),
        smsapi_token=env["SMSAPI_TOKEN"],
        smsapi_sender=env["SMSAPI_SENDER"],
        mailing_vendor=_one_of(env.get("NEWSLETTER") or "ortto", ("ortto", "autopilot")),
        ortto_url=env.get("ORTTO_URL", "").rstrip("/"),
        ortto_key=env.get("ORTTO_KEY", ""),
        autopilot_url=env.get("AUTOPILOT_URL", "").rstrip("/"),
        autopilot_key=env.get("AUTOPILOT_KEY", ""),
        zendesk_url=env.get("ZENDESK_URL", "").rstrip("/"),
        zendesk_account=env.get("ZENDESK_ACCOUNT", ""),
        zendesk_client_id=env.get("ZENDESK_CLIENT_ID", ""),
        zendesk_client_secret=env.get("ZENDESK_CLIENT_SECRET", ""),
        zendesk_webhook_secret=env.get("ZENDESK_WEBHOOK_SECRET", ""),
        bexio_url=env.get("BEXIO_URL", "").rstrip("/"),
        bexio_client_id=env.get("BEXIO_CLIENT_ID", ""),
        bexio_client_secret=env.get("BEXIO_CLIENT_SECRET", ""),
        bexio_refresh_token=env.get("BEXIO_REFRESH_TOKEN", ""),
        bexio_options=_numbers(env.get("BEXIO_OPTIONS", "")),
        chatra_url=env.get("CHATRA_URL", "").rstrip("/"),
        chatra_key=env.get("CHATRA_KEY", ""),
        webhooks_local=env.get("WEBHOOKS_LOCAL") == "1",
        ga4_url=env.get("GA4_URL", "").rstrip("/"),
        ga4_measurement_id=env.get("GA4_MEASUREMENT_ID", ""),
        ga4_api_secret=env.get("GA4_API_SECRET", ""),
        clock_file=env.get("CLOCK_FILE", ""),
        operator_name=env.get("OPERATOR_NAME", ""),
        operator_address=tuple(line.strip() for line in env.get("OPERATOR_ADDRESS", "").split(";") if line.strip()),
        operator_email=env.get("OPERATOR_EMAIL", ""),
        operator_uid=env.get("OPERATOR_UID", ""),
        commit=env.get("COMMIT", "unknown"),
        version=env.get("VERSION", "0"),
    )


def _secrets(written: str) -> dict[str, str]:
    """What is secret, a JSON object by the names of settings: one place to read it from, and one to change it in."""
    return msgspec.json.decode(written, type=dict[str, str]) if written else {}


def _numbers(written: str) -> dict[str, int]:
    """`name=1;other=2`. Raises ValueError for anything else."""
    pairs = (one.partition("=") for one in written.split(";") if one.strip())
    return {name.strip(): int(number) for name, _, number in pairs}


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise RuntimeError(f"{value!r} is none of {', '.join(known)}.")
    return value
