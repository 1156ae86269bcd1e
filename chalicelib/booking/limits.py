"""How often one address may book and use its links: the published limits of this room."""

from chalicelib.plumbing.limits import Limit

BOOKINGS = Limit("bookings", 30, 3600, "ip_address")
LINK_CHANGES = Limit("link_changes", 30, 3600, "ip_address")
ALL = (BOOKINGS, LINK_CHANGES)
