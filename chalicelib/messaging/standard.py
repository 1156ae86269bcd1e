"""Our own texts as a partner would have written them: the same words with a partner's placeholders."""

import re

from chalicelib.messaging import letter, rules
from chalicelib.messaging.own_rules import Words
from chalicelib.plumbing import words

ROOM = "messaging"
_LINKS = re.compile(r"(?:\[[^\]\n]+\]\([^)\n]+\)\n*)+")


def text(kind: str, language: str) -> Words:
    """Subject, body and SMS of a kind of message to customers; `language` may be `de-du`.

    Filled in by own_rules they say letter by letter what ours say.
    """
    assert kind in rules.SMS_KINDS
    when = "{date}, {time} Uhr" if language.startswith("de") else "{date}, {time}"
    subject, body = words.file(ROOM, language, f"{kind}.mail.txt").strip().split("\n\n", 1)
    body = _LINKS.sub("{link}\n\n", body.replace(letter.FACTS, "{details}")).strip()
    sms = words.file(ROOM, language, f"{kind}.sms.txt").strip()
    return Words(_own(subject, when), _own(body, when), _own(sms, "{date} {time}"))


def _own(ours: str, when: str) -> str:
    names = {"{time}": when, "{practice}": "{company}", "{name}": "{first_name} {last_name}"}
    return re.sub(r"\{\w+\}", lambda one: names.get(one[0], one[0]), ours)
