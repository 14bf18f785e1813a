"""Public ids are UUIDs.

Items that only serve a service itself have ids that begin with a word and `#`, which no public id can, so that no
request reaches them.
"""

from __future__ import annotations

import re
import unicodedata
import uuid

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAMESPACE = uuid.UUID("6d3f2a52-3f5e-5d0b-9c55-0e5a3c7d9b1e")


def may_be_reference(text: str) -> bool:
    """Tell whether this may stand in an order for a user or a product, whether there is one or not."""
    return _REFERENCE.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Tell whether this may be the id of a user, a product or an order."""
    return _ID.fullmatch(text) is not None


def new_id(scope: str | None) -> str:
    """Return an id: the same one for the same scope, or a fresh one without."""
    return str(uuid.uuid4() if scope is None else uuid.uuid5(_NAMESPACE, f"scope\n{scope}"))


def product_id_of(name: str, category: str) -> str:
    """Return the id of an imported product; letter case, blanks and ways to write a letter make no other product."""
    return str(uuid.uuid5(_NAMESPACE, f"product\n{_normal(category)}\n{_normal(name)}"))


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
