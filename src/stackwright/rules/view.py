"""What a rule asks of a graph.

Values are read by path, in the provider's spelling or in Python's (`sourceArn` or `source_arn`, `code.0.path`). A value
that is not known raises `NotKnown`, which the runner reports, so nothing passes by accident. Secrets are read like
other values; the runner takes them out of messages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from stackwright.graph import UNKNOWN, Graph, Resource, Secret, Unknown, contains_unknown, reveal
from stackwright.iam.document import Policy
from stackwright.iam.functions import FunctionCode, Permissions
from stackwright.iam.resource_policies import ResourcePolicies
from stackwright.iam.roles import Roles, read
from stackwright.rules.finding import Place, Problem, Related
from stackwright.rules.known import Known
from stackwright.rules.lines import Lines

_UNDERSCORE: Final = re.compile(r"_([a-z0-9])")
_T = TypeVar("_T")
_MISSING: Final = object()
# What other resources call a resource by, although it is an input; and outputs that name none, for many share them.
_NAMES: Final = ("name", "bucket", "arn", "identifier", "clusterIdentifier")
_OF_MANY: Final = frozenset({"region", "accountId", "ownerId", "registryId", "hostedZoneId", "status", "state"})


class NotKnown(Exception):
    """A rule has read a value that this run does not know."""

    def __init__(self, node: Node, path: str) -> None:
        super().__init__(f"{path} of {node.name} is not known")
        self.node = node
        self.path = path


def camel(name: str) -> str:
    """`sourceArn` of `source_arn`; other names stay."""
    return _UNDERSCORE.sub(lambda m: m[1].upper(), name)


def kind_of(type_token: str) -> str:
    """The type without its package, and in its newest name: `s3/bucket:Bucket` of `aws:s3/bucketV2:BucketV2`.

    pulumi_aws 6 has both; 7 has the ones without V2, and the others as deprecated names for the same resource.
    https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration/
    """
    kind = type_token.removeprefix("aws:")
    if kind.startswith("s3/") and kind.endswith("V2"):
        module, _, name = kind.partition(":")
        return f"{module.removesuffix('V2')}:{name.removesuffix('V2')}"
    return kind


class Node:
    """A resource, with the graph around it."""

    __slots__ = ("graph", "kind", "resource")

    def __init__(self, resource: Resource, graph: View) -> None:
        self.resource = resource
        self.graph = graph
        self.kind = kind_of(resource.type)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    @property
    def urn(self) -> str:
        """Of the resource."""
        return self.resource.urn

    @property
    def name(self) -> str:
        """What the program calls it."""
        return self.resource.name

    @property
    def id(self) -> str:
        """The provider's id."""
        if isinstance(self.resource.id, Unknown):
            raise NotKnown(self, "id")
        return self.resource.id

    @property
    def arn(self) -> str:
        """Its ARN; empty when it has none."""
        return str(self.get("arn", ""))

    def get(self, path: str, default: Any = None) -> Any:
        """What holds after creation: the input or, where it was not given, the output, which has AWS's default."""
        value = self._at(self.resource.inputs, path)
        if value is _MISSING or value is None:
            value = self._at(self.resource.outputs, path)
        return default if value is _MISSING or value is None else value

    def given(self, path: str, default: Any = None) -> Any:
        """What the program wrote."""
        value = self._at(self.resource.inputs, path)
        return default if value is _MISSING or value is None else value

    def items(self, path: str) -> list[Any]:
        """A list; a single value counts as a list of one, and nothing as an empty one."""
        value = self.get(path)
        if value is None:
            return []
        return cast("list[Any]", value) if isinstance(value, list) else [value]

    def text(self, path: str, default: str = "") -> str:
        """A text; what is none, such as a number where a name belongs, is AWS's to refuse."""
        value = self.get(path)
        return value if isinstance(value, str) else default

    def texts(self, path: str) -> list[str]:
        """The texts of a list; a single one counts as a list of one."""
        return [value for value in self.items(path) if isinstance(value, str)]

    def document(self, path: str) -> Mapping[str, Any] | None:
        """A JSON object, written as a text or as it is; None when there is none."""
        value = self.get(path)
        try:
            found: Any = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            return None
        return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else None

    def number(self, path: str, default: float = 0) -> float:
        """A number, also one that the program gives as text, as the SDK allows."""
        value = self.get(path)
        if isinstance(value, str):
            try:
                return float(value)
            except ValueError:
                return default
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else default

    def structs(self, path: str) -> list[Mapping[str, Any]]:
        """The structures of a list, each at its place; what is none counts as an empty one."""
        return [cast("Mapping[str, Any]", v) if isinstance(v, Mapping) else {} for v in self.items(path)]

    def refers(self, path: str, *kinds: str) -> Node | None:
        """The resource of this program that an input names by id, ARN, name or address."""
        value = self.get(path)
        return self.graph.find(value, *kinds) if isinstance(value, str) else None

    def policy(self, path: str = "policy") -> Policy:
        """The policy document in an input, parsed once; see `stackwright.iam.document`."""
        return self.graph.policy(self.get(path, {}), self, path)

    @property
    def provider(self) -> Node | None:
        """The provider that it uses."""
        return self.graph.by_urn.get(self.resource.provider)

    @property
    def parent(self) -> Node | None:
        """The component it is part of."""
        return self.graph.by_urn.get(self.resource.parent)

    @property
    def region(self) -> str:
        """Where it is; empty when it is nowhere or nobody says."""
        provider = self.provider
        return str(self.get("region") or (provider.get("region") if provider else "") or "")

    def waits_for(self, other: Node) -> bool:
        """Whether it is made after another one, whoever is faster."""
        return other.urn in self.graph.before(self.urn)

    def place(self, path: str = "") -> Place:
        """Where the program says this input, or the resource."""
        source = self.resource.source
        if source is None:
            return Place(self.urn, path=path)
        spelled = ".".join(camel(part) for part in path.split(".")) if path else ""
        return self.graph.lines.place(self.urn, source.file, source.line, spelled)

    def problem(
        self, message: str, *, fix: str, at: str = "", related: Iterable[Related] = (), about: object = None
    ) -> Problem:
        """What a rule yields.

        Args:
            message: one sentence that names what is wrong and the values.
            at: the input that is wrong.
            related: other ends of the relation, see `here`.
            about: what the rule's fix must know.
        """
        return Problem(message, fix, self.place(at), tuple(related), about)

    def here(self, message: str, at: str = "") -> Related:
        """This resource as the other end of a relation."""
        return Related(message, self.place(at))

    def _at(self, properties: Mapping[str, Any], path: str) -> Any:
        value: Any = properties
        for part in path.split("."):
            value = _step(value, part)
            while isinstance(value, Secret):
                value = value.value
            if value is UNKNOWN:
                raise NotKnown(self, path)
            if value is _MISSING:
                return _MISSING
        return _guarded(self, path, value)


