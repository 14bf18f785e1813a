"""Expressions: what they may be, and what they call."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from stackwright.iam.code.calls import Place
from stackwright.iam.code.names import Names
from stackwright.iam.code.values import (
    ANYTHING,
    NOTHING,
    Bound,
    Class,
    Const,
    External,
    Frame,
    Function,
    Instance,
    Opaque,
    Scope,
    Sdk,
    Seq,
    Table,
    Text,
    Union,
    Value,
    join,
    options,
    text_of,
)
from stackwright.iam.patterns import HOLE

FALSE: Final = Const(False)


class Expressions(Names):
    """The part of a machine that evaluates."""

    def evaluate(self, node: ast.expr, frame: Frame) -> Value:
        """What an expression may be. Calls in it are followed."""
        self.step()
        match node:
            case ast.Constant(str(text)):
                return Text(text)
            case ast.Constant(value):
                return Const(value)
            case ast.Name(name):
                found = frame.scope.find(name)
                return found if found is not None else External(f"builtins.{name}")
            case ast.Attribute(value, name):
                return self.attribute(self.evaluate(value, frame), name, frame, node)
            case ast.Call():
                return self._call(node, frame)
            case ast.Subscript(value, index):
                found, key = self.evaluate(value, frame), self.evaluate(index, frame)
                self.note_variable(found, key, frame, node)
                return self.subscript(found, key, frame)
            case ast.JoinedStr(parts):
                return Text("".join(self._part(p, frame) for p in parts))
            case ast.List(elements) | ast.Tuple(elements) | ast.Set(elements):
                return self._sequence(elements, frame)
            case ast.Dict(keys, values):
                return self._dictionary(keys, values, frame)
            case ast.BinOp(left, operator, right):
                return self.combined(self.evaluate(left, frame), operator, self.evaluate(right, frame))
            case ast.BoolOp(ast.And(), values):
                found = self._guarded(values, frame)
                return Const(False) if FALSE in found else join(found)
            case ast.BoolOp(_, values):
                return self._either(self._guarded(values, frame))
            case ast.IfExp(test, body, otherwise):
                return join(self._guarded((test, body, otherwise), frame)[1:])
            case ast.Compare():
                return self._compare(node, frame)
            case ast.Lambda():
                return self.function_of("lambda", node, frame)
            case ast.NamedExpr(target, value):
                found = self.evaluate(value, frame)
                self.assign(target, found, frame)
                return found
            case ast.Await(value) | ast.Starred(value) | ast.FormattedValue(value):
                return self.evaluate(value, frame)
            case ast.Yield(value):
                frame.generator = True
                frame.yields.append(self.evaluate(value, frame) if value else NOTHING)
                return ANYTHING
            case ast.YieldFrom(value):
                frame.generator = True
                frame.yields += self.iterated(self.evaluate(value, frame), frame, node)
                return ANYTHING
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node, frame)
            case ast.UnaryOp(ast.USub(), operand):
                found = self.evaluate(operand, frame)
                negative = isinstance(found, Const) and isinstance(found.value, int | float)
                return Const(-found.value) if negative and isinstance(found, Const) else ANYTHING
            case ast.UnaryOp(operator, operand):
                found = self.evaluate(operand, frame)
                truth = isinstance(operator, ast.Not) and isinstance(found, Const) and isinstance(found.value, bool)
                return Const(not found.value) if truth and isinstance(found, Const) else ANYTHING
            case _:
                return ANYTHING

    def _guarded(self, nodes: Sequence[ast.expr], frame: Frame) -> list[Value]:
        """A first expression, and others that hang on it."""
        first = self.evaluate(nodes[0], frame)
        frame.guards += 1
        found = [first, *(self.evaluate(node, frame) for node in nodes[1:])]
        frame.guards -= 1
        return found

    # ---- parts ------------------------------------------------------------------------------------------------------

    def _part(self, node: ast.expr, frame: Frame) -> str:
        found = self.evaluate(node, frame)
        texts = {text_of(o) for o in options(found)}
        return texts.pop() if len(texts) == 1 else HOLE

    def _sequence(self, elements: Sequence[ast.expr], frame: Frame) -> Seq:
        made = Seq()
        for element in elements:
            found = self.evaluate(element, frame)
            if isinstance(element, ast.Starred):
                known = isinstance(found, Seq) and not found.open
                made.items += self.iterated(found, frame, element)
                made.open |= not known
            else:
                made.items.append(found)
        return made

    def _dictionary(self, keys: Sequence[ast.expr | None], values: Sequence[ast.expr], frame: Frame) -> Table:
        made = Table()
        for key, value in zip(keys, values, strict=True):
            found = self.evaluate(value, frame)
            if key is None:
                self.merge(made, found)
            else:
                self.put(made, self.evaluate(key, frame), found)
        return made

    def merge(self, into: Table, found: Value) -> None:
        """The entries of one dictionary go into another."""
        for option in options(found):
            if isinstance(option, Table):
                for name, value in option.entries.items():
                    into.entries[name] = value if not isinstance(found, Union) else join((value, ANYTHING))
                if option.rest is not None:
                    into.rest = option.rest if into.rest is None else join((into.rest, option.rest))
            elif option != NOTHING:
                into.rest = ANYTHING

    def put(self, table: Table, key: Value, value: Value) -> None:
        """Set an entry."""
        for option in options(key):
            if isinstance(option, Text) and HOLE not in option.text:
                old = table.entries.get(option.text)
                table.entries[option.text] = value if old is None or len(options(key)) == 1 else join((old, value))
            else:
                table.rest = value if table.rest is None else join((table.rest, value))

    def table(self, entries: Mapping[str, Value], rest: Value | None = None) -> Table:
        return Table(dict(entries), rest)

    def combined(self, left: Value, operator: ast.operator, right: Value) -> Value:
        match operator, left, right:
            case ast.Add(), Text(), _ if not isinstance(right, Seq):
                return Text(left.text + text_of(right))
            case ast.Add(), _, Text():
                return Text(text_of(left) + right.text)
            case ast.Mod(), Text(form), _:
                values = right.items if isinstance(right, Seq) else [right]
                texts = iter([text_of(v) for v in values])
                pieces = form.split("%s")
                return Text(pieces[0] + "".join(next(texts, HOLE) + p for p in pieces[1:]))
            case ast.Add(), Seq(), Seq():
                return Seq([*left.items, *right.items], left.open or right.open)
            case ast.BitOr(), Table(), _:
                made = Table(dict(left.entries), left.rest)
                self.merge(made, right)
                return made
            case ast.Div(), Text(), _:
                return Text(f"{left.text.rstrip('/')}/{text_of(right)}")
            case _:
                return ANYTHING

    def _either(self, values: Sequence[Value]) -> Value:
        kept = list[Value]()
        for index, value in enumerate(values):
            if isinstance(value, Text) and value.text and HOLE not in value.text and not kept:
                return value
            empty = value in (NOTHING, Text("")) or (isinstance(value, Const) and not value.value)
            if not empty or index == len(values) - 1:
                kept.append(value)
        return join(kept)

    def _compare(self, node: ast.Compare, frame: Frame) -> Value:
        left = self.evaluate(node.left, frame)
        rights = [self.evaluate(c, frame) for c in node.comparators]
        if len(rights) == 1 and rights[0] == NOTHING and isinstance(node.ops[0], ast.Is | ast.IsNot):
            # What is None now may be something in the next round or call.
            is_there = not isinstance(left, Opaque | Const | Union | External)
            return Const(isinstance(node.ops[0], ast.IsNot)) if is_there else ANYTHING
        if len(rights) == 1 and isinstance(rights[0], Table) and isinstance(node.ops[0], ast.In | ast.NotIn):
            table = rights[0]
            known = isinstance(left, Text) and HOLE not in left.text and table.rest is None
            here = isinstance(left, Text) and left.text in table.entries
            return Const(here is isinstance(node.ops[0], ast.In)) if known else ANYTHING
        if len(rights) != 1 or not isinstance(left, Text) or not isinstance(rights[0], Text):
            return ANYTHING
        if HOLE in left.text + rights[0].text:
            return ANYTHING
        match node.ops[0]:
            case ast.Eq():
                return Const(left.text == rights[0].text)
            case ast.NotEq():
                return Const(left.text != rights[0].text)
            case _:
                return ANYTHING

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp, frame: Frame) -> Value:
        inner = Frame(Scope(outer=frame.scope, module=frame.module), frame.module, branches=0)
        inner.yields = frame.yields
        made: Seq | Table = Table() if isinstance(node, ast.DictComp) else Seq()

        def go(level: int) -> None:
            if level == len(node.generators):
                if isinstance(node, ast.DictComp) and isinstance(made, Table):
                    self.put(made, self.evaluate(node.key, inner), self.evaluate(node.value, inner))
                elif not isinstance(node, ast.DictComp) and isinstance(made, Seq):
                    made.items.append(self.evaluate(node.elt, inner))
                return
            part = node.generators[level]
            source = self.evaluate(part.iter, inner)
            items = self.iterated(source, inner, part.iter)
            if isinstance(made, Seq):
                made.open |= bool(part.ifs) or not isinstance(source, Seq) or source.open
            for item in items if len(items) <= 40 else [join(items)]:
                self.assign(part.target, item, inner)
                for test in part.ifs:
                    self.evaluate(test, inner)
                go(level + 1)

        go(0)
        return made

    def iterated(self, value: Value, frame: Frame, node: Any) -> list[Value]:
        """What comes out of a loop over the value."""
        items = list[Value]()
        for option in options(value):
            match option:
                case Seq(found, is_open):
                    items += found
                    if is_open and not found:
                        items.append(ANYTHING)
                case Table(entries, rest):
                    items += [Text(k) for k in entries]
                    items += [ANYTHING] if rest is not None else []
                case Sdk():
                    items.append(self.sdk_element(option, frame, node))
                case Instance():
                    method = self.class_attribute(option.cls, "__iter__")
                    found = self.run(method, (option,), {}) if isinstance(method, Function) else ANYTHING
                    items += [ANYTHING] if found is option else self.iterated(found, frame, node)
                case Const(None):
                    pass
                case _:
                    items.append(ANYTHING)
        return items

    # ---- calls ------------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call, frame: Frame) -> Value:
        function = self.evaluate(node.func, frame)
        args, rest = list[Value](), False
        for argument in node.args:
            found = self.evaluate(argument, frame)
            if isinstance(argument, ast.Starred):
                known = isinstance(found, Seq) and not found.open
                args += found.items if known and isinstance(found, Seq) else []
                rest |= not known
            else:
                args.append(found)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            found = self.evaluate(keyword.value, frame)
            if keyword.arg:
                keywords[keyword.arg] = found
                continue
            spread = Table()
            self.merge(spread, found)
            keywords |= spread.entries
            rest |= spread.rest is not None
        return self.call(function, tuple(args), keywords, frame, node, rest)

    def call(
        self,
        function: Value,
        args: tuple[Value, ...],
        keywords: Mapping[str, Value],
        frame: Frame,
        node: ast.expr,
        rest: bool = False,
    ) -> Value:
        return join(self._call_one(o, args, keywords, frame, node, rest) for o in options(function))

    def _call_one(
        self,
        function: Value,
        args: tuple[Value, ...],
        keywords: Mapping[str, Value],
        frame: Frame,
        node: ast.expr,
        rest: bool,
    ) -> Value:
        match function:
            case Function():
                return self.run(function, args, keywords, rest)
            case Bound(inner, first, more):
                return self._call_one(inner, (*first, *args), {**more, **keywords}, frame, node, rest)
            case Class():
                return self.make(function, args, keywords, frame, rest)
            case Instance(cls, _):
                method = self.class_attribute(cls, "__call__")
                return self.run(method, (function, *args), keywords, rest) if isinstance(method, Function) else ANYTHING
            case Sdk():
                return self.sdk_call(function, args, keywords, Place(frame.module.file, node.lineno), rest)
            case External(path):
                return self.known_call(path, args, keywords, frame, node, rest)
            case Opaque():
                self.hand_over((*args, *keywords.values()))
                return ANYTHING
            case Union():
                return self.call(function, args, keywords, frame, node, rest)
            case _:
                return ANYTHING

    def entered(self, value: Value, frame: Frame, node: ast.expr) -> Value:
        """What `with` gives a name to."""
        found = list[Value]()
        for option in options(value):
            method = self.class_attribute(option.cls, "__enter__") if isinstance(option, Instance) else None
            found.append(self.run(method, (option,), {}) if isinstance(method, Function) else option)
        return join(found)

    # ---- what the machine has besides -------------------------------------------------------------------------------

    if TYPE_CHECKING:
        environment: Mapping[str, str]

        def step(self) -> None: ...
        def run(
            self, function: Function, args: Sequence[Value], keywords: Mapping[str, Value], rest: bool = False
        ) -> Value: ...
        def make(
            self, cls: Class, args: Sequence[Value], keywords: Mapping[str, Value], frame: Frame, rest: bool
        ) -> Value: ...
        def function_of(self, name: str, node: Any, frame: Frame) -> Function: ...
        def imported(self, path: str) -> Value: ...
        def hand_over(self, values: Iterable[Value]) -> None: ...
