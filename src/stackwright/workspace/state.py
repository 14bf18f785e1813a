"""What Stackwright remembers of one project that it has brought up on this machine.

    project.json             whose state this is; see `stackwright.workspace.projects`
    lock                     held while something is applied
    port                     the emulator's last port
    accounts                 the emulated account of each stack, a JSON object
    modules                  what the program imports of Pulumi's SDKs, a JSON list
    packages                 what functions were packed from in the last run, one JSON line each
    emulator/                the emulator's own directory
    stacks/<stack>.json      the stack's graph after its last apply
    stacks/<stack>.journal   steps finished since then, one JSON line each

State holds secrets in clear text, as the emulator does, so all of it is for its owner only.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from stackwright.errors import Busy, EnvironmentFailed, UsageError
from stackwright.graph import (
    Graph,
    Resource,
    properties_from_json,
    resource_from_json,
    resource_to_json,
    value_to_json,
)
from stackwright.names import NAME_RULE, is_name
from stackwright.private import private_append, private_directory, read_private, write_private


@dataclass(frozen=True)
class ProjectKey:
    """What tells one project from another.

    Attributes:
        location: the directory of Pulumi.yaml, or the .py file that is the whole project.
        directory: where its files lie.
        endpoint: the AWS endpoint in use, as a file name; empty for the embedded emulator.
    """

    name: str
    location: Path
    directory: Path
    endpoint: str = ""

    def __str__(self) -> str:
        at = f" at {self.endpoint}" if self.endpoint else ""
        return f"{self.name} ({self.location}){at}"


class ProjectState:
    """The state of one project, in a directory of its own."""

    def __init__(self, key: ProjectKey, directory: Path) -> None:
        self.key = key
        self.project = key.name
        self.directory = directory
        self.emulator_directory = directory / "emulator"
        self._stacks = directory / "stacks"

    @property
    def modules(self) -> list[str]:
        """What the program imported of Pulumi's SDKs when it last ran."""
        text = self._read("modules")
        return [] if text is None else json.loads(text)

    @modules.setter
    def modules(self, names: Sequence[str]) -> None:
        self._write("modules", json.dumps(list(names)))

    @property
    def accounts(self) -> Mapping[str, str]:
        """The account of each stack, where its program does not name another."""
        text = self._read("accounts")
        return {} if text is None else json.loads(text)

    @accounts.setter
    def accounts(self, by_stack: Mapping[str, str]) -> None:
        self._write("accounts", json.dumps(dict(by_stack)))

    @property
    def port(self) -> int:
        """The emulator's last port, 0 before it has had one."""
        text = self._read("port") or ""
        return int(text) if text.isdecimal() and int(text) < 2**16 else 0

    @port.setter
    def port(self, number: int) -> None:
        self._write("port", str(number))

    @contextmanager
    def lock(self) -> Generator[None, None, None]:
        """Hold the project while something is applied to it.

        Raises:
            Busy: another process holds it.
        """
        with writing(self.directory):
            file = private_append(self.directory / "lock")
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
        files = [*self._stacks.glob("*.json"), *self._stacks.glob("*.journal")]
        return sorted({p.stem for p in files if not p.name.startswith(".")})

    def load(self, stack: str) -> Graph | None:
        """The stack as it stands, steps of an interrupted run included.

        Raises:
            EnvironmentFailed: the file was written by another version, or damaged.
        """
        path, journal = self._files(stack)
        try:
            text, steps = read_private(path), read_private(journal)
            graph = None if text is None else Graph.from_json(json.loads(text))
            return graph if steps is None else _replay(graph, steps, self.project, stack)
        except (ValueError, KeyError, TypeError) as error:
            raise EnvironmentFailed(
                f"the state of {self.project}/{stack} cannot be read: {error}",
                where=str(path),
                fix=f"Start afresh with: stackwright down {shlex.quote(str(self.key.location))} --purge",
            ) from error

    def save(self, graph: Graph) -> None:
        """Keep a graph, in one piece or not at all, and end its journal."""
        path, journal = self._files(graph.stack)
        with writing(path):
            private_directory(self._stacks)
            write_private(path, json.dumps(graph.to_json(show_secrets=True)))
            journal.unlink(missing_ok=True)

    def journal(self, stack: str) -> Journal:
        """Opens the journal of a run."""
        _, path = self._files(stack)
        with writing(path):
            private_directory(self._stacks)
            return Journal(path, private_append(path))

    def remove(self, stack: str) -> None:
        """Drop one stack; what it describes no longer exists."""
        for path in self._files(stack):
            path.unlink(missing_ok=True)

    def forget(self) -> None:
        """Drop all stacks: what they describe no longer exists."""
        for stack in self.stacks():
            self.remove(stack)

    def _files(self, stack: str) -> tuple[Path, Path]:
        if not is_name(stack):
            raise UsageError(f"{stack!r} is no name of a stack", fix=NAME_RULE)
        return self._stacks / f"{stack}.json", self._stacks / f"{stack}.journal"

    def _read(self, name: str) -> str | None:
        return read_private(self.directory / name)

    def _write(self, name: str, text: str) -> None:
        with writing(self.directory / name):
            write_private(self.directory / name, text)


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
        with self._lock, writing(self._path):
            self._file.write(line + "\n")
            self._file.flush()

    def close(self) -> None:
        """No more steps."""
        with writing(self._path):
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


def _replay(graph: Graph | None, steps: str, project: str, stack: str) -> Graph:
    resources = {r.urn: r for r in graph.resources} if graph else {}
    for line in steps.split("\n"):
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
def writing(path: Path) -> Generator[None, None, None]:
    """Says what an OSError while writing state means.

    Raises:
        EnvironmentFailed: nothing could be written.
    """
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
