"""A boto3 client, as typed as boto3 itself is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Client(Protocol):
    """A boto3 client: every operation takes keyword arguments and gives a response dict."""

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]: ...
