"""Tells the engine when its program waits for the engine, and for nothing else.

Loaded by `host.py` inside the program's own interpreter, so it needs nothing but the standard library.
"""

from __future__ import annotations

import asyncio
import functools
import os
import selectors
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

_MANY = 10_000  # what the engine answers at once at most


class Workers(ThreadPoolExecutor):
    """Threads that wait for the engine. One that the engine keeps waiting must not keep others from asking.

    The limit is kept here, so that the executor itself never has to make anything wait: up to Python 3.11 one that has
    done so takes busy threads for idle ones, and starts no new ones.
    """

    def __init__(self, size: int) -> None:
        super().__init__(max_workers=_MANY, thread_name_prefix="engine-calls")
        self._size = size
        self._limit = size
        self._at_work = 0
        self._guard = threading.Lock()
        self._queue: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """As ever; what is over the limit waits."""
        future: Future[Any] = Future()
        with self._guard:
            self._queue.append((future, functools.partial(fn, *args, **kwargs)))
            self._start()
        return future

    def make_room(self, kept: int) -> None:
        """The engine keeps so many requests waiting."""
        with self._guard:
            self._limit = max(self._limit, self._size + kept)
            with suppress(RuntimeError):  # the program ends just now
                self._start()

    def _start(self) -> None:
        for _ in range(min(self._limit - self._at_work, len(self._queue))):
            super().submit(self._work)
            self._at_work += 1

    def _work(self) -> None:
        while True:
            with self._guard:
                if not self._queue:
                    self._at_work -= 1
                    return
                future, call = self._queue.popleft()
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as error:  # noqa: BLE001 - whoever waits for it gets it
                    future.set_exception(error)
                else:
                    future.set_result(result)
            del future, call


class Outstanding:
    """Knows what the program waits for, and reports when that is answers of the engine and nothing else.

    Then the program cannot ask for anything more until the engine answers. A report is `quiet STARTED FINISHED`,
    numbers of requests so far. It is `maybe …` when something that nobody can look into might still wake the program:
    a thread of its own, a socket.
    """

    def __init__(self, descriptor: int, is_program: Callable[[str], bool]) -> None:
        self._descriptor = descriptor
        self._is_program = is_program
        self._lock = threading.Lock()
        self._started = 0
        self._finished = 0
        self._told = ""
        self.handed_out = 0  # to other threads, by the loop; changed in the loop's thread alone
        self.loop: Loop | None = None  # while it waits without a time limit

    def counted(self, call: Any) -> Any:
        """A method of the engine's, counted."""
        return Counted(call, self)

    def count(self, started: int, finished: int) -> None:
        """A request has been started or finished."""
        with self._lock:
            self._started += started
            self._finished += finished
            self._tell()

    def wait(self, loop: Loop | None) -> None:
        """The loop waits from now on; None: no longer."""
        with self._lock:
            self.loop = loop
            self._tell()

    def _tell(self) -> None:
        if self.loop is None or self.handed_out > self._started - self._finished:
            return
        word = "maybe" if self._others_at_work(self.loop) else "quiet"
        report = f"{word} {self._started} {self._finished}\n"
        if report != self._told:
            self._told = report
            try:
                os.write(self._descriptor, report.encode())
            except OSError:
                os._exit(1)  # the engine is gone

    def _others_at_work(self, loop: Loop) -> bool:
        return loop.has_sockets() or any(self._is_programs(thread) for thread in threading.enumerate())

    def _is_programs(self, thread: threading.Thread) -> bool:
        if thread is threading.main_thread() or thread is threading.current_thread():
            return False
        if thread.name.startswith("asyncio-waitpid"):
            return True
        if thread.name.startswith("engine-") or thread.ident is None:
            return False
        frame = sys._current_frames().get(thread.ident)  # pyright: ignore[reportPrivateUsage]
        while frame is not None:
            if self._is_program(frame.f_code.co_filename):
                return True
            frame = frame.f_back
        return False


class Counted:
    """A call of the engine; everything else goes through to the original."""

    def __init__(self, call: Any, outstanding: Outstanding) -> None:
        self._call = call
        self._outstanding = outstanding

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._outstanding.count(1, 0)
        try:
            return self._call(*args, **kwargs)
        finally:
            self._outstanding.count(0, 1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, name)


class Loop(asyncio.SelectorEventLoop):
    """An event loop that tells when it waits."""

    def __init__(self, outstanding: Outstanding) -> None:
        self._outstanding = outstanding
        self._watched = Selector(self)
        super().__init__(self._watched)
        self._own = set(self._watched.get_map())  # by which other threads wake it

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        """As ever, and counted from here until the loop has the result."""
        future = super().run_in_executor(executor, func, *args)
        self._outstanding.handed_out += 1
        future.add_done_callback(self._handed_back)
        return future

    def waits(self, waits: bool) -> None:
        """Nothing is ready and no timer runs; or that is over."""
        self._outstanding.wait(self if waits else None)

    def has_sockets(self) -> bool:
        """Whether anything but the loop itself and gRPC can wake it by a file descriptor."""
        for descriptor, key in self._watched.get_map().items():
            for handle in key.data if descriptor not in self._own else ():
                callback = getattr(handle, "_callback", None)
                while isinstance(callback, functools.partial):
                    callback = callback.func
                owner = getattr(callback, "__self__", None)
                if handle is not None and not type(owner).__module__.startswith("grpc"):
                    return True
        return False

    def _handed_back(self, _: Any) -> None:
        self._outstanding.handed_out -= 1


class Selector(selectors.DefaultSelector):
    """Knows when its loop waits for ever."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().select(timeout)
        self._loop.waits(True)
        try:
            return super().select(None)
        finally:
            self._loop.waits(False)
