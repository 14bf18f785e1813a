"""Policy documents, which a program may give as text or as an object."""

from __future__ import annotations

import json
from typing import Any


def policy_text(document: Any) -> str:
    """The document as the APIs want it, JSON text."""
    return document if isinstance(document, str) else json.dumps(document)
