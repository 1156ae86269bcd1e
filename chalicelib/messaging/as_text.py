"""A letter as plain text, for programs and people who want no page."""

from chalicelib.messaging.letter import Block, Letter
from chalicelib.plumbing import formats


def drawn(letter: Letter) -> str:
    """The text: links stand on a line of their own, where every mail program finds them."""
    parts = [_block(one, letter) for one in letter.blocks]
    sender = letter.sender
    foot = [", ".join(part for part in (sender.name, sender.place) if part)]
    reached = [part for part in (formats.phone(sender.phone) if sender.phone else None, sender.email) if part]
    foot += [", ".join(reached)] if reached else []
    foot += [letter.why]
    if letter.more is not None:
        foot.append(f"{letter.more[0]}: {letter.more[1]}")
    return "\n\n".join(parts) + "\n\n-- \n" + "\n".join(foot) + "\n"


def _block(one: Block, letter: Letter) -> str:
    if one.kind == "facts":
        return "\n".join(f"{label}: {what}" for label, what in letter.facts)
    return one.text if one.kind == "text" else f"{one.text}:\n{one.address}"
