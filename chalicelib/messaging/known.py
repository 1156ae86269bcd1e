"""All that a message about an appointment needs to know, read now."""

from chalicelib.booking import find as booking
from chalicelib.booking.find import Appointment, Customer
from chalicelib.messaging import rules


def of(partner_id: str, appointment_id: str) -> tuple[Appointment, Customer] | None:
    """An appointment and its customer, or None where one of them or their partner is gone. Three or four small reads."""
    found = booking.appointment(partner_id, appointment_id)
    if found is None or found.customer is None:
        return None
    return found, found.customer


def facts(one: Appointment, customer: Customer) -> rules.Facts:
    """What decides whether a message to the customer goes."""
    return rules.Facts(
        status=one.status,
        sequence=one.sequence,
        start_at=one.start_at,
        zone=one.partner.timezone,
        sms_allowed=bool(one.sms and one.partner.sms_enabled and one.phone),
        has_mail=bool(customer.email),
        no_reminders=customer.no_reminders,
    )
