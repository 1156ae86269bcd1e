"""What was ordered and invoiced, kept ten years under the ledger's key; and what is still to be done about it."""

from chalicelib.plumbing import table

BOUGHT = table.About(
    "partner", "invoicing", "Art. 6(1)(c) GDPR, Art. 958f OR", "invoice", recipients=("aws_zrh", "bexio"),
    category="contract", forgotten="keep",
)  # fmt: skip
MASTER = BOUGHT.but(category="master")
RUNNING = table.About("partner", "contract", "Art. 6(1)(b) GDPR", "account", category="contract")
OURS = table.About("nobody", "invoicing", "Art. 6(1)(b) GDPR", "life_of_row", category="meta", forgotten="keep")


class OrderRow(table.Record):
    """One purchase of one period. Key: (partner id, `order#<id>`); never changed."""

    lifecycle = "ledger"

    plan = table.text(BOUGHT)
    period = table.text(BOUGHT)
    net_rappen = table.number(BOUGHT)
    vat_rappen = table.number(BOUGHT)
    gross_rappen = table.number(BOUGHT)
    credit_rappen = table.number(BOUGHT)  # what was left of the period before, already taken off
    starts_on = table.day(BOUGHT)
    renews_on = table.day(BOUGHT)
    ordered_at = table.instant(BOUGHT)
    employee_id = table.text(BOUGHT, optional=True)  # nobody for a period that renewed itself
    invoice_id = table.text(BOUGHT, optional=True)
    language = table.text(BOUGHT)
    billed = table.personal_document(MASTER)  # the nine fields as they are invoiced
    own_address = table.flag(BOUGHT)  # whether they were given with the order
    delivery = table.personal_document(MASTER.but(subject="visitor"), optional=True)  # another recipient
    keep_until = table.day(BOUGHT)
    expiry_shard = table.text(BOUGHT, optional=True)


class InvoiceRow(table.Record):
    """One invoice as it was issued. Key: (partner id, `invoice#<id>`); never changed."""

    lifecycle = "ledger"

    order_id = table.text(BOUGHT)
    number = table.text(BOUGHT)
    provider_id = table.text(BOUGHT)
    issued_on = table.day(BOUGHT)
    due_on = table.day(BOUGHT)
    net_rappen = table.number(BOUGHT)
    vat_rappen = table.number(BOUGHT)
    gross_rappen = table.number(BOUGHT)
    billed = table.personal_document(MASTER)
    pdf_key = table.text(BOUGHT)
    pdf_hash = table.text(BOUGHT)
    keep_until = table.day(BOUGHT)
    expiry_shard = table.text(BOUGHT, optional=True)


class InvoiceStateRow(table.Record):
    """One change of an invoice's state. Key: (partner id, `state#<invoice id>#<number>`); never changed."""

    lifecycle = "ledger"

    state = table.text(BOUGHT)
    received_rappen = table.number(BOUGHT)
    at = table.instant(BOUGHT)
    keep_until = table.day(BOUGHT)
    expiry_shard = table.text(BOUGHT, optional=True)


class BillRow(table.Record):
    """How far an invoice is. Key: (`<partner id>#billing`, `invoice#<id>`); it names nobody.

    `lookup` is there as long as somebody has to look after it.
    """

    order_id = table.text(BOUGHT)
    state = table.text(BOUGHT)
    number = table.number(BOUGHT)  # of changes of the state
    gross_rappen = table.number(BOUGHT)
    due_on = table.day(BOUGHT, optional=True)
    document_nr = table.text(BOUGHT, optional=True)
    provider_id = table.text(BOUGHT, optional=True)
    send_tried_at = table.instant(BOUGHT, optional=True)
    sent = table.text(BOUGHT, optional=True)  # sent, unsure
    pdf_hash = table.text(BOUGHT, optional=True)
    seen_at = table.instant(BOUGHT, optional=True)
    keep_until = table.day(BOUGHT)
    expiry_shard = table.text(BOUGHT, optional=True)
    lookup = table.text(BOUGHT, optional=True)
    lookup_at = table.text(BOUGHT, optional=True)


class SubscriptionRow(table.Record):
    """The plan that is paid for. Key: (`<partner id>#billing`, `subscription`); none for the free plan."""

    plan = table.text(RUNNING)
    period = table.text(RUNNING)
    order_id = table.text(RUNNING)
    net_rappen = table.number(RUNNING)  # the price of the whole period
    starts_on = table.day(RUNNING)
    renews_on = table.day(RUNNING)
    next_id = table.text(RUNNING, optional=True)  # the order that follows at the end of the period
    number = table.number(RUNNING)


class DebtorRow(table.Record):
    """Under which number bexio knows a partner. Key: (`<partner id>#billing`, `contact`); one invoice at a time holds it."""

    contact_id = table.text(BOUGHT, optional=True)
    digest = table.text(BOUGHT, optional=True)  # a keyed hash of what bexio was last told
    busy_by = table.text(BOUGHT, optional=True)
    busy_until = table.instant(BOUGHT, optional=True)


class AccessRow(table.Record):
    """Our access to bexio. Key: (`-`, `bexio#access`); its tokens are enciphered under the house's key."""

    lasting = table.personal(OURS)
    access = table.personal(OURS, optional=True)
    good_until = table.instant(OURS, optional=True)
    seed = table.text(OURS)  # a keyed hash of the first token, from the settings: another one there begins anew
    busy_by = table.text(OURS, optional=True)
    busy_until = table.instant(OURS, optional=True)


class PollRow(table.Record):
    """Until when bexio's invoices were looked at. Key: (`-`, `bexio#poll`)."""

    until_at = table.instant(OURS)
