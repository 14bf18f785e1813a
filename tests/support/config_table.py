"""Tables that say where in a program's graph each config key, and each number of a specification, must appear.

A row has a key, a value other than the default, and expectations: what stands where by default and with that value:

    Row("lambda_memory_mb", "640", at("lambda/function", "memorySize", 512, 640))

What stands there by default is written out, not taken from the config class: a default that changes is seen. A number
that no key sets is an expectation alone: `always("sqs/queue", "kmsDataKeyReusePeriodSeconds", 300)`.

An expectation is met by EVERY resource of its type, or the row fails: the one function that forgets a key is found.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stackwright.components import EnvironmentConfig
from stackwright.graph import Graph, reveal
from stackwright.testing.program import module
from stackwright.workspace import load, locate
from stackwright.workspace.interpreters import forking, modules

STACK = "plain"
"""A stack without a file, so that what is not set has its default."""


@dataclasses.dataclass(frozen=True, slots=True)
class Expectation:
    """Inputs of resources.

    Attributes:
        type: regular expression of the type without `aws:` and class, such as `lambda/function`.
        path: steps to the value, separated by slashes; JSON texts are read on the way. A step is a name, an index, `*`
            for each item, `**` for any depth, `#` for how many there are, or `name=text` for the items that have it.
        default: what is there with the defaults; None for nothing, also for no such resource, and a pattern for a text
            that matches as a whole.
        changed: what is there with the changed value.
        names: regular expression of the resources' names in the program.
    """

    type: str
    path: str
    default: Any
    changed: Any
    names: str

    def __str__(self) -> str:
        return f"{self.type} {self.names} {self.path}"

    def problems(self, graph: Graph, expected: Any) -> list[str]:
        """Where the graph has something else."""
        resources = [
            r
            for r in graph
            if r.custom
            and re.fullmatch(rf"(?:aws:|pulumi:)?(?:{self.type})(?::\w+)?", r.type)
            and re.fullmatch(self.names, r.name)
        ]
        if self.path == "#":
            return [] if len(resources) == expected else [f"{self}: {len(resources)}, not {expected}"]
        if not resources:
            return [] if expected is None else [f"{self}: there is no such resource"]
        found = [(r.name, value) for r in resources for value in self._read(reveal(r.inputs))]
        return [f"{self}: {name} has {value!r}, not {expected!r}" for name, value in found if not _is(value, expected)]

    def _read(self, inputs: Any) -> list[Any]:
        return list(_walk(inputs, self.path.split("/"))) or [None]


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A config key, a value other than the default, and where both appear.

    Attributes:
        run: rows of the same number are changed in one run of the program; those that exclude each other have
            different ones.
    """

    key: str
    value: str
    expectations: Sequence[Expectation]
    run: int = 1

    def __init__(self, key: str, value: str, *expectations: Expectation, run: int = 1) -> None:
        for name, given in {"key": key, "value": value, "expectations": expectations, "run": run}.items():
            object.__setattr__(self, name, given)

    def problems(self, graph: Graph, *, changed: bool) -> list[str]:
        """Where the key's value is not."""
        return [
            f"{self.key}{f' = {self.value}' if changed else ''}: {problem}"
            for expectation in self.expectations
            for problem in expectation.problems(graph, expectation.changed if changed else expectation.default)
        ]


def at(type: str, path: str, default: Any, changed: Any, names: str = ".*") -> Expectation:
    """An expectation whose value the key of its row decides."""
    return Expectation(type, path, default, changed, names)


def always(type: str, path: str, value: Any, names: str = ".*") -> Expectation:
    """An expectation whose value no config changes."""
    return Expectation(type, path, value, value, names)


class Table:
    """The table of one system."""

    def __init__(self, rows: Sequence[Row], numbers: Sequence[Expectation]) -> None:
        self.rows = rows
        self.numbers = numbers

    def problems(self, project: Path, empty: Path) -> Iterator[str]:
        """What the program registers elsewhere, or not at all; `empty` is a directory without files.

        The program is run with the defaults, and once for each number of a run, with all keys of its rows changed.
        """
        # The stack files of the project set keys of their own.
        located = dataclasses.replace(locate(str(project)), stack_directory=empty)
        with forking(located.interpreter, modules(located)) as start:
            before = load(located, STACK, start=start)
            yield from (f"default of {problem}" for row in self.rows for problem in row.problems(before, changed=False))
            yield from (problem for number in self.numbers for problem in number.problems(before, number.default))
            for run in sorted({row.run for row in self.rows}):
                rows = [row for row in self.rows if row.run == run]
                values = {f"{located.name}:{row.key}": row.value for row in rows}
                after = load(located, STACK, overrides=values, start=start)
                yield from (problem for row in rows for problem in row.problems(after, changed=True))
                if run == 1:
                    yield from (
                        problem for number in self.numbers for problem in number.problems(after, number.changed)
                    )


def config_keys(project: Path) -> set[str]:
    """The keys of the one config class in a system's config.py."""
    config = module(project, "config")
    found = [
        thing
        for thing in vars(config).values()
        if isinstance(thing, type) and issubclass(thing, EnvironmentConfig) and thing.__module__ == config.__name__
    ]
    assert len(found) == 1, f"{project / 'config.py'} has {len(found)} config classes"
    return {field.name for field in dataclasses.fields(found[0])}


def _is(value: Any, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return isinstance(value, str) and expected.fullmatch(value) is not None
    # False is not 0 here.
    return value == expected and isinstance(value, bool) == isinstance(expected, bool)


def _walk(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    if isinstance(value, str):
        value = _from_json(value)
    step, rest = steps[0], steps[1:]
    items = (
        list(value.values()) if isinstance(value, Mapping) else list(value) if isinstance(value, list | tuple) else []
    )
    if step == "#":
        yield len(items)
    elif step == "**":
        yield from _anywhere(value, rest)
    elif step == "*":
        for item in items:
            yield from _walk(item, rest)
    elif isinstance(value, Mapping) and step in value:
        yield from _walk(value[step], rest)
    elif "=" in step:
        name, _, text = step.partition("=")
        for item in items:
            if isinstance(item, Mapping) and item.get(name) == text:
                yield from _walk(item, rest)
    elif isinstance(value, list | tuple) and re.fullmatch(r"-?\d+", step) and -len(items) <= int(step) < len(items):
        yield from _walk(items[int(step)], rest)
    else:
        yield None


def _anywhere(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if isinstance(value, Mapping):
        if steps[0] in value:
            yield from _walk(value, steps)
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _anywhere(item, steps)


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None
