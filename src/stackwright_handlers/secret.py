"""A value in Secrets Manager, such as the key that signs cursors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final, cast

from .aws import client, failing_as
from .errors import SecretError

KEPT_SECONDS: Final = 300
"""After a rotation all instances of the functions agree again within this time."""


class SecretValue:
    """One field of a secret that is a JSON object, as bytes; read when it is first needed.

    Args:
        secret_arn: the secret.
        field: name of the value.
        minimum_characters: a shorter value is no value.
        monotonic: tells the time in seconds.
    """

    def __init__(
        self,
        secret_arn: str,
        field: str,
        *,
        minimum_characters: int = 16,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._secret_arn = secret_arn
        self._field = field
        self._minimum_characters = minimum_characters
        self._monotonic = monotonic
        self._value = b""
        self._read_at = 0.0

    @cached_property
    def _client(self) -> Any:
        return client("secretsmanager", read_timeout=5, attempts=3)

    def __call__(self) -> bytes:
        """Return the value (GetSecretValue, at most once in `KEPT_SECONDS`)."""
        now = self._monotonic()
        if not self._value or now - self._read_at >= KEPT_SECONDS:
            with failing_as(SecretError, "secretsmanager GetSecretValue"):
                answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._value, self._read_at = self._value_of(str(answer.get("SecretString", ""))), now
        return self._value

    def _value_of(self, text: str) -> bytes:
        try:
            values: object = json.loads(text)
        except ValueError:
            values = None
        value = cast("dict[str, object]", values).get(self._field) if isinstance(values, dict) else None
        if not isinstance(value, str) or len(value) < self._minimum_characters:
            raise SecretError(f"the secret holds no {self._field} of at least {self._minimum_characters} characters")
        return value.encode()
