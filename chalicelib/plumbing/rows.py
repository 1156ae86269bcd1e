"""A row: which table it lies in, and under whose key lies what it says about people."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.models import Model

from chalicelib.plumbing import database, ids, settings
from chalicelib.plumbing.attributes import KEYS, About, Enciphered, Plain, Sealed, meant

NOBODY = "-"  # the partition of what is no partner's
_NO_PERSONS = ("guard", "keys")  # lifecycles that hold nothing about persons
_KEYED = frozenset(
    ["pk", "sk", "due_shard", "due_at", "expiry_shard", "lookup", "lookup_at", "agenda", "start_at", "expires"]
)


class Record(Model):
    """A row. `lifecycle` names the lifecycle it belongs to; every attribute carries its meaning or the class is refused.

    What is enciphered lies under the key of the partner whom the row belongs to: `partner_id` where it is declared, else
    what stands before the first `#` of `pk`. Rows of the ledger lie under the ledger's key; rows in the partition `-`, and
    kinds that say `nobodys`, under the house's.
    """

    lifecycle: ClassVar[str] = "records"
    nobodys: ClassVar[bool] = False

    class Meta:
        table_name = "named-by-the-environment"
        region = settings.REGION

    pk = meant(UnicodeAttribute(hash_key=True), KEYS)
    sk = meant(UnicodeAttribute(range_key=True), KEYS)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        for name, value in vars(cls).items():
            if isinstance(value, Attribute) and not isinstance(getattr(value, "about", None), About):
                raise TypeError(f"{cls.__module__}.{cls.__name__}.{name} is stored without saying why.")
            if isinstance(value, Enciphered) and (name in _KEYED or cls.lifecycle in _NO_PERSONS):
                raise TypeError(
                    f"{cls.__module__}.{cls.__name__}.{name}: nothing can be found by it, or no person goes here."
                )
        super().__init_subclass__(**kwargs)

    def key_owner(self) -> str:
        """Under whose key this row's text about people lies. TypeError for a row that is nobody's and does not say so."""
        from chalicelib.plumbing import envelope

        if self.lifecycle == "ledger":
            return envelope.LEDGER
        owner = str(getattr(self, "partner_id", None) or self.pk.partition("#")[0])
        if self.nobodys or owner == NOBODY:
            return envelope.HOUSE
        if not ids.is_id(owner):
            raise TypeError(f"{type(self).__name__} belongs to no partner: it needs a partner_id, or `nobodys`.")
        return owner

    def opened(self, attribute: str, sealed: Sealed) -> bytes:
        """What `sealed` says, if it was enciphered for this attribute of this row. Raises Unreadable, Unavailable."""
        from chalicelib.plumbing import envelope

        return envelope.opened(sealed.value, self._place(attribute))

    def sealed(self, plain: Plain) -> bytes:
        """A value as this row stores it."""
        from chalicelib.plumbing import envelope

        return envelope.seal(plain.value, self._place(plain.attribute))

    def enciphered(self, name: str) -> str | None:
        """An attribute of a row that was read, as it lies in the table (base64): what can be hashed without any key."""
        stored = self.attribute_values.get(name)
        if isinstance(stored, Sealed) and stored.value is not None:
            return base64.b64encode(stored.value).decode()
        return None

    def changed(self, values: Mapping[str, Any]) -> Self:
        """A copy of this row with some attributes changed; the others are as they were, enciphered or not."""
        made = type(self)(self.pk, self.sk)
        made.attribute_values = {**self.attribute_values, **values}
        return made

    def _place(self, attribute: str) -> Any:
        from chalicelib.plumbing import envelope

        return envelope.Place(self.lifecycle, self.key_owner(), self.pk, self.sk, attribute)

    def _container_serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        return self.with_sealed(super()._container_serialize(null_check))

    def with_sealed(self, values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The values of a request about this row, with everything enciphered that has to be."""
        for value in values.values():
            if isinstance(value.get("B"), Plain):
                value["B"] = self.sealed(value["B"])
        return values

    @classmethod
    def _get_connection(cls) -> TableConnection:
        # PynamoDB would open one client for each class; all rows share one.
        return database.table_connection(cls.lifecycle)