class View:
    """A graph, with what rules look up in it worked out once."""

    def __init__(self, graph: Graph, lines: Lines | None = None, known: Known | None = None) -> None:
        self.graph = graph
        self.lines = lines or Lines(None)
        self.known = known or Known(graph)
        self.by_urn: Mapping[str, Node] = {r.urn: Node(r, self) for r in graph.resources}
        self._policies: dict[tuple[str, str], Policy] = {}
        self._before: dict[str, frozenset[str]] = {}
        self._code: dict[str, FunctionCode] = {}
        self._made: dict[Callable[[View], Any], Any] = {}

    def __iter__(self) -> Iterator[Node]:
        return iter(self.by_urn.values())

    def all(self, *kinds: str) -> tuple[Node, ...]:
        """All resources of these types, such as `lambda/function:Function`, in the order of the program."""
        if len(kinds) == 1:
            return self._of_kind.get(kinds[0], ())
        return tuple(node for node in self if node.kind in kinds)

    def find(self, value: str, *kinds: str) -> Node | None:
        """The resource that a text names: by id, ARN, name or address, as the simulated provider made them up.

        Ids are not unique among types (a bucket's settings have the bucket's name), so say which types may be meant.
        """
        return next(iter(self.find_all(value, *kinds)), None)

    def find_all(self, value: str, *kinds: str) -> list[Node]:
        """All that a text may name."""
        return [node for node in self._named.get(value, ()) if not kinds or node.kind in kinds]

    def within(self, arn: str, *kinds: str) -> Node | None:
        """The resource that an ARN names or leads into: `<bucket>/*`, `<log group>:*`, `<function>:<alias>`."""
        while arn:
            found = self.find(arn, *kinds)
            if found is not None:
                return found
            arn = arn[: max(arn.rfind("/"), arn.rfind(":"), 0)]
        return None

    def function(self, value: str) -> Node | None:
        """The Lambda function that a text names: by name, ARN, partial ARN, with a qualifier or not, or invoke ARN."""
        kind = "lambda/function:Function"
        invoked = re.search(r":lambda:path/[^/]+/functions/(arn:[^/]+)/invocations$", value)
        text = invoked[1] if invoked else value
        alias = self.find(text, "lambda/alias:Alias")
        if alias is not None:
            text = alias.text("functionName")
        name = re.fullmatch(r"(?:arn:[^:]+:lambda:[^:]+:)?(?:\d{12}:)?(?:function:)?([^:]+)(?::[^:]+)?", text)
        return self.find(text, kind) or (self.find(name[1], kind) if name else None)

    def policy(self, document: Any, node: Node, path: str) -> Policy:
        """A document that stands in an input, parsed once. One that is malformed is `opaque`, without statements."""
        key = (node.urn, path)
        if key not in self._policies:
            self._policies[key] = read(document, f"{path} of {node.name}", node.urn)
        return self._policies[key]

    @cached_property
    def roles(self) -> Roles:
        """What the roles of this program may do."""
        return Roles(self.graph)

    @cached_property
    def resource_policies(self) -> ResourcePolicies:
        """What the policies of this program's resources say."""
        return ResourcePolicies(self.graph)

    @cached_property
    def permissions(self) -> Permissions:
        """What roles, resource policies and keys say together."""
        return Permissions(self.graph, self.roles, self.resource_policies)

    def code(self, function: Node) -> FunctionCode:
        """What the packed source of a function calls; followed once."""
        if function.urn not in self._code:
            self._code[function.urn] = FunctionCode(function.resource, self.graph, self.lines.root)
        return self._code[function.urn]

    def once(self, work: Callable[[View], _T]) -> _T:
        """What a function makes of this graph, worked out once for all rules."""
        if work not in self._made:
            self._made[work] = work(self)
        return cast("_T", self._made[work])

    def before(self, urn: str) -> frozenset[str]:
        """All that is made before a resource, whoever is faster: what it depends on, and what that depends on."""
        if urn not in self._before:
            found: set[str] = set()
            waiting = [urn]
            while waiting:
                node = self.by_urn.get(waiting.pop())
                if node is None:
                    continue
                # A child is registered when its parent has been, which waits for what the parent depends on.
                for needed in (*node.resource.dependencies, node.resource.provider, node.resource.parent):
                    if needed and needed not in found:
                        found.add(needed)
                        waiting.append(needed)
            self._before[urn] = frozenset(found)
        return self._before[urn]

    @cached_property
    def _of_kind(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {}
        for node in self:
            found.setdefault(node.kind, []).append(node)
        return {kind: tuple(nodes) for kind, nodes in found.items()}

    @cached_property
    def _named(self) -> Mapping[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self:
            resource = node.resource
            if not resource.custom:
                continue
            names = {resource.id if isinstance(resource.id, str) else ""}
            for key, value in resource.outputs.items():
                if isinstance(value, str) and (key in _NAMES or key not in resource.inputs) and key not in _OF_MANY:
                    names.add(value)
            for name in names - {""}:
                found.setdefault(name, []).append(node)
        return found


class _GuardedDict(dict[str, Any]):
    """A structure with something in it that is not known."""

    def __init__(self, node: Node, path: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._node, self._path = node, path

    def __getitem__(self, key: str) -> Any:
        return self._known(key, super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        return self._known(key, super().get(key, default))

    def values(self) -> Any:
        return [self[key] for key in self]

    def items(self) -> Any:
        return [(key, self[key]) for key in self]

    def _known(self, key: str, value: Any) -> Any:
        return _guarded(self._node, f"{self._path}.{key}", value)


class _GuardedList(list[Any]):
    """A list with something in it that is not known."""

    def __init__(self, node: Node, path: str, values: Iterable[Any]) -> None:
        super().__init__(values)
        self._node, self._path = node, path

    def __getitem__(self, index: Any) -> Any:
        return _guarded(self._node, f"{self._path}.{index}", super().__getitem__(index))

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))


def _guarded(node: Node, path: str, value: Any) -> Any:
    value = reveal(value)
    if value is UNKNOWN:
        raise NotKnown(node, path)
    if isinstance(value, (dict, list)) and contains_unknown(value):
        if isinstance(value, dict):
            return _GuardedDict(node, path, cast("dict[str, Any]", value))
        return _GuardedList(node, path, cast("list[Any]", value))
    return cast("Any", value)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, (list, tuple)):
        items = cast("list[Any]", value)
        if part.isdigit():
            return items[int(part)] if int(part) < len(items) else _MISSING
        # Some structures are lists of one in one version of the SDK, and not in another.
        return _step(items[0], part) if len(items) == 1 else _MISSING
    if not isinstance(value, Mapping):
        return _MISSING
    mapping = cast("Mapping[str, Any]", value)
    if part in mapping:
        return mapping[part]
    return mapping.get(camel(part), _MISSING)
