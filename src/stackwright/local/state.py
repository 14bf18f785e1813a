"""What Stackwright remembers of the projects it has brought up on this machine.

    <home>/<project>/lock              held while something is applied
    <home>/<project>/origin            the directory the project was loaded from
    <home>/<project>/port              the emulator's last port
    <home>/<project>/modules           what the program imports of Pulumi's SDKs, a JSON list
    <home>/<project>/emulator/         the emulator's own directory
    <home>/<project>/<stack>.json      the stack's graph after its last apply
    <home>/<project>/<stack>.journal   steps finished since then, one JSON line each

The home is `$STACKWRIGHT_HOME`, by default `~/.stackwright`. State holds secrets in clear text, as the emulator does,
so the directories are for their owner only.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from stackwright.errors import Busy, EnvironmentFailed, UsageError
from stackwright.graph import (
    Graph,
    Properties,
    Resource,
    properties_from_json,
    resource_from_json,
    resource_to_json,
    value_to_json,
)


def home() -> Path:
    """Where state is kept."""
    configured = os.environ.get("STACKWRIGHT_HOME")
    return Path(configured).expanduser().absolute() if configured else Path.home() / ".stackwright"


def known_projects() -> list[str]:
    """Names of all projects with state, sorted."""
    directory = home()
    return sorted(p.parent.name for p in directory.glob("*/origin")) if directory.is_dir() else []


class ProjectState:
    """The state of one project.

    Args:
        project: its name.
        variant: keeps runs against different endpoints apart; empty for the embedded emulator.
    """

    def __init__(self, project: str, variant: str = "") -> None:
        name = f"{project}@{variant}" if variant else project
        self.project = project
        self.directory = home() / re.sub(r"[^\w.@-]", "-", name)
        self.emulator_directory = self.directory / "emulator"

    def prepare(self, origin: Path) -> None:
        """Make the directory and note where the project lies.

        Raises:
            EnvironmentFailed: the directory cannot be written.
        """
        with _writing(self.directory):
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self.directory / "origin").write_text(str(origin), encoding="utf-8")

    @property
    def origin(self) -> Path | None:
        """The directory the project was loaded from, None before the first run."""
        path = self.directory / "origin"
        return Path(path.read_text(encoding="utf-8")) if path.exists() else None

    @property
    def modules(self) -> list[str]:
        """What the program imported of Pulumi's SDKs when it last ran."""
        path = self.directory / "modules"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    @modules.setter
    def modules(self, names: Sequence[str]) -> None:
        path = self.directory / "modules"
        with _writing(path):
            path.write_text(json.dumps(list(names)), encoding="utf-8")

    @contextmanager
    def lock(self) -> Generator[None, None, None]:
        """Hold the project while something is applied to it.

        Raises:
            Busy: another process holds it.
        """
        with _writing(self.directory):
            file = (self.directory / "lock").open("a+")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise Busy(
                    f"another process (pid {holder}) is working on project {self.project}",
                    fix="Wait until it has finished, then run the command again.",
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield  # the lock goes with the file, also when this process is killed

    def stacks(self) -> list[str]:
        """Names of the stacks with state."""
        found = {p.stem for p in self.directory.glob("*.json")} | {p.stem for p in self.directory.glob("*.journal")}
        return sorted(found)

    def load(self, stack: str) -> Graph | None:
        """The stack as it stands, steps of an interrupted run included.

        Raises:
            EnvironmentFailed: the file was written by another version, or damaged.
        """
        path = self.directory / f"{stack}.json"
        journal = self.directory / f"{stack}.journal"
        try:
            graph = Graph.from_json(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None
            return _replay(graph, journal, self.project, stack) if journal.exists() else graph
        except (ValueError, KeyError, TypeError) as error:
            raise EnvironmentFailed(
                f"the state of {self.project}/{stack} cannot be read: {error}",
                where=str(path),
                fix=f"Start afresh with: stackwright down {self.project} --purge",
            ) from error

    def save(self, graph: Graph) -> None:
        """Keep a graph, in one piece or not at all, and end its journal."""
        path = self.directory / f"{graph.stack}.json"
        with _writing(path):
            draft = path.with_suffix(".draft")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(graph.to_json(show_secrets=True)), encoding="utf-8")
            draft.replace(path)
            (self.directory / f"{graph.stack}.journal").unlink(missing_ok=True)

    def journal(self, stack: str) -> Journal:
        """Opens the journal of a run."""
        path = self.directory / f"{stack}.journal"
        with _writing(path):
            path.touch(mode=0o600)
            return Journal(path, path.open("a", encoding="utf-8"))

    def forget(self) -> None:
        """Drop all stacks: what they describe no longer exists."""
        for path in [*self.directory.glob("*.json"), *self.directory.glob("*.journal")]:
            path.unlink()

    def outputs(self, stack: str) -> Properties:
        """The outputs of a stack.

        Raises:
            UsageError: it has not been brought up.
        """
        graph = self.load(stack)
        if graph is None:
            raise UsageError(
                f"stack {self.project}/{stack} has not been brought up on this machine",
                fix=f"Bring it up first: stackwright up <directory of {self.project}> -s {stack}",
            )
        return graph.outputs


class Journal:
    """Finished steps, written as they finish. May be told from several threads."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self._path = path
        self._file = file
        self._lock = threading.Lock()

    def __call__(self, urn: str, resource: Resource | None) -> None:
        """Note a resource as it is now, or with None that it is gone."""
        record: dict[str, Any] = {"urn": urn}
        if resource is not None:
            record["resource"] = resource_to_json(resource, show_secrets=True)
        line = json.dumps(record)
        with self._lock, _writing(self._path):
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        """No more steps."""
        with _writing(self._path):
            self._file.close()


def moved(graph: Graph, old_url: str, new_url: str) -> Graph:
    """The graph after the emulator has come up at another address.

    Inputs stay as they were: one that holds the old address is a difference that the next run has to apply.
    """

    def rewrite(value: Any) -> Any:
        return json.loads(json.dumps(value).replace(old_url, new_url))

    def rewritten(resource: Resource) -> Resource:
        document = resource_to_json(resource, show_secrets=True)
        for key in ("id", "outputs"):
            document[key] = rewrite(document[key])
        return resource_from_json(document)

    outputs = rewrite({k: value_to_json(v, show_secrets=True) for k, v in graph.outputs.items()})
    return replace(graph, resources=tuple(map(rewritten, graph.resources)), outputs=properties_from_json(outputs))


def _replay(graph: Graph | None, journal: Path, project: str, stack: str) -> Graph:
    resources = {r.urn: r for r in graph.resources} if graph else {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            break  # the process died while writing this line; the step before it is the last one known
        resources.pop(record["urn"], None)
        if "resource" in record:
            resources[record["urn"]] = resource_from_json(record["resource"])
    base = graph or Graph(project, stack, "emulator")
    return replace(base, resources=tuple(resources.values()))


@contextmanager
def _writing(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, BlockingIOError):
            raise
        raise EnvironmentFailed(
            f"cannot write state: {error.strerror or error}",
            where=str(path),
            fix="Make room or name another place with STACKWRIGHT_HOME.",
        ) from error
