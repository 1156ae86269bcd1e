"""Days as bitmaps, group sessions, appointments, customers; the conditions that make double booking impossible."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

TIME = attributes.About("employee", "booking", "Art. 28 GDPR", "appointment")
PERSON = attributes.About("customer", "booking", "Art. 28 GDPR", "appointment", category="master", forgotten="shred")
CONTACT = PERSON.but(category="contact")
VISIT = PERSON.but(category="contract")
BUSY = TIME.but(retention="busy", category="meta")


class DayRow(Record):
    """What is taken of one UTC day of one employee. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>`)."""

    taken = attributes.bits(TIME)  # 36 bytes: 288 atoms of five minutes
    expiry_shard = attributes.text(TIME)


class BusyDayRow(Record):
    """When somebody is busy by their own calendars, on one UTC day. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>#busy`).

    It carries no day on which it goes: whoever reads those calendars takes past days away, and all of them with the last source.
    """

    busy = attributes.bits(BUSY)  # 36 bytes, like the day row beside it


class BusyRow(Record):
    """The same of one employee as a whole, by source. Key: (`<partner id>#busy`, `<employee id>`)."""

    parts = attributes.document(BUSY)  # source id -> packed days
    written = attributes.text(BUSY)  # packed days, as the rows beside the calendar hold them by now
    revision = attributes.number(BUSY)  # counts every change of the parts


class SeatsRow(Record):
    """The seats of one group session. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>#<start>#<service id>`)."""

    service_id = attributes.text(TIME)
    employee_id = attributes.text(TIME)
    start_at = attributes.instant(TIME)
    end_at = attributes.instant(TIME)
    seats_taken = attributes.number(TIME)
    buffer_before_minutes = attributes.number(TIME, optional=True)  # as the one who opened the session took them
    buffer_after_minutes = attributes.number(TIME, optional=True)
    expiry_shard = attributes.text(TIME)


class CustomerRow(Record):
    """A person who books at one partner. Key: (`<partner id>#customers`, `customer#<id>`)."""

    first_name = attributes.personal(PERSON)
    last_name = attributes.personal(PERSON)
    email = attributes.personal(CONTACT, optional=True)
    phone = attributes.personal(CONTACT.but(recipients=("aws_zrh", "smsapi")), optional=True)
    language = attributes.text(VISIT)
    note = attributes.personal(VISIT, optional=True)
    created_at = attributes.instant(VISIT.but(category="meta"))
    last_appointment_at = attributes.instant(VISIT, optional=True)
    delete_on = attributes.day(VISIT.but(category="meta"))
    expiry_shard = attributes.text(VISIT.but(category="meta"))
    no_reminders = attributes.flag(VISIT, optional=True)  # they objected, or had the use of their data restricted


class ContactRow(Record):
    """Which customer a mail address is. Key: (`<partner id>#customers`, `contact#<fingerprint of the mail>`).

    It has no day of its own: it goes in the transaction in which its customer goes (people.remove).
    """

    customer_id = attributes.text(CONTACT.but(category="meta"))


class AppointmentRow(Record):
    """An appointment. Key: (`<partner id>#appointments`, `<id>`)."""

    service_id = attributes.text(VISIT)
    employee_id = attributes.text(VISIT)
    customer_id = attributes.text(VISIT)
    start_at = attributes.instant(VISIT)
    end_at = attributes.instant(VISIT)
    buffer_before_minutes = attributes.number(VISIT)
    buffer_after_minutes = attributes.number(VISIT)
    seats = attributes.number(VISIT)  # capacity of the session it sits in; 1 for an appointment of its own
    cancel_until_hours = attributes.number(VISIT)
    status = attributes.text(VISIT)
    source = attributes.text(VISIT)
    price_rappen = attributes.number(VISIT)
    sms = attributes.flag(VISIT)
    language = attributes.text(VISIT)
    phone = attributes.personal(CONTACT.but(recipients=("aws_zrh", "smsapi")), optional=True)  # where its SMS go
    note = attributes.personal(VISIT, optional=True)
    reason = attributes.personal(VISIT, optional=True)  # why it was cancelled
    answers = attributes.personal_document(VISIT, optional=True)
    accepted_privacy = attributes.text(VISIT, optional=True)
    sequence = attributes.number(VISIT)  # counts moves and cancellations: the SEQUENCE of its iCalendar entry
    history = attributes.document(VISIT)
    created_at = attributes.instant(VISIT.but(category="meta"))
    delete_on = attributes.day(VISIT.but(category="meta"))
    agenda = attributes.text(VISIT.but(category="meta"))  # partner id: the week view is one Query on it
    lookup = attributes.text(
        VISIT.but(category="meta"), optional=True
    )  # customer#<id>; gone when the customer is erased
    lookup_at = attributes.text(VISIT.but(category="meta"), optional=True)
    expiry_shard = attributes.text(VISIT.but(category="meta"))
