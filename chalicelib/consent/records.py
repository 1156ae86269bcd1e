"""Who accepted which text, when and where: kept as long as it may have to be proven."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

PROGRESS = attributes.About(
    "nobody", "accountability", "Art. 5(2) GDPR", "life_of_row", category="meta", forgotten="keep"
)
PROOF = attributes.About(
    "partner", "accountability", "Art. 7(1) GDPR", "acceptance", category="contract", forgotten="keep"
)


class AcceptanceRow(Record):
    """One version accepted by one partner, once. Key: (partner id, `acceptance#<policy>#<version>`); changed once, when its last day is known."""

    lifecycle = "ledger"

    policy = attributes.text(PROOF)
    version = attributes.text(PROOF)
    text_hash = attributes.text(PROOF)
    language = attributes.text(PROOF)
    channel = attributes.text(PROOF)
    employee_id = attributes.text(PROOF, optional=True)
    at = attributes.instant(PROOF)
    keep_until = attributes.day(
        PROOF, optional=True
    )  # from the end of the contract on: the last day of the tenth year after
    expiry_shard = attributes.text(PROOF, optional=True)


CHOICE = attributes.About("partner", "accountability", "Art. 7(1) GDPR", "account", category="contract")


class ChoiceRow(Record):
    """What a person chose about one purpose, as it stands. Key: (`<partner id>#choices`, `<purpose>` or `<purpose>#<person>`).

    `number` counts the changes; `asked_at` is when a consent was asked for that has to be confirmed first.
    """

    state = attributes.text(CHOICE)  # pending, given, withdrawn
    number = attributes.number(CHOICE)
    text_version = attributes.text(CHOICE)
    text_hash = attributes.text(CHOICE)
    language = attributes.text(CHOICE)
    channel = attributes.text(CHOICE)
    at = attributes.instant(CHOICE)
    asked_at = attributes.instant(CHOICE, optional=True)


class ConsentRow(Record):
    """The proof of one change of a choice. Key: (partner id, `consent#<as in ChoiceRow>#<number>`); never changed."""

    lifecycle = "ledger"

    purpose = attributes.text(PROOF)
    person = attributes.text(PROOF, optional=True)
    state = attributes.text(PROOF)
    text_version = attributes.text(PROOF)
    text_hash = attributes.text(PROOF)
    language = attributes.text(PROOF)
    channel = attributes.text(PROOF)
    employee_id = attributes.text(PROOF, optional=True)
    evidence = attributes.document(PROOF, optional=True)  # how it is known: instants, keyed hashes, codes
    at = attributes.instant(PROOF)
    keep_until = attributes.day(
        PROOF, optional=True
    )  # from the end of the contract on: the last day of the tenth year after
    expiry_shard = attributes.text(PROOF, optional=True)


class AnnouncementRow(Record):
    """How far a coming version has been announced to partners. Key: (`announcements`, `<policy>#<version>`)."""

    runs = attributes.number(PROGRESS)
    after = attributes.document(PROGRESS)  # {shard: the last partner's place in the index, which sorts by activation}
    told = attributes.number(PROGRESS)
    run_at = attributes.instant(PROGRESS)


SUBSCRIBED = attributes.About(
    "partner", "newsletter", "Art. 6(1)(a) GDPR", "newsletter",
    recipients=("aws_zrh", "ortto", "autopilot"), category="contact",
)  # fmt: skip
ADDRESS = attributes.About("partner", "newsletter", "Art. 21(3) GDPR", "suppression", category="meta", forgotten="keep")


class SubscriberRow(Record):
    """Who gets the newsletter: what its vendor is told, and nothing else. Key: (`<partner id>#newsletter`, `subscriber`).

    Gone in the moment in which it is not wanted any more.
    """

    email = attributes.personal(SUBSCRIBED)
    first_name = attributes.personal(SUBSCRIBED.but(category="master"))
    last_name = attributes.personal(SUBSCRIBED.but(category="master"))
    confirmed_at = attributes.instant(SUBSCRIBED.but(category="contract"))
    number = attributes.number(SUBSCRIBED.but(category="meta"))  # of the choice by which it was confirmed
    reference = attributes.text(SUBSCRIBED.but(category="meta"), optional=True)  # the vendor's id, once it has one


class AddressRow(Record):
    """What is known of a mail address, found by its keyed hash. Key: (`newsletter#<keyed hash>`, `-`).

    While subscribed, whose it is; afterwards only that nothing goes there until its owner confirms it anew.
    """

    state = attributes.text(ADDRESS)  # subscribed, suppressed
    partner_id = attributes.text(ADDRESS, optional=True)
    former = attributes.text(ADDRESS, optional=True)  # the vendor's last id: what it reports of that one is old news
    at = attributes.instant(ADDRESS)
