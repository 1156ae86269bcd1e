"""Who accepted which text, when and where: kept as long as it may have to be proven."""

from chalicelib.plumbing import table

PROGRESS = table.About("nobody", "accountability", "Art. 5(2) GDPR", "life_of_row", category="meta", forgotten="keep")
PROOF = table.About("partner", "accountability", "Art. 7(1) GDPR", "acceptance", category="contract", forgotten="keep")


class AcceptanceRow(table.Record):
    """One version accepted by one partner, once. Key: (partner id, `acceptance#<policy>#<version>`); changed once, when its last day is known."""

    lifecycle = "ledger"

    policy = table.text(PROOF)
    version = table.text(PROOF)
    text_hash = table.text(PROOF)
    language = table.text(PROOF)
    channel = table.text(PROOF)
    employee_id = table.text(PROOF, optional=True)
    at = table.instant(PROOF)
    keep_until = table.day(
        PROOF, optional=True
    )  # from the end of the contract on: the last day of the tenth year after
    expiry_shard = table.text(PROOF, optional=True)


CHOICE = table.About("partner", "accountability", "Art. 7(1) GDPR", "account", category="contract")


class ChoiceRow(table.Record):
    """What a person chose about one purpose, as it stands. Key: (`<partner id>#choices`, `<purpose>` or `<purpose>#<person>`).

    `number` counts the changes; `asked_at` is when a consent was asked for that has to be confirmed first.
    """

    state = table.text(CHOICE)  # pending, given, withdrawn
    number = table.number(CHOICE)
    text_version = table.text(CHOICE)
    text_hash = table.text(CHOICE)
    language = table.text(CHOICE)
    channel = table.text(CHOICE)
    at = table.instant(CHOICE)
    asked_at = table.instant(CHOICE, optional=True)


class ConsentRow(table.Record):
    """The proof of one change of a choice. Key: (partner id, `consent#<as in ChoiceRow>#<number>`); never changed."""

    lifecycle = "ledger"

    purpose = table.text(PROOF)
    person = table.text(PROOF, optional=True)
    state = table.text(PROOF)
    text_version = table.text(PROOF)
    text_hash = table.text(PROOF)
    language = table.text(PROOF)
    channel = table.text(PROOF)
    employee_id = table.text(PROOF, optional=True)
    evidence = table.document(PROOF, optional=True)  # how it is known: instants, keyed hashes, codes
    at = table.instant(PROOF)
    keep_until = table.day(
        PROOF, optional=True
    )  # from the end of the contract on: the last day of the tenth year after
    expiry_shard = table.text(PROOF, optional=True)


class AnnouncementRow(table.Record):
    """How far a coming version has been announced to partners. Key: (`announcements`, `<policy>#<version>`)."""

    runs = table.number(PROGRESS)
    after = table.document(PROGRESS)  # {shard: the last partner's place in the index, which sorts by activation}
    told = table.number(PROGRESS)
    run_at = table.instant(PROGRESS)


SUBSCRIBED = table.About(
    "partner", "newsletter", "Art. 6(1)(a) GDPR", "newsletter",
    recipients=("aws_zrh", "ortto", "autopilot"), category="contact",
)  # fmt: skip
ADDRESS = table.About("partner", "newsletter", "Art. 21(3) GDPR", "suppression", category="meta", forgotten="keep")


class SubscriberRow(table.Record):
    """Who gets the newsletter: what its vendor is told, and nothing else. Key: (`<partner id>#newsletter`, `subscriber`).

    Gone in the moment in which it is not wanted any more.
    """

    email = table.personal(SUBSCRIBED)
    first_name = table.personal(SUBSCRIBED.but(category="master"))
    last_name = table.personal(SUBSCRIBED.but(category="master"))
    confirmed_at = table.instant(SUBSCRIBED.but(category="contract"))
    number = table.number(SUBSCRIBED.but(category="meta"))  # of the choice by which it was confirmed
    reference = table.text(SUBSCRIBED.but(category="meta"), optional=True)  # the vendor's id, once it has one


class AddressRow(table.Record):
    """What is known of a mail address, found by its keyed hash. Key: (`newsletter#<keyed hash>`, `-`).

    While subscribed, whose it is; afterwards only that nothing goes there until its owner confirms it anew.
    """

    state = table.text(ADDRESS)  # subscribed, suppressed
    partner_id = table.text(ADDRESS, optional=True)
    former = table.text(ADDRESS, optional=True)  # the vendor's last id: what it reports of that one is old news
    at = table.instant(ADDRESS)
