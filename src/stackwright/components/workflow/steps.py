"""States of a state machine as small typed values, and the checks that AWS makes only when it runs them.

https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pulumi

from .. import limits
from ..errors import ComponentError
from ..function import Function

ALL_ERRORS: Final = ("States.ALL",)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again on these errors.

    Attributes:
        errors: names of errors: classes of Python exceptions, or `States.…`.
        interval_seconds: wait before the first retry.
        max_attempts: retries, besides the first attempt.
        backoff_rate: factor of each further wait, at least 1.
    """

    errors: Sequence[str] = ALL_ERRORS
    interval_seconds: int = 2
    max_attempts: int = 3
    backoff_rate: float = 2.0

    def as_asl(self) -> dict[str, Any]:
        """The retrier in the Amazon States Language."""
        return {
            "ErrorEquals": list(self.errors),
            "IntervalSeconds": self.interval_seconds,
            "MaxAttempts": self.max_attempts,
            "BackoffRate": self.backoff_rate,
        }


@dataclass(frozen=True, slots=True)
class Catch:
    """Go on elsewhere on these errors; the error is put under `result_path`, the state's input is kept."""

    next: str
    errors: Sequence[str] = ALL_ERRORS
    result_path: str = "$.errorInfo"

    def as_asl(self) -> dict[str, Any]:
        """The catcher in the Amazon States Language."""
        return {"ErrorEquals": list(self.errors), "Next": self.next, "ResultPath": self.result_path}


@dataclass(frozen=True, slots=True)
class Invoke:
    """Invoke a function and wait for what it returns.

    Attributes:
        function: the function; the state machine's role may invoke it and no other.
        payload: input of the function; a key that ends in `.$` takes a path.
        result_path: where the function's answer is put; the rest of the input is kept.
        next: next state; None ends the execution.
        timeout_seconds: limit of one attempt; the function's own timeout and a minute unless given.
    """

    function: Function
    payload: Mapping[str, Any]
    result_path: str
    next: str | None = None
    retry: Sequence[Retry] = ()
    catch: Sequence[Catch] = ()
    timeout_seconds: int | None = None

    def as_asl(self) -> dict[str, Any]:
        """The state; the function's ARN stays an Output.

        The integration wraps the answer in its own envelope, so the selector takes it out again.
        https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
        """
        limit = self.timeout_seconds if self.timeout_seconds is not None else self.function.timeout_seconds + 60
        state: dict[str, Any] = {
            "Type": "Task",
            "Resource": pulumi.Output.concat("arn:", self.function.environment.partition, ":states:::lambda:invoke"),
            "Parameters": {"FunctionName": self.function.arn, "Payload": dict(self.payload)},
            "ResultSelector": {"answer.$": "$.Payload"},
            "ResultPath": self.result_path,
            "TimeoutSeconds": limit,
        }
        if self.retry:
            state["Retry"] = [retry.as_asl() for retry in self.retry]
        if self.catch:
            state["Catch"] = [catch.as_asl() for catch in self.catch]
        return {**state, **({"Next": self.next} if self.next is not None else {"End": True})}


@dataclass(frozen=True, slots=True)
class Fail:
    """End the execution as failed."""

    error: str
    cause: str

    def as_asl(self) -> dict[str, Any]:
        """The state in the Amazon States Language."""
        return {"Type": "Fail", "Error": self.error, "Cause": self.cause}


@dataclass(frozen=True, slots=True)
class Succeed:
    """End the execution as succeeded."""

    def as_asl(self) -> dict[str, Any]:
        """The state in the Amazon States Language."""
        return {"Type": "Succeed"}


@dataclass(frozen=True, slots=True)
class Choose:
    """Go on by the first rule that applies.

    Attributes:
        rules: next state by condition, each condition a comparison in the Amazon States Language without `Next`.
        otherwise: next state when no rule applies.
    """

    rules: Sequence[tuple[Mapping[str, Any], str]]
    otherwise: str

    def as_asl(self) -> dict[str, Any]:
        """The state in the Amazon States Language."""
        choices = [{**condition, "Next": following} for condition, following in self.rules]
        return {"Type": "Choice", "Choices": choices, "Default": self.otherwise}


Step: TypeAlias = Invoke | Fail | Succeed | Choose


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole state machine.

    Attributes:
        start_at: first state.
        steps: states by name.
        timeout_seconds: limit of one execution.
    """

    start_at: str
    steps: Mapping[str, Step]
    timeout_seconds: int
    comment: str = field(default="")

    def check(self, workflow: str) -> None:
        """Raise ComponentError for what Step Functions refuses, or accepts and never reaches."""
        problems = [f"{name!r} has more than 80 characters" for name in self.steps if len(name) > 80]
        wanted = {self.start_at: "StartAt"} | {n: name for name, step in self.steps.items() for n in following(step)}
        problems += [
            f"{by} leads to {name!r}, which is no state" for name, by in wanted.items() if name not in self.steps
        ]
        problems += [f"{name!r} is never reached" for name in self.steps if name not in self._reached()]
        for name, step in self.steps.items():
            problems += _problems_of(name, step)
        if problems:
            raise ComponentError(f"{workflow}: {'; '.join(problems)}", fix="correct the states")

    def _reached(self) -> set[str]:
        reached: set[str] = set()
        pending = [self.start_at]
        while pending:
            name = pending.pop()
            if name in self.steps and name not in reached:
                reached.add(name)
                pending += following(self.steps[name])
        return reached

    def as_asl(self) -> dict[str, Any]:
        """The definition; ARNs stay Outputs."""
        return {
            **({"Comment": self.comment} if self.comment else {}),
            "StartAt": self.start_at,
            "TimeoutSeconds": self.timeout_seconds,
            "States": {name: step.as_asl() for name, step in self.steps.items()},
        }


def following(step: Step) -> list[str]:
    """States that may come after a step."""
    match step:
        case Invoke():
            return [*([step.next] if step.next is not None else []), *(catch.next for catch in step.catch)]
        case Choose():
            return [*(name for _, name in step.rules), step.otherwise]
        case Fail() | Succeed():
            return []


def _problems_of(name: str, step: Step) -> list[str]:
    if not isinstance(step, Invoke):
        return []
    problems: list[str] = []
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
        limits.STATE_MACHINE_RETRIES.check(name, "max_attempts", retry.max_attempts)
    return problems
