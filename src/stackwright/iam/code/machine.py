"""Follows code from a handler: modules and statements. Every branch is taken, loops are gone through twice."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from stackwright.iam.code.calls import Call, Found, Place, Unfollowed
from stackwright.iam.code.definitions import Definitions
from stackwright.iam.code.sources import Package
from stackwright.iam.code.values import (
    ANYTHING,
    NOTHING,
    Bound,
    Const,
    External,
    Frame,
    Function,
    Module,
    Scope,
    Seq,
    Value,
    fingerprint,
    join,
    options,
)

_STEPS: Final = 400_000


class TooMuch(Exception):
    """The code is larger than what is followed."""


class Machine(Definitions):
    """Follows one function."""

    def __init__(self, package: Package, environment: Mapping[str, str]) -> None:
        self.package = package
        self.environment = environment
        self.found = Found()
        self._modules: dict[str, Module] = {}
        self._results: dict[object, Value] = {}
        self._variants: dict[int, int] = {}
        self._waiting: list[Value] = []
        self._handed: set[object] = set()
        self._kept: list[Scope] = []
        self._steps = 0
        self._depth = 0

    # ---- from the handler on ----------------------------------------------------------------------------------------

    def follow(self, handler: str, event: Value = ANYTHING) -> Found:
        """Everything that `module.function` calls when it gets an event."""
        module_name, _, name = handler.replace("/", ".").rpartition(".")
        try:
            module = self.module(module_name)
            entry = module.scope.names.get(name) if module else None
            if module is None or entry is None:
                self.unfollowed(Place(module_name, 0), f"the package has no {handler}")
            else:
                frame = Frame(module.scope, module)
                self.call(entry, (event, ANYTHING), {}, frame, module_node(1))
                while self._waiting:
                    self._call_with_anything(self._waiting.pop(), frame)
        except (TooMuch, RecursionError):
            self.unfollowed(Place(module_name, 0), "the code is larger than what is followed")
        return self.found

    def hand_over(self, values: Iterable[Value]) -> None:
        """Functions among these are called by somebody else."""
        for value in values:
            for option in options(value):
                if isinstance(option, Seq):
                    self.hand_over(option.items)
                elif isinstance(option, Function | Bound) and (mark := fingerprint(option)) not in self._handed:
                    self._handed.add(mark)
                    self._waiting.append(option)

    def _call_with_anything(self, value: Value, frame: Frame) -> None:
        count = 8
        if isinstance(value, Function):
            count = len(value.node.args.args) + len(value.node.args.posonlyargs)
        self.call(value, (ANYTHING,) * count, {}, frame, module_node(1))

    def record(self, call: Call) -> None:
        self.found.calls.append(call)

    def unfollowed(self, place: Place, why: str) -> None:
        self.found.unfollowed.append(Unfollowed(place, why))

    def step(self) -> None:
        self._steps += 1
        if self._steps > _STEPS:
            raise TooMuch

    # ---- modules ----------------------------------------------------------------------------------------------------

    def module(self, name: str) -> Module | None:
        """A module of the package, run when it is first asked for."""
        if name in self._modules:
            return self._modules[name]
        file = self.package.file(name)
        parsed = self.package.parsed(file) if file else None
        if file is None or parsed is None:
            if not file and self.package.is_folder(name):
                self._modules[name] = Module(name, "", Scope(), name)
                return self._modules[name]
            return None
        module = Module(name, file, Scope(), name if file.endswith("/__init__.py") else name.rpartition(".")[0])
        module.scope.module = module
        self._modules[name] = module
        self.found.files.add(file)
        self.found.names |= parsed.names
        module.scope.shared |= parsed.shared
        self.block(parsed.tree.body, Frame(module.scope, module))
        return module

    def imported(self, path: str) -> Value:
        """What a dotted path means: a module, what a module has, or something external."""
        if module := self.module(path):
            return module
        parent, _, name = path.rpartition(".")
        if parent and (module := self.module(parent)):
            found = module.scope.names.get(name)
            return found if found is not None else External(path)
        return External(path)

    def _import(self, node: ast.Import | ast.ImportFrom, frame: Frame) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                value = self.imported(alias.name)
                self.assign_name(alias.asname or top, value if alias.asname else self.imported(top), frame)
            return
        base = node.module or ""
        if node.level:
            parts = frame.module.package.split(".") if frame.module.package else []
            above = parts[: len(parts) - node.level + 1]
            base = ".".join([*above, *([base] if base else [])])
        for alias in node.names:
            if alias.name == "*":
                if module := self.module(base):
                    frame.scope.names |= module.scope.names
                continue
            path = f"{base}.{alias.name}" if base else alias.name
            owner = self.module(base) if base else None
            known = owner.scope.names.get(alias.name) if owner else None
            self.assign_name(alias.asname or alias.name, known if known is not None else self.imported(path), frame)

    # ---- statements -------------------------------------------------------------------------------------------------

    def block(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        """Run statements; True when nothing after them is reached."""
        return any(self.statement(node, frame) for node in body)

    def _branch(self, body: Sequence[ast.stmt], frame: Frame) -> bool:
        frame.branches += 1
        ended = self.block(body, frame)
        frame.branches -= 1
        return ended

    def statement(self, node: ast.stmt, frame: Frame) -> bool:
        self.step()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.assign_name(node.name, self._decorated(node, self._function(node, frame), frame), frame)
            case ast.ClassDef():
                self.assign_name(node.name, self._decorated(node, self._class(node, frame), frame), frame)
            case ast.Return():
                frame.returns.append(self.evaluate(node.value, frame) if node.value else NOTHING)
                return True
            case ast.Raise():
                for part in (node.exc, node.cause):
                    if part:
                        self.evaluate(part, frame)
                return True
            case ast.Import() | ast.ImportFrom():
                self._import(node, frame)
            case ast.If():
                return self._if(node, frame)
            case ast.For() | ast.AsyncFor():
                self._for(node, frame)
            case ast.While():
                self.evaluate(node.test, frame)
                for _ in range(2):
                    self._branch(node.body, frame)
                self._branch(node.orelse, frame)
            case ast.Try() | ast.TryStar():
                return self._try(node, frame)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    entered = self.entered(self.evaluate(item.context_expr, frame), frame, item.context_expr)
                    if item.optional_vars:
                        self.assign(item.optional_vars, entered, frame)
                return self.block(node.body, frame)
            case ast.Match():
                self.evaluate(node.subject, frame)
                for case in node.cases:
                    for part in ast.walk(case.pattern):
                        for name in (getattr(part, "name", None), getattr(part, "rest", None)):
                            if isinstance(name, str):
                                self.assign_name(name, ANYTHING, frame)
                    self._branch(case.body, frame)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.Delete() | ast.Assert() | ast.Expr():
                self._simple(node, frame)
            case ast.Break() | ast.Continue():
                return True
            case _:
                pass
        return False

    def _simple(self, node: ast.stmt, frame: Frame) -> None:
        match node:
            case ast.Assign(targets, value):
                found = self.evaluate(value, frame)
                for target in targets:
                    self.assign(target, found, frame)
            case ast.AnnAssign(target, _, value):
                if value is not None:
                    self.assign(target, self.evaluate(value, frame), frame)
            case ast.AugAssign(target, operator, value):
                left = self.evaluate(self.loaded(target), frame)
                self.assign(target, self.combined(left, operator, self.evaluate(value, frame)), frame)
            case ast.Expr(value):
                self.evaluate(value, frame)
            case ast.Assert(test, message):
                self.evaluate(test, frame)
                if message is not None:
                    self.evaluate(message, frame)
            case _:
                pass

    def _if(self, node: ast.If, frame: Frame) -> bool:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return self.block(node.orelse, frame)
        test = self.evaluate(node.test, frame)
        if isinstance(test, Const) and isinstance(test.value, bool):
            return self.block(node.body if test.value else node.orelse, frame)
        ended = self._branch(node.body, frame)
        return self._branch(node.orelse, frame) and ended and bool(node.orelse)

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> None:
        items = self.iterated(self.evaluate(node.iter, frame), frame, node)
        rounds = items if 0 < len(items) <= 40 else [join(items)] * 2 if items else []
        for item in rounds:
            before, frame.branches = frame.branches, 0
            self.assign(node.target, item, frame)
            frame.branches = before + 1
            self.block(node.body, frame)
            frame.branches -= 1
        self._branch(node.orelse, frame)

    def _try(self, node: ast.Try | ast.TryStar, frame: Frame) -> bool:
        frame.guards += bool(node.handlers)
        ended = self.block(node.body, frame)
        frame.guards -= bool(node.handlers)
        for handler in node.handlers:
            if handler.name:
                self.assign_name(handler.name, ANYTHING, frame)
            ended = self._branch(handler.body, frame) and ended
        if not ended:
            ended = self.block(node.orelse, frame)
        return self.block(node.finalbody, frame) or ended


def module_node(line: int) -> ast.expr:
    """A place for what no expression of the code calls."""
    node = ast.Constant(None)
    node.lineno = line
    return node
