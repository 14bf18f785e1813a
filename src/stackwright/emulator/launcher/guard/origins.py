"""Which web pages may send what.

A browser says where a request comes from: Origin on everything but plain reads, Sec-Fetch-Site on everything, Referer
where neither is sent. Programs that are no browsers send none of them.
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from stackwright.emulator.launcher.distributions import LOCAL
from stackwright.emulator.launcher.guard.destinations import PROGRAMS, Destination, Destinations, Kind
from stackwright.emulator.launcher.guard.request import Request
from stackwright.emulator.launcher.patching import Patcher

_HEADERS = (
    b"access-control-allow-origin",
    b"access-control-allow-methods",
    b"access-control-allow-headers",
    b"access-control-allow-credentials",
    b"access-control-expose-headers",
    b"access-control-max-age",
    b"access-control-allow-private-network",
)


class Origins:
    """Tells the pages of this machine and of the program from all others."""

    def __init__(self, destinations: Destinations, patcher: Patcher) -> None:
        self._destinations = destinations
        self._patcher = patcher
        patcher.require("ministack.services.cognito", "_user_pools")

    def refuses(self, request: Request, destination: Destination) -> bool:
        """Whether the page that sends the request has no business with its target.

        What a program serves to browsers is the program's to protect, as on AWS.
        """
        if destination.kind in PROGRAMS:
            return False
        if destination.kind in (Kind.OURS, Kind.EMULATOR):
            return "origin" in request.headers or _comes_from_a_page(request)
        origin = request.headers.get("origin")
        if origin is not None:
            return not self.friendly(origin, destination)
        if destination.kind is Kind.HOSTED_UI and request.method == "GET":
            return False  # a page sends its visitor there to log in
        if "sec-fetch-site" in request.headers:
            return _comes_from_a_page(request)
        referer = request.headers.get("referer", "")
        return bool(referer) and not self.friendly(referer, destination)

    def friendly(self, origin: str, destination: Destination) -> bool:
        """Whether the page belongs to this machine or to the program; ``origin`` may also be a URL."""
        try:
            name = urlsplit(origin).hostname or ""
        except ValueError:
            return False
        if name in ("localhost", "127.0.0.1", "::1") or name.endswith(LOCAL):
            return True
        if destination.kind is Kind.HOSTED_UI and name in _callback_names(
            self._patcher.loaded("ministack.services.cognito")
        ):
            return True
        return self._destinations.declares(name)


def _comes_from_a_page(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "none") in ("cross-site", "same-site")


def _callback_names(cognito: Any) -> set[str]:
    """Where user pools send their visitors back to."""
    if cognito is None:
        return set()
    pools = [pool for _, pool in cognito._user_pools.all_items()]
    clients = [client for pool in pools for client in (pool.get("_clients") or {}).values()]
    urls = [url for client in clients for url in client.get("CallbackURLs") or ()]
    return {urlsplit(url).hostname or "" for url in urls}


def answer_headers(origin: str, requested: str = "") -> list[tuple[bytes, bytes]]:
    """What lets a friendly page read the answer; ``requested`` are the headers that a preflight asks for."""
    found = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
    if requested:
        found += [
            (b"access-control-allow-headers", requested.encode("latin-1")),
            (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, HEAD, PATCH"),
            (b"access-control-max-age", b"600"),
        ]
    return found


def without_answer_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """MiniStack lets every page read everything."""
    return [(name, value) for name, value in headers if name.lower() not in _HEADERS]
