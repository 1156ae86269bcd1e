"""Who is meant by what a file calls somebody of the team: the id in files, our own, a mail address, or the name."""

from collections.abc import Iterable
from typing import Any

from chalicelib.accounts.find import Employee
from chalicelib.exchange import cell_rules
from chalicelib.exchange.lines import Line
from chalicelib.offering.find import Offer


class Team:
    """The people of an account, found by any of their names."""

    def __init__(self, offer: Offer) -> None:
        self._people = offer.employees
        self._by_file_id = {one.file_id: one.id for one in offer.employees.values()}
        self._by_name: dict[str, set[str]] = {}
        for one in offer.employees.values():
            for name in _names(one):
                self._by_name.setdefault(name, set()).add(one.id)

    def id_of(self, name: str) -> str | None:
        """The id of somebody, or None for somebody unknown, or a name that two people have."""
        plain = name.strip()
        if plain in self._by_file_id:
            return self._by_file_id[plain]
        if plain in self._people:
            return plain
        found = self._by_name.get(" ".join(plain.casefold().split()), set())
        return next(iter(found)) if len(found) == 1 else None

    def listed(self, line: Line, meant: str) -> list[str] | None:
        """The ids of everybody whom a cell names; None where it names nobody. Whoever is unknown is noted."""
        names = line.read(meant, cell_rules.listed)
        if not isinstance(names, list):
            if names is not None:
                line.wrong(meant, "not_a_list")
            return None
        found = [(name, self.id_of(str(name))) for name in names]
        for name, one in found:
            if one is None:
                line.wrong(meant, "unknown_employee", name=str(name)[:60])
        return [one for _, one in found if one is not None]

    def one(self, line: Line, meant: Iterable[str]) -> str | None:
        """The id of whom the first filled of some columns names. Nobody, and whoever is unknown, is noted."""
        for each in meant:
            name = line.text(each)
            if name is not None:
                found = self.id_of(name)
                if found is None:
                    line.wrong(each, "unknown_employee", name=name[:60])
                return found
        return None


def in_files(offer: Offer) -> dict[str, str]:
    """What files call each of the team, by our ids."""
    return {one.id: one.file_id for one in offer.employees.values()}


def _names(one: Employee) -> tuple[str, ...]:
    whole = (
        f"{one.first_name} {one.last_name}",
        f"{one.last_name} {one.first_name}",
        f"{one.last_name}, {one.first_name}",
        one.first_name,
        one.email,
    )
    return tuple(" ".join(name.casefold().split()) for name in whole)


def translated(value: Any, names: dict[str, str]) -> Any:
    """An id, or a list of ids, as files call them."""
    if isinstance(value, list | tuple):
        return [names.get(one, one) for one in value]
    return names.get(value, value) if isinstance(value, str) else value
