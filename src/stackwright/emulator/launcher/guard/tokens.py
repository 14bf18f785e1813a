"""The token of an emulator, and what is made of it.

Whoever started the emulator has the token from the start; it is in no environment, no argument and no log. Requests
for the emulator's own paths bring it. The emulator proves that it has it, too, without saying it.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from urllib.parse import urlencode, urlsplit

from stackwright.emulator.launcher.guard.request import Request

HEADER = "x-stackwright-token"
IDENTITY = "/_stackwright/identity"
_EXPIRES, _SIGNATURE = "expires", "signature"
# As long as the location of a function's code is good on AWS.
# https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html
_LINK_SECONDS = 600
# Paths that MiniStack gives out as links, each with a random part of its own.
_CAPABILITIES = ("/_ministack/cfn-response/", "/_ministack/cfn-signal/")


def proof(token: str, port: int, nonce: str) -> str:
    """What shows somebody who has the token that the other side has it, too."""
    return _mac(token, f"identity\n{port}\n{nonce}")


class Tokens:
    """Checks what a request for one of the emulator's own paths brings."""

    def __init__(self, token: str) -> None:
        self._token = token

    def admits(self, request: Request) -> bool:
        """Whether the request may use the path."""
        if request.path == IDENTITY and request.method == "GET":
            return True
        if request.method == "PUT" and request.path.startswith(_CAPABILITIES):
            return True
        given = request.headers.get(HEADER, "")
        if given:
            return hmac.compare_digest(given.encode(), self._token.encode())
        return request.method == "GET" and self._is_link(request)

    def link(self, url: str) -> str:
        """The URL with a signature, good for ten minutes."""
        expires = int(time.time()) + _LINK_SECONDS
        signature = _mac(self._token, f"link\n{urlsplit(url).path}\n{expires}")
        return f"{url}?{urlencode({_EXPIRES: expires, _SIGNATURE: signature})}"

    def _is_link(self, request: Request) -> bool:
        expires, signature = request.parameter(_EXPIRES), request.parameter(_SIGNATURE)
        if not signature or not (expires.isascii() and expires.isdigit()) or int(expires) < time.time():
            return False
        expected = _mac(self._token, f"link\n{request.path}\n{expires}")
        return hmac.compare_digest(signature.encode(), expected.encode())


def _mac(token: str, text: str) -> str:
    return hmac.new(token.encode(), text.encode(), hashlib.sha256).hexdigest()
