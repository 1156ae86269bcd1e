"""What was ordered and invoiced, kept ten years under the ledger's key; and what is still to be done about it."""

from chalicelib.plumbing import attributes
from chalicelib.plumbing.rows import Record

BOUGHT = attributes.About(
    "partner", "invoicing", "Art. 6(1)(c) GDPR, Art. 958f OR", "invoice", recipients=("aws_zrh", "bexio"),
    category="contract", forgotten="keep",
)  # fmt: skip
MASTER = BOUGHT.but(category="master")
RUNNING = attributes.About("partner", "contract", "Art. 6(1)(b) GDPR", "account", category="contract")
OURS = attributes.About("nobody", "invoicing", "Art. 6(1)(b) GDPR", "life_of_row", category="meta", forgotten="keep")


class OrderRow(Record):
    """One purchase of one period. Key: (partner id, `order#<id>`); never changed."""

    lifecycle = "ledger"

    plan = attributes.text(BOUGHT)
    period = attributes.text(BOUGHT)
    net_rappen = attributes.number(BOUGHT)
    vat_rappen = attributes.number(BOUGHT)
    gross_rappen = attributes.number(BOUGHT)
    credit_rappen = attributes.number(BOUGHT)  # what was left of the period before, already taken off
    starts_on = attributes.day(BOUGHT)
    renews_on = attributes.day(BOUGHT)
    ordered_at = attributes.instant(BOUGHT)
    employee_id = attributes.text(BOUGHT, optional=True)  # nobody for a period that renewed itself
    invoice_id = attributes.text(BOUGHT, optional=True)
    language = attributes.text(BOUGHT)
    billed = attributes.personal_document(MASTER)  # the nine fields as they are invoiced
    own_address = attributes.flag(BOUGHT)  # whether they were given with the order
    delivery = attributes.personal_document(MASTER.but(subject="visitor"), optional=True)  # another recipient
    keep_until = attributes.day(BOUGHT)
    expiry_shard = attributes.text(BOUGHT, optional=True)


class InvoiceRow(Record):
    """One invoice as it was issued. Key: (partner id, `invoice#<id>`); never changed."""

    lifecycle = "ledger"

    order_id = attributes.text(BOUGHT)
    number = attributes.text(BOUGHT)
    provider_id = attributes.text(BOUGHT)
    issued_on = attributes.day(BOUGHT)
    due_on = attributes.day(BOUGHT)
    net_rappen = attributes.number(BOUGHT)
    vat_rappen = attributes.number(BOUGHT)
    gross_rappen = attributes.number(BOUGHT)
    billed = attributes.personal_document(MASTER)
    pdf_key = attributes.text(BOUGHT)
    pdf_hash = attributes.text(BOUGHT)
    keep_until = attributes.day(BOUGHT)
    expiry_shard = attributes.text(BOUGHT, optional=True)


class InvoiceStateRow(Record):
    """One change of an invoice's state. Key: (partner id, `state#<invoice id>#<number>`); never changed."""

    lifecycle = "ledger"

    state = attributes.text(BOUGHT)
    received_rappen = attributes.number(BOUGHT)
    at = attributes.instant(BOUGHT)
    keep_until = attributes.day(BOUGHT)
    expiry_shard = attributes.text(BOUGHT, optional=True)


class BillRow(Record):
    """How far an invoice is. Key: (`<partner id>#billing`, `invoice#<id>`); it names nobody.

    `lookup` is there as long as somebody has to look after it.
    """

    order_id = attributes.text(BOUGHT)
    state = attributes.text(BOUGHT)
    number = attributes.number(BOUGHT)  # of changes of the state
    gross_rappen = attributes.number(BOUGHT)
    due_on = attributes.day(BOUGHT, optional=True)
    document_nr = attributes.text(BOUGHT, optional=True)
    provider_id = attributes.text(BOUGHT, optional=True)
    send_tried_at = attributes.instant(BOUGHT, optional=True)
    sent = attributes.text(BOUGHT, optional=True)  # sent, unsure
    pdf_hash = attributes.text(BOUGHT, optional=True)
    seen_at = attributes.instant(BOUGHT, optional=True)
    keep_until = attributes.day(BOUGHT)
    expiry_shard = attributes.text(BOUGHT, optional=True)
    lookup = attributes.text(BOUGHT, optional=True)
    lookup_at = attributes.text(BOUGHT, optional=True)


class SubscriptionRow(Record):
    """The plan that is paid for. Key: (`<partner id>#billing`, `subscription`); none for the free plan."""

    plan = attributes.text(RUNNING)
    period = attributes.text(RUNNING)
    order_id = attributes.text(RUNNING)
    net_rappen = attributes.number(RUNNING)  # the price of the whole period
    starts_on = attributes.day(RUNNING)
    renews_on = attributes.day(RUNNING)
    next_id = attributes.text(RUNNING, optional=True)  # the order that follows at the end of the period
    number = attributes.number(RUNNING)


class DebtorRow(Record):
    """Under which number bexio knows a partner. Key: (`<partner id>#billing`, `contact`); one invoice at a time holds it."""

    contact_id = attributes.text(BOUGHT, optional=True)
    digest = attributes.text(BOUGHT, optional=True)  # a keyed hash of what bexio was last told
    busy_by = attributes.text(BOUGHT, optional=True)
    busy_until = attributes.instant(BOUGHT, optional=True)


class AccessRow(Record):
    """Our access to bexio. Key: (`-`, `bexio#access`); its tokens are enciphered under the house's key."""

    lasting = attributes.personal(OURS)
    access = attributes.personal(OURS, optional=True)
    good_until = attributes.instant(OURS, optional=True)
    seed = attributes.text(OURS)  # a keyed hash of the first token, from the settings: another one there begins anew
    busy_by = attributes.text(OURS, optional=True)
    busy_until = attributes.instant(OURS, optional=True)


class PollRow(Record):
    """Until when bexio's invoices were looked at. Key: (`-`, `bexio#poll`)."""

    until_at = attributes.instant(OURS)
