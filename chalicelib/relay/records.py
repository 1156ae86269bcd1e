"""Where partners' own systems are told what happened, and what was told them in the last thirty days."""

from chalicelib.plumbing import table

ENDPOINT = table.About("partner", "contract", "Art. 28 GDPR", "account", category="meta")
DELIVERY = table.About("customer", "contract", "Art. 28 GDPR", "webhook_log", category="meta")


class EndpointRow(table.Record):
    """One address. Key: (`<partner id>#webhooks`, `endpoint#<id>`)."""

    url = table.personal(ENDPOINT)
    secret = table.personal(ENDPOINT.but(purpose="security"))
    old_secret = table.personal(ENDPOINT.but(purpose="security"), optional=True)  # good beside the new one for a day
    old_secret_until = table.instant(ENDPOINT.but(purpose="security"), optional=True)
    kinds = table.document(ENDPOINT)
    fields = table.document(ENDPOINT)
    state = table.text(ENDPOINT)  # active, paused, failing, gone
    created_at = table.instant(ENDPOINT)
    created_by = table.text(ENDPOINT.but(subject="employee"), optional=True)
    failures = table.number(ENDPOINT)  # in a row; a success makes it 0
    failing_since = table.instant(ENDPOINT, optional=True)
    rests_until = table.instant(ENDPOINT, optional=True)


class DeliveryRow(table.Record):
    """One message to one address, and how it went. Key: (`<partner id>#webhooks`, `delivery#<endpoint id>#<id>`).

    Of the answer only its status is kept; of what was said only ids and instants.
    """

    message_id = table.text(DELIVERY)  # the same however often it is sent: receivers tell repetitions by it
    kind = table.text(DELIVERY)
    happened_at = table.instant(DELIVERY)
    ids = table.document(DELIVERY)
    state = table.text(DELIVERY)  # waiting, delivered, failed, dropped
    attempts = table.number(DELIVERY)
    status = table.number(DELIVERY, optional=True)
    outcome = table.text(DELIVERY, optional=True)
    milliseconds = table.number(DELIVERY, optional=True)
    tried_at = table.instant(DELIVERY, optional=True)
    next_at = table.instant(DELIVERY, optional=True)
    expiry_shard = table.text(DELIVERY)
