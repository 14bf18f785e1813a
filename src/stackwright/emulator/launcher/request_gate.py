"""Keeps the requests of users waiting while their program is being applied again."""

from __future__ import annotations

import asyncio
from typing import Any

_USERS = ("/_aws/execute-api/", "/_aws/lambda-url/", "/restapis/")
_HOSTS = (b".execute-api.", b".lambda-url.", b".cloudfront.", b".localhost")


class RequestGate:
    """Lets requests through, or has them wait until `resume` or a deadline. Lives in the server's event loop."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._open.set()
        self._deadline: asyncio.TimerHandle | None = None

    def pause(self, seconds: float) -> None:
        """Let nobody through for at most this long; whoever paused them may have died meanwhile."""
        self.resume()
        self._open.clear()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self.resume)

    def resume(self) -> None:
        """Let everybody through."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        self._open.set()

    async def wait(self, scope: dict[str, Any]) -> None:
        """Return when a request may go on; calls of AWS, which apply the change, always may."""
        if not self._open.is_set() and _is_a_users(scope):
            await self._open.wait()


def _is_a_users(scope: dict[str, Any]) -> bool:
    host = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"")
    return scope["path"].startswith(_USERS) or any(mark in host for mark in _HOSTS)
