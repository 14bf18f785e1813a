"""What is known of a value without running the program.

Containers and instances are objects that change as the program is read; everything else is frozen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stackwright.source.facts import Place
    from stackwright.source.project import Module
    from stackwright.source.sdk.declarations import Declaration
    from stackwright.source.sdk.packages import Package

NO_TRAITS: Final[frozenset[str]] = frozenset()
_MOST_ALTERNATIVES: Final = 8


class Value:
    """Anything."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown(Value):
    """Nothing is known of it; nothing is claimed of it."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Const(Value):
    """A text, number, boolean, None or tuple of bytes that is known."""

    value: Any
    traits: frozenset[str] = NO_TRAITS


NONE: Final = Const(None)


@dataclass(frozen=True, slots=True)
class Plain(Value):
    """A value that is not known, but is no Output.

    Attributes:
        kind: `str`, `int`, `float`, `bool`, `list`, `dict`, or empty.
        traits: where it comes from, as far as rules ask: see `stackwright.source.traits`.
        may_be_none: None is one of its values.
    """

    kind: str = ""
    traits: frozenset[str] = NO_TRAITS
    may_be_none: bool = False


@dataclass(frozen=True, slots=True)
class FilePath(Value):
    """A `pathlib.Path`; `text` is None where it is not known."""

    text: str | None
    traits: frozenset[str] = NO_TRAITS


@dataclass(frozen=True, slots=True)
class Output(Value):
    """A value that comes later.

    Attributes:
        inner: the value, once it is there.
        origin: what the program calls it, for messages.
        may_be_none: None is passed in its place as well, so a test of its presence is right.
    """

    inner: Value = UNKNOWN
    origin: str = ""
    may_be_none: bool = False


@dataclass(slots=True, eq=False)
class ListValue(Value):
    """A list, tuple or set.

    Attributes:
        rest: what further elements may be, when there may be any.
        of_all: it is what `Output.all` gives to `apply`.
    """

    items: list[Value] = field(default_factory=list[Value])
    rest: Value | None = None
    kind: str = "list"
    of_all: bool = False
    depth: int = 0

    def elements(self) -> Iterator[Value]:
        yield from self.items
        if self.rest is not None:
            yield self.rest


@dataclass(slots=True, eq=False)
class DictValue(Value):
    """A dict. `rest` is what keys that are not known may have."""

    items: dict[Any, Value] = field(default_factory=dict[Any, Value])
    rest: Value | None = None
    of_all: bool = False
    depth: int = 0
    places: dict[Any, Place] = field(default_factory=dict[Any, "Place"])

    def values(self) -> Iterator[Value]:
        yield from self.items.values()
        if self.rest is not None:
            yield self.rest


@dataclass(frozen=True, slots=True)
class Either(Value):
    """One of several."""

    members: tuple[Value, ...]


# ---- of SDKs ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SdkModule(Value):
    """A module of an SDK."""

    package: Package
    module: str

    @property
    def name(self) -> str:
        return f"{self.package.name}.{self.module}" if self.module else self.package.name


@dataclass(frozen=True, slots=True)
class SdkName(Value):
    """A class or function of an SDK."""

    package: Package
    module: str
    declaration: Declaration

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.package.name, self.module, self.declaration.name) if part)


@dataclass(slots=True, eq=False)
class SdkObject(Value):
    """An instance of a class of an SDK: a resource, arguments, the result of a look-up, an option."""

    of: SdkName
    given: dict[str, Value] = field(default_factory=dict[str, Value])
    attributes: dict[str, Value] = field(default_factory=dict[str, Value])
    label: str = ""

    @property
    def is_resource(self) -> bool:
        return self.of.declaration.kind == "resource"


# ---- of the project --------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Scope(Value):
    """The names of a module, a function's call or a class."""

    module: Module
    names: dict[str, Value] = field(default_factory=dict[str, Value])
    outer: Scope | None = None
    returned: list[Value] = field(default_factory=list[Value])
    yielded: list[Value] = field(default_factory=list[Value])
    is_class: bool = False
    owner: ClassValue | None = None
    elsewhere: dict[str, Scope] = field(default_factory=dict[str, "Scope"])


@dataclass(slots=True, eq=False)
class ModuleValue(Value):
    scope: Scope
    name: str


@dataclass(slots=True, eq=False)
class Function(Value):
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    owner: ClassValue | None = None
    defaults: dict[str, Value] = field(default_factory=dict[str, Value])
    form: str = "function"

    @property
    def name(self) -> str:
        return "lambda" if isinstance(self.node, ast.Lambda) else self.node.name


