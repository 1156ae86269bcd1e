"""Who a partner is: registration, login, roles, sessions, API keys."""
