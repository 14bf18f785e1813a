"""Whether the program can still ask for anything before the engine answers what it has asked.

The program's side is `host_waits.py`: it reports `quiet STARTED FINISHED` when all that it waits for are answers to
requests, so many started and so many of them finished. Together with what the server has answered this tells, without
any look at a clock, that nothing is on its way between the two.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

import grpc

# For a program with threads or sockets of its own, into which nobody can look.
_MAYBE_SECONDS: Final = 10.0


class Attention:
    """What is known of a running program.

    Args:
        changed: called, from any thread, when the answer of `is_quiet` may have changed.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._answered = 0
        self._word, self._started, self._finished = "", 0, 0
        self._since = 0.0
        self._ended = False

    def report(self, line: str) -> None:
        """A line of the program's side."""
        word, started, finished = line.split()
        with self._lock:
            self._word, self._started, self._finished = word, int(started), int(finished)
            self._since = time.monotonic()
        self._changed()

    def answer(self) -> None:
        """A request is answered. Called before the answer leaves, so that no older report can count for it."""
        with self._lock:
            self._answered += 1

    def end(self) -> None:
        """The program has ended."""
        with self._lock:
            self._ended = True
        self._changed()

    @property
    def has_ended(self) -> bool:
        """Whether the program has ended."""
        return self._ended

    def is_quiet(self, kept: int) -> bool:
        """Whether the program waits for the `kept` requests alone."""
        with self._lock:
            if self._ended:
                return True
            is_sure = self._word == "quiet" or (
                self._word == "maybe" and time.monotonic() - self._since > _MAYBE_SECONDS
            )
            return is_sure and self._finished >= self._answered and self._started - self._finished == kept


class CountAnswers(grpc.ServerInterceptor):  # pyright: ignore[reportMissingTypeArgument] - it takes none at run time
    """Tells an `Attention` of every answer of a server."""

    def __init__(self, attention: Attention) -> None:
        self._attention = attention

    def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        """Wrap the handler of a method."""
        handler = continuation(handler_call_details)
        if handler is None:  # a method of a newer SDK: the server answers that it has none
            self._attention.answer()
            return handler

        def answer(request: Any, context: Any) -> Any:
            try:
                return handler.unary_unary(request, context)
            finally:
                self._attention.answer()

        return grpc.unary_unary_rpc_method_handler(
            answer, request_deserializer=handler.request_deserializer, response_serializer=handler.response_serializer
        )
