"""Headers for browsers, the same on every answer of an API, wherever it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_HEADERS: Final = (
    "Content-Type",
    "X-Amz-Date",
    "Authorization",
    "X-Api-Key",
    "X-Amz-Security-Token",
    "Idempotency-Key",
    "X-Correlation-Id",
)
_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "OPTIONS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cors:
    """Who may call from a browser, and what a page may send and see.

    Args:
        origin: value of Access-Control-Allow-Origin.
        allowed_headers: request headers that a page may set.
        methods: methods that a page may use.
    """

    origin: str = "*"
    allowed_headers: Sequence[str] = _HEADERS
    methods: Sequence[str] = _METHODS

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every answer, as mapping expressions (static text stands in single quotes)."""
        return {
            "Access-Control-Allow-Origin": f"'{self.origin}'",
            "Access-Control-Expose-Headers": "'X-Correlation-Id'",
        }

    @property
    def variables(self) -> Mapping[str, str]:
        """What a function needs to send the same headers."""
        return {
            "CORS_ORIGIN": self.origin,
            "CORS_HEADERS": ",".join(self.allowed_headers),
            "CORS_METHODS": ",".join(self.methods),
        }

    @property
    def preflight_headers(self) -> Mapping[str, str]:
        """Headers of the answer to OPTIONS."""
        return {
            **self.headers,
            "Access-Control-Allow-Headers": f"'{','.join(self.allowed_headers)}'",
            "Access-Control-Allow-Methods": f"'{','.join(self.methods)}'",
        }
