"""The program's side of waiting, without a program."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest

from stackwright.engine.program.host_waits import Loop, Outstanding, Workers

DEADLINE = 10.0


class Requests:
    """Calls that take until the engine answers them, all at once."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._answer = threading.Event()

    def ask(self) -> threading.Event:
        """Set when the call is under way."""
        begun = threading.Event()

        def call() -> None:
            begun.set()
            self._answer.wait(DEADLINE)

        self._workers.submit(call)
        return begun

    def answer(self) -> None:
        self._answer.set()


@contextmanager
def requests(size: int, *, after_a_backlog_of: int = 0) -> Iterator[tuple[Workers, Requests]]:
    with Workers(size) as workers:
        for earlier in [workers.submit(int) for _ in range(after_a_backlog_of)]:
            earlier.result(DEADLINE)
        under_way = Requests(workers)
        try:
            yield workers, under_way
        finally:
            under_way.answer()


@pytest.mark.parametrize("backlog", [0, 50])
def test_every_request_gets_through_while_others_are_kept(backlog: int) -> None:
    with requests(2, after_a_backlog_of=backlog) as (workers, under_way):
        for kept in range(20):
            workers.make_room(kept)
            assert under_way.ask().wait(DEADLINE), f"{kept} are kept, and the next one does not begin"


def test_no_more_than_the_limit_besides_those_that_are_kept() -> None:
    with requests(2) as (workers, under_way):
        begun = [under_way.ask() for _ in range(5)]
        assert all(each.wait(DEADLINE) for each in begun[:2])
        assert not any(each.is_set() for each in begun[2:])
        workers.make_room(1)
        assert begun[2].wait(DEADLINE)
        assert not any(each.is_set() for each in begun[3:])


def test_what_a_call_comes_to() -> None:
    with Workers(2) as workers:
        assert workers.submit(divmod, 7, 2).result(DEADLINE) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            workers.submit(divmod, 7, 0).result(DEADLINE)


def test_a_call_that_nobody_wants_any_more_is_not_made() -> None:
    with requests(1) as (workers, under_way):
        assert under_way.ask().wait(DEADLINE)
        made = threading.Event()
        unwanted = workers.submit(made.set)
        assert unwanted.cancel()
        under_way.answer()
        workers.submit(int).result(DEADLINE)
        assert not made.is_set()


@contextmanager
def event_loop() -> Iterator[Loop]:
    reports, ours = os.pipe()
    loop = Loop(Outstanding(ours, lambda _: False))
    try:
        yield loop
    finally:
        loop.close()
        os.close(reports)
        os.close(ours)


def test_a_server_for_callbacks_does_not_count_as_a_socket_of_the_program() -> None:
    """The SDK has one as soon as the program has a transform or a hook; what it does is the engine's own request."""

    async def serve() -> bool:
        server = grpc.aio.server()
        server.add_insecure_port("127.0.0.1:0")
        await server.start()
        try:
            return loop.has_sockets()
        finally:
            await server.stop(None)

    with event_loop() as loop:
        assert not loop.run_until_complete(serve())


def test_a_socket_of_the_program_counts() -> None:
    async def listen() -> bool:
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        try:
            return loop.has_sockets()
        finally:
            server.close()
            await server.wait_closed()

    with event_loop() as loop:
        assert not loop.has_sockets()
        assert loop.run_until_complete(listen())
