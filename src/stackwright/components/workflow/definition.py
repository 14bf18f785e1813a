"""A whole state machine, and the checks that AWS makes only when it runs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import limits
from ..errors import ComponentError
from ..function import Function
from .distributed_map import DistributedMap
from .steps import Branch, Choose, Fail, Invoke, Parallel, Step, Succeed


@dataclass(frozen=True, slots=True)
class Definition:
    """A state machine.

    Attributes:
        start_at: first state.
        steps: states by name.
        timeout_seconds: limit of one execution.
    """

    start_at: str
    steps: Mapping[str, Step]
    timeout_seconds: int
    comment: str = field(default="")

    @property
    def functions(self) -> list[Function]:
        """Functions that are invoked, each once."""
        invoked = [step.function for _, step in self._all_steps() if isinstance(step, Invoke)]
        return list({id(function): function for function in invoked}.values())

    @property
    def maps(self) -> list[DistributedMap]:
        """Distributed Maps, which need permissions of their own."""
        return [step for _, step in self._all_steps() if isinstance(step, DistributedMap)]

    def check(self, workflow: str) -> None:
        """Raise ComponentError for what Step Functions refuses, or accepts and never reaches."""
        problems: list[str] = []
        for scope in self._scopes():
            problems += _problems_of_scope(scope)
        counts = Counter(name for name, _ in self._all_steps())
        problems += [f"{name!r} is there {count} times" for name, count in counts.items() if count > 1]
        for name, step in self._all_steps():
            problems += _problems_of_step(name, step)
        if problems:
            raise ComponentError(f"{workflow}: {'; '.join(problems)}", fix="correct the states")

    def as_asl(self) -> dict[str, Any]:
        """The definition; ARNs stay Outputs."""
        return {
            **({"Comment": self.comment} if self.comment else {}),
            **Branch(self.start_at, self.steps).as_asl(),
            "TimeoutSeconds": self.timeout_seconds,
        }

    def _scopes(self) -> Iterator[Branch]:
        pending = [Branch(self.start_at, self.steps)]
        while pending:
            scope = pending.pop()
            yield scope
            pending += [branch for step in scope.steps.values() for branch in _branches(step)]

    def _all_steps(self) -> Iterator[tuple[str, Step]]:
        for scope in self._scopes():
            yield from scope.steps.items()


def _branches(step: Step) -> Sequence[Branch]:
    match step:
        case Parallel():
            return step.branches
        case DistributedMap():
            return [step.branch]
        case _:
            return []


def _problems_of_scope(scope: Branch) -> list[str]:
    problems = [f"{name!r} has more than 80 characters" for name in scope.steps if len(name) > 80]
    wanted = {scope.start_at: "StartAt"} | {n: name for name, step in scope.steps.items() for n in _following(step)}
    problems += [f"{by} leads to {name!r}, which is no state" for name, by in wanted.items() if name not in scope.steps]
    reached = _reached(scope)
    return problems + [f"{name!r} is never reached" for name in scope.steps if name not in reached]


def _reached(scope: Branch) -> set[str]:
    reached: set[str] = set()
    pending = [scope.start_at]
    while pending:
        name = pending.pop()
        if name in scope.steps and name not in reached:
            reached.add(name)
            pending += _following(scope.steps[name])
    return reached


def _following(step: Step) -> list[str]:
    match step:
        case Invoke() | Parallel() | DistributedMap():
            return [*([step.next] if step.next is not None else []), *(catch.next for catch in step.catch)]
        case Choose():
            return [*(name for _, name in step.rules), step.otherwise]
        case Fail() | Succeed():
            return []


def _problems_of_step(name: str, step: Step) -> list[str]:
    if not isinstance(step, Invoke | Parallel | DistributedMap):
        return []
    problems = step.problems(name) if isinstance(step, DistributedMap) else []
    if isinstance(step, Parallel) and not step.branches:
        problems.append(f"{name!r} has no branch")
    if not step.result_path.startswith("$."):
        problems.append(f"{name!r} puts its result at {step.result_path!r}, which drops the input")
    for handlers in (step.retry, step.catch):
        if any("States.ALL" in handler.errors for handler in handlers[:-1]):
            problems.append(f"{name!r} has a retry or catch after States.ALL")
        if any("States.ALL" in handler.errors and len(handler.errors) > 1 for handler in handlers):
            problems.append(f"{name!r} lists States.ALL among other errors")
    for retry in step.retry:
        if retry.interval_seconds < 1 or retry.backoff_rate < 1:
            problems.append(f"{name!r} retries with an interval or backoff below 1")
        if retry.max_delay_seconds is not None and retry.max_delay_seconds <= retry.interval_seconds:
            problems.append(f"{name!r} retries with a longest wait that is not above the first")
        limits.STATE_MACHINE_RETRIES.check(name, "max_attempts", retry.max_attempts)
        limits.STATE_MACHINE_RETRY_DELAY.check(name, "max_delay_seconds", retry.max_delay_seconds)
    return problems
