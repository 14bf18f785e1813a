"""How values are written out."""

from __future__ import annotations

import json
from typing import Any


def shown(value: Any) -> str:
    """An output as text: strings as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
