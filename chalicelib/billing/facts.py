"""What can happen with plans, orders and invoices."""

from chalicelib.activity.vocabulary import EMPLOYEE, NOTHING, Fact

ORDERED = Fact(
    "order.placed",
    "Ein Plan wurde bestellt.",
    "Une formule a été commandée.",
    "È stato ordinato un piano.",
    "A plan was ordered.",
    EMPLOYEE,
    followed=True,
)
WITHDRAWN = Fact(
    "order.withdrawn",
    "Ein Planwechsel wurde zurückgenommen.",
    "Un changement de formule a été annulé.",
    "Un cambio di piano è stato annullato.",
    "A change of plan was withdrawn.",
    EMPLOYEE,
)
RENEWED = Fact(
    "order.renewed",
    "Der Plan hat sich um eine Periode verlängert.",
    "La formule a été prolongée d’une période.",
    "Il piano è stato rinnovato per un periodo.",
    "The plan was renewed for another period.",
    NOTHING,
)
PLAN_CHANGED = Fact(
    "plan.changed",
    "Ein neuer Plan gilt.",
    "Une nouvelle formule est en vigueur.",
    "È in vigore un nuovo piano.",
    "A new plan applies.",
    EMPLOYEE,
)
ISSUED = Fact(
    "invoice.issued",
    "Eine Rechnung wurde über bexio ausgestellt.",
    "Une facture a été établie par bexio.",
    "Una fattura è stata emessa tramite bexio.",
    "An invoice was issued through bexio.",
    NOTHING,
)
MAIL_IN_DOUBT = Fact(
    "invoice.mail_in_doubt",
    "Ob bexio eine Rechnung gemailt hat, ist ungewiss; sie steht unter den Rechnungen.",
    "Il n’est pas certain que bexio ait envoyé une facture par e-mail. Elle se trouve parmi les factures.",
    "Non è certo che bexio abbia inviato una fattura per e-mail; si trova tra le fatture.",
    "Whether bexio mailed an invoice is not certain; it stands among the invoices.",
    NOTHING,
)
INVOICE_CHANGED = Fact(
    "invoice.changed",
    "Der Stand einer Rechnung hat sich geändert.",
    "L’état d’une facture a changé.",
    "Lo stato di una fattura è cambiato.",
    "The state of an invoice changed.",
    NOTHING,
)
ALL = (ORDERED, WITHDRAWN, RENEWED, PLAN_CHANGED, ISSUED, MAIL_IN_DOUBT, INVOICE_CHANGED)
