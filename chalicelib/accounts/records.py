"""Partners, the people who work there, the mail address that may exist only once, and the name of the booking page."""

from chalicelib.plumbing import table

MASTER = table.About("partner", "contract", "Art. 6(1)(b) GDPR", "account", category="master", forgotten="shred")
CONTACT = MASTER.but(category="contact")
CONTRACT = MASTER.but(category="contract", forgotten="delete")
LOGIN = table.About("employee", "security", "Art. 6(1)(b) GDPR", "account", category="meta")
WAITING = table.About("employee", "security", "Art. 6(1)(f) GDPR", "session", category="meta", forgotten="expire")
STAFF = table.About("employee", "booking", "Art. 28 GDPR", "account", category="master", forgotten="shred")


class PartnerRow(table.Record):
    """A partner: the nine fields of the policy, and how the business is set up. Key: (partner id, `profile`)."""

    first_name = table.personal(MASTER)
    last_name = table.personal(MASTER)
    company = table.personal(MASTER)
    street = table.personal(MASTER)
    postcode = table.personal(MASTER)
    city = table.personal(MASTER)
    country = table.text(MASTER)
    email = table.personal(CONTACT)
    phone = table.personal(CONTACT)
    language = table.text(CONTRACT)
    timezone = table.text(CONTRACT)
    canton = table.text(CONTRACT, optional=True)
    booking_name = table.text(CONTRACT, optional=True)
    status = table.text(CONTRACT)  # pending, active, closed
    plan = table.text(CONTRACT)
    retention_months = table.number(CONTRACT)
    sms_enabled = table.flag(CONTRACT)
    sms_discreet = table.flag(CONTRACT, optional=True)
    embed_origins = table.document(CONTRACT)
    accent = table.text(CONTRACT, optional=True)
    salutation = table.text(CONTRACT, optional=True)
    newsletter_wished = table.flag(CONTRACT)
    accepted = table.document(CONTRACT)  # {"terms": version, "privacy": version, "at": instant}
    created_at = table.instant(CONTRACT)
    expiry_shard = table.text(CONTRACT, optional=True)  # only while pending
    lookup = table.text(CONTRACT, optional=True)  # partners#<shard>: only while active (accounts/everybody.py)
    lookup_at = table.text(CONTRACT, optional=True)


class VersionRow(table.Record):
    """Counts every change of what a partner offers; whoever caches the offer asks for this number.

    Key: (partner id, `#version`).
    """

    number = table.number(CONTRACT)


class EmployeeRow(table.Record):
    """Somebody who works for a partner. Key: (partner id, `employee#<id>`)."""

    first_name = table.personal(STAFF)
    last_name = table.personal(STAFF)
    email = table.personal(STAFF.but(category="contact"))
    role = table.text(STAFF.but(category="contract"))
    bookable = table.flag(STAFF.but(category="contract"))
    active = table.flag(STAFF.but(category="contract"))
    created_at = table.instant(STAFF.but(category="meta"))
    origin_id = table.text(STAFF.but(category="meta"), optional=True)  # what files call them: the id they came in with


class LoginRow(table.Record):
    """How a person signs in: all that a login needs in one read. Key: (`login#<fingerprint of the mail>`, `-`)."""

    partner_id = table.text(LOGIN)
    employee_id = table.text(LOGIN)
    password_hash = table.text(LOGIN)
    role = table.text(LOGIN)
    status = table.text(LOGIN)  # pending, active, closed
    expiry_shard = table.text(LOGIN, optional=True)  # only while pending
    factor_secret = table.personal(LOGIN.but(forgotten="shred"), optional=True)  # base32; all four or none
    factor_since = table.instant(LOGIN, optional=True)
    factor_step = table.number(LOGIN, optional=True)  # of the code that was used last: an earlier one is good no more
    factor_codes = table.document(LOGIN, optional=True)  # accounts/recovery.py: hashes of those not used yet


class HalfRow(table.Record):
    """A login that lacks its code. Key: (`half#<the browser's digest>`, `-`), so that no other browser can go on with it."""

    lifecycle = "guard"

    partner_id = table.text(WAITING)
    employee_id = table.text(WAITING)
    login = table.text(WAITING)  # the partition of the LoginRow
    bound_to = table.text(WAITING)  # a fingerprint of the password that was right
    began_at = table.instant(WAITING)
    tries = table.number(WAITING)
    expires = table.number(WAITING)


class NameRow(table.Record):
    """Whose booking page a name is. Key: (`name#<booking name>`, `-`)."""

    partner_id = table.text(CONTRACT)
