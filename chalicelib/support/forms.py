"""The forms of this room: a question to us, yes to the chat, and no more."""

from chalicelib.plumbing.forms import Field, Form

SUPPORT = Form(
    "support",
    "POST",
    "/support/tickets",
    (
        Field("first_name", longest=80),
        Field("last_name", longest=80),
        Field("email", "email"),
        Field("subject", longest=150),
        Field("text", "lines", longest=10_000),
    ),
    signed_in=False,
)
CHAT = Form("chat", "POST", "/chat/consent", signed_in=False)
CHAT_END = Form("chat-end", "POST", "/chat/withdrawal", signed_in=False)
