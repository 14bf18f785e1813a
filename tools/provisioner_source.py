"""What a provisioner's source says of its inputs: which it names, and for which cases it asks the ledger.

Counted is what code that the class leads to mentions, but not in `replace_on`, `delete` and `read`.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore.session

from stackwright.provider.provisioner import Provisioner
from stackwright.provider.services import _model_provisioner

_SERVICES = "stackwright.provider.services"
_APART = ("replace_on", "delete", "read")


@dataclass
class Mentioned:
    """What of an input's name, or of a case of the ledger, is in the source.

    Attributes:
        names: every text.
        read: what is read off inputs by name, or stands in a table of the module.
        cases: of `Inputs.limit`.
    """

    names: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)


def mentioned(provisioner: Provisioner) -> Mentioned:
    """What the class, its bases in `services` and all that they call mention."""
    found, seen = Mentioned(), set[int]()
    for cls in type(provisioner).__mro__:
        if cls.__module__.startswith(_SERVICES) and cls.__module__ != _model_provisioner.__name__:
            # A class that is made by a call has no source of its own; its base has.
            node = _definitions(cls.__module__).get(cls.__name__)
            if node is not None:
                _follow(cls.__module__, node, found, seen)
    if isinstance(provisioner, _model_provisioner.ModelProvisioner):
        found.names |= (members := _members(provisioner.calls))
        found.read |= members
    return found


def _members(calls: _model_provisioner.Calls) -> set[str]:
    """Inputs that fit a parameter of the create or update call, in the plainest spelling."""
    model = _session().get_service_model(calls.service)
    names = {call.replace("_", ""): name for name in model.operation_names for call in [name.lower()]}
    shapes = [model.operation_model(names[c.replace("_", "")]).input_shape for c in (calls.create, calls.update) if c]
    members = {name for shape in shapes if shape for name in shape.members}
    return {f"~{name.lower().removesuffix('s')}" for name in members} | {*calls.renamed, *calls.apart}


def has(names: set[str], name: str) -> bool:
    """Whether a name is among them, in one spelling or the other."""
    return name in names or f"~{name.lower().removesuffix('s')}" in names


@functools.cache
def _session() -> Any:
    return botocore.session.get_session()


@functools.cache
def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@functools.cache
def _definitions(module: str) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in _tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({t.id: node for t in targets if isinstance(t, ast.Name)})
    return found


@functools.cache
def _imports(module: str) -> dict[str, tuple[str, str]]:
    """Local name -> module, and the name in it; empty when the module itself is meant."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(_SERVICES):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                is_module = whole in sys.modules
                found[alias.asname or alias.name] = (whole, "") if is_module else (node.module, alias.name)
    return found


def _follow(module: str, node: ast.AST, found: Mentioned, seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    for part in _parts(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found.names.add(part.value.partition(".")[0])
            if isinstance(node, ast.Assign | ast.AnnAssign):
                found.read.add(part.value)
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "limit":
            case = part.args[1]
            assert isinstance(case, ast.Constant), f"{module}:{part.lineno}: a case is a literal"
            found.cases.add(str(case.value))
        elif _reads(part):
            found.read.add(_reads(part))
        elif isinstance(part, ast.Name):
            _follow_name(module, part.id, found, seen)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            other, name = _imports(module).get(part.value.id, ("", ""))
            if other and not name and part.attr in _definitions(other):
                _follow(other, _definitions(other)[part.attr], found, seen)


def _follow_name(module: str, name: str, found: Mentioned, seen: set[int]) -> None:
    if name in _definitions(module):
        _follow(module, _definitions(module)[name], found, seen)
    elif name in _imports(module):
        other, there = _imports(module)[name]
        if there and there in _definitions(other):
            _follow(other, _definitions(other)[there], found, seen)


def _reads(node: ast.AST) -> str:
    """`x` of `new["x"]` and of `new.get("x")`."""
    if isinstance(node, ast.Subscript):
        whom, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        whom, key = node.func.value, node.args[0]
    else:
        return ""
    is_inputs = isinstance(whom, ast.Name) and whom.id in ("new", "inputs")
    return str(key.value) if is_inputs and isinstance(key, ast.Constant) else ""


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.ClassDef) and _name_of(child) in _APART:
            continue
        yield from _parts(child)


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.FunctionDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""
