"""What a fact is: a kind, its sentence in four languages, and what must be blacked out when somebody is forgotten."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of thing that happens. All parts are required, so that none can be declared without its redaction.

    `redaction` names the details that go when the subject is forgotten ("nothing" when no detail is personal).
    `followed` says that something follows from it in a higher room (reactions.py); a `traced` one names in its details the
    request that began it (`correlation_id`), by which a vendor can be asked.
    """

    kind: str
    de: str
    fr: str
    it: str
    en: str
    redaction: tuple[str, ...]
    followed: bool = False
    traced: bool = False

    def sentence(self, language: str) -> str:
        """The sentence for people."""
        return str(getattr(self, language))


NOTHING: tuple[str, ...] = ()
EMPLOYEE = ("employee_id", "ip")
EVERYTHING_BUT_IDS = ("employee_id", "ip", "detail")
