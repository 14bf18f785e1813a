"""The program's resources, as it registers them against made-up answers."""

from __future__ import annotations

import functools
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stackwright.graph import Graph, Resource, reveal
from stackwright.workspace import load, locate

PROJECT = Path(__file__).resolve().parents[2]


class Program:
    """Questions about a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

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


@pytest.fixture(scope="session")
def program() -> Program:
    return Program(load(locate(str(PROJECT)), "dev"))


@pytest.fixture(scope="session")
def unknown() -> Program:
    return Program(load(locate(str(PROJECT)), "dev", mode="unknown"))


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"storefront_{name}", PROJECT / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="session")
def config() -> ModuleType:
    return module("config")


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return module("package")


@pytest.fixture(scope="session")
def variant() -> Callable[..., Program]:
    """The program with other config than that of the stack `dev`."""

    @functools.cache
    def load_variant(**values: str) -> Program:
        with pytest.MonkeyPatch.context() as patch:
            for key, value in values.items():
                patch.setenv(key.upper(), value)
            return Program(load(locate(str(PROJECT)), "dev"))

    return load_variant
