"""Files and directories that are given to Pulumi."""

from __future__ import annotations

import ast
import posixpath
from dataclasses import replace
from pathlib import Path

from stackwright.source.facts import ArchiveUsed
from stackwright.source.reading import operations
from stackwright.source.reading.machine import Arguments, Machine
from stackwright.source.values import (
    Const,
    DictValue,
    FilePath,
    Library,
    Scope,
    SdkObject,
    Value,
    alternatives,
    is_output,
)
from stackwright.source.values import traits as traits_of


def used(machine: Machine, name: str, arguments: Arguments, node: ast.expr, scope: Scope) -> dict[str, Value]:
    """`FileArchive(path)` or `FileAsset(path)`; gives what the object remembers."""
    path = arguments.get(0, "path")
    if path is None:
        return {}
    at = arguments.nodes[0] if arguments.nodes else node
    if is_output(path):
        operations.used(machine, "path", at, path, scope)
    place = machine.place(at, scope)
    for each in alternatives(path):
        text = each.text if isinstance(each, FilePath) else each.value if isinstance(each, Const) else None
        known = text if isinstance(text, str) else None
        exists, is_project = _look(machine, known)
        machine.report(ArchiveUsed(place, name, known, traits_of(each), name == "FileArchive", exists, is_project))
    return {"$place": Library(f"{place.file}:{place.line}:{place.column}")}


def _look(machine: Machine, path: str | None) -> tuple[bool | None, bool]:
    if path is None or "://" in path:
        return None, False
    whole = Path(posixpath.normpath(posixpath.join(machine.project.entry.parent, path)))
    try:
        return whole.exists(), whole in (machine.project.root, machine.project.entry.parent)
    except (OSError, ValueError):  # longer than a path can be, or with a NUL byte
        return None, False


def packed(machine: Machine, value: Value | None) -> None:
    """Files that become a function's code."""
    for each in alternatives(value) if value is not None else ():
        if isinstance(each, DictValue):
            for inner in each.values():
                packed(machine, inner)
        elif isinstance(each, SdkObject) and "$place" in each.given:
            mark = each.given["$place"]
            for fact in machine.facts():
                at = f"{fact.place.file}:{fact.place.line}:{fact.place.column}"
                if isinstance(fact, ArchiveUsed) and isinstance(mark, Library) and mark.name == at:
                    machine.correct(replace(fact, is_code=True))
