"""Services, weekly hours with their exceptions, and absences. All lie in the partner's own partition."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

OFFER = attributes.About("partner", "booking", "Art. 28 GDPR", "account")
STAFF = attributes.About("employee", "booking", "Art. 28 GDPR", "account")


class ServiceRow(Record):
    """What can be booked. Key: (partner id, `service#<id>`)."""

    name = attributes.personal(OFFER)
    duration_minutes = attributes.number(OFFER)
    buffer_before_minutes = attributes.number(OFFER)
    buffer_after_minutes = attributes.number(OFFER)
    interval_minutes = attributes.number(OFFER)
    lead_time_minutes = attributes.number(OFFER)
    horizon_days = attributes.number(OFFER)
    cancel_until_hours = attributes.number(OFFER)
    price_rappen = attributes.number(OFFER)
    capacity = attributes.number(OFFER)
    employee_ids = attributes.document(OFFER)  # [] means every bookable employee
    reminder_hours = attributes.document(OFFER)
    active = attributes.flag(OFFER)
    questions = attributes.document(OFFER)
    created_at = attributes.instant(OFFER.but(category="meta"))


class HoursRow(Record):
    """When an employee works. Key: (partner id, `hours#<employee id>`)."""

    hours = attributes.document(STAFF)  # {"weekly": ..., "dates": ...} as in the contract


class AbsenceRow(Record):
    """When somebody (or everybody: no employee) is away. Key: (partner id, `absence#<id>`)."""

    employee_id = attributes.text(STAFF, optional=True)
    start_at = attributes.instant(STAFF)
    end_at = attributes.instant(STAFF)
    reason = attributes.personal(STAFF.but(forgotten="shred"), optional=True)
