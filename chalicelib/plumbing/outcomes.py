"""How a call to a vendor can end badly, in the three ways that decide what happens next.

    Later     surely not done; try again, not before `retry_after_s` if the vendor named it
    Never     surely not done, and trying again would change nothing; somebody has to know
    Unknown   perhaps done; ask the vendor or repeat under the same reference before trusting either

Each neighbour's file decides which one it is, once. Nobody above looks at a status or an error code.
"""

from typing import Literal

# What has to change before it could work: the recipient's number or address, the recipient's wish, our configuration
# or account at the vendor, or the content of this one message.
Fault = Literal["recipient", "opted_out", "configuration", "content"]


class Later(Exception):
    """The vendor did not do it now; the same call may work later. `retry_after_s` is None where nobody knows better."""

    def __init__(self, reason: str, retry_after_s: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


class Never(Exception):
    """The vendor will not do it. `code` is the vendor's own (or `http_401`, or `local` if we did not even ask)."""

    def __init__(self, code: str, reason: str, *, fault: Fault) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.fault = fault

    @property
    def is_ours_to_mend(self) -> bool:
        """True where every further message will fail too: wake somebody."""
        return self.fault == "configuration"


class Unknown(Exception):
    """The call left us and no usable answer came back: it may have been done."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
