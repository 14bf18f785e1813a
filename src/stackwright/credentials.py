"""Access keys as clients use them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """An access key with its secret, and the token of a session."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(default="", repr=False)
