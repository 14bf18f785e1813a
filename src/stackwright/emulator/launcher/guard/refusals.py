"""How the guard says no."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from stackwright.emulator.launcher.guard.claims import Failure
from stackwright.emulator.launcher.guard.request import Request
from stackwright.emulator.launcher.patching import Patcher

Send = Callable[[dict[str, Any]], Awaitable[None]]

FOREIGN_PAGE = "Pages of other origins may not send requests to this emulator. Its own and those of localhost may."
NO_TOKEN = "This path belongs to the emulator and needs its token, which `stackwright` keeps; see docs/security.md."
TOO_LARGE = "The body is larger than anything that AWS takes there."


def require(patcher: Patcher) -> None:
    """Check at the start what `fail` uses."""
    patcher.require("ministack.core.iam_actions", "access_denied_response")
    patcher.require("ministack.core.responses", "fix_error_content_type")


def wrong_host(port: int) -> str:
    """For a Host header that was never given out."""
    return (
        f"This emulator answers to 127.0.0.1:{port}, localhost:{port}, names under .localhost:{port}, the domain names "
        "and aliases that the program declares, and AWS's own names. The Host header names none of them."
    )


async def refuse(send: Send, status: int, message: str, *, websocket: bool = False) -> None:
    """Answer with a sentence."""
    body = json.dumps({"message": message}).encode()
    await answer(send, status, [(b"content-type", b"application/json")], body, websocket=websocket)


async def fail(send: Send, patcher: Patcher, service: str, failure: Failure, request: Request) -> None:
    """Answer as the service does that the request was meant for."""
    actions = patcher.module("ministack.core.iam_actions")
    identity = str(uuid.uuid4())
    status, headers, body = actions.access_denied_response(
        service, "", "", identity, error_code=failure.code, message=failure.message, headers=dict(request.headers)
    )
    patcher.module("ministack.core.responses").fix_error_content_type(service, status, headers)
    pairs = [(name.encode("latin-1"), str(value).encode("latin-1")) for name, value in headers.items()]
    pairs.append((b"x-amzn-requestid", identity.encode()))
    await answer(send, status, pairs, b"" if request.method == "HEAD" else body, websocket=request.websocket)


async def answer(
    send: Send, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes, *, websocket: bool = False
) -> None:
    """Send a whole response; a WebSocket is refused by closing it before it is open."""
    if websocket:
        await send({"type": "websocket.close", "code": 1008})
        return
    whole = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": whole})
    await send({"type": "http.response.body", "body": body})
