"""The key that signs cursors, in Secrets Manager."""

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

MIN_KEY_CHARACTERS: Final = 16


class CursorSecret:
    """Implements `ports.CursorKey`: the field `cursor_key` of a secret, read when it is first needed."""

    def __init__(self, secret_arn: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._secret_arn = secret_arn
        self._monotonic = monotonic
        self._key = b""
        self._read_at = 0.0

    @cached_property
    def _client(self) -> Any:
        return client("secretsmanager", read_timeout=5, attempts=3)

    def __call__(self) -> bytes:
        """Return the key (GetSecretValue, at most once in `KEPT_SECONDS`)."""
        now = self._monotonic()
        if not self._key or now - self._read_at >= KEPT_SECONDS:
            with failing_as(SecretError, "secretsmanager GetSecretValue"):
                answer = self._client.get_secret_value(SecretId=self._secret_arn)
            self._key, self._read_at = _cursor_key(str(answer.get("SecretString", ""))), now
        return self._key


def _cursor_key(text: str) -> bytes:
    try:
        values: object = json.loads(text)
    except ValueError:
        values = None
    key = cast("dict[str, object]", values).get("cursor_key") if isinstance(values, dict) else None
    if not isinstance(key, str) or len(key) < MIN_KEY_CHARACTERS:
        raise SecretError(f"the secret holds no cursor_key of at least {MIN_KEY_CHARACTERS} characters")
    return key.encode()
