"""Runs actors in every possible order of their steps.

An actor is a function that calls ports. Each runs in a thread of its own and stops before every call until the
schedule lets it go on, so an order of steps is a list of actor numbers. `explore` finds all of them: it runs one order
to its end, notes where another actor could have gone instead, and runs those orders too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .steps import nothing

Actor = Callable[[Any], object]
"""Gets the world that all actors share, which has `steps`."""

_DEADLINE_SECONDS = 30


@dataclass
class Run:
    """One order of steps and what came of it."""

    world: Any
    order: list[int]
    names: list[str]
    results: dict[int, object]
    errors: dict[int, Exception]


def _closed_gate() -> threading.Lock:
    """A lock that another thread opens, once for each passage; a semaphore costs ten times as much."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass
class _Thread:
    go: threading.Lock = field(default_factory=_closed_gate)
    waits_for: str | None = None
    done: bool = False


class _Stage:
    def __init__(self, world: Any, actors: list[Actor]) -> None:
        self._current = threading.local()
        self._parked = _closed_gate()
        self._threads = [_Thread() for _ in actors]
        self.run = Run(world, [], [], {}, {})
        world.steps.turn = self._wait
        for number, actor in enumerate(actors):
            threading.Thread(target=self._play, args=(number, actor), daemon=True).start()
            self._until_parked()

    def _play(self, number: int, actor: Actor) -> None:
        self._current.number = number
        try:
            self.run.results[number] = actor(self.run.world)
        except Exception as error:  # noqa: BLE001 - the test judges it
            self.run.errors[number] = error
        self._threads[number].done = True
        self._parked.release()

    def _wait(self, name: str) -> None:
        number: int = self._current.number
        thread = self._threads[number]
        thread.waits_for = name
        self._parked.release()
        assert thread.go.acquire(timeout=_DEADLINE_SECONDS)

    def _until_parked(self) -> None:
        assert self._parked.acquire(timeout=_DEADLINE_SECONDS)

    def runnable(self) -> list[int]:
        return [number for number, thread in enumerate(self._threads) if not thread.done]

    def step(self, number: int) -> None:
        thread = self._threads[number]
        self.run.order.append(number)
        self.run.names.append(f"{number}:{thread.waits_for}")
        thread.go.release()
        self._until_parked()


def explore(build: Callable[[], Any], actors: list[Actor]) -> list[Run]:
    """Return one run for every order of the actors' steps, each in a fresh world."""
    runs: list[Run] = []
    prefixes: list[list[int]] = [[]]
    while prefixes:
        prefix = prefixes.pop()
        stage = _Stage(build(), actors)
        while runnable := stage.runnable():
            depth = len(stage.run.order)
            choice = prefix[depth] if depth < len(prefix) else runnable[0]
            if depth >= len(prefix):
                prefixes += [[*stage.run.order, other] for other in runnable if other != choice]
            stage.step(choice)
        stage.run.world.steps.turn = nothing
        runs.append(stage.run)
    return runs
