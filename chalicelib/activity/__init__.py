"""What happened: the action log, the outbox, the dashboard."""
