"""What a service asks of a start, from the offer to the rules."""

from chalicelib.booking import rules
from chalicelib.offering.find import Service


def of(service: Service) -> rules.Terms:
    """The terms of a service. ValueError for one that must not have been stored (see rules.Terms)."""
    return rules.Terms(
        duration_minutes=service.duration_minutes,
        buffer_before_minutes=service.buffer_before_minutes,
        buffer_after_minutes=service.buffer_after_minutes,
        interval_minutes=service.interval_minutes,
        lead_time_minutes=service.lead_time_minutes,
        horizon_days=service.horizon_days,
        cancel_until_hours=service.cancel_until_hours,
        capacity=service.capacity,
    )
