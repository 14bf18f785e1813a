"""Questions about the program's resources, and names that tests of several parts use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stackwright.graph import Graph, Resource, reveal

PROJECT = Path(__file__).resolve().parents[2]
SERVICES = ("user-service", "order-service", "product-service")
TABLES = ("users", "orders", "products")


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


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    match value:
        case str():
            yield value
        case Mapping():
            for part in value.values():
                yield from texts(part)
        case list() | tuple():
            for part in value:
                yield from texts(part)
        case _:
            return


def states(program: Program) -> dict[str, Any]:
    """The states of order-workflow."""
    return json.loads(program.inputs("order-workflow-machine")["definition"])["States"]
