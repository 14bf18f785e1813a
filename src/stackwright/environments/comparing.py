"""Graphs of the same program for several stacks, compared resource by resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

from stackwright.environments.normalizing import Normal
from stackwright.graph import Graph, Resource

ABSENT: Final = "—"
_IDS: Final = ("id", "Id", "ID", "sid", "Sid", "name", "Name", "key", "Key", "alias", "attributeName")
_NOT_COMPARED: Final = frozenset({"pulumi:pulumi:Stack", "pulumi:pulumi:StackReference"})
_OPTIONS: Final = ("protect", "retain_on_delete", "delete_before_replace", "ignore_changes")
Key: TypeAlias = tuple[str, str]
"""Type and normalized name of a resource, with those of its parents."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in all stacks.

    Attributes:
        type, name: of the resource; `name` as one of the stacks has it, `key` what matches it across stacks.
        path: in its inputs; empty for a resource that some stacks do not have; `option:…` for a resource option.
        values: by stack; `ABSENT` where there is none.
        parts: how many resources come and go with this one, itself included.
        where: its line in the program.
    """

    type: str
    name: str
    key: Key
    path: str
    values: Mapping[str, Any]
    parts: int = 1
    where: str = ""


def compare(graphs: Mapping[str, Graph]) -> list[Difference]:
    """All differences, in the order of the program."""
    normals = {stack: Normal(graph) for stack, graph in graphs.items()}
    tables = {stack: _by_key(graph, normals[stack]) for stack, graph in graphs.items()}
    keys = dict.fromkeys(key for table in tables.values() for key in table)
    found: list[Difference] = []
    lonely = {key for key in keys if any(key not in table for table in tables.values())}
    for key in keys:
        present = {stack: table[key] for stack, table in tables.items() if key in table}
        if key not in lonely:
            found.extend(_inside(key, present, normals))
        elif not _goes_with_another(key, present, lonely, graphs, normals):
            found.append(_presence(key, present, tables))
    return found


def _by_key(graph: Graph, normal: Normal) -> dict[Key, Resource]:
    resources = [r for r in graph.resources if r.type not in _NOT_COMPARED and not r.pending_delete]
    return {_key(resource.urn, normal): resource for resource in resources}


def _key(urn: str, normal: Normal) -> Key:
    _, _, types, name = urn.split("::", 3)
    return types, normal.name(name)


def _parent(resource: Resource, normal: Normal) -> Key | None:
    return _key(resource.parent, normal) if resource.parent else None


def _goes_with_another(
    key: Key,
    present: Mapping[str, Resource],
    lonely: set[Key],
    graphs: Mapping[str, Graph],
    normals: Mapping[str, Normal],
) -> bool:
    """Whether its parent comes and goes with it, which then stands for both."""
    del key, graphs
    return all(_parent(resource, normals[stack]) in lonely for stack, resource in present.items())


def _presence(key: Key, present: Mapping[str, Resource], tables: Mapping[str, Mapping[Key, Resource]]) -> Difference:
    stack, resource = next(iter(present.items()))
    below = 1 + sum(_is_below(other, resource.urn, tables[stack]) for other in tables[stack].values())
    values = {each: "present" if each in present else ABSENT for each in tables}
    return Difference(resource.type, resource.name, key, "", values, below, str(resource.source or ""))


def _is_below(resource: Resource, urn: str, table: Mapping[Key, Resource]) -> bool:
    by_urn = {each.urn: each for each in table.values()}
    parent = by_urn.get(resource.parent)
    while parent is not None:
        if parent.urn == urn:
            return True
        parent = by_urn.get(parent.parent)
    return False


def _inside(key: Key, present: Mapping[str, Resource], normals: Mapping[str, Normal]) -> Iterator[Difference]:
    first = next(iter(present.values()))
    if not first.custom:
        return  # a component is what its parts are
    inputs = {stack: normals[stack].inputs(resource) for stack, resource in present.items()}
    flat = {stack: dict(_leaves(given)) if given else {} for stack, given in inputs.items()}
    for stack, resource in present.items():
        for option in _OPTIONS:
            flat[stack][f"option:{option}"] = getattr(resource.options, option)
    for path in dict.fromkeys(path for leaves in flat.values() for path in leaves):
        values = {stack: leaves.get(path, ABSENT) for stack, leaves in flat.items()}
        if len({json.dumps(value, sort_keys=True, default=str) for value in values.values()}) > 1:
            yield Difference(first.type, first.name, key, path, values, where=str(first.source or ""))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What a value holds, by path. Lists whose items have an id are compared by it, others as they stand."""
    if isinstance(value, dict) and value:
        for name, item in cast("dict[str, Any]", value).items():
            yield from _leaves(item, f"{path}.{name}" if path else name)
        return
    if isinstance(value, list) and value:
        items = cast("list[Any]", value)
        identity = _identity(items)
        if identity:
            for item in items:
                yield from _leaves(item, f"{path}[{item[identity]}]")
            return
        if any(isinstance(item, dict) for item in items):
            for position, item in enumerate(items):
                yield from _leaves(item, f"{path}[{position}]")
            return
    yield path, value


def _identity(items: list[Any]) -> str:
    """The field that tells the items of a list apart, if there is one."""
    if not all(isinstance(item, dict) for item in items):
        return ""
    for name in _IDS:
        texts = [item.get(name) for item in items]
        if all(isinstance(text, str) for text in texts) and len(set(texts)) == len(texts):
            return name
    return ""
