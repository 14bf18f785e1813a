"""The endpoints under ``/_stackwright/``, in front of MiniStack's ASGI application. The guard lets only its own in."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from stackwright.emulator.launcher.guard.destinations import DESTINATION, Kind
from stackwright.emulator.launcher.guard.tokens import proof
from stackwright.emulator.launcher.launch_options import LaunchOptions
from stackwright.emulator.launcher.patching import PINNED
from stackwright.emulator.launcher.request_gate import RequestGate
from stackwright.emulator.launcher.shared import SharedState

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger("stackwright.launcher")

_PREFIX = "/_stackwright/"
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


class Control:
    """Answers our own paths and passes everything else on."""

    def __init__(
        self, application: Application, options: LaunchOptions, shared: SharedState, *, on_ready: Callable[[], None]
    ) -> None:
        self._application = application
        self._options = options
        self._shared = shared
        self._on_ready = on_ready
        self._gate = RequestGate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http" and scope[DESTINATION].kind is Kind.OURS:
            query = parse_qs(scope.get("query_string", b"").decode())
            status, answer = self._answer(scope["method"], scope["path"].removeprefix(_PREFIX), query)
            body = json.dumps(answer).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            if scope["type"] == "http":
                await self._gate.wait(scope)
                scope, send = self._shared.distributions.unlocalized(scope, send)
            await self._application(_as_if_by_tls(scope), receive, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def announce(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.complete":
                self._on_ready()
            await send(message)

        try:
            await self._application(scope, receive, announce)
        except Exception:
            # The server would go on without MiniStack's start and shutdown, and so without its saved state.
            logger.exception("MiniStack failed to start or to shut down")
            logging.shutdown()
            os._exit(1)

    def _answer(self, method: str, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if method == "POST" and path == "pause":
            self._gate.pause(float(query["seconds"][0]))
            return 200, {}
        if method == "POST" and path == "resume":
            self._gate.resume()
            return 200, {}
        if path == "identity":
            nonce = query.get("nonce", [""])[0]
            shown = proof(self._options.token, self._options.port, nonce)
            return 200, {"proof": shown, "pid": os.getpid(), "ministack": PINNED}
        if path == "root":
            account = query.get("account", [""])[0]
            if not _ACCOUNT.fullmatch(account):
                return 400, {"message": "account must be twelve digits"}
            return 200, self._shared.roots.of(account).as_json()
        if path == "decisions":
            return 200, self._shared.decisions.since(int(query.get("since", ["0"])[0]))
        if path == "messages":
            return 200, self._shared.messages.since(int(query.get("since", ["0"])[0]))
        if path == "interpreter":
            return 200, self._shared.interpreters.find(query.get("runtime", [""])[0]).as_json()
        return 404, {"message": f"no such endpoint: {_PREFIX}{path}"}


def _as_if_by_tls(scope: Scope) -> Scope:
    """A request that came by the loopback interface counts as encrypted, unless it says that it was not.

    AWS is reached by HTTPS; here nothing leaves the machine, and there is no certificate a client would trust. With
    `X-Forwarded-Proto: http` a policy that refuses plain HTTP (aws:SecureTransport) can still be seen to refuse.
    """
    if scope["type"] != "http" or any(name.lower() == b"x-forwarded-proto" for name, _ in scope["headers"]):
        return scope
    return {**scope, "headers": [*scope["headers"], (b"x-forwarded-proto", b"https")]}
