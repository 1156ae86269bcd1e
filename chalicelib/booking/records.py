"""Days as bitmaps, group sessions, appointments, customers; the conditions that make double booking impossible."""

from chalicelib.plumbing import table

TIME = table.About("employee", "booking", "Art. 28 GDPR", "appointment")
PERSON = table.About("customer", "booking", "Art. 28 GDPR", "appointment", category="master", forgotten="shred")
CONTACT = PERSON.but(category="contact")
VISIT = PERSON.but(category="contract")
BUSY = TIME.but(retention="busy", category="meta")


class DayRow(table.Record):
    """What is taken of one UTC day of one employee. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>`)."""

    taken = table.bits(TIME)  # 36 bytes: 288 atoms of five minutes
    expiry_shard = table.text(TIME)


class BusyDayRow(table.Record):
    """When somebody is busy by their own calendars, on one UTC day. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>#busy`).

    It carries no day on which it goes: whoever reads those calendars takes past days away, and all of them with the last source.
    """

    busy = table.bits(BUSY)  # 36 bytes, like the day row beside it


class BusyRow(table.Record):
    """The same of one employee as a whole, by source. Key: (`<partner id>#busy`, `<employee id>`)."""

    parts = table.document(BUSY)  # source id -> packed days
    written = table.text(BUSY)  # packed days, as the rows beside the calendar hold them by now
    revision = table.number(BUSY)  # counts every change of the parts


class SeatsRow(table.Record):
    """The seats of one group session. Key: (`<partner id>#calendar`, `YYYY-MM-DD#<employee id>#<start>#<service id>`)."""

    service_id = table.text(TIME)
    employee_id = table.text(TIME)
    start_at = table.instant(TIME)
    end_at = table.instant(TIME)
    seats_taken = table.number(TIME)
    buffer_before_minutes = table.number(TIME, optional=True)  # as the one who opened the session took them
    buffer_after_minutes = table.number(TIME, optional=True)
    expiry_shard = table.text(TIME)


class CustomerRow(table.Record):
    """A person who books at one partner. Key: (`<partner id>#customers`, `customer#<id>`)."""

    first_name = table.personal(PERSON)
    last_name = table.personal(PERSON)
    email = table.personal(CONTACT, optional=True)
    phone = table.personal(CONTACT.but(recipients=("aws_zrh", "smsapi")), optional=True)
    language = table.text(VISIT)
    note = table.personal(VISIT, optional=True)
    created_at = table.instant(VISIT.but(category="meta"))
    last_appointment_at = table.instant(VISIT, optional=True)
    delete_on = table.day(VISIT.but(category="meta"))
    expiry_shard = table.text(VISIT.but(category="meta"))
    no_reminders = table.flag(VISIT, optional=True)  # they objected, or had the use of their data restricted


class ContactRow(table.Record):
    """Which customer a mail address is. Key: (`<partner id>#customers`, `contact#<fingerprint of the mail>`).

    It has no day of its own: it goes in the transaction in which its customer goes (people.remove).
    """

    customer_id = table.text(CONTACT.but(category="meta"))


class AppointmentRow(table.Record):
    """An appointment. Key: (`<partner id>#appointments`, `<id>`)."""

    service_id = table.text(VISIT)
    employee_id = table.text(VISIT)
    customer_id = table.text(VISIT)
    start_at = table.instant(VISIT)
    end_at = table.instant(VISIT)
    buffer_before_minutes = table.number(VISIT)
    buffer_after_minutes = table.number(VISIT)
    seats = table.number(VISIT)  # capacity of the session it sits in; 1 for an appointment of its own
    cancel_until_hours = table.number(VISIT)
    status = table.text(VISIT)
    source = table.text(VISIT)
    price_rappen = table.number(VISIT)
    sms = table.flag(VISIT)
    language = table.text(VISIT)
    phone = table.personal(CONTACT.but(recipients=("aws_zrh", "smsapi")), optional=True)  # where its SMS go
    note = table.personal(VISIT, optional=True)
    reason = table.personal(VISIT, optional=True)  # why it was cancelled
    answers = table.personal_document(VISIT, optional=True)
    accepted_privacy = table.text(VISIT, optional=True)
    sequence = table.number(VISIT)  # counts moves and cancellations: the SEQUENCE of its iCalendar entry
    history = table.document(VISIT)
    created_at = table.instant(VISIT.but(category="meta"))
    delete_on = table.day(VISIT.but(category="meta"))
    agenda = table.text(VISIT.but(category="meta"))  # partner id: the week view is one Query on it
    lookup = table.text(VISIT.but(category="meta"), optional=True)  # customer#<id>; gone when the customer is erased
    lookup_at = table.text(VISIT.but(category="meta"), optional=True)
    expiry_shard = table.text(VISIT.but(category="meta"))
