"""Google Analytics 4: one event of a random number, by the Measurement Protocol, to Google's host in the EU.

Vendor facts: developers.google.com (Measurement Protocol reference, limits, EU endpoint `region1`). The vendor answers 204
to everything, right or wrong; what is right its validation says (`/debug/mp/collect`), which tests ask of the simulator.
Left out on purpose: `ip_override`, `user_id`, `user_location`, `device`, `session_id` and every query of an address.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from chalicelib.activity.calls import Calls
from chalicelib.plumbing import clock, egress, outcomes, settings

VENDOR = egress.GA4.vendor
CONNECT_S = 2.0
READ_S = 5.0


def payload(client_id: str, name: str, params: Mapping[str, str], *, at: datetime) -> dict[str, Any]:
    """The body of a call. `page` becomes the address of that page, without a query; `at` is said as it is given."""
    said = {key: value for key, value in params.items() if key != "page"}
    if "page" in params:
        said["page_location"] = settings.get().public_url + params["page"]
    return {
        "client_id": client_id,
        "timestamp_micros": clock.milliseconds(at) * 1000,
        "consent": {"ad_user_data": "DENIED", "ad_personalization": "DENIED"},
        "events": [{"name": name, "params": said}],
    }


def collect(body: Mapping[str, Any], disclosure: egress.Disclosure, calls: Calls) -> None:
    """Hand one event over.

    Raises Later when it surely was not taken, Unknown when it may have been: sent again, it may be counted twice.
    """
    here = settings.get()
    query = urlencode({"measurement_id": here.ga4_measurement_id, "api_secret": here.ga4_api_secret})
    url = f"{egress.base_url(VENDOR)}/mp/collect?{query}"
    reply = calls.ask(disclosure, "POST", url, json=body, connect_timeout_s=CONNECT_S, read_timeout_s=READ_S)
    if reply.status == 408 or (reply.status >= 500 and reply.status != 503):
        # A gateway that gave up does not know whether the vendor behind it had counted.
        raise outcomes.Unknown(f"status {reply.status}")
    if not 200 <= reply.status < 300:
        raise outcomes.Later(f"status {reply.status}")
