"""Reads a whole project."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackwright.source.facts import Fact
from stackwright.source.project import Project, Unreadable
from stackwright.source.reading import attributes, calls, expressions, statements, types
from stackwright.source.reading.machine import Arguments, Exhausted, Machine
from stackwright.source.sdk.packages import Packages
from stackwright.source.values import UNKNOWN, Bound, Function, ModuleValue


@dataclass(frozen=True, slots=True)
class Reading:
    """What the source of a program says.

    Attributes:
        facts: in the order of the files.
        problems: files that are no Python.
        is_whole: everything was read; a program that takes too long is read as far as it goes.
        files: the program's own, relative to the project.
        directory: of the program.
        writes_files: the program makes files while it runs.
        changes_directory: it calls `os.chdir`, so relative paths may be right.
    """

    facts: tuple[Fact, ...]
    problems: tuple[Unreadable, ...]
    is_whole: bool
    files: tuple[str, ...]
    directory: str
    writes_files: bool
    changes_directory: bool


def read(root: Path, entry: Path, site_packages: Sequence[Path], cache: Path | None = None) -> Reading:
    """Read a program from its entry on.

    Args:
        root: the directory of the project; files are named relative to it.
        entry: the file that Pulumi runs.
        site_packages: of the program's environment, and of others to fall back on.
        cache: a directory for what was read of SDKs.
    """
    packages = Packages(site_packages, cache)
    machine = Machine(
        Project(root, entry),
        packages,
        evaluate=expressions.evaluate,
        execute=statements.execute,
        call=calls.call,
        attribute=attributes.attribute,
    )
    try:
        main = machine.run(machine.project.main)
        _rest(machine, main)
        is_whole = True
    except (Exhausted, RecursionError):
        is_whole = False
    packages.save()
    project = machine.project
    return Reading(
        machine.facts(),
        project.problems(),
        is_whole,
        tuple(sorted(module.file for module in project.loaded())),
        str(entry.parent),
        machine.writes_files,
        machine.changes_directory,
    )


def _rest(machine: Machine, main: ModuleValue) -> None:
    """Read what no one has called, with what annotations say of its arguments."""
    seen: set[int] = set()
    machine.is_alone = True
    while True:
        left = [each for each in machine.functions if id(each) not in seen and id(each.node) not in machine.visited]
        if not left:
            return
        for function in left:
            seen.add(id(function))
            if id(function.node) not in machine.visited:
                _alone(machine, function)


def _alone(machine: Machine, function: Function) -> None:
    at: ast.expr = (
        function.node if isinstance(function.node, ast.Lambda) else ast.copy_location(_NOTHING, function.node)
    )
    arguments = Arguments(rest=UNKNOWN, open=UNKNOWN)
    if function.owner is not None and function.form != "static":
        receiver = types.any_instance(machine, function.owner)
        callee = Bound(receiver, function.name, function)
        machine.call(callee, arguments, at, function.scope)
    else:
        machine.call(function, arguments, at, function.scope)


_NOTHING = ast.Constant(None)
