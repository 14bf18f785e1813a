"""Which steps of a run came right by luck: what they need was made beside them, without a dependency that says so.

Found without any look at who was faster. Where AWS checks at creation what is attached to something else (a role's
policies, a function's permissions), a step is first tried as if only what it depends on had been made in this run
(`waiting`); where a property names what must exist, the graph alone tells.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

from stackwright.engine.deployment.order import program_line
from stackwright.engine.deployment.waiting import Key, Ticket, Undoable
from stackwright.graph import Properties, Resource, SourcePosition, reveal

Deciding: TypeAlias = Mapping[str, tuple[str, frozenset[str]]]
"""Types of what decides whether a resource is accepted -> their input that says what they belong to, and the paths that
lead there from the resource: `functionName.role` is what `role` names of what `functionName` names, `*` any input.
Without a path it is whatever the resource names or depends on."""


class Rules(Protocol):
    """What a provider knows of the order that its service asks for."""

    def deciding(self, new: Resource) -> Deciding:
        """What decides whether the resource is accepted."""
        ...

    def decides(self, type_token: str) -> bool:
        """Whether resources of this type decide about others."""
        ...

    def references(self, type_token: str) -> Mapping[str, frozenset[str]]:
        """Inputs that name something that must exist -> types that it may have."""
        ...


class NoRules:
    """Every order will do."""

    def deciding(self, new: Resource) -> Deciding:
        """Nothing is checked."""
        return {}

    def decides(self, type_token: str) -> bool:
        """Nothing is checked."""
        return False

    def references(self, type_token: str) -> Mapping[str, frozenset[str]]:
        """Nothing must exist."""
        return {}


@dataclass(frozen=True, order=True)
class MissingDependency:
    """Something that came right by luck.

    Attributes:
        urn: of the resource; of a lookup the token.
        needs: URN of what it needs and does not depend on.
        source: the line that registers it.
        needs_source: the line that registers what it needs.
    """

    urn: str
    needs: str
    source: SourcePosition | None = None
    needs_source: SourcePosition | None = None

    def to_json(self) -> dict[str, Any]:
        """As `up --json` has it; files are relative to the project."""
        return {
            "urn": self.urn,
            "needs": self.needs,
            "file": self.source.file if self.source else "",
            "line": self.source.line if self.source else 0,
            "needs_file": self.needs_source.file if self.needs_source else "",
            "needs_line": self.needs_source.line if self.needs_source else 0,
        }


class Ordering:
    """The order of one run's steps. May be used from several threads at once.

    Args:
        rules: see `Rules`.
        journal: told when something is taken back for a moment, and made again.
    """

    def __init__(self, rules: Rules, journal: Callable[[str, Resource | None], None]) -> None:
        self._rules = rules
        self._journal = journal
        self._lock = threading.RLock()
        self._known: dict[str, Resource] = {}
        self._closures: dict[str, frozenset[str]] = {}
        self._named: dict[str, set[str]] = {}  # id or ARN -> URNs
        self._touched: dict[str, Resource] = {}  # made or changed in this run
        self._undoable: dict[str, Undoable] = {}
        self._pairs: set[tuple[str, str]] = set()

    def add(self, resource: Resource) -> None:
        """A resource of this run has its place in the record."""
        with self._lock:
            self._known[resource.urn] = resource
            self._closures.pop(resource.urn, None)
            for name in (resource.id, resource.outputs.get("arn")):
                if isinstance(name, str) and name:
                    self._named.setdefault(name, set()).add(resource.urn)

    def ticket(self, new: Resource) -> Ticket:
        """For a step on a resource."""
        ticket = Ticket(key=program_line(new), urn=new.urn, comes_last=self._rules.decides(new.type), subject=new)
        deciding = self._rules.deciding(new)
        if deciding:
            ticket.rivals = lambda: self._rivals(new, deciding)
            ticket.meets = lambda other: ticket.refusal is None and self._is_rival(new, deciding, other.subject)
        with self._lock:
            ticket.done_before = frozenset(self._touched)
        return ticket

    def lookup(self, token: str, args: Properties, dependencies: Sequence[str]) -> Ticket:
        """For a function call; without dependencies it may be one in plain form, which has waited for anything."""
        with self._lock:
            done = frozenset(self._touched)
            if dependencies:
                declared = self._closure_of(dependencies)
                for name in _texts(args):
                    self._pairs.update((token, urn) for urn in self._named.get(name, ()) if self._is_new(urn, declared))
        return Ticket(key=(), urn=token, is_lookup=True, done_before=done, variant=repr(args))

    def did(self, key: Key, made: Resource, undo: Callable[[], object], redo: Callable[[], object]) -> None:
        """Something has been made or changed; `undo` takes it back, `redo` does it again."""

        def take_back() -> None:
            self._journal(made.urn, None)
            undo()

        def do_again() -> None:
            redo()
            self._journal(made.urn, made)

        with self._lock:
            self._touched[made.urn] = made
            if self._rules.decides(made.type):
                self._undoable[made.urn] = Undoable(key, made.urn, take_back, do_again)

    def came_right(self, ticket: Ticket) -> None:
        """A step is done; note what it turned out to need."""
        with self._lock:
            needs = set(ticket.needs)
            if ticket.waited and not needs:
                needs = self._unexplained(ticket)
            self._pairs.update((ticket.urn, urn) for urn in needs)

    def missing(self) -> list[MissingDependency]:
        """What came right by luck, sorted."""
        with self._lock:
            pairs = self._pairs | set(self._by_reference())
            found = [self._described(urn, needs) for urn, needs in pairs]
        return sorted(found, key=lambda pair: (pair.urn, pair.needs))

    # ---- what may decide ---------------------------------------------------------------------------------------------

    def _rivals(self, new: Resource, deciding: Deciding) -> list[Undoable]:
        with self._lock:
            return [u for urn, u in self._undoable.items() if self._is_rival(new, deciding, self._touched[urn])]

    def _is_rival(self, new: Resource, deciding: Deciding, other: Resource | None) -> bool:
        if other is None or other.type not in deciding or other.urn == new.urn:
            return False
        of, paths = deciding[other.type]
        with self._lock:
            declared = self._closure_of(_needed(new))
            if other.urn in declared:
                return False
            if paths:
                reached = set[str]().union(*(self._reached(new, path) for path in paths))
            else:
                reached = declared | self._closure_of(self._named_in(new, "*"))
            return bool(self._named_in(other, of) & reached)

    def _reached(self, new: Resource, path: str) -> set[str]:
        first, *others = path.split(".")
        urns = self._named_in(new, first)
        for name in others:
            urns = set[str]().union(*(self._named_in(self._known[urn], name) for urn in urns if urn in self._known))
        return urns

    def _named_in(self, resource: Resource, name: str) -> set[str]:
        """What an input names; `*`: what any of them names."""
        urns: set[str] = set()
        for each in resource.inputs if name == "*" else (name,):
            urns.update(resource.property_dependencies.get(each, ()))
            urns.update(*(self._named.get(text, ()) for text in _texts(resource.inputs.get(each))))
        return urns

    def _closure_of(self, urns: Iterable[str]) -> frozenset[str]:
        return frozenset[str]().union(*(self._closure(urn) for urn in urns))

    def _closure(self, urn: str) -> frozenset[str]:
        """A resource, and all that it waits for by what the program says."""
        if urn not in self._closures:
            self._closures[urn] = frozenset((urn,))  # an end for circles, which aliases could make
            resource = self._known.get(urn)
            if resource is not None:
                self._closures[urn] |= self._closure_of(_needed(resource))
        return self._closures[urn]

    # ---- what has shown ----------------------------------------------------------------------------------------------

    def _is_new(self, urn: str, declared: frozenset[str]) -> bool:
        return urn in self._touched and urn not in declared

    def _by_reference(self) -> Iterator[tuple[str, str]]:
        for resource in self._known.values():
            if resource.urn not in self._touched and not resource.external:
                continue
            declared = self._closure(resource.urn)
            references: Mapping[str, frozenset[str]] = self._rules.references(resource.type)
            names = [(text, types) for prop, types in references.items() for text in _texts(resource.inputs.get(prop))]
            if resource.external and isinstance(resource.id, str):
                names = [(resource.id, frozenset((resource.type,)))]
            for name, types in names:
                for urn in self._named.get(name, ()):
                    if self._is_new(urn, declared) and self._known[urn].type in types:
                        yield resource.urn, urn

    def _unexplained(self, ticket: Ticket) -> set[str]:
        """What has been made since the first try: what the inputs name, otherwise all of it."""
        subject = ticket.subject
        declared = self._closure_of(_needed(subject)) if subject else frozenset[str]()
        since = {urn for urn in self._touched if urn not in ticket.done_before and urn not in declared} - {ticket.urn}
        named = {urn for urn in since if subject and self._is_named(urn, subject)}
        return named or since

    def _is_named(self, urn: str, subject: Resource) -> bool:
        names = [name for name, urns in self._named.items() if urn in urns]
        return any(name in text for text in _texts(subject.inputs) for name in names)

    def _described(self, urn: str, needs: str) -> MissingDependency:
        resource, needed = self._known.get(urn), self._known[needs]
        return MissingDependency(urn, needs, resource.source if resource else None, needed.source)


def _needed(resource: Resource) -> set[str]:
    options = resource.options
    needed = {*resource.dependencies, resource.parent, resource.provider, options.deleted_with, *options.replace_with}
    return needed - {"", resource.urn}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    match reveal(value):
        case str() as text:
            yield text
        case Mapping() as mapping:
            for part in cast("Mapping[str, Any]", mapping).values():
                yield from _texts(part)
        case list() | tuple() as parts:
            for part in cast("list[Any]", parts):
                yield from _texts(part)
        case _:
            return
