"""Where partners' own systems are told what happened, and what was told them in the last thirty days."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

ENDPOINT = attributes.About("partner", "contract", "Art. 28 GDPR", "account", category="meta")
DELIVERY = attributes.About("customer", "contract", "Art. 28 GDPR", "webhook_log", category="meta")


class EndpointRow(Record):
    """One address. Key: (`<partner id>#webhooks`, `endpoint#<id>`)."""

    url = attributes.personal(ENDPOINT)
    secret = attributes.personal(ENDPOINT.but(purpose="security"))
    old_secret = attributes.personal(
        ENDPOINT.but(purpose="security"), optional=True
    )  # good beside the new one for a day
    old_secret_until = attributes.instant(ENDPOINT.but(purpose="security"), optional=True)
    kinds = attributes.document(ENDPOINT)
    fields = attributes.document(ENDPOINT)
    state = attributes.text(ENDPOINT)  # active, paused, failing, gone
    created_at = attributes.instant(ENDPOINT)
    created_by = attributes.text(ENDPOINT.but(subject="employee"), optional=True)
    failures = attributes.number(ENDPOINT)  # in a row; a success makes it 0
    failing_since = attributes.instant(ENDPOINT, optional=True)
    rests_until = attributes.instant(ENDPOINT, optional=True)


class DeliveryRow(Record):
    """One message to one address, and how it went. Key: (`<partner id>#webhooks`, `delivery#<endpoint id>#<id>`).

    Of the answer only its status is kept; of what was said only ids and instants.
    """

    message_id = attributes.text(DELIVERY)  # the same however often it is sent: receivers tell repetitions by it
    kind = attributes.text(DELIVERY)
    happened_at = attributes.instant(DELIVERY)
    ids = attributes.document(DELIVERY)
    state = attributes.text(DELIVERY)  # waiting, delivered, failed, dropped
    attempts = attributes.number(DELIVERY)
    status = attributes.number(DELIVERY, optional=True)
    outcome = attributes.text(DELIVERY, optional=True)
    milliseconds = attributes.number(DELIVERY, optional=True)
    tried_at = attributes.instant(DELIVERY, optional=True)
    next_at = attributes.instant(DELIVERY, optional=True)
    expiry_shard = attributes.text(DELIVERY)
