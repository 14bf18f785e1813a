"""What is known of a value while code is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from stackwright.iam.patterns import HOLE


@dataclass(frozen=True, slots=True)
class Opaque:
    """Anything."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text; `HOLE` is a part of it that is not known."""

    text: str


@dataclass(frozen=True, slots=True)
class Const:
    """A number, a truth value, bytes or None."""

    value: Any


@dataclass(eq=False, slots=True)
class Seq:
    """A list, tuple or set. One that is open has more elements, of which nothing is known."""

    items: list[Value] = field(default_factory=list["Value"])
    open: bool = False


@dataclass(eq=False, slots=True)
class Table:
    """A dictionary; `rest` is what stands under keys that are not known."""

    entries: dict[str, Value] = field(default_factory=dict[str, "Value"])
    rest: Value | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """Names of a function, class or module, and where to look on."""

    names: dict[str, Value] = field(default_factory=dict[str, "Value"])
    outer: Scope | None = None
    shared: set[str] = field(default_factory=set[str])
    module: Module | None = None
    owner: Class | None = None

    def find(self, name: str) -> Value | None:
        """The value of a name, from the inside out."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None


@dataclass(eq=False, slots=True)
class Module:
    """A module of the package."""

    name: str
    file: str
    scope: Scope
    package: str = ""


@dataclass(eq=False, slots=True)
class Function:
    """A function or lambda of the package. `kinds` are `property`, `static`, `class`, `context`."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    module: Module
    defaults: Mapping[str, Value]
    kinds: frozenset[str] = frozenset()
    owner: Class | None = None


@dataclass(eq=False, slots=True)
class Bound:
    """A function with the arguments that it has already."""

    function: Value
    args: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] = field(default_factory=dict[str, "Value"])


@dataclass(eq=False, slots=True)
class Class:
    """A class of the package. `fields` are its annotated names, in order."""

    name: str
    bases: tuple[Value, ...]
    scope: Scope
    fields: tuple[str, ...] = ()
    filled: bool = False


@dataclass(eq=False, slots=True)
class Instance:
    """An object of such a class."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict[str, "Value"])


@dataclass(frozen=True, slots=True)
class External:
    """A name that the package does not define, by its path: `boto3.client`."""

    path: str


@dataclass(frozen=True, slots=True)
class Sdk:
    """An object of boto3.

    Attributes:
        kind: `session`, `client`, `resource`, `object`, `method`, `paginator`, `waiter`, `collection` or `writer`.
        service: as boto3 names it; empty when not known.
        name: of the method, the kind of object, the operation.
        params: what the object adds to calls, such as the name of its table.
    """

    kind: str
    service: str = ""
    name: str = ""
    params: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Union:
    """One of several."""

    options: tuple[Value, ...]


@dataclass(slots=True)
class Frame:
    """One run of a function or module.

    Attributes:
        branches: how many tests and loops stand around the statement that runs.
        guards: how many expressions and `try` around it may deal with what is missing.
    """

    scope: Scope
    module: Module
    returns: list[Value] = field(default_factory=list["Value"])
    yields: list[Value] = field(default_factory=list["Value"])
    branches: int = 0
    guards: int = 0
    generator: bool = False


Value: TypeAlias = (
    Opaque | Text | Const | Seq | Table | Module | Function | Bound | Class | Instance | External | Sdk | Union
)
ANYTHING: Final = Opaque()
NOTHING: Final = Const(None)
_MOST: Final = 8


def join(values: Iterable[Value]) -> Value:
    """One of these; anything when there are too many to tell apart."""
    every = [option for value in values for option in options(value)]
    if len(every) == 1:
        return every[0]
    found: dict[Any, Value] = {}
    for option in every:
        found.setdefault(option if isinstance(option, Text | External) else fingerprint(option), option)
    if len(found) > _MOST:
        return ANYTHING
    kept = tuple(found.values())
    return kept[0] if len(kept) == 1 else Union(kept) if kept else ANYTHING


def options(value: Value) -> tuple[Value, ...]:
    """What the value may be."""
    return value.options if isinstance(value, Union) else (value,)


def text_of(value: Value) -> str:
    """The value as part of a text."""
    match value:
        case Text(text):
            return text
        case Const(known) if isinstance(known, int | float) and not isinstance(known, bool):
            return str(known)
        case _:
            return HOLE


def fingerprint(value: Value, depth: int = 0) -> Any:
    """What two values that need not be told apart have in common."""
    match value:
        case Opaque() | Text() | External():
            return value
        case Const(known):
            return (type(known), known if isinstance(known, str | int | float | bytes | None) else 0)
        case Sdk(kind, service, name, params):
            return (kind, service, name, tuple((k, fingerprint(v, depth + 1)) for k, v in params))
        case Union(several):
            return frozenset(fingerprint(v, depth + 1) for v in several)
        case Seq(items, is_open) if depth < 3 and len(items) < 16:
            return ("seq", is_open, *(fingerprint(v, depth + 1) for v in items))
        case Table(entries, rest) if depth < 3 and len(entries) < 32:
            pairs = sorted((k, hash(fingerprint(v, depth + 1))) for k, v in entries.items())
            return ("table", *pairs, rest is None)
        case Bound(function, args, _) if depth < 3:
            return ("bound", fingerprint(function, depth + 1), *(fingerprint(v, depth + 1) for v in args))
        case _:
            return id(value)
