"""The boxes by which somebody agrees: each shows the version of the text that is in force, unticked."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.consent import find
from chalicelib.plumbing.forms import Field

_PREFIX = "accept_"


def fields(of_form: Sequence[Field], at: datetime) -> tuple[Field, ...]:
    """The same fields; those named `accept_<policy>` carry the version a tick stands for."""
    return tuple(
        one.but(ticked=find.version_in_force(one.name.removeprefix(_PREFIX), find.today(at)))
        if one.name.startswith(_PREFIX)
        else one
        for one in of_form
    )
