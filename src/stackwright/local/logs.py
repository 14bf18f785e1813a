"""What the functions of a stack write, and what its topics announce, as lines in order of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from stackwright.errors import UsageError
from stackwright.graph import Graph, Resource
from stackwright.local.aws import Endpoint, error_code

_FUNCTION = "aws:lambda/function:Function"


@dataclass(frozen=True, order=True)
class LogLine:
    """One event; `time` in seconds since the epoch."""

    time: float
    source: str
    text: str


@dataclass
class Tail:
    """Reads what is new each time it is asked."""

    endpoint: Endpoint
    graph: Graph
    since: float = 0.0
    function: str = ""
    _seen: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _from: dict[str, int] = field(default_factory=dict[str, int])

    def poll(self) -> list[LogLine]:
        """Lines that were not returned before."""
        lines = [line for function in self._functions() for line in self._group(function)]
        return sorted(lines)

    def _functions(self) -> Iterable[Resource]:
        return functions(self.graph) if not self.function else [find_function(self.graph, self.function)]

    def _group(self, function: Resource) -> Iterable[LogLine]:
        group = str(
            (function.outputs.get("loggingConfig") or {}).get("logGroup") or f"/aws/lambda/{function.outputs['name']}"
        )
        seen = self._seen.setdefault(group, set())
        start = self._from.get(group, int(self.since * 1000))
        logs = self.endpoint.client("logs", _region(function))
        token: dict[str, str] = {}
        while True:
            try:
                page = logs.filter_log_events(logGroupName=group, startTime=start, **token)
            except Exception as error:
                if error_code(error) == "ResourceNotFoundException":
                    return  # a function that has never run has no group of its own
                raise
            for event in page["events"]:
                if event["eventId"] not in seen:
                    seen.add(event["eventId"])
                    # Events of one millisecond may still come; everything before it has been seen.
                    self._from[group] = max(self._from.get(group, 0), event["timestamp"])
                    yield LogLine(event["timestamp"] / 1000, function.name, event["message"].rstrip("\n"))
            if "nextToken" not in page:
                return
            token = {"nextToken": page["nextToken"]}


def functions(graph: Graph) -> tuple[Resource, ...]:
    """All functions that really exist."""
    return tuple(r for r in graph.of_type(_FUNCTION) if "" not in r.simulated)


def find_function(graph: Graph, name: str) -> Resource:
    """A function by its name in the program, its physical name, or its parent component's name.

    Raises:
        UsageError: none or several match.
    """
    every = functions(graph)
    for key in (lambda r: r.name, lambda r: r.outputs.get("name"), lambda r: r.parent.rpartition("::")[2]):
        found = [r for r in every if key(r) == name]
        if len(found) == 1:
            return found[0]
    known = ", ".join(r.name for r in every) or "none"
    raise UsageError(f"there is no function {name!r} in {graph.project}/{graph.stack}", fix=f"It has: {known}.")


def _region(function: Resource) -> str:
    return str(function.outputs.get("arn", ":::")).split(":")[3]
