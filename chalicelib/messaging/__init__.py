"""SMS and mail: texts, confirmations, reminders, delivery reports."""
