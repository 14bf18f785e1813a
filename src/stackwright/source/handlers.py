"""What a handler of Lambda reads of its event, and what it does when something fails."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

# In every Python runtime, as https://docs.aws.amazon.com/lambda/latest/dg/python-package.html says of boto3 and what it
# needs.
RUNTIME: Final = frozenset(
    {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3", "awslambdaric"}
)
_DEEPEST: Final = 4
_CATCH_ALL: Final = frozenset({"", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Read:
    """A key that is read of the event. With `get` it may be missing."""

    key: str
    line: int
    column: int
    may_be_missing: bool


@dataclass(frozen=True, slots=True)
class At:
    """A place in the file."""

    line: int
    column: int


@dataclass(slots=True)
class Handler:
    """What is seen of one.

    Attributes:
        reads: keys of the event, where it is read by name.
        is_passed_on: the event goes where it is not followed, so it may be read there.
        data_class: what Powertools is told that the event is.
        unguarded: where its body is parsed although it may be missing or no JSON.
        swallowed: where every failure becomes an answer with the status 500.
    """

    line: int = 1
    reads: list[Read] = field(default_factory=list[Read])
    is_passed_on: bool = False
    data_class: str = ""
    unguarded: list[At] = field(default_factory=list[At])
    swallowed: list[At] = field(default_factory=list[At])


def defined(tree: ast.Module, name: str) -> ast.AST | None:
    """What gives a module the name; None when nothing does. A star import may give any."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                if alias.name == "*" or (alias.asname or alias.name.partition(".")[0]) == name:
                    return node
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            return node
    return None


def handler(tree: ast.Module, name: str) -> Handler | None:
    """What the function of that name does with its first argument; None when it is no function of the module."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    function = functions.get(name)
    if function is None:
        return None
    found = Handler(function.lineno)
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("event_source"):
            given = [keyword.value for keyword in decorator.keywords if keyword.arg == "data_class"]
            found.data_class = ast.unparse(given[0]).rpartition(".")[2] if given else ""
        elif not ast.unparse(decorator).partition("(")[0].endswith(("inject_lambda_context", "capture_lambda_handler")):
            found.is_passed_on = found.is_passed_on or not ast.unparse(decorator).startswith(("logger.", "tracer."))
    parameters = [*function.args.posonlyargs, *function.args.args]
    if parameters:
        _Follow(functions, found).function(function, parameters[0].arg, 0)
    return found


class _Follow:
    """Follows the event through the functions of one module."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef], found: Handler) -> None:
        self._functions = functions
        self._found = found
        self._seen: set[tuple[str, str]] = set()

    def function(self, function: ast.FunctionDef, event: str, depth: int) -> None:
        if (function.name, event) in self._seen or depth > _DEEPEST:
            return
        self._seen.add((function.name, event))
        guarded = _guarded(function)
        bodies = _bodies(function, event)
        for node in ast.walk(function):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node) and _answers_500(node):
                self._found.swallowed.append(At(node.lineno, node.col_offset + 1))
            if isinstance(node, ast.Call):
                if _is_parse(node, event, bodies) and id(node) not in guarded:
                    self._found.unguarded.append(At(node.lineno, node.col_offset + 1))
                self._call(node, event, depth)
        taken = {id(read) for read in self._reads(function, event)}
        for node in ast.walk(function):
            is_event = isinstance(node, ast.Name) and node.id == event and isinstance(node.ctx, ast.Load)
            if is_event and id(node) not in taken and id(node) not in self._followed(function, event):
                self._found.is_passed_on = True

    def _reads(self, function: ast.FunctionDef, event: str) -> Iterator[ast.Name]:
        """The mentions of the event where a key of it is read; notes the keys."""
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and _is(node.value, event):
                assert isinstance(node.value, ast.Name)
                if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                    self._note(node.slice.value, node, isinstance(node.ctx, ast.Store))
                else:
                    self._found.is_passed_on = True
                yield node.value
            elif isinstance(node, ast.Compare) and len(node.comparators) == 1 and _is(node.comparators[0], event):
                if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                    self._note(node.left.value, node, True)
                assert isinstance(node.comparators[0], ast.Name)
                yield node.comparators[0]
            elif isinstance(node, ast.Attribute) and _is(node.value, event):
                assert isinstance(node.value, ast.Name)
                yield node.value
                if node.attr != "get":
                    self._found.is_passed_on = True
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is(node.func.value, event):
                first = node.args[0] if node.args else None
                if node.func.attr == "get" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    self._note(first.value, node, True)

    def _note(self, key: str, node: ast.expr, may_be_missing: bool) -> None:
        self._found.reads.append(Read(key, node.lineno, node.col_offset + 1, may_be_missing))

    def _followed(self, function: ast.FunctionDef, event: str) -> set[int]:
        """Mentions of the event that are arguments of functions of the module, or only printed."""
        return {
            id(argument)
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and (self._callee(node) or _only_shows(node))
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        }

    def _callee(self, node: ast.Call) -> ast.FunctionDef | None:
        return self._functions.get(node.func.id) if isinstance(node.func, ast.Name) else None

    def _call(self, node: ast.Call, event: str, depth: int) -> None:
        callee = self._callee(node)
        if callee is None:
            return
        parameters = [*callee.args.posonlyargs, *callee.args.args]
        for place, argument in enumerate(node.args):
            if _is(argument, event) and place < len(parameters):
                self.function(callee, parameters[place].arg, depth + 1)
        for keyword in node.keywords:
            if keyword.arg is not None and _is(keyword.value, event):
                self.function(callee, keyword.arg, depth + 1)


