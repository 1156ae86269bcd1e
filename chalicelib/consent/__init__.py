"""What was agreed to: versioned policies and who accepted which, voluntary consents, the newsletter."""
