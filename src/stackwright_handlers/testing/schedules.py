"""Runs actors in every possible order of their steps.

An actor is a function that calls ports. Each is a greenlet, which stops before every call until the schedule lets it
go on, so an order of steps is a list of actor numbers. `explore` finds all of them: it runs one order to its end,
notes where another actor could have gone instead, and runs those orders too. Threads would do the same and spend most
of their time on waking each other; all actors share one thread, so what is an actor's own goes into a `ContextVar`.
https://greenlet.readthedocs.io/en/latest/contextvars.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greenlet import greenlet

from .steps import nothing

Actor = Callable[[Any], object]
"""Gets the world that all actors share, which has `steps`."""


@dataclass
class Run:
    """One order of steps and what came of it."""

    world: Any
    order: list[int]
    names: list[str]
    results: dict[int, object]
    errors: dict[int, Exception]


class _Stage:
    def __init__(self, world: Any, actors: list[Actor]) -> None:
        self.run = Run(world, [], [], {}, {})
        self._schedule = greenlet.getcurrent()
        self._next: dict[int, str] = {}
        self._actors = [greenlet(self._play) for _ in actors]
        world.steps.turn = self._wait
        for number, actor in enumerate(actors):
            self._actors[number].switch(number, actor)

    def _play(self, number: int, actor: Actor) -> None:
        try:
            self.run.results[number] = actor(self.run.world)
        except Exception as error:  # noqa: BLE001 - the test judges it
            self.run.errors[number] = error

    def _wait(self, name: str) -> None:
        self._next[self._actors.index(greenlet.getcurrent())] = name
        self._schedule.switch()

    def runnable(self) -> list[int]:
        return [number for number, actor in enumerate(self._actors) if not actor.dead]

    def step(self, number: int) -> None:
        self.run.order.append(number)
        self.run.names.append(f"{number}:{self._next[number]}")
        self._actors[number].switch()


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
