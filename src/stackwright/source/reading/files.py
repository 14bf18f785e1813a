"""Paths, archives and environment variables."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable
from typing import Final

from stackwright.source import traits
from stackwright.source.facts import UnstableArchive
from stackwright.source.reading import methods, operations
from stackwright.source.reading.machine import Arguments, Machine, shown
from stackwright.source.values import (
    NONE,
    UNKNOWN,
    Const,
    FilePath,
    ListValue,
    Plain,
    Scope,
    Value,
    is_surely_output,
    join,
)
from stackwright.source.values import traits as traits_of

Handler = Callable[[Machine, Arguments, ast.expr, Scope], Value]
ENVIRONMENT: Final = "an environment variable"
_FLAGS: Final = frozenset({"true", "false", "0", "1", "yes", "no", "on", "off"})


def first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def values_only(machine: Machine, arguments: Arguments, scope: Scope) -> None:
    for at, value in zip(arguments.nodes, arguments.positional, strict=False):
        if is_surely_output(value):
            operations.used(machine, "call", at, value, scope)


def _environment(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    default = arguments.get(1, "default")
    if default is None or default == NONE:
        return Plain("str", frozenset({ENVIRONMENT}), may_be_none=True)
    found = {ENVIRONMENT}
    if isinstance(default, Const) and isinstance(default.value, str) and default.value.lower() in _FLAGS:
        found.add(f"{operations.FLAG_TEXT}{shown(node)}")
    if isinstance(default, Const) and isinstance(default.value, str):
        return Plain("str", frozenset(found))
    return join([Plain("str", frozenset(found)), default])


def _path(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    values_only(machine, arguments, scope)
    text, found = _joined(arguments.positional)
    return FilePath(text if arguments.positional else ".", found)


def _join_paths(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    values_only(machine, arguments, scope)
    text, found = _joined(arguments.positional)
    if arguments.rest is not None:
        text = None
    return Const(text, found) if text is not None else Plain("str", found)


def _joined(parts: list[Value]) -> tuple[str | None, frozenset[str]]:
    found = traits.passed_on(trait for part in parts for trait in traits_of(part))
    texts = [_text(part) for part in parts]
    known = [text for text in texts if text is not None]
    return (posixpath.join(*known) if known and len(known) == len(texts) else None), found


def _text(value: Value) -> str | None:
    if isinstance(value, FilePath):
        return value.text
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def _path_part(work: Callable[[str], str]) -> Handler:
    def take(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        values_only(machine, arguments, scope)
        value = first(arguments)
        text = _text(value)
        return Const(work(text), traits_of(value)) if text is not None else Plain("str", traits_of(value))

    return take


def _absolute(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    value = first(arguments)
    return methods.as_text(methods.absolute(machine, FilePath(_text(value), traits_of(value))))


def _working(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    place = str(machine.project.entry.parent)
    told = frozenset({traits.WORKING})
    return (
        FilePath(place, told)
        if ast.unparse(node).endswith("cwd()") and "Path" in ast.unparse(node)
        else Const(place, told)
    )


def _temporary(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return Const("/tmp", frozenset({traits.TEMPORARY}))


def _chdir(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    machine.changes_directory = True
    return NONE


def _listing(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    return ListValue([], Plain("str"))


def _open(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    values_only(machine, arguments, scope)
    mode = arguments.get(1, "mode")
    if mode is not None and not (isinstance(mode, Const) and str(mode.value).startswith("r")):
        machine.writes_files = True
    return UNKNOWN


def _zip_written(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    name = first(arguments)
    is_text = _text(name) is not None or (isinstance(name, Plain) and name.kind == "str")
    if ast.unparse(node.func if isinstance(node, ast.Call) else node).endswith(".write") or is_text:
        machine.report(
            UnstableArchive(machine.place(node, scope), shown(node.func if isinstance(node, ast.Call) else node))
        )
    return NONE


def _make_archive(machine: Machine, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
    machine.report(UnstableArchive(machine.place(node, scope), "shutil.make_archive"))
    return Plain("str", traits_of(first(arguments)))


HANDLERS: Final[dict[str, Handler]] = {
    "builtins.open": _open,
    "os.environ.get": _environment,
    "os.getenv": _environment,
    "pathlib.Path": _path,
    "pathlib.PurePath": _path,
    "pathlib.PurePosixPath": _path,
    "pathlib.Path.cwd": _working,
    "os.getcwd": _working,
    "os.chdir": _chdir,
    "os.listdir": _listing,
    "os.path.join": _join_paths,
    "os.path.dirname": _path_part(posixpath.dirname),
    "os.path.basename": _path_part(posixpath.basename),
    "os.path.normpath": _path_part(posixpath.normpath),
    "os.path.abspath": _absolute,
    "os.path.realpath": _absolute,
    "tempfile.gettempdir": _temporary,
    "zipfile.ZipFile().write": _zip_written,
    "zipfile.ZipFile().writestr": _zip_written,
    "shutil.make_archive": _make_archive,
}
