"""How the emulator's own paths are asked."""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Any, cast

from stackwright.emulator.launcher.environment import HOST
from stackwright.emulator.launcher.guard.tokens import HEADER, IDENTITY, proof


def identified(port: int, token: str, timeout: float) -> tuple[bool, int]:
    """Whether what answers on the port has the token, and its process id. The token itself is not said.

    Raises:
        OSError: nothing answers.
        ValueError: the answer is of another kind.
    """
    nonce = secrets.token_hex(16)
    answer = get_json(f"http://{HOST}:{port}{IDENTITY}?nonce={nonce}", timeout)
    given, expected = str(answer.get("proof", "")), proof(token, port, nonce)
    return hmac.compare_digest(given.encode(), expected.encode()), int(answer.get("pid", 0))


def get_json(url: str, timeout: float, body: bytes | None = None, token: str = "") -> dict[str, Any]:
    """The answer of one of the emulator's own paths.

    Raises:
        OSError: nothing answers, or it refuses.
        ValueError: the answer is no JSON.
    """
    import urllib.request  # while the emulator starts, which is waited for anyway

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever HTTP_PROXY says
    request = urllib.request.Request(url, body, {HEADER: token} if token else {})
    with direct.open(request, timeout=timeout) as response:
        return cast("dict[str, Any]", json.load(response))
