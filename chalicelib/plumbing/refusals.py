"""The ways we say no, as one small tree without HTTP in it; `answers` owns how each is answered.

Refusal
├── Malformed        what was sent cannot be read
├── Tampered         a form that is not the one we issued
├── Unknown          we do not know who asks
├── Forbidden        we know, and they may not
├── Missing          there is no such thing, or it belongs to somebody else
├── Conflict         it was right, but the world has moved on
├── Gone             it was there once
├── TooLarge         more than we take
├── Unsupported      a content type we do not read
├── Invalid          fields that need mending, each with its own problem
├── TooMany          a published limit is reached
└── Unavailable      something we depend on does not answer; nothing was done
    └── Unreadable   what is stored cannot be deciphered; we know of it
"""

from collections.abc import Mapping, Sequence

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field: its name, a code from the texts, and what the text needs to be filled with."""

    field: str
    code: str
    params: Mapping[str, object] = msgspec.field(default_factory=dict)


class Refusal(Exception):
    """A refusal with a code that has a sentence in every language; `params` fill it, `extra` goes into the answer.

    `says` names a more precise sentence for the same code.
    """

    def __init__(
        self,
        code: str,
        *,
        params: Mapping[str, object] | None = None,
        extra: Mapping[str, object] | None = None,
        says: str | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.says = says or code
        self.params = dict(params or {})
        self.extra = dict(extra or {})


class Malformed(Refusal):
    pass


class Tampered(Refusal):
    pass


class Unknown(Refusal):
    pass


class Forbidden(Refusal):
    pass


class Missing(Refusal):
    def __init__(self, code: str = "not_found") -> None:
        super().__init__(code)


class Conflict(Refusal):
    pass


class Gone(Refusal):
    pass


class TooLarge(Refusal):
    pass


class Unsupported(Refusal):
    pass


class Invalid(Refusal):
    """Fields that need mending. `problems` is never empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("fields_invalid")
        self.problems = tuple(problems)


class TooMany(Refusal):
    """A published limit is reached; `retry_after_s` is exact to the second."""

    def __init__(self, limit: str, retry_after_s: int) -> None:
        super().__init__("limit_reached", params={"limit": limit, "seconds": retry_after_s})
        self.retry_after_s = retry_after_s


class Unavailable(Refusal):
    """Something we depend on does not answer; whoever asks may ask again after `retry_after_s`."""

    def __init__(self, code: str = "unavailable", *, retry_after_s: int = 5) -> None:
        super().__init__(code)
        self.retry_after_s = retry_after_s


class Unreadable(Unavailable):
    """What is stored about somebody was changed, moved, never enciphered, or its key is gone. Says nothing of what or whose."""

    def __init__(self) -> None:
        super().__init__("unreadable")


def invalid(field_name: str, code: str, **params: object) -> Invalid:
    """One field that needs mending."""
    return Invalid((Problem(field_name, code, params),))