def _is(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _only_shows(node: ast.Call) -> bool:
    """Whether a call only logs what it is given."""
    text = ast.unparse(node.func)
    return text in ("print", "json.dumps", "str", "repr", "len") or text.startswith(("logger.", "logging.", "log."))


def _bodies(function: ast.FunctionDef, event: str) -> set[str]:
    """Names that stand for the body of the event as it came."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _is_body(node.value, event)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _is_body(node: ast.expr, event: str) -> bool:
    if isinstance(node, ast.Subscript):
        return _is(node.value, event) and isinstance(node.slice, ast.Constant) and node.slice.value == "body"
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
        return False
    first = node.args[0] if len(node.args) == 1 else None
    return _is(node.func.value, event) and isinstance(first, ast.Constant) and first.value == "body"


def _is_parse(node: ast.Call, event: str, bodies: set[str]) -> bool:
    """`json.loads` of the body as it came: None of a request without one, and any text at all of the others."""
    if ast.unparse(node.func) not in ("json.loads", "loads") or not node.args:
        return False
    given = node.args[0]
    return _is_body(given, event) or (isinstance(given, ast.Name) and given.id in bodies)


def _guarded(function: ast.FunctionDef) -> set[int]:
    """Nodes in the body of a `try` that has a handler, or below a test."""
    return {
        id(inner)
        for node in ast.walk(function)
        if (isinstance(node, ast.Try) and node.handlers) or isinstance(node, ast.If | ast.IfExp)
        for part in _parts(node)
        for inner in ast.walk(part)
    }


def _parts(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return [*getattr(node, "body", []), *getattr(node, "orelse", [])]


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in _CATCH_ALL)


def _answers_500(node: ast.ExceptHandler) -> bool:
    if any(isinstance(inner, ast.Raise) for inner in ast.walk(node)):
        return False
    returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return) and inner.value is not None]
    return any(
        isinstance(inner, ast.Constant) and inner.value in (500, 502, 503, "500")
        for value in returned
        for inner in ast.walk(value)
    )


# ---- imports ---------------------------------------------------------------------------------------------------------


def imported(tree: ast.Module) -> Iterator[tuple[str, At]]:
    """Packages that a module imports as soon as it is imported itself, outside of any `try` or test."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, At(node.lineno, node.col_offset + 1)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, At(node.lineno, node.col_offset + 1)


def is_standard(module: str) -> bool:
    """Whether a module comes with Python or with the runtime of Lambda."""
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in RUNTIME
