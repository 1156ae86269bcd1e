"""The forms of this room: a question to us, yes to the chat, and no more."""

from chalicelib.plumbing.forms import Field, Form

ABOUT = ("question", "privacy")
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
        Field("about", options=ABOUT, required=False, default=ABOUT[0]),
    ),
    signed_in=False,
)
CHAT = Form("chat", "POST", "/chat/consent", signed_in=False)
CHAT_END = Form("chat-end", "POST", "/chat/withdrawal", signed_in=False)
