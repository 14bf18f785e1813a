"""Page positions as opaque texts that only we can make.

A cursor is `<base64url of JSON>.<base64url of HMAC-SHA256>`. The signature also covers the list that the cursor belongs
to, so that the cursor of one user's orders is none of another's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Protocol, cast

from .table.items import Position

MAX_CURSOR_CHARACTERS = 4096


class CursorKey(Protocol):
    """The key that signs cursors; `secret.SecretValue` is one."""

    def __call__(self) -> bytes:
        """Return the key; raises SecretError."""
        ...


class Cursors:
    """Makes and reads cursors; both raise SecretError."""

    def __init__(self, key: CursorKey) -> None:
        self._key = key

    def encode(self, scope: str, position: Position) -> str:
        """Return the cursor of a position in the list `scope`."""
        values = [position.item_id, position.sort]
        if position.partition is not None:
            values.append(position.partition)
        payload = _text(json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode())
        return f"{payload}.{self._signature(scope, payload)}"

    def decode(self, scope: str, cursor: str) -> Position | None:
        """Return the position of a cursor, or None if `encode` did not make it for this list."""
        if len(cursor) > MAX_CURSOR_CHARACTERS or not cursor.isascii():
            return None
        payload, _, signature = cursor.partition(".")
        if not hmac.compare_digest(signature, self._signature(scope, payload)):
            return None
        # Signed, so it is what `encode` wrote.
        item_id, sort, *partition = cast("list[str]", json.loads(base64.urlsafe_b64decode(payload + "==")))
        return Position(item_id, sort, *partition)

    def _signature(self, scope: str, payload: str) -> str:
        message = f"cursor 1\n{scope}\n{payload}".encode("utf-8", "surrogatepass")
        return _text(hmac.new(self._key(), message, hashlib.sha256).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
