"""Page positions as opaque texts: base64url of JSON with a checksum.

The checksum is no signature: a position is no secret, and whoever computes one gets a page they could have asked for.
It catches damaged and invented cursors, which must be answered as such and not as an empty page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import cast

from .ports import Position

MAX_CURSOR_CHARACTERS = 512


def encode(position: Position) -> str:
    """Return the cursor of a position."""
    payload = [position.upload_time, position.file_id]
    text = json.dumps([*payload, _checksum(payload)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> Position | None:
    """Return the position of a cursor, or None if `encode` did not make it."""
    if len(cursor) > MAX_CURSOR_CHARACTERS:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values: object = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list):
        return None
    items = cast("list[object]", values)
    if len(items) != 3:
        return None
    upload_time, file_id, _ = items
    if not isinstance(upload_time, str) or not isinstance(file_id, str):
        return None
    position = Position(upload_time, file_id)
    # One position has one cursor, so any other spelling is not ours; this compares the checksum as well.
    return position if encode(position) == cursor else None


def _checksum(payload: list[str]) -> str:
    return hashlib.sha256(json.dumps(["uploads cursor 1", *payload]).encode()).hexdigest()[:16]
