"""What stacks have to say, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stackwright.emulator.process import Emulator
from stackwright.graph import Graph
from stackwright.provider.aws import Endpoint
from stackwright.workspace.log_sources import LogLine, Source, sources

__all__ = ["LogLine", "Logs", "logs"]


class Logs:
    """Several sources read as one."""

    def __init__(self, readers: Sequence[Source]) -> None:
        self._readers = readers

    def poll(self) -> list[LogLine]:
        """Lines that were not returned before.

        Raises:
            EnvironmentFailed: the endpoint does not answer.
        """
        # By time alone: lines of one millisecond stay in the order in which they were written.
        return sorted((line for reader in self._readers for line in reader.poll()), key=lambda line: line.time)


def logs(
    endpoint: Endpoint, emulator: Emulator | None, graphs: Iterable[Graph], *, since: float, function: str = ""
) -> Logs:
    """What the stacks' functions write and their topics announce from a time on (seconds since the epoch).

    Args:
        function: this one's log only.

    Raises:
        UsageError: there is no such function.
    """
    found = (sources(endpoint, emulator, graph, since=since, function=function) for graph in graphs)
    return Logs([source for each in found for source in each])
