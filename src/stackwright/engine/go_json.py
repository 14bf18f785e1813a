"""JSON text as Go's encoder writes it, in which the provider is written; programs hash and compare such texts."""

from __future__ import annotations

import json
from typing import Any


def go_json(document: Any, *, indent: int | None = None, sort: bool = False) -> str:
    """https://pkg.go.dev/encoding/json#Marshal: `<`, `>` and `&` are escaped; the keys of a map are sorted."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=False, sort_keys=sort)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
