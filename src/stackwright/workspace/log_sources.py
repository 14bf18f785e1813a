"""What the functions of a stack write, and what its topics announce, as lines in order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from stackwright.emulator.process import Emulator
from stackwright.errors import UsageError
from stackwright.graph import Graph, Resource
from stackwright.provider.aws import Endpoint, error_code
from stackwright.provider.refusals import explained

_FUNCTION = "aws:lambda/function:Function"
_TOPIC = "aws:sns/topic:Topic"


@dataclass(frozen=True)
class LogLine:
    """One event; `time` in seconds since the epoch, `source` the resource's name in the program."""

    time: float
    source: str
    text: str


class Source(Protocol):
    """Where lines come from."""

    def poll(self) -> list[LogLine]:
        """Lines that were not returned before.

        Raises:
            EnvironmentFailed: the endpoint does not answer.
        """
        ...


def sources(
    endpoint: Endpoint, emulator: Emulator | None, graph: Graph, *, since: float, function: str = ""
) -> list[Source]:
    """Everything a stack has to say from the time `since` on, or one of its functions.

    Args:
        emulator: the embedded one, which alone remembers what topics announced.

    Raises:
        UsageError: there is no such function.
    """
    chosen = [find_function(graph, function)] if function else functions(graph)
    found: list[Source] = [FunctionLog(endpoint, resource, since) for resource in chosen]
    if emulator is not None and not function:
        found.append(TopicLog(emulator, graph, since))
    return found


class FunctionLog:
    """The log group of one function."""

    def __init__(self, endpoint: Endpoint, function: Resource, since: float) -> None:
        outputs: Mapping[str, Any] = function.outputs
        self._name = function.name
        configured: Mapping[str, Any] = outputs.get("loggingConfig") or {}
        self._group = str(configured.get("logGroup") or f"/aws/lambda/{outputs['name']}")
        self._logs = endpoint.client("logs", *place_of(function))
        self._start = int(since * 1000)  # milliseconds; everything before it has been seen
        self._seen: Counter[tuple[str, int, str]] = Counter()

    def poll(self) -> list[LogLine]:
        """New lines of the function."""
        events = list(explained(f"cannot read the log of {self._name}", lambda: list(self._events())))
        # Equal lines of one millisecond are told apart by their number; there may still come more of the last one.
        found = Counter((e["logStreamName"], e["timestamp"], e["message"]) for e in events)
        new = found - self._seen
        self._start = max([self._start, *(e["timestamp"] for e in events)])
        self._seen = Counter({key: n for key, n in found.items() if key[1] >= self._start})
        return [LogLine(key[1] / 1000, self._name, key[2].rstrip("\n")) for key in new.elements()]

    def _events(self) -> Iterator[dict[str, Any]]:
        token: dict[str, str] = {}
        while True:
            try:
                page = self._logs.filter_log_events(logGroupName=self._group, startTime=self._start, **token)
            except Exception as error:
                if error_code(error) == "ResourceNotFoundException":
                    return  # a function that has never run has no group of its own
                raise
            yield from page["events"]
            if "nextToken" not in page:
                return
            token = {"nextToken": page["nextToken"]}


class TopicLog:
    """What was published to the topics of a stack."""

    def __init__(self, emulator: Emulator, graph: Graph, since: float) -> None:
        self._emulator = emulator
        self._names = {r.outputs.get("arn"): r.name for r in graph.of_type(_TOPIC)}
        self._since = since
        self._last = 0

    def poll(self) -> list[LogLine]:
        """New messages."""
        messages = self._emulator.messages(self._last)
        self._last = max([self._last, *(m.number for m in messages)])
        return [
            LogLine(m.time, self._names[m.topic_arn], f"{m.subject}: {m.message}" if m.subject else m.message)
            for m in messages
            if m.topic_arn in self._names and m.time >= self._since
        ]


def functions(graph: Graph) -> Sequence[Resource]:
    """All functions that really exist."""
    return tuple(r for r in graph.of_type(_FUNCTION) if "" not in r.simulated)


def find_function(graph: Graph, name: str) -> Resource:
    """A function by its name in the program, its physical name, or its parent component's name.

    Raises:
        UsageError: none or several match.
    """
    every = functions(graph)
    keys: Sequence[Callable[[Resource], object]] = (
        lambda r: r.name,
        lambda r: r.outputs.get("name"),
        lambda r: r.parent.rpartition("::")[2],
    )
    for key in keys:
        found = [r for r in every if key(r) == name]
        if len(found) == 1:
            return found[0]
    known = ", ".join(r.name for r in every) or "none"
    raise UsageError(f"there is no function {name!r} in {graph.project}/{graph.stack}", fix=f"It has: {known}.")


def place_of(function: Resource) -> tuple[str, str]:
    """Region and account of a function."""
    _, _, _, region, account, *_ = str(function.outputs.get("arn", "::::")).split(":")
    return region, account
