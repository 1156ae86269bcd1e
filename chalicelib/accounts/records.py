"""Partners, the people who work there, the mail address that may exist only once, and the name of the booking page."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

MASTER = attributes.About("partner", "contract", "Art. 6(1)(b) GDPR", "account", category="master", forgotten="shred")
CONTACT = MASTER.but(category="contact")
CONTRACT = MASTER.but(category="contract", forgotten="delete")
LOGIN = attributes.About("employee", "security", "Art. 6(1)(b) GDPR", "account", category="meta")
WAITING = attributes.About("employee", "security", "Art. 6(1)(f) GDPR", "session", category="meta", forgotten="expire")
STAFF = attributes.About("employee", "booking", "Art. 28 GDPR", "account", category="master", forgotten="shred")


class PartnerRow(Record):
    """A partner: the nine fields of the policy, and how the business is set up. Key: (partner id, `profile`)."""

    first_name = attributes.personal(MASTER)
    last_name = attributes.personal(MASTER)
    company = attributes.personal(MASTER)
    street = attributes.personal(MASTER)
    postcode = attributes.personal(MASTER)
    city = attributes.personal(MASTER)
    country = attributes.text(MASTER)
    email = attributes.personal(CONTACT)
    phone = attributes.personal(CONTACT)
    language = attributes.text(CONTRACT)
    timezone = attributes.text(CONTRACT)
    canton = attributes.text(CONTRACT, optional=True)
    booking_name = attributes.text(CONTRACT, optional=True)
    status = attributes.text(CONTRACT)  # pending, active, closed
    plan = attributes.text(CONTRACT)
    retention_months = attributes.number(CONTRACT)
    sms_enabled = attributes.flag(CONTRACT)
    sms_discreet = attributes.flag(CONTRACT, optional=True)
    embed_origins = attributes.document(CONTRACT)
    accent = attributes.text(CONTRACT, optional=True)
    salutation = attributes.text(CONTRACT, optional=True)
    newsletter_wished = attributes.flag(CONTRACT)
    accepted = attributes.document(CONTRACT)  # {"terms": version, "privacy": version, "at": instant}
    created_at = attributes.instant(CONTRACT)
    expiry_shard = attributes.text(CONTRACT, optional=True)  # only while pending
    lookup = attributes.text(CONTRACT, optional=True)  # partners#<shard>: only while active (accounts/everybody.py)
    lookup_at = attributes.text(CONTRACT, optional=True)


class VersionRow(Record):
    """Counts every change of what a partner offers; whoever caches the offer asks for this number.

    Key: (partner id, `#version`).
    """

    number = attributes.number(CONTRACT)


class EmployeeRow(Record):
    """Somebody who works for a partner. Key: (partner id, `employee#<id>`)."""

    first_name = attributes.personal(STAFF)
    last_name = attributes.personal(STAFF)
    email = attributes.personal(STAFF.but(category="contact"))
    role = attributes.text(STAFF.but(category="contract"))
    bookable = attributes.flag(STAFF.but(category="contract"))
    active = attributes.flag(STAFF.but(category="contract"))
    created_at = attributes.instant(STAFF.but(category="meta"))
    origin_id = attributes.text(
        STAFF.but(category="meta"), optional=True
    )  # what files call them: the id they came in with


class LoginRow(Record):
    """How a person signs in: all that a login needs in one read. Key: (`login#<fingerprint of the mail>`, `-`)."""

    partner_id = attributes.text(LOGIN)
    employee_id = attributes.text(LOGIN)
    password_hash = attributes.text(LOGIN)
    role = attributes.text(LOGIN)
    status = attributes.text(LOGIN)  # pending, active, closed
    expiry_shard = attributes.text(LOGIN, optional=True)  # only while pending
    factor_secret = attributes.personal(LOGIN.but(forgotten="shred"), optional=True)  # base32; all four or none
    factor_since = attributes.instant(LOGIN, optional=True)
    factor_step = attributes.number(LOGIN, optional=True)  # of the code used last: an earlier one is good no more
    factor_codes = attributes.document(LOGIN, optional=True)  # accounts/recovery.py: hashes of those not used yet


class HalfRow(Record):
    """A login that lacks its code. Key: (`half#<the browser's digest>`, `-`), so that no other browser can go on with it."""

    lifecycle = "guard"

    partner_id = attributes.text(WAITING)
    employee_id = attributes.text(WAITING)
    login = attributes.text(WAITING)  # the partition of the LoginRow
    bound_to = attributes.text(WAITING)  # a fingerprint of the password that was right
    began_at = attributes.instant(WAITING)
    tries = attributes.number(WAITING)
    expires = attributes.number(WAITING)


class NameRow(Record):
    """Whose booking page a name is. Key: (`name#<booking name>`, `-`)."""

    partner_id = attributes.text(CONTRACT)
