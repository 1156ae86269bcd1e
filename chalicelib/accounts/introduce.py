"""Tell the newsletter about whom its confirmed subscription is: three fields of the profile, and none of the others."""

from chalicelib.accounts import find
from chalicelib.activity.happened import Happened
from chalicelib.consent import enrol, newsletter_link
from chalicelib.consent.subscriber import Subscriber
from chalicelib.plumbing.change import Change
from chalicelib.plumbing.visit import Visit


def subscriber(change: Change, visit: Visit, happened: Happened) -> None:
    """Add the subscriber to `change`, if the account is open and its address is the one that was confirmed."""
    partner = find.partner(happened.partner_id)
    if partner is None or partner.status != "active":
        return
    if happened.detail.get("address") != newsletter_link.fingerprint(partner.email):
        return
    one = Subscriber(partner.email, partner.first_name, partner.last_name, happened.at)
    enrol.subscriber(change, visit, one, number=int(happened.detail["number"]))
