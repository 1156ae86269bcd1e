"""Forms of this room."""

from chalicelib.plumbing.forms import LANGUAGES, Field, Form

MASTER = (
    Field("first_name", longest=80),
    Field("last_name", longest=80),
    Field("company", longest=120),
    Field("street", longest=120),
    Field("postcode", longest=12),
    Field("city", longest=80),
    Field("country", "country"),
)
PASSWORD = Field("password", "password", shortest=8, longest=200)

REGISTER = Form(
    "register",
    "POST",
    "/partners",
    (
        *MASTER,
        Field("email", "email"),
        Field("phone", "phone"),
        PASSWORD,
        Field("accept_terms", longest=20),
        Field("accept_privacy", longest=20),
        Field("newsletter", "boolean", required=False, default=False),
        Field("language", required=False, options=LANGUAGES),
    ),
    signed_in=False,
)
CONFIRM = Form("confirm-email", "POST", "/email-confirmations", (Field("token", longest=300),), signed_in=False)
LOGIN = Form("login", "POST", "/sessions", (Field("email", "email"), PASSWORD.but(shortest=0)), signed_in=False)
LOGOUT = Form("logout", "DELETE", "/sessions/current")
