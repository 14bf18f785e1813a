"""Names, attributes and elements: what is assigned to them, and what they hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stackwright.iam.code.calls import Found, Place, Unset
from stackwright.iam.code.known import SELF, Known
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
    Module,
    Sdk,
    Seq,
    Table,
    Text,
    Value,
    join,
    options,
)
from stackwright.iam.patterns import HOLE


class Names(Known):
    """The part of a machine that keeps values."""

    def assign(self, target: ast.expr, value: Value, frame: Frame) -> None:
        match target:
            case ast.Name(name):
                self.assign_name(name, value, frame)
            case ast.Tuple(elements) | ast.List(elements):
                known = isinstance(value, Seq) and not value.open and len(value.items) == len(elements)
                single = value.items if known and isinstance(value, Seq) else None
                each = join(self.iterated(value, frame, target)) if single is None else ANYTHING
                for index, element in enumerate(elements):
                    self.assign(element, single[index] if single else each, frame)
            case ast.Starred(inner):
                self.assign(inner, Seq([value], True), frame)
            case ast.Attribute(owner, name):
                for option in options(self.evaluate(owner, frame)):
                    if isinstance(option, Instance):
                        old = option.attributes.get(name)
                        option.attributes[name] = value if old is None else join((old, value))
                    elif isinstance(option, Class | Module):
                        option.scope.names[name] = value
            case ast.Subscript(owner, index):
                key = self.evaluate(index, frame)
                for option in options(self.evaluate(owner, frame)):
                    if isinstance(option, Table):
                        self.put(option, key, value)
                    elif option == External("os.environ"):
                        self.found.written.add(key.text if isinstance(key, Text) else HOLE)
            case _:
                pass

    def assign_name(self, name: str, value: Value, frame: Frame) -> None:
        module = frame.module.scope
        scope = module if name in module.shared and name in module.names else frame.scope
        old = scope.names.get(name)
        weak = (frame.branches and scope is frame.scope) or scope is not frame.scope
        scope.names[name] = join((old, value)) if weak and old is not None else value

    def loaded(self, target: ast.expr) -> ast.expr:
        """The target of `+=` as an expression."""
        return target

    def attribute(self, value: Value, name: str, frame: Frame, node: ast.expr) -> Value:
        return join(self._attribute(o, name, frame, node) for o in options(value) if o != NOTHING)

    def _attribute(self, value: Value, name: str, frame: Frame, node: ast.expr) -> Value:
        match value:
            case Module():
                found = value.scope.names.get(name)
                return found if found is not None else self.imported(f"{value.name}.{name}")
            case Instance(cls, attributes):
                if isinstance(real := attributes.get(SELF), Instance):
                    inherited = (self.class_attribute(b, name) for b in cls.bases if isinstance(b, Class))
                    return self._method(next((f for f in inherited if f is not None), None), real, frame)
                if name in attributes:
                    return attributes[name]
                if name == "__class__":
                    return cls
                return self._method(self.class_attribute(cls, name), value, frame)
            case Class():
                found = self.class_attribute(value, name)
                is_class_method = isinstance(found, Function) and "class" in found.kinds
                return Bound(found, (value,)) if found is not None and is_class_method else found or ANYTHING
            case External(path):
                return External(f"{path}.{name}")
            case Sdk():
                return self.sdk_attribute(value, name, Place(frame.module.file, node.lineno))
            case Text() | Table() | Seq() | Bound() | Function():
                return Bound(External(f"builtins.{type(value).__name__.lower()}.{name}"), (value,))
            case _:
                return ANYTHING

    def _method(self, found: Value | None, owner: Instance, frame: Frame) -> Value:
        if found is None:
            return ANYTHING
        kept = list[Value]()
        for option in options(found):
            if not isinstance(option, Function):
                kept.append(option)
            elif "property" in option.kinds:
                kept.append(self.run(option, (owner,), {}))
            elif "static" in option.kinds:
                kept.append(option)
            else:
                kept.append(Bound(option, (owner.cls if "class" in option.kinds else owner,)))
        return join(kept)

    def class_attribute(self, cls: Class, name: str) -> Value | None:
        """What a class or one of its bases has."""
        if name in cls.scope.names:
            return cls.scope.names[name]
        for base in cls.bases:
            if isinstance(base, Class) and (found := self.class_attribute(base, name)) is not None:
                return found
        return None

    def fields_of(self, cls: Class) -> tuple[str, ...]:
        """Annotated names, those of the bases first."""
        inherited = [n for b in cls.bases if isinstance(b, Class) for n in self.fields_of(b)]
        return tuple(dict.fromkeys([*inherited, *cls.fields]))

    def subscript(self, value: Value, index: Value, frame: Frame) -> Value:
        return join(self._subscript(o, index, frame) for o in options(value))

    def _subscript(self, value: Value, index: Value, frame: Frame) -> Value:
        match value, index:
            case External("os.environ"), Text(name) if HOLE not in name:
                return self.variable(name)
            case Table(entries, rest), Text(name) if HOLE not in name:
                return entries.get(name, rest if rest is not None else ANYTHING)
            case Table(entries, rest), _:
                every = [*entries.values(), *([rest] if rest is not None else [])]
                return join(every) if every else ANYTHING
            case Seq(items, False), Const(int(at)) if -len(items) <= at < len(items):
                return items[at]
            case Seq(items, _), _:
                return join(items) if items else ANYTHING
            case External(path), _:
                return External(path) if path.startswith("typing.") or path[:9] == "builtins." else ANYTHING
            case Class(), _:
                return value
            case _:
                return ANYTHING

    def note_variable(self, value: Value, index: Value, frame: Frame, node: ast.expr) -> None:
        """Note a variable that is read as if it were there for certain, and is not."""
        is_certain = value == External("os.environ") and isinstance(index, Text) and not frame.branches + frame.guards
        if is_certain and isinstance(index, Text) and HOLE not in index.text and index.text not in self.environment:
            self.found.unset.append(Unset(index.text, Place(frame.module.file, node.lineno)))

    def variable(self, name: str) -> Value:
        """An environment variable of the function."""
        return Text(self.environment[name]) if name in self.environment else ANYTHING

    # ---- what the machine has besides -------------------------------------------------------------------------------

    if TYPE_CHECKING:
        environment: Mapping[str, str]
        found: Found

        def evaluate(self, node: ast.expr, frame: Frame) -> Value: ...
        def imported(self, path: str) -> Value: ...
        def run(
            self, function: Function, args: Sequence[Value], keywords: Mapping[str, Value], rest: bool = False
        ) -> Value: ...
