"""States of a state machine as small typed values, and the checks that AWS makes only when it runs them.

https://states-language.net/spec.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pulumi

from ..function import Function

if TYPE_CHECKING:
    from .distributed_map import DistributedMap

ALL_ERRORS: Final = ("States.ALL",)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again on these errors.

    Attributes:
        errors: names of errors: classes of Python exceptions, or `States.…`.
        interval_seconds: wait before the first retry.
        max_attempts: retries, besides the first attempt; each retrier of a state counts its own.
        backoff_rate: factor of each further wait, at least 1.
        max_delay_seconds: longest wait, more than `interval_seconds`; None for no limit.
        jitter: wait a random time between 0 and what was computed, so that those who failed together do not come back
            together.
    """

    errors: Sequence[str] = ALL_ERRORS
    interval_seconds: int = 2
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: int | None = None
    jitter: bool = False

    def as_asl(self) -> dict[str, Any]:
        """The retrier in the Amazon States Language.

        https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
        """
        return {
            "ErrorEquals": list(self.errors),
            "IntervalSeconds": self.interval_seconds,
            "MaxAttempts": self.max_attempts,
            "BackoffRate": self.backoff_rate,
            **({"MaxDelaySeconds": self.max_delay_seconds} if self.max_delay_seconds is not None else {}),
            **({"JitterStrategy": "FULL"} if self.jitter else {}),
        }


# Nothing is wrong when more executions call a function than its concurrency has room for: they wait for their turn,
# about 2 minutes, at most 225 s.
# https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html
WHEN_THROTTLED: Final = Retry(
    errors=("Lambda.TooManyRequestsException",),
    interval_seconds=1,
    max_attempts=25,
    backoff_rate=2.0,
    max_delay_seconds=10,
    jitter=True,
)


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
        result_selector: what is kept of the integration's answer, which wraps the function's own as `Payload`.
        output_path: what of the input and the result goes on to the next state; all of it unless given.
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
    result_selector: Mapping[str, Any] = field(default_factory=lambda: {"answer.$": "$.Payload"})
    output_path: str | None = None

    def as_asl(self) -> dict[str, Any]:
        """The state; the function's ARN stays an Output.

        The integration wraps the answer in its own envelope, so the default selector takes it out again.
        https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
        """
        limit = self.timeout_seconds if self.timeout_seconds is not None else self.function.timeout_seconds + 60
        state: dict[str, Any] = {
            "Type": "Task",
            "Resource": pulumi.Output.concat("arn:", self.function.environment.partition, ":states:::lambda:invoke"),
            "Parameters": {"FunctionName": self.function.arn, "Payload": dict(self.payload)},
            "ResultSelector": dict(self.result_selector),
            "ResultPath": self.result_path,
            **({"OutputPath": self.output_path} if self.output_path is not None else {}),
            "TimeoutSeconds": limit,
        }
        return {**state, **handlers_as_asl(self.retry, self.catch), **next_as_asl(self.next)}


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


@dataclass(frozen=True, slots=True)
class Branch:
    """States that run beside others; none of them leads out of the branch.

    Attributes:
        start_at: first state.
        steps: states by name; names are unique in the whole state machine.
    """

    start_at: str
    steps: Mapping[str, Step]

    def as_asl(self) -> dict[str, Any]:
        """The branch in the Amazon States Language."""
        return {"StartAt": self.start_at, "States": {name: step.as_asl() for name, step in self.steps.items()}}


@dataclass(frozen=True, slots=True)
class Parallel:
    """Run branches at once and wait for all; when one fails, the others are stopped and the error may be caught.

    Attributes:
        branches: what runs; each gets the state's input.
        result_path: where the list of their results is put, in the order of the branches.
        next: next state; None ends the execution.
    """

    branches: Sequence[Branch]
    result_path: str
    next: str | None = None
    retry: Sequence[Retry] = ()
    catch: Sequence[Catch] = ()

    def as_asl(self) -> dict[str, Any]:
        """The state in the Amazon States Language."""
        state: dict[str, Any] = {
            "Type": "Parallel",
            "Branches": [branch.as_asl() for branch in self.branches],
            "ResultPath": self.result_path,
        }
        return {**state, **handlers_as_asl(self.retry, self.catch), **next_as_asl(self.next)}


Step: TypeAlias = "Invoke | Parallel | DistributedMap | Fail | Succeed | Choose"


def handlers_as_asl(retry: Sequence[Retry], catch: Sequence[Catch]) -> dict[str, Any]:
    """The fields of a state that say what comes after an error."""
    return {
        **({"Retry": [one.as_asl() for one in retry]} if retry else {}),
        **({"Catch": [one.as_asl() for one in catch]} if catch else {}),
    }


def next_as_asl(following: str | None) -> dict[str, Any]:
    """The field of a state that says what comes after success."""
    return {"Next": following} if following is not None else {"End": True}
