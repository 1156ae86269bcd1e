"""The objects of the contract as JSON Schemas: what the API description says about answers."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "string", "description": "opaque"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
DAY: Schema = {"type": "string", "format": "date"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
ANY: Schema = {"type": "object"}
LANGUAGE: Schema = {"type": "string", "enum": ["de", "fr", "it", "en"]}


def _or_null(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "null"}]}


def _many(one: Schema) -> Schema:
    return {"type": "array", "items": one}


def _a(properties: Mapping[str, Schema], *, besides: tuple[str, ...] = ()) -> Schema:
    """An object; all properties are always there, except those named in `besides`."""
    required = [name for name in properties if name not in besides]
    return {"type": "object", "properties": dict(properties), **({"required": required} if required else {})}


def _see(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> Schema:
    return _a({"items": _many(_see(name)), "next": _or_null(TEXT)})


_APPOINTMENT = {
    "id": ID, "service_id": ID, "employee_id": ID, "customer_id": ID, "start": INSTANT, "end": INSTANT,
    "status": {
        "type": "string",
        "enum": ["requested", "confirmed", "declined", "cancelled_by_customer", "cancelled_by_partner", "completed",
                 "no_show", "expired"],
    },
    "source": {"type": "string", "enum": ["web", "widget", "partner", "api", "import"]},
    "price_rappen": NUMBER, "sms": FLAG, "note": _or_null(TEXT), "answers": ANY, "created_at": INSTANT,
    "history": _many(_a({"at": INSTANT, "kind": TEXT, "source": TEXT})), "delete_on": DAY,
}  # fmt: skip
_ADDRESS = {
    "first_name": TEXT, "last_name": TEXT, "company": TEXT, "street": TEXT, "postcode": TEXT, "city": TEXT,
    "country": TEXT, "email": TEXT, "phone": TEXT,
}  # fmt: skip
_TOLD = _a(dict.fromkeys(("de", "fr", "it", "en"), TEXT))
_CONSENT = {
    "id": ID, "purpose": TEXT, "state": TEXT, "text_version": TEXT, "text_hash": TEXT, "language": LANGUAGE, "channel": TEXT,
    "at": INSTANT,
}  # fmt: skip
_SERVICE = {
    "id": ID, "name": TEXT, "duration_minutes": NUMBER, "buffer_before_minutes": NUMBER,
    "buffer_after_minutes": NUMBER, "interval_minutes": NUMBER, "lead_time_minutes": NUMBER, "horizon_days": NUMBER,
    "cancel_until_hours": NUMBER, "price_rappen": NUMBER, "capacity": NUMBER, "employee_ids": _many(ID),
    "active": FLAG, "questions": _many(ANY),
}  # fmt: skip

# One object each; the plural with an s, where the contract has one, is the list of it.
OBJECTS: Mapping[str, Schema] = {
    "partner": _a({
        "id": ID, "booking_name": _or_null(TEXT), **_ADDRESS, "language": LANGUAGE, "timezone": TEXT,
        "canton": _or_null(TEXT), "status": TEXT, "plan": TEXT, "retention_months": NUMBER, "sms_enabled": FLAG, "sms_discreet": FLAG,
        "embed_origins": _many(TEXT), "accent": TEXT, "salutation": TEXT,
    }),
    "employee": _a({
        "id": ID, "first_name": TEXT, "last_name": TEXT, "email": TEXT, "bookable": FLAG, "active": FLAG,
        "role": {"type": "string", "enum": ["owner", "admin", "employee"]}, "hours": _or_null(ANY),
    }),
    "hours": _a({"weekly": ANY, "dates": ANY}),
    "absence": _a({
        "id": ID, "employee_id": _or_null(ID), "start": INSTANT, "end": INSTANT, "reason": _or_null(TEXT),
    }),
    "service": _a(_SERVICE),
    "customer": _a({
        "id": ID, "first_name": TEXT, "last_name": TEXT, "email": _or_null(TEXT), "phone": _or_null(TEXT),
        "language": LANGUAGE, "note": _or_null(TEXT), "created_at": INSTANT,
        "last_appointment_at": _or_null(INSTANT), "delete_on": DAY, "no_reminders": FLAG,
    }),
    "appointment": _a({**_APPOINTMENT, "warnings": _many({"type": "string", "enum": ["busy_elsewhere"]})}, besides=("warnings",)),
    "activity_item": _a({
        "id": ID, "at": INSTANT, "employee_id": _or_null(ID), "partner_id": ID, "ip": _or_null(TEXT), "kind": TEXT,
        "source": TEXT, "sentence": TEXT, "subject": _or_null(_a({"kind": TEXT, "id": ID})),
    }),
    "dashboard": _a({
        "from": DAY, "to": DAY,
        "days": _many(_a({"date": DAY, "kind": TEXT, "source": TEXT, "count": NUMBER})),
        "totals": _a(dict.fromkeys(("booked", "moved", "cancelled", "no_show", "sms_sent", "sms_failed", "mail_sent"), NUMBER)),
        "sms": _many(_a({"date": DAY, "sent": NUMBER, "failed": NUMBER, "parts": NUMBER})),
        "utilisation": _many(_a({
            "weekday": {"type": "string", "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
            "hour": {"type": "integer", "minimum": 0, "maximum": 23},
            "share": {"type": "number", "minimum": 0, "maximum": 1},
        })),
    }),
    "policy": _a({
        "name": TEXT, "version": TEXT, "hash": TEXT, "in_force_since": DAY, "changed_on": DAY, "languages": _many(TEXT),
        "language": LANGUAGE, "text": TEXT, "important": FLAG, "changes": _TOLD, "hashes": _TOLD,
        "announced": _or_null(ANY),
    }, besides=("language", "text", "announced")),
    "consent": _a(_CONSENT, besides=("id",)),
    "receipt": _a({
        **_CONSENT, "partner_id": ID, "employee_id": _or_null(ID), "unchanged": FLAG, "text_url": TEXT, "operator": ANY,
    }),
    "newsletter": _a({
        "state": {"type": "string", "enum": ["none", "pending", "expired", "given", "withdrawn"]}, "subscribed": FLAG,
        "at": _or_null(INSTANT), "confirm_by": _or_null(INSTANT), "text": TEXT, "text_version": TEXT,
        "text_hash": TEXT, "language": LANGUAGE,
    }),
    "unsubscribe": _a({"subscribed": FLAG}),
    "disclosure": _a({
        "at": INSTANT, "recipient": TEXT, "country": TEXT, "purpose": TEXT, "legal_basis": TEXT,
        "categories": _many(TEXT), "subject_kind": TEXT,
    }),
    "second_factor": _a({"on": FLAG, "since": _or_null(INSTANT), "recovery_codes_left": NUMBER}),
    "open_session": _a({"id": ID, "created_at": INSTANT, "seen_at": INSTANT, "ends_at": INSTANT, "current": FLAG}),
    "api_key": _a({"id": ID, "name": TEXT, "scopes": _many(TEXT), "created_at": INSTANT}),
    "processing_entry": _a({
        "id": ID, "article": TEXT, "role": {"type": "string", "enum": ["controller", "processor"]}, "points": ANY,
        "controller": ANY, "processor": ANY, "controllers": TEXT, "processing_categories": _many(TEXT),
        "purposes": _many(TEXT), "legal_basis": _many(TEXT), "subject_categories": _many(TEXT),
        "data_categories": _many(ANY), "recipients": _many(ANY), "transfers": _many(ANY), "erasure": _many(ANY),
        "measures": _many(TEXT),
    }, besides=("controller", "processor", "controllers", "processing_categories")),
    "erasure_certificate": _a({
        "id": ID, "subject_kind": TEXT, "asked_at": INSTANT, "completed_at": _or_null(INSTANT),
        "receipts": _many(_a({
            "room": TEXT, "outcome": {"type": "string", "enum": ["erased", "redacted", "kept"]}, "count": NUMBER,
            "until": _or_null(DAY), "article": TEXT,
        })),
        "processors": _many(_a({"name": TEXT, "state": TEXT, "acknowledged_at": _or_null(INSTANT)})),
        "backups_unreadable_by": _or_null(DAY), "signature": _or_null(TEXT), "key_id": _or_null(TEXT),
        "erased_again": _many(_a({"at": INSTANT, "as_of": INSTANT, "count": NUMBER})),
    }, besides=("erased_again",)),
    "plan": _a({
        "id": TEXT, "features": _many(TEXT),
        "prices": _many(_a({"period": TEXT, "net_rappen": NUMBER, "vat_rappen": NUMBER, "gross_rappen": NUMBER})),
    }),
    "order": _a({
        "id": ID, "plan": TEXT, "period": {"type": "string", "enum": ["month", "year"]}, "net_rappen": NUMBER,
        "vat_rappen": NUMBER, "gross_rappen": NUMBER,
        "state": {"type": "string", "enum": ["active", "scheduled", "ended"]}, "invoice_id": _or_null(ID),
        "starts_on": DAY, "renews_on": DAY,
    }),
    "invoice": _a({
        "id": ID, "number": _or_null(TEXT), "order_id": ID,
        "state": {"type": "string", "enum": ["making", "open", "partly_paid", "paid", "overdue", "cancelled"]},
        "issued_on": _or_null(DAY), "due_on": _or_null(DAY), "gross_rappen": NUMBER, "pdf_url": _or_null(TEXT),
        "keep_until": DAY,
    }),
    "contact": _a({"form": TEXT, "email": _or_null(TEXT), "address": _many(TEXT)}),
    "record_file": _a({"name": TEXT, "content_type": TEXT, "content": {**TEXT, "contentEncoding": "base64"}}),
    "ticket": _a({"state": TEXT, "due_on": _or_null(DAY)}),
    "chat": _a({
        "widget": _a({"key": TEXT, "script": TEXT, "client_id": TEXT, "language": LANGUAGE}), "text_version": TEXT,
    }),
    "counting": _a({
        "offered": FLAG, "text_version": TEXT, "sentence": TEXT, "events": _many(TEXT), "pages": _many(TEXT),
        "most_days": NUMBER,
    }),
    "counting_allowed": _a({"text_version": TEXT, "expires_at": INSTANT}),
    "nothing": ANY,
    "promise": _a({
        "id": ID, "promise": TEXT, "state": {"type": "string", "enum": ["kept", "partly", "not_yet"]}, "article": TEXT,
        "rooms": _many(TEXT), "tests": _many(_a({"name": TEXT, "result": TEXT})),
    }),
    "asvs_states": _a({"met": NUMBER, "not_applicable": NUMBER, "gap": NUMBER}),
    "asvs_item": _a({
        "id": ID, "level": NUMBER, "asks": TEXT, "state": {"type": "string", "enum": ["met", "not_applicable", "gap"]},
        "how": TEXT, "tests": _many(_a({"name": TEXT, "result": TEXT})), "where": _many(TEXT),
    }),
    "retention_class": _a({
        "id": TEXT, "what": TEXT, "why": TEXT, "article": TEXT, "months": _or_null(NUMBER), "days": _or_null(NUMBER),
        "after_business_year": FLAG, "by": TEXT,
    }),
    "retention_preview": _a({
        "tonight_on": DAY, "items": _many(_a({"class": TEXT, "on": DAY, "count": NUMBER})),
        "overdue": _many(_a({"class": TEXT, "on": DAY, "count": NUMBER})),
        "holds": _many(_a({"id": ID, "until": _or_null(DAY), "waiting": NUMBER, "by": TEXT})),
    }),
    "hold": _a({
        "id": ID, "customer_id": _or_null(ID), "by": {"type": "string", "enum": ["owner", "operator", "right"]},
        "reason": _or_null(TEXT), "set_at": INSTANT, "until": _or_null(DAY), "waiting": NUMBER,
    }, besides=("waiting",)),
    "request": _a({
        "id": ID, "kind": TEXT, "article": TEXT, "state": {"type": "string", "enum": ["open", "answered", "refused"]},
        "entered_by": TEXT, "customer_id": _or_null(ID), "name": _or_null(TEXT), "person": _or_null(TEXT),
        "words": _or_null(TEXT), "received_on": DAY, "due_on": DAY, "overdue": FLAG, "extended_because": _or_null(TEXT),
        "answer": _or_null(TEXT), "closed_at": _or_null(INSTANT),
        "steps": _many(_a({"at": INSTANT, "kind": TEXT, "by": _or_null(ID)})),
    }, besides=("name",)),
    "my_request": _a({
        "id": ID, "kind": TEXT, "article": TEXT, "state": TEXT, "received_on": DAY, "due_on": DAY,
    }),
    "breach": _a({
        "id": ID, "state": {"type": "string", "enum": ["due", "overdue", "done"]}, "authority_by": INSTANT,
        "noted_at": INSTANT, "noticed_at": INSTANT, "what": TEXT, "data_kinds": TEXT, "people_count": _or_null(NUMBER),
        "consequences": _or_null(TEXT), "measures": _or_null(TEXT), "authority_told_at": _or_null(INSTANT),
        "people_told_at": _or_null(INSTANT), "not_told_because": _or_null(TEXT), "keep_until": DAY,
        "earlier": _many(ANY),
    }),
    "signing_key": _a({"id": ID, "algorithm": TEXT, "public_key": TEXT}),
    "sub_processor": _a({
        "vendor": TEXT, "name": TEXT, "host": TEXT, "country": TEXT, "purpose": TEXT, "legal_basis": TEXT, "guarantee": TEXT,
        "categories": _many(TEXT),
    }),
    "text": _a({
        "kind": {"type": "string", "enum": ["confirmation", "moved", "cancelled", "reminder"]}, "language": LANGUAGE,
        "subject": _or_null(TEXT), "body": _or_null(TEXT), "sms": _or_null(TEXT),
        "standard": _a({"subject": TEXT, "body": TEXT, "sms": TEXT}), "usable": FLAG, "changed_at": _or_null(INSTANT),
        "saved": FLAG,
        "preview": _a({
            "subject": TEXT, "text": TEXT, "sms": TEXT, "sms_letters": NUMBER, "sms_parts": NUMBER,
            "sms_encoding": {"type": "string", "enum": ["gsm7", "ucs2"]},
        }),
    }, besides=("saved", "preview")),
    "export": _a({
        "id": ID, "what": TEXT, "format": {"type": "string", "enum": ["xlsx", "json"]},
        "state": {"type": "string", "enum": ["waiting", "running", "ready", "failed", "expired"]},
        "rows": NUMBER, "total": _or_null(NUMBER), "bytes": _or_null(NUMBER), "hash": _or_null(TEXT),
        "asked_at": INSTANT, "ready_at": _or_null(INSTANT), "expires_at": _or_null(INSTANT), "url": _or_null(TEXT),
    }),
    "calendar_feed": _a({
        "id": ID, "employee_id": ID, "detail": {"type": "string", "enum": ["busy", "service", "customer"]},
        "absences": FLAG, "created_at": INSTANT, "read_on": _or_null(DAY),
    }),
    "busy_source": _a({
        "id": ID, "employee_id": ID, "kind": {"type": "string", "enum": ["ics", "caldav"]}, "host": TEXT,
        "state": {"type": "string", "enum": ["new", "good", "failing", "stale", "resting"]}, "reason": _or_null(TEXT),
        "created_at": INSTANT, "tried_at": _or_null(INSTANT), "succeeded_at": _or_null(INSTANT),
        "failing_since": _or_null(INSTANT), "next_at": _or_null(INSTANT),
    }),
    "import": _a({
        "id": ID, "what": {"type": "string", "enum": ["customers", "services", "employees", "appointments"]},
        "format": {"type": "string", "enum": ["xlsx", "json"]}, "dry_run": FLAG, "tell": FLAG,
        "state": {"type": "string", "enum": ["waiting", "running", "ready", "done", "failed", "refused"]},
        "rows": NUMBER, "created": NUMBER, "updated": NUMBER, "unchanged": NUMBER, "skipped": NUMBER,
        "steps": _or_null(NUMBER), "done": NUMBER,
        "columns": _many(_a({"sheet": TEXT, "heading": TEXT, "meaning": _or_null(TEXT)})),
        "errors": _many(_a({"row": _or_null(NUMBER), "column": _or_null(TEXT), "code": TEXT, "message": TEXT})),
        "more_errors": NUMBER, "asked_at": INSTANT, "finished_at": _or_null(INSTANT), "file_until": _or_null(INSTANT),
    }),
    "webhook": _a({
        "id": ID, "url": TEXT, "kinds": _many(TEXT), "fields": _many(TEXT),
        "state": {"type": "string", "enum": ["active", "paused", "failing", "gone"]}, "created_at": INSTANT,
        "failing_since": _or_null(INSTANT),
    }),
    "webhook_delivery": _a({
        "id": ID, "message_id": TEXT, "kind": TEXT, "at": INSTANT, "attempts": NUMBER, "status": _or_null(NUMBER),
        "outcome": _or_null(TEXT), "milliseconds": _or_null(NUMBER),
        "state": {"type": "string", "enum": ["waiting", "delivered", "failed", "dropped"]}, "next_at": _or_null(INSTANT),
    }),
    "limit": _a({"name": TEXT, "attempts": NUMBER, "window_seconds": NUMBER, "per": TEXT}),
}  # fmt: skip

SCHEMAS: Mapping[str, Schema] = {
    **OBJECTS,
    "partners": _list_of("partner"), "employees": _list_of("employee"), "absences": _list_of("absence"),
    "services": _list_of("service"), "customers": _list_of("customer"), "appointments": _list_of("appointment"),
    "activity": _list_of("activity_item"), "policies": _list_of("policy"), "consents": _list_of("consent"),
    "disclosures": _list_of("disclosure"), "api_keys": _list_of("api_key"), "open_sessions": _list_of("open_session"), "limits": _list_of("limit"),
    "signing_keys": _list_of("signing_key"), "exports": _list_of("export"),
    "imports": _list_of("import"), "import_order": _a({"id": ID, "state": TEXT}),
    "plans": _a({
        "items": _many(_see("plan")), "next": _or_null(TEXT), "currency": TEXT, "vat_per_mille": NUMBER,
    }),
    "orders": _list_of("order"), "invoices": _list_of("invoice"),
    "calendar_feeds": _list_of("calendar_feed"), "busy_sources": _list_of("busy_source"),
    "new_calendar_feed": _a({"id": ID, "employee_id": ID, "url": TEXT}),
    "webhooks": _list_of("webhook"), "webhook_deliveries": _list_of("webhook_delivery"),
    "new_webhook": _a({"id": ID, "secret": TEXT}),
    "new_webhook_secret": _a({"id": ID, "secret": TEXT, "old_until": INSTANT}),
    "webhook_order": _a({"id": ID, "state": TEXT}),
    "export_order": _a({"id": ID, "state": TEXT}),
    "conformance": _a({
        "items": _many(_see("promise")), "next": _or_null(TEXT), "states": ANY,
        "tests": _a({"listed": NUMBER, "passed": NUMBER}), "run_at": _or_null(INSTANT),
        "asvs": _a({"standard": TEXT, "states": _see("asvs_states"), "url": TEXT}),
    }),
    "asvs": _a({
        "standard": TEXT, "states": _see("asvs_states"), "gaps": _many(ID),
        "chapters": _many(_a({"id": ID, "name": TEXT, "states": _see("asvs_states")})),
        "items": _many(_see("asvs_item")), "next": _or_null(TEXT),
        "tests": _a({"listed": NUMBER, "passed": NUMBER}), "run_at": _or_null(INSTANT),
    }),
    "chain": _a({
        "partner_id": ID, "on": DAY, "items": _many(ANY),
        "seal": _or_null(_a({"facts": NUMBER, "hash": TEXT, "previous": TEXT, "sealed_at": INSTANT})),
        "next": _or_null(TEXT),
    }),
    "closure": _a({"certificate": ID}),
    "processing_record": _list_of("processing_entry"),
    "nothing": ANY,
    "health": _a({"status": TEXT, "region": TEXT, "version": TEXT, "commit": TEXT}),
    "next_form": _a({"next": TEXT, "expires_at": INSTANT}),
    "recovery_codes": _a({"since": INSTANT, "recovery_codes": _many(TEXT)}, besides=("since",)),
    "session": _a({"partner_id": ID, "employee_id": ID, "role": TEXT, "expires_at": INSTANT}),
    "confirmation": _a({"partner_id": ID, "booking_name": TEXT}),
    "new_api_key": _a({"id": ID, "key": TEXT}),
    "new_absence": {"allOf": [_see("absence"), _a({"affected": _many(ID)})]},
    "booking": _a({
        "id": ID, "start": INSTANT, "end": INSTANT, "employee": _a({"id": ID, "first_name": TEXT}), "link": TEXT,
        "delete_on": DAY,
    }),
    "booking_page": _a({
        "booking_name": TEXT, "company": TEXT, "timezone": TEXT, "services": _many(ANY), "employees": _many(ANY),
    }),
    "times": _a({
        "timezone": TEXT,
        "days": _many(_a({
            "date": DAY, "times": _many(_a(
                {"start": INSTANT, "employee_ids": _many(ID), "seats_left": NUMBER}, besides=("seats_left",),
            )),
        })),
    }),
    "form": _a({
        "form": TEXT, "action": TEXT, "method": TEXT, "locked": ANY, "token": TEXT, "expires_at": INSTANT,
        "fields": _many(_a({
            "name": TEXT, "type": TEXT, "required": FLAG, "label": TEXT, "options": _many(TEXT),
        }, besides=("options",))),
    }),
    "erased": _a({
        "id": ID, "erased_at": _or_null(INSTANT), "kept_until": _or_null(DAY), "certificate": ID,
    }),
    "retention_classes": _list_of("retention_class"), "holds": _list_of("hold"), "requests": _list_of("request"),
    "breaches": _list_of("breach"),
    "messages": _a({
        "items": _many(_a({
            "id": ID, "channel": {"type": "string", "enum": ["mail", "sms"]}, "kind": TEXT, "state": TEXT,
            "outcome": _or_null(TEXT), "delivery": _or_null(TEXT), "parts": _or_null(NUMBER), "at": INSTANT,
            "attempts": NUMBER, "appointment_id": _or_null(ID),
        })),
        "next": _or_null(TEXT),
    }),
    "texts": _a({
        "items": _many(_see("text")), "placeholders": _a(dict.fromkeys(("subject", "body", "sms"), _many(TEXT))),
        "next": _or_null(TEXT),
    }),
    "my_appointment": _a({
        "id": ID, "start": INSTANT, "end": INSTANT, "timezone": TEXT, "status": TEXT, "service": ANY, "employee": ANY,
        "partner": ANY, "customer": ANY, "price_rappen": NUMBER, "sms": FLAG, "note": _or_null(TEXT), "answers": ANY,
        "may_cancel_until": INSTANT, "may_cancel": FLAG, "delete_on": DAY,
    }),
    "my_change": _a({"id": ID, "status": TEXT, "start": INSTANT, "end": INSTANT}, besides=("start", "end")),
    "my_data": ANY,
    "desk": _a({
        "at": INSTANT, "company": TEXT, "first_name": _or_null(TEXT), "booking_url": TEXT,
        "days": _many(_a({
            "date": DAY,
            "appointments": _many(_a({
                "id": ID, "start": INSTANT, "end": INSTANT, "status": TEXT, "service": _or_null(TEXT),
                "employee": _or_null(TEXT), "customer": _or_null(TEXT),
            })),
        })),
        "policies_coming": _many(_a({"name": TEXT, "version": TEXT, "in_force_since": DAY, "important": FLAG})),
        "policies_waiting": _many(TEXT), "more": FLAG, "failed_messages": NUMBER, "stopped_webhooks": NUMBER, "undecided": NUMBER, "unclosed": NUMBER,
        "steps": _many(_a({"name": TEXT, "done": FLAG, "href": TEXT})),
    }),
    "imprint": _a({
        "name": _or_null(TEXT), "address": _many(TEXT), "email": _or_null(TEXT), "uid": _or_null(TEXT), "website": TEXT,
    }),
    "sub_processors": _list_of("sub_processor"),
    "start": _a({"name": TEXT, "promise": TEXT, "links": _many(_a({"href": TEXT, "label": TEXT}))}),
    "done": _a({"form": TEXT, "title": TEXT, "message": TEXT}),
    "description": ANY,
    "problem": _a({
        "type": TEXT, "title": TEXT, "status": NUMBER, "detail": TEXT, "code": TEXT, "request_id": TEXT,
        "errors": _many(_a({"field": TEXT, "code": TEXT, "message": TEXT})),
    }, besides=("errors",)),
}  # fmt: skip

# What a door gives back where that is not what it names, or names nothing: method and path, as in the contract.
BY_DOOR: Mapping[tuple[str, str], str] = {
    ("POST", "/partners"): "nothing",
    ("POST", "/email-confirmations"): "confirmation",
    ("POST", "/sessions"): "session",
    ("POST", "/sessions/code"): "session",
    ("POST", "/password-resets"): "nothing",
    ("POST", "/api-keys"): "new_api_key",
    ("GET", "/api-keys/{id}"): "api_key",
    ("PATCH", "/partner"): "partner",
    ("POST", "/employees"): "employee",
    ("PATCH", "/employees/{id}"): "employee",
    ("PUT", "/employees/{id}/hours"): "hours",
    ("POST", "/absences"): "new_absence",
    ("POST", "/services"): "service",
    ("PATCH", "/services/{id}"): "service",
    ("POST", "/customers"): "customer",
    ("PATCH", "/customers/{id}"): "customer",
    ("DELETE", "/customers/{id}"): "nothing",
    ("POST", "/appointments"): "appointment",
    ("PATCH", "/appointments/{id}"): "appointment",
    ("POST", "/appointments/{id}/move"): "appointment",
    ("POST", "/appointments/{id}/cancellation"): "appointment",
    ("POST", "/book/{booking_name}/appointments"): "booking",
}


def name_of(method: str, path: str, answer: str | None) -> str:
    """The schema of a door's answer; `nothing` in particular where nobody said more."""
    name = BY_DOOR.get((method, path)) or answer or "nothing"
    return name if name in SCHEMAS else "nothing"
