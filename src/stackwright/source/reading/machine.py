"""The state of one reading."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from stackwright.source import traits
from stackwright.source.facts import Fact, Place
from stackwright.source.project import Module, Project
from stackwright.source.sdk.packages import Packages
from stackwright.source.values import (
    UNKNOWN,
    ClassValue,
    Const,
    Function,
    Instance,
    Library,
    ModuleValue,
    Scope,
    SdkModule,
    Value,
)
from stackwright.trees import column

_MOST_STEPS: Final = 400_000
_DEEPEST: Final = 40


class Flow(enum.Enum):
    """How a block of statements ends."""

    NEXT = "next"
    LOOP = "loop"
    LEFT = "left"


class Exhausted(Exception):
    """The program takes too long to read."""


@dataclass(slots=True)
class Arguments:
    """What a call gives.

    Attributes:
        rest: there may be further positional ones.
        open: there may be further keywords.
        places: where each keyword is written.
    """

    positional: list[Value] = field(default_factory=list[Value])
    keywords: dict[str, Value] = field(default_factory=dict[str, Value])
    rest: Value | None = None
    open: Value | None = None
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    nodes: list[ast.expr] = field(default_factory=list[ast.expr])

    def get(self, place: int, name: str) -> Value | None:
        if place < len(self.positional):
            return self.positional[place]
        return self.keywords.get(name)


Evaluate = Callable[["Machine", ast.expr, Scope], Value]
Execute = Callable[["Machine", list[ast.stmt], Scope], Flow]
Call = Callable[["Machine", Value, Arguments, ast.expr, Scope], Value]
Attribute = Callable[["Machine", Value, str, ast.expr, Scope], Value]


class Machine:
    """Reads one project. The parts that do the work are given to it, since each needs all of the others."""

    def __init__(
        self,
        project: Project,
        packages: Packages,
        *,
        evaluate: Evaluate,
        execute: Execute,
        call: Call,
        attribute: Attribute,
    ) -> None:
        self.project = project
        self.packages = packages
        self._evaluate = evaluate
        self._execute = execute
        self._call = call
        self._attribute = attribute
        self._facts: dict[tuple[object, ...], Fact] = {}
        self._doubts: dict[tuple[object, ...], bool] = {}
        self._modules: dict[str, ModuleValue] = {}
        self._steps = 0
        self.depth = 0
        self.branches = 0
        self.stack: list[ast.AST] = []
        self.applies: list[Place] = []
        self.guards: list[frozenset[str]] = []
        self.functions: list[Function] = []
        self.classes: list[ClassValue] = []
        self.instances: dict[int, Instance] = {}
        self.visited: set[int] = set()
        self.is_alone = False  # what runs is a function that nobody calls, with arguments that may be anything
        self.writes_files = False
        self.changes_directory = False

    # ---- the four parts ----------------------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Exhausted
        if self.depth > _DEEPEST * 8:
            return UNKNOWN
        self.depth += 1
        try:
            return self._evaluate(self, node, scope)
        finally:
            self.depth -= 1

    def execute(self, body: list[ast.stmt], scope: Scope) -> Flow:
        return self._execute(self, body, scope)

    def call(self, callee: Value, arguments: Arguments, node: ast.expr, scope: Scope) -> Value:
        return self._call(self, callee, arguments, node, scope)

    def attribute(self, value: Value, name: str, node: ast.expr, scope: Scope) -> Value:
        return self._attribute(self, value, name, node, scope)

    # ---- facts -------------------------------------------------------------------------------------------------------

    def place(self, node: ast.AST, scope: Scope) -> Place:
        line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        end_line = getattr(node, "end_lineno", None) or line
        end = getattr(node, "end_col_offset", None) or offset
        lines = scope.module.lines
        first, last = (lines[number - 1] if number <= len(lines) else "" for number in (line, end_line))
        return Place(scope.module.file, line, column(first, offset), end_line, column(last, end))

    def report(self, fact: Fact) -> None:
        self._facts.setdefault(_key(fact), fact)

    def correct(self, fact: Fact) -> None:
        """Say more of what was seen before."""
        self._facts[_key(fact)] = fact

    def report_if_always(self, fact: Fact, holds: bool) -> None:
        """Report it unless there is a call of the same code for which it does not hold.

        A helper that is given an Output by one caller and None by another may well ask which it has.
        """
        key = _key(fact)
        self._doubts[key] = self._doubts.get(key, True) and holds
        if holds:
            self.report(fact)

    def facts(self) -> tuple[Fact, ...]:
        found = [fact for key, fact in self._facts.items() if self._doubts.get(key, True)]
        return tuple(sorted(found, key=lambda fact: (fact.place.file, fact.place.line, fact.place.column, str(fact))))

    def is_guarded(self, *errors: str) -> bool:
        """Whether the program waits for such an error here."""
        return any({*errors, "Exception", "BaseException", ""} & guard for guard in self.guards)

    @contextmanager
    def branch(self) -> Generator[None]:
        """What is changed in it may also not be changed."""
        self.branches += 1
        try:
            yield
        finally:
            self.branches -= 1

    # ---- modules -----------------------------------------------------------------------------------------------------

    def load(self, name: str) -> Value:
        """A module by its dotted name: of the project, of an SDK, or of somebody else."""
        if name in self._modules:
            return self._modules[name]
        module = self.project.module(name)
        if module is not None:
            return self.run(module)
        top, _, inner = name.partition(".")
        package = self.packages.package(top)
        return SdkModule(package, inner) if package is not None else Library(name)

    def run(self, module: Module) -> ModuleValue:
        """Read a module of the project from top to bottom."""
        scope = Scope(module)
        value = self._modules[module.name] = ModuleValue(scope, module.name)
        scope.names["__name__"] = Const(module.name)
        scope.names["__file__"] = Const(str(module.path), frozenset({traits.ANCHORED}))
        guards, branches, applies = self.guards, self.branches, self.applies
        self.guards, self.branches, self.applies = [], 0, []
        try:
            self.execute(module.tree.body, scope)
        finally:
            self.guards, self.branches, self.applies = guards, branches, applies
        return value


def _key(fact: Fact) -> tuple[object, ...]:
    return (type(fact), fact.place.file, fact.place.line, fact.place.column, getattr(fact, "use", ""))


def shown(node: ast.AST, limit: int = 60) -> str:
    """An expression as a message shows it."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
