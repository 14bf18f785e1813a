"""Functions and classes of the package: how they are made, and what becomes of a call."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from stackwright.iam.code.calls import Place
from stackwright.iam.code.expressions import Expressions
from stackwright.iam.code.values import (
    ANYTHING,
    NOTHING,
    Bound,
    Class,
    External,
    Frame,
    Function,
    Instance,
    Scope,
    Seq,
    Value,
    fingerprint,
    join,
    options,
)

_Callable: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_VARIANTS: Final = 40
_DEPTH: Final = 60
# What hands a function to a framework, which calls it: `@app.get("/orders")`, `@router.resolver(…)`.
_REGISTRARS: Final = frozenset(
    [
        "get",
        "post",
        "put",
        "delete",
        "patch",
        "head",
        "options",
        "route",
        "any",
        "resolver",
        "batch_resolver",
        "exception_handler",
        "not_found",
        "on_publish",
        "on_subscribe",
        "async_on_publish",
        "async_on_subscribe",
        "middleware",
        "websocket",
        "tool",
        "task",
        "handler",
        "command",
        "event",
        "on",
        "errorhandler",
        "add_middleware",
        "register",
    ]
)


class Definitions(Expressions):
    """The part of a machine that defines and runs."""

    _results: dict[object, Value]
    _variants: dict[int, int]
    _kept: list[Scope]
    _depth: int

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> Function:
        return self.function_of(node.name, node, frame)

    def function_of(self, name: str, node: _Callable, frame: Frame) -> Function:
        arguments = node.args
        plain = [*arguments.posonlyargs, *arguments.args]
        late = plain[len(plain) - len(arguments.defaults) :]
        defaults = {a.arg: self.evaluate(d, frame) for a, d in zip(late, arguments.defaults, strict=True)}
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None:
                defaults[argument.arg] = self.evaluate(default, frame)
        return Function(name, node, frame.scope, frame.module, defaults)

    def _class(self, node: ast.ClassDef, frame: Frame) -> Class:
        scope = Scope(outer=frame.scope, module=frame.module)
        bases = tuple(self.evaluate(b, frame) for b in node.bases)
        annotated = [s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
        found = Class(node.name, bases, scope, tuple(annotated))
        self.block(node.body, Frame(scope, frame.module))
        for value in scope.names.values():
            for option in options(value):
                if isinstance(option, Function) and option.owner is None:
                    option.owner = found
        return found

    def _decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value, frame: Frame
    ) -> Value:
        for decorator in reversed(node.decorator_list):
            value = self._apply(decorator, value, frame)
        return value

    def _apply(self, node: ast.expr, value: Value, frame: Frame) -> Value:
        decorator = self.evaluate(node.func if isinstance(node, ast.Call) else node, frame)
        place = node
        if isinstance(node, ast.Call):
            given = [self.evaluate(a, frame) for a in node.args]
            keywords = {k.arg or "": self.evaluate(k.value, frame) for k in node.keywords}
            made = self.call(decorator, tuple(given), keywords, frame, node)
            if isinstance(decorator, Function | Bound | Class):
                decorator = made
        match decorator:
            case Function() | Bound():
                return self.call(decorator, (value,), {}, frame, node)
            case External(path) if isinstance(value, Function):
                return self._marked(path, value, frame, place)
            case External("dataclasses.dataclass" | "attrs.define" | "attrs.frozen" | "attr.s") if isinstance(
                value, Class
            ):
                value.filled = True
                return value
            case _:
                called = node.func if isinstance(node, ast.Call) else node
                if isinstance(called, ast.Attribute) and called.attr in _REGISTRARS:
                    self.hand_over((value,))
                return value

    def _marked(self, path: str, value: Function, frame: Frame, node: ast.expr) -> Value:
        kinds = {
            "builtins.property": "property",
            "functools.cached_property": "property",
            "builtins.staticmethod": "static",
            "builtins.classmethod": "class",
            "contextlib.contextmanager": "context",
            "contextlib.asynccontextmanager": "context",
        }
        if path in kinds:
            value.kinds = value.kinds | {kinds[path]}
        return value

    # ---- functions --------------------------------------------------------------------------------------------------

    def run(
        self, function: Function, args: Sequence[Value], keywords: Mapping[str, Value], rest: bool = False
    ) -> Value:
        """The result of a function of the package. It is gone through once for the same arguments."""
        scope = Scope(outer=function.scope, module=function.module, owner=function.owner)
        # What was looked up by its identity must stay.
        self._kept.append(scope)
        self._bind(function, args, keywords, scope, rest)
        key = _key(function, scope)
        if key in self._results:
            return self._results[key]
        variant = self._variants[id(function.node)] = self._variants.get(id(function.node), 0) + 1
        if variant > _VARIANTS:
            # What it was called with before stands for all that follows, once it has been called with anything.
            scope.names = {n: v if isinstance(v, Instance) else ANYTHING for n, v in scope.names.items()}
            key = _key(function, scope)
            if key in self._results:
                return self._results[key]
        if self._depth > _DEPTH:
            self.unfollowed(Place(function.module.file, function.node.lineno), f"{function.name} is called too deep")
            return ANYTHING
        self._results[key] = ANYTHING
        self._depth += 1
        frame = Frame(scope, function.module)
        if isinstance(function.node, ast.Lambda):
            frame.returns.append(self.evaluate(function.node.body, frame))
        elif not self.block(function.node.body, frame):
            frame.returns.append(NOTHING)
        self._depth -= 1
        if frame.yields or frame.generator:
            result: Value = join(frame.yields) if "context" in function.kinds else Seq(list(frame.yields), True)
        else:
            result = join(frame.returns) if frame.returns else NOTHING
        self._results[key] = result
        return result

    def _bind(
        self, function: Function, args: Sequence[Value], keywords: Mapping[str, Value], scope: Scope, rest: bool
    ) -> None:
        arguments = function.node.args
        names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
        known = [*names, *(a.arg for a in arguments.kwonlyargs)]
        scope.names |= {name: function.defaults.get(name, ANYTHING) for name in known}
        if rest:
            scope.names |= dict.fromkeys(known, ANYTHING)
        scope.names |= dict(zip(names, args, strict=False))
        scope.names |= {k: v for k, v in keywords.items() if k in known}
        if arguments.vararg:
            scope.names[arguments.vararg.arg] = Seq(list(args[len(names) :]), rest)
        if arguments.kwarg:
            more = {k: v for k, v in keywords.items() if k and k not in known}
            scope.names[arguments.kwarg.arg] = self.table(more, ANYTHING if rest or "" in keywords else None)

    def make(self, cls: Class, args: Sequence[Value], keywords: Mapping[str, Value], frame: Frame, rest: bool) -> Value:
        """A new object."""
        made = Instance(cls)
        initialiser = self.class_attribute(cls, "__init__")
        if isinstance(initialiser, Function):
            self.run(initialiser, (made, *args), keywords, rest)
            return made
        names = self.fields_of(cls)
        for name in names:
            default = self.class_attribute(cls, name)
            made.attributes[name] = self.default_of(default, frame) if default is not None else ANYTHING
        if rest:
            made.attributes |= dict.fromkeys(names, ANYTHING)
        made.attributes |= dict(zip(names, args, strict=False))
        made.attributes |= {k: v for k, v in keywords.items() if k}
        self.fill_from_environment(made)
        after = self.class_attribute(cls, "__post_init__")
        if isinstance(after, Function):
            self.run(after, (made,), {})
        return made

    if TYPE_CHECKING:

        def block(self, body: Sequence[ast.stmt], frame: Frame) -> bool: ...
        def hand_over(self, values: Iterable[Value]) -> None: ...


def _key(function: Function, scope: Scope) -> tuple[object, ...]:
    named = sorted((name, hash(fingerprint(value))) for name, value in scope.names.items())
    return (id(function.node), id(function.scope), *named)
