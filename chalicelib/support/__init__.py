"""Help: questions to us go straight to Zendesk and chats to Chatra; nothing of either is kept here."""
