"""Settings for tests of the neighbours: only what they read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    stage: str = "local"
    smsapi_url: str = "http://localhost:1/smsapi"
    smsapi_token: str = "a-token"
    smsapi_sender: str = "Zeitfenster"
    public_url: str = "http://localhost:8000"
