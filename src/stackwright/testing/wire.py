"""HTTP requests as they go over the wire, also those that no client library would send."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with parameters in braces."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it goes over the wire. ``is_http`` is False where HTTP itself is broken: nobody knows the route."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_http: bool = True
    version: str = "HTTP/1.1"
    framing: str = "length"

    def wire(self, host: str) -> bytes:
        lines = [f"{self.method} {self.target} {self.version}"]
        if not any(name.lower() == "host" for name, _ in self.headers):
            lines.append(f"Host: {host}")
        lines += [f"{name}: {value}" for name, value in self.headers]
        body = self.body
        if self.framing == "chunked":
            lines.append("Transfer-Encoding: chunked")
            parts = [body[at : at + 7] for at in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
        elif self.framing == "length" and (body or self.method in ("POST", "PUT", "PATCH")):
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def but(self, **changes: Any) -> Request:
        """The same request with other fields."""
        values = {name: getattr(self, name) for name in Request.__dataclass_fields__}
        return Request(**{**values, **changes})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Connection:
    """One connection that is kept open for as long as the server keeps it."""

    host: str
    port: int
    _socket: socket.socket | None = field(default=None, init=False)

    def ask(self, request: Request) -> Answer | None:
        """The answer; None when the server closed the connection instead."""
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=60)
        try:
            self._socket.sendall(request.wire(f"{self.host}:{self.port}"))
            response = HTTPResponse(self._socket, method=request.method)
            response.begin()
            body = response.read()
        except (HTTPException, ConnectionError):
            self.close()
            return None
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.will_close or not request.is_http or request.version != "HTTP/1.1":
            self.close()
        return Answer(response.status, headers, body)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
