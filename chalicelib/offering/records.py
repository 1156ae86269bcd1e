"""Services, weekly hours with their exceptions, and absences. All lie in the partner's own partition."""

from chalicelib.plumbing import table

OFFER = table.About("partner", "booking", "Art. 28 GDPR", "account")
STAFF = table.About("employee", "booking", "Art. 28 GDPR", "account")


class ServiceRow(table.Record):
    """What can be booked. Key: (partner id, `service#<id>`)."""

    name = table.personal(OFFER)
    duration_minutes = table.number(OFFER)
    buffer_before_minutes = table.number(OFFER)
    buffer_after_minutes = table.number(OFFER)
    interval_minutes = table.number(OFFER)
    lead_time_minutes = table.number(OFFER)
    horizon_days = table.number(OFFER)
    cancel_until_hours = table.number(OFFER)
    price_rappen = table.number(OFFER)
    capacity = table.number(OFFER)
    employee_ids = table.document(OFFER)  # [] means every bookable employee
    reminder_hours = table.document(OFFER)
    active = table.flag(OFFER)
    questions = table.document(OFFER)
    created_at = table.instant(OFFER.but(category="meta"))


class HoursRow(table.Record):
    """When an employee works. Key: (partner id, `hours#<employee id>`)."""

    hours = table.document(STAFF)  # {"weekly": ..., "dates": ...} as in the contract


class AbsenceRow(table.Record):
    """When somebody (or everybody: no employee) is away. Key: (partner id, `absence#<id>`)."""

    employee_id = table.text(STAFF, optional=True)
    start_at = table.instant(STAFF)
    end_at = table.instant(STAFF)
    reason = table.personal(STAFF.but(forgotten="shred"), optional=True)
