"""Calendars out and in: a feed that anybody's calendar can subscribe to, and busy times from calendars kept elsewhere."""