@dataclass(slots=True, eq=False)
class ClassValue(Value):
    node: ast.ClassDef
    scope: Scope
    bases: tuple[Value, ...] = ()
    members: dict[str, Value] = field(default_factory=dict[str, Value])
    fields: dict[str, Value | None] = field(default_factory=dict[str, "Value | None"])
    is_record: bool = False

    def lineage(self) -> Iterator[ClassValue]:
        yield self
        for base in self.bases:
            if isinstance(base, ClassValue):
                yield from base.lineage()

    def foreign(self) -> Iterator[Value]:
        """The bases that are none of the project's."""
        for each in self.lineage():
            yield from (base for base in each.bases if not isinstance(base, ClassValue))

    def find(self, name: str) -> Value | None:
        for each in self.lineage():
            if name in each.members:
                return each.members[name]
        return None


@dataclass(slots=True, eq=False)
class Instance(Value):
    of: ClassValue
    attributes: dict[str, Value] = field(default_factory=dict[str, Value])
    depth: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Bound(Value):
    """A method of a value."""

    receiver: Value
    name: str
    function: Value | None = None


@dataclass(frozen=True, slots=True)
class Super(Value):
    receiver: Value
    above: ClassValue


@dataclass(slots=True, eq=False)
class Partial(Value):
    function: Value
    arguments: list[Value]
    keywords: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Library(Value):
    """A name of a package that is neither the project's nor an SDK's, or a built-in one."""

    name: str


# ---- several ---------------------------------------------------------------------------------------------------------


def alternatives(value: Value) -> tuple[Value, ...]:
    return value.members if isinstance(value, Either) else (value,)


def join(values: Sequence[Value]) -> Value:
    """A value that may be any of these."""
    found: list[Value] = []
    for value in values:
        for each in alternatives(value):
            if not any(each is other or _same(each, other) for other in found):
                found.append(each)
    if len(found) > _MOST_ALTERNATIVES:
        outputs = [each for each in found if isinstance(each, Output)]
        return Either((outputs[0], UNKNOWN)) if outputs else UNKNOWN
    return found[0] if len(found) == 1 else Either(tuple(found)) if found else UNKNOWN


def _same(one: Value, other: Value) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, Const) and isinstance(other, Const):
        return type(one.value) is type(other.value) and one.value == other.value and one.traits == other.traits
    if isinstance(one, Unknown | Plain | FilePath | Library):
        return one == other
    if isinstance(one, Output) and isinstance(other, Output):
        return one.origin == other.origin and one.may_be_none == other.may_be_none and one.inner is other.inner
    return False


def traits(value: Value) -> frozenset[str]:
    if isinstance(value, Const | Plain | FilePath):
        return value.traits
    if isinstance(value, Either):
        return frozenset[str]().union(*(traits(each) for each in value.members))
    return NO_TRAITS


def is_output(value: Value) -> bool:
    """Whether it may be an Output."""
    return any(isinstance(each, Output) for each in alternatives(value))


def is_surely_output(value: Value) -> bool:
    """Whether it is an Output, and never None or something else in its place."""
    return all(isinstance(each, Output) and not each.may_be_none for each in alternatives(value))


def is_resource(value: Value) -> bool:
    return isinstance(value, SdkObject) and value.is_resource


def find_output(value: Value, seen: frozenset[int] = frozenset()) -> Value | None:
    """An Output, or a resource, in a value or in what it contains."""
    if id(value) in seen:
        return None
    seen |= {id(value)}
    if isinstance(value, Output) or is_resource(value):
        return value
    inside: Iterator[Value] = iter(())
    if isinstance(value, Either):
        inside = iter(value.members)
    elif isinstance(value, ListValue):
        inside = value.elements()
    elif isinstance(value, DictValue):
        inside = value.values()
    for each in inside:
        found = find_output(each, seen)
        if found is not None:
            return found
    return None


def resolved(value: Value, depth: int = 0) -> Value:
    """The value that `apply` gives: with every Output in it replaced by what it becomes."""
    if depth > 8:
        return UNKNOWN
    if isinstance(value, Output):
        return resolved(value.inner, depth + 1)
    if isinstance(value, Either):
        return join([resolved(each, depth + 1) for each in value.members])
    if isinstance(value, ListValue):
        rest = None if value.rest is None else resolved(value.rest, depth + 1)
        return ListValue([resolved(each, depth + 1) for each in value.items], rest, value.kind, value.of_all)
    if isinstance(value, DictValue):
        rest = None if value.rest is None else resolved(value.rest, depth + 1)
        return DictValue({key: resolved(each, depth + 1) for key, each in value.items.items()}, rest, value.of_all)
    return value
