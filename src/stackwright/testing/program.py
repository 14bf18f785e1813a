"""Questions about what a system's program registers, against made-up answers of AWS."""

from __future__ import annotations

import atexit
import contextlib
import functools
import importlib.util
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from unittest import mock

from stackwright.graph import Graph, Resource, reveal
from stackwright.workspace import load, locate
from stackwright.workspace.interpreters import forking, modules

if TYPE_CHECKING:
    from stackwright.engine.program.child import Start


class Program:
    """Questions about a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @classmethod
    def of(cls, project: Path, mode: Literal["simulated", "unknown"] = "simulated", stack: str = "dev") -> Program:
        """What a stack registers; with `unknown`, what a first preview sees."""
        located = locate(str(project))
        return cls(load(located, stack, mode=mode, start=_starting(located.interpreter, str(project))))

    @property
    def resources(self) -> list[Resource]:
        return [r for r in self.graph if r.custom and not r.type.startswith("pulumi:")]

    def all(self, kind: str) -> list[Resource]:
        return [r for r in self.resources if r.type == f"aws:{kind}"]

    def one(self, name: str, kind: str = "") -> Resource:
        found = [r for r in self.resources if r.name == name and r.type.endswith(kind)]
        assert len(found) == 1, name
        return found[0]

    def inputs(self, name: str, kind: str = "") -> Any:
        return reveal(self.one(name, kind).inputs)

    def outputs(self, name: str, kind: str = "") -> Any:
        return reveal(self.one(name, kind).outputs)

    def statements(self, name: str, kind: str = "") -> list[dict[str, Any]]:
        return json.loads(self.inputs(name, kind)["policy"])["Statement"]

    def depends(self, resource: Resource, name: str) -> bool:
        return any(urn.endswith(f"::{name}") for urn in resource.dependencies)


class Variants:
    """The program with other config than that of the stack `dev`."""

    def __init__(self, project: Path) -> None:
        self._project = project

    @functools.cache  # noqa: B019 - one object per test process
    def __call__(self, **values: str) -> Program:
        with mock.patch.dict(os.environ, {key.upper(): value for key, value in values.items()}):
            return Program.of(self._project)


_interpreters: Final = contextlib.ExitStack()
atexit.register(_interpreters.close)


@functools.cache
def _starting(interpreter: str, project: str) -> Start:
    """Starts a project's program, by the same interpreter each time: importing the SDK is most of a run."""
    return _interpreters.enter_context(forking(interpreter, modules(locate(project))))


def module(project: Path, name: str) -> ModuleType:
    """A module of the project, under a name that no other project's has."""
    spec = importlib.util.spec_from_file_location(f"{project.name}_{name}", project / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    match value:
        case str():
            yield value
        case Mapping():
            for part in cast("Mapping[str, Any]", value).values():
                yield from texts(part)
        case list() | tuple():
            for part in cast("Sequence[Any]", value):
                yield from texts(part)
        case _:
            return
