"""Reads off a package's SDK, without importing it, which outputs a type has.

The engine has to make up the outputs of what it simulates. For `aws` they stand in `data/outputs.json`, written by
`tools/read_sdk_outputs.py` with the functions below; other packages are looked up in the program's environment.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stackwright.engine.urns import package_of

_KINDS: Final = {"str": "str", "int": "int", "float": "float", "bool": "bool", "Sequence": "list", "Mapping": "dict"}
_MOST_FILES: Final = 400  # packages are searched file by file; the largest have thousands in one folder


@dataclass(frozen=True)
class Outputs:
    """Properties that a resource of one type always has, and their kinds (`str`, `int`, `bool`, `list`, …).

    Attributes:
        computed: outputs that are no inputs.
        filled: inputs that the provider fills in when they are not given, such as a generated name.
    """

    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    filled: Mapping[str, str] = field(default_factory=dict[str, str])


@functools.cache
def outputs_of(type_token: str, interpreter: str = sys.executable) -> Outputs:
    """The outputs of a type of any package but `aws`; none when the package is not found.

    Args:
        interpreter: the Python of the environment to look in.
    """
    package = _package_directory(package_of(type_token), interpreter)
    for file in _candidates(package, type_token) if package else ():
        text = file.read_text(encoding="utf-8")
        if f"'{type_token}'" in text or f'"{type_token}"' in text:
            for token, outputs in resource_outputs(text):
                if token == type_token:
                    return outputs
    return Outputs()


def resource_outputs(text: str) -> Iterator[tuple[str, Outputs]]:
    """Type token and outputs of every resource class in a file of an SDK."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            functions = {f.name: f for f in node.body if isinstance(f, ast.FunctionDef)}
            init = functions.get("_internal_init")
            token = _token(init) if init else ""
            if init and token:
                yield token, _outputs(init, functions)


def function_results(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Token and results of every function in a file of an SDK."""
    body = ast.parse(text).body
    classes = {n.name: n for n in body if isinstance(n, ast.ClassDef)}
    for node in body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pulumi.runtime.invoke" and call.args:
                token = call.args[0]
                result = next((ast.unparse(k.value) for k in call.keywords if k.arg == "typ"), "")
                if isinstance(token, ast.Constant) and result in classes:
                    yield str(token.value), _results(classes[result])


def _package_directory(package: str, interpreter: str) -> Path | None:
    module = f"pulumi_{package.replace('-', '_')}"
    if interpreter == sys.executable:
        spec = importlib.util.find_spec(module)
        return Path(spec.origin).parent if spec and spec.origin else None
    return next(iter(sorted(Path(interpreter).parent.parent.glob(f"lib*/python3*/site-packages/{module}"))), None)


def _candidates(package: Path, type_token: str) -> list[Path]:
    module = type_token.split(":")[1].split("/")[0].replace("-", "_")
    folder = package / module
    files = sorted(folder.glob("*.py")) if folder.is_dir() else sorted(package.glob("*.py"))
    return files[:_MOST_FILES]


def _token(init: ast.FunctionDef) -> str:
    for item in ast.walk(init):
        if isinstance(item, ast.Call) and ast.unparse(item.func).endswith("__init__") and item.args:
            first = item.args[0]
            if isinstance(first, ast.Constant):
                return str(first.value)
    return ""


def _outputs(init: ast.FunctionDef, getters: Mapping[str, ast.FunctionDef]) -> Outputs:
    computed: dict[str, str] = {}
    filled: dict[str, str] = {}
    required = _refused_when_missing(init)
    for item in ast.walk(init):
        if not isinstance(item, ast.Assign) or not isinstance(item.targets[0], ast.Subscript):
            continue
        key = item.targets[0].slice
        getter = getters.get(str(key.value)) if isinstance(key, ast.Constant) else None
        if getter is None or getter.name in required:
            continue
        if isinstance(item.value, ast.Constant) and item.value.value is None:
            computed[_wire_name(getter)] = _kind(getter)
        elif not _is_optional(getter):
            filled[_wire_name(getter)] = _kind(getter)
    return Outputs(dict(sorted(computed.items())), dict(sorted(filled.items())))


def _refused_when_missing(init: ast.FunctionDef) -> set[str]:
    return {
        str(test.left.id)
        for item in ast.walk(init)
        if isinstance(item, ast.If) and any(isinstance(s, ast.Raise) for s in item.body)
        for test in ast.walk(item.test)
        if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Is)
    }


def _results(node: ast.ClassDef) -> dict[str, str]:
    getters = [f for f in node.body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
    return dict(sorted((_wire_name(g), _kind(g)) for g in getters if g.decorator_list))


def _is_optional(getter: ast.FunctionDef) -> bool:
    return "Optional[" in _annotation(getter)[:30] or _annotation(getter).endswith("| None")


def _wire_name(getter: ast.FunctionDef) -> str:
    for decorator in getter.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                    return str(keyword.value.value)
    return getter.name


def _kind(getter: ast.FunctionDef) -> str:
    inner = _annotation(getter).removeprefix("Optional[").replace("_builtins.", "")
    return _KINDS.get(inner.split("[")[0].rstrip("]").split(".")[-1], "dict")


def _annotation(getter: ast.FunctionDef) -> str:
    return (ast.unparse(getter.returns) if getter.returns else "").removeprefix("pulumi.Output[")
