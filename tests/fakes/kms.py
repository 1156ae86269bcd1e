"""A small KMS in this process: wraps and unwraps data keys bound to their context, refuses like the real one, records."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.worlds import rights


@dataclass(slots=True)
class Kms:
    """One key. `refusal` is the error code of every answer while it is set."""

    key_arn: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    refusal: str | None = None
    _key: bytes = field(default_factory=lambda: AESGCM.generate_key(256))

    def generate_data_key(self, *, KeyId: str, KeySpec: str, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803 - botocore's names
        self._ask("GenerateDataKey", KeyId, EncryptionContext)
        assert KeySpec == "AES_256"
        plain, nonce = os.urandom(32), os.urandom(12)
        wrapped = nonce + AESGCM(self._key).encrypt(nonce, plain, _bytes(EncryptionContext))
        return {"KeyId": self.key_arn, "Plaintext": plain, "CiphertextBlob": wrapped}

    def decrypt(self, *, KeyId: str, CiphertextBlob: bytes, EncryptionContext: dict[str, str]) -> dict[str, Any]:  # noqa: N803 - botocore's names
        self._ask("Decrypt", KeyId, EncryptionContext)
        try:
            plain = AESGCM(self._key).decrypt(CiphertextBlob[:12], CiphertextBlob[12:], _bytes(EncryptionContext))
        except (InvalidTag, ValueError):
            raise refused("InvalidCiphertextException", "Decrypt") from None
        return {"KeyId": self.key_arn, "Plaintext": plain}

    def _ask(self, operation: str, key_id: str, context: dict[str, str]) -> None:
        rights.note("kms", operation, {})
        self.asked.append((operation, context))
        if self.refusal or key_id != self.key_arn:
            raise refused(self.refusal or "NotFoundException", operation)


def refused(code: str, operation: str) -> ClientError:
    """A refusal as botocore raises it."""
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


def _bytes(context: dict[str, str]) -> bytes:
    return json.dumps(context, sort_keys=True).encode()
