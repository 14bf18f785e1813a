"""Calls at the same time, of which none is left behind.

A function that has ended is frozen together with its threads, and so are their writes. They would go on with a later
event, and undo what other files have written since.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, wait
from functools import partial
from typing import Generic, Protocol, TypeVar

A = TypeVar("A")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Calls(Protocol[R_co]):
    """Calls that are under way."""

    def results(self) -> Sequence[R_co]:
        """Wait for all, and return what they returned. Of several failures the first one is raised."""
        ...

    def stop(self) -> None:
        """Wait for those that have begun; the others are not made."""
        ...


class _AtOnce(Generic[R]):
    def __init__(self, futures: Sequence[Future[R]]) -> None:
        self._futures = futures

    def results(self) -> list[R]:
        wait(self._futures, return_when=FIRST_EXCEPTION)
        self.stop()
        return [future.result() for future in self._futures]

    def stop(self) -> None:
        for future in self._futures:
            future.cancel()
        wait(self._futures)


class _OneAfterAnother(Generic[R]):
    def __init__(self, calls: Sequence[Callable[[], R]]) -> None:
        self._calls = calls

    def results(self) -> list[R]:
        return [call() for call in self._calls]

    def stop(self) -> None:
        pass


class Lanes:
    """Makes calls at the same time, or one after another where there is no pool."""

    def __init__(self, pool: Executor | None) -> None:
        self._pool = pool

    def begin(self, work: Callable[[A], R], arguments: Iterable[A]) -> Calls[R]:
        """Begin one call for each argument."""
        if self._pool is None:
            return _OneAfterAnother([partial(work, argument) for argument in arguments])
        return _AtOnce([self._pool.submit(work, argument) for argument in arguments])
