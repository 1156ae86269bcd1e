"""Forms of this room: who a partner is and who may come in."""

from collections.abc import Mapping

from chalicelib.accounts import rules
from chalicelib.plumbing.forms import LANGUAGES, Field, Form, optional

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
LOGIN = Form(
    "login",
    "POST",
    "/sessions",
    (Field("email", "email"), PASSWORD.but(shortest=0), Field("next", required=False, longest=1000)),
    signed_in=False,
)
CODE = Field("code", longest=40)
LOGIN_CODE = Form(
    "login-code",
    "POST",
    "/sessions/code",
    (CODE, Field("next", required=False, longest=1000)),
    signed_in=False,
)
_PASSWORD_AGAIN = PASSWORD.but(shortest=0)
_SURE = (_PASSWORD_AGAIN, CODE)
SWITCH_ON = Form("second-factor", "PUT", "/second-factor", (*_SURE, Field("secret", longest=40)))
SWITCH_OFF = Form("second-factor-off", "DELETE", "/second-factor", _SURE)
RECOVERY = Form("recovery-codes", "POST", "/second-factor/recovery-codes", _SURE)
FACTOR_RESET = Form("second-factor-reset", "DELETE", "/employees/{id}/second-factor", (_PASSWORD_AGAIN,))
LOGOUT = Form("logout", "DELETE", "/sessions/current")
SESSION_END = Form("session-end", "DELETE", "/sessions/{id}", (_PASSWORD_AGAIN,))
SESSIONS_END = Form("sessions-end", "DELETE", "/sessions/others", (_PASSWORD_AGAIN,))

FORGOT = Form("forgot-password", "POST", "/password-resets", (Field("email", "email"),), signed_in=False)
RESET = Form("reset-password", "PUT", "/password-resets/{token}", (PASSWORD,), signed_in=False)

CHANGE_PASSWORD = Form(
    "change-password", "PUT", "/password", (PASSWORD.but(name="present_password", shortest=0), PASSWORD)
)

RESOURCES = (
    "partner",
    "employees",
    "services",
    "customers",
    "appointments",
    "absences",
    "activity",
    "exports",
    "orders",
    "imports",
    "webhooks",
    "calendars",
)
SCOPES = ("read", "write", *(f"{resource}:{verb}" for resource in RESOURCES for verb in ("read", "write")))
KEY = Form(
    "api-key",
    "POST",
    "/api-keys",
    (Field("name", longest=80), Field("scopes", many=True, options=SCOPES, most_items=len(SCOPES))),
)
KEY_REVOKE = Form("api-key-revoke", "DELETE", "/api-keys/{id}")

PROFILE = Form(
    "profile",
    "PATCH",
    "/partner",
    optional(
        (
            *MASTER,
            Field("phone", "phone"),
            Field("booking_name", longest=60),
            Field("language", options=LANGUAGES),
            Field("timezone", longest=60),
            Field("canton", options=rules.CANTONS, nullable=True),
            Field("retention_months", "integer", least=1, most=120),
            Field("sms_enabled", "boolean"),
            Field("sms_discreet", "boolean"),
            Field("embed_origins", many=True, longest=280, most_items=20),
            Field("accent", options=rules.ACCENTS),
            Field("salutation", options=rules.SALUTATIONS),
        )
    ),
)

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "business": ("company", "street", "postcode", "city", "country", "phone", "first_name", "last_name"),
    "place": ("language", "timezone", "canton"),
    "look": ("accent", "salutation"),
    "address": ("booking_name", "embed_origins"),
    "data": ("retention_months", "sms_enabled", "sms_discreet"),
}
"""The profile in parts that fit on a page each; a part sends its own fields and leaves the others as they are."""

_PERSON = (Field("first_name", longest=80), Field("last_name", longest=80), Field("email", "email"))
EMPLOYEE = Form(
    "employee",
    "POST",
    "/employees",
    (
        *_PERSON,
        Field("role", required=False, options=rules.ROLES, default="employee"),
        Field("bookable", "boolean", required=False, default=True),
    ),
)
INVITATION = Form("invitation", "POST", "/employees/{id}/invitations")
EMPLOYEE_CHANGE = Form(
    "employee",
    "PATCH",
    "/employees/{id}",
    optional(
        (
            *_PERSON,
            Field("role", options=rules.ROLES),
            Field("bookable", "boolean"),
            Field("active", "boolean"),
            PASSWORD.but(shortest=0),
        )
    ),
)
