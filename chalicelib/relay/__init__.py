"""Webhooks out: partners' own systems hear what happened, signed, tried for three days, and never at an address inside."""
