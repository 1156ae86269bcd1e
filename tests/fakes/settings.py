"""Settings for tests of the neighbours: only what they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    stage: str = "local"
    version: str = "0.1.0"
    smsapi_url: str = "http://localhost:1/smsapi"
    smsapi_token: str = "a-token"
    smsapi_sender: str = "Zeitfenster"
    mailing_vendor: str = "ortto"
    ortto_url: str = "http://localhost:1/ortto"
    ortto_key: str = "a-key"
    autopilot_url: str = "http://localhost:1/autopilot"
    autopilot_key: str = "a-key"
    zendesk_url: str = "http://localhost:1/zendesk"
    zendesk_account: str = "zeitfenster"
    zendesk_client_id: str = "client"
    zendesk_client_secret: str = "a-secret"
    bexio_url: str = "http://localhost:1/bexio"
    bexio_client_id: str = "client"
    bexio_client_secret: str = "a-secret"
    bexio_refresh_token: str = "a-refresh-token"
    bexio_options: Mapping[str, int] = field(default_factory=dict)
    ga4_url: str = "http://localhost:1/ga4"
    ga4_measurement_id: str = "G-TESTS"
    ga4_api_secret: str = "a-secret"
    public_url: str = "http://localhost:8000"
    webhooks_local: bool = False
    clock_file: str = ""
