"""Secrets in stack files, decrypted with the passphrase as the Pulumi CLI does it.

The format is that of Pulumi's passphrase provider: `encryptionsalt: v1:<salt>:<check>` and values `v1:<nonce>:<text>`,
AES-256-GCM under a key from PBKDF2-HMAC-SHA256 with 1,000,000 rounds; all parts base64.
https://www.pulumi.com/docs/iac/concepts/secrets/
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from stackwright.errors import ProjectError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ROUNDS: Final = 1_000_000


class Decrypter:
    """Reveals the secrets of one stack file. The key is derived only when a secret is met."""

    def __init__(self, document: Mapping[str, Any], where: str) -> None:
        self._document = document
        self._where = where
        self._cipher: AESGCM | None = None

    def reveal(self, key: str, value: Any) -> tuple[Any, bool]:
        """A config value without encryption, and whether any part of it was secret.

        Raises:
            ProjectError: no or a wrong passphrase, or a secrets provider that needs a cloud service.
        """
        if isinstance(value, dict):
            mapping = cast("dict[str, Any]", value)
            if set(mapping) == {"secure"} and isinstance(mapping["secure"], str):
                return self._decrypt(key, mapping["secure"]), True
            parts = {k: self.reveal(key, v) for k, v in mapping.items()}
            return {k: v for k, (v, _) in parts.items()}, any(secret for _, secret in parts.values())
        if isinstance(value, list):
            items = [self.reveal(key, v) for v in cast("list[Any]", value)]
            return [v for v, _ in items], any(secret for _, secret in items)
        return value, False

    def _decrypt(self, key: str, text: str) -> Any:
        from cryptography.exceptions import InvalidTag

        if self._cipher is None:
            self._cipher = self._unlock()
        try:
            plain = _open(self._cipher, text)
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise ProjectError(f"the secret {key} cannot be decrypted", where=self._where) from error
        return plain

    def _unlock(self) -> AESGCM:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt = self._document.get("encryptionsalt")
        if not isinstance(salt, str):
            provider = self._document.get("secretsprovider") or "the Pulumi service"
            raise ProjectError(
                f"the stack's secrets are encrypted by {provider}, which a local run cannot ask",
                where=self._where,
                fix="Pass the values with -c KEY=VALUE, or use the passphrase provider for local stacks.",
            )
        try:
            _, encoded_salt, check = salt.split(":", 2)
            key = hashlib.pbkdf2_hmac("sha256", self._passphrase().encode(), base64.b64decode(encoded_salt), _ROUNDS)
            cipher = AESGCM(key)
            _open(cipher, check)
        except InvalidTag as error:
            raise ProjectError(
                "the passphrase is wrong", where=self._where, fix="Set PULUMI_CONFIG_PASSPHRASE to the right one."
            ) from error
        except ValueError as error:
            raise ProjectError("`encryptionsalt` is malformed", where=self._where) from error
        return cipher

    def _passphrase(self) -> str:
        direct = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        if direct is not None:
            return direct
        file = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
        if file:
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ProjectError(f"cannot read the passphrase file: {error}", where=file) from error
        raise ProjectError(
            "the stack has encrypted config and no passphrase is set",
            where=self._where,
            fix="Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.",
        )


def _open(cipher: AESGCM, text: str) -> str:
    version, nonce, ciphertext = text.split(":", 2)
    if version != "v1":
        raise ValueError(f"unknown version {version}")
    return cipher.decrypt(base64.b64decode(nonce), base64.b64decode(ciphertext), None).decode()
