"""What the operator does about erasures: list what waits for a hand, write down that it is done, have a stranger forgotten.

With the environment of the deployed functions (tables, stage) and rights to read and write `records` and `ledger`:

    python -m infra.erasures             what waits, as JSON, with the names under which the chat knows the persons
    python -m infra.erasures done ID     the chats that wait under this ID are erased at Chatra
    python -m infra.erasures person MAIL have somebody without an account forgotten at Zendesk
"""

import json
import sys

from chalicelib.plumbing import clock, ids, visit
from chalicelib.privacy import elsewhere


def main(words: list[str]) -> int:
    """The command; 0 when it did what it was asked."""
    if not words:
        print(json.dumps(elsewhere.waiting(), indent=1))
        return 0
    here = visit.of_job(clock.now(), ids.new(), "-")
    if len(words) == 2 and words[0] == "person" and "@" in words[1]:
        elsewhere.ask_for(here, words[1])
        return 0
    if len(words) == 2 and words[0] == "done":
        return 0 if elsewhere.done_by_hand(here, words[1]) else 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
