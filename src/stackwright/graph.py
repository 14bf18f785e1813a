"""What a program registered, as plain frozen values. Standard library only.

A `Graph` is all that rules, pictures, proofs and tests see of a program. It goes to JSON and back without loss; values
that JSON has no word for are written as an object with one key that starts with `$`:

    {"$unknown": true}                    a value that is not known yet
    {"$secret": value}                    a value that must not be shown
    {"$asset": {"path"|"text"|"uri": …, "sha256": …}}
    {"$archive": {"path"|"uri"|"entries": …, "sha256": …}}
    {"$resource": urn}                    a reference to a resource of this graph
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, cast

FORMAT_VERSION: Final = 1


class Unknown:
    """The one value that is not known. Compare with `is UNKNOWN`."""

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false; ask `value is UNKNOWN` first")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be shown."""

    value: Value

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, a text or a remote address given to a resource."""

    kind: Literal["file", "text", "remote"]
    content: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """A directory or archive file, a remote address, or assets by name."""

    kind: Literal["file", "remote", "assets"]
    content: str | Mapping[str, Asset | Archive]
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ResourceReference:
    """A whole resource passed as a value."""

    urn: str


Value: TypeAlias = Any
"""None, bool, int, float, str, `Unknown`, `Secret`, `Asset`, `Archive`, `ResourceReference`, or a list, tuple or
mapping of these. Said in words, because a recursive alias makes every reader narrow types it already knows."""
Properties: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """A line of the user's program; `file` is relative to the project where it lies inside it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Options:
    """The resource options that outlive the registration.

    `replace_on_changes` and `ignore_changes` are property paths in the spelling of the provider.
    """

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deleted_with: str = ""
    import_id: str = ""
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Resource:
    """One registration.

    Attributes:
        urn: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`.
        type: the type token, such as `aws:sqs/queue:Queue`.
        custom: False for a component.
        id: the provider's id; `UNKNOWN` in a first preview, empty for a component.
        provider: URN of the provider resource; empty for components and providers.
        property_dependencies: input name -> URNs whose outputs went into it.
        source: the user's line; None when no frame of the project registered it.
        stack: the user's frames, innermost first; `source` is the first of them.
        external: read with `.get()`, not owned by this program.
        simulated: why the answer is made up, by property name; "" stands for the whole resource.
        seed: what generated names and ids are made from; stays the same through renames, changes with a replacement.
    """

    urn: str
    type: str
    name: str
    custom: bool = True
    id: str | Unknown = ""
    inputs: Properties = field(default_factory=dict[str, Any])
    outputs: Properties = field(default_factory=dict[str, Any])
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    options: Options = Options()
    source: SourcePosition | None = None
    stack: tuple[SourcePosition, ...] = ()
    external: bool = False
    simulated: Mapping[str, str] = field(default_factory=dict[str, str])
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Invoke:
    """A function call to a provider, such as `aws:index/getCallerIdentity:getCallerIdentity`."""

    token: str
    args: Properties
    result: Properties
    provider: str = ""
    source: SourcePosition | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A line that the program or the engine reported."""

    severity: Literal["debug", "info", "warning", "error"]
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """All that one run of a program registered, in order of registration."""

    project: str
    stack: str
    mode: Literal["simulated", "emulator", "unknown"]
    resources: tuple[Resource, ...] = ()
    outputs: Properties = field(default_factory=dict[str, Any])
    invokes: tuple[Invoke, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources)

    def of_type(self, type_token: str) -> tuple[Resource, ...]:
        """All resources of one type token."""
        return tuple(r for r in self.resources if r.type == type_token)

    def by_urn(self) -> Mapping[str, Resource]:
        """Resources by URN."""
        return MappingProxyType({r.urn: r for r in self.resources})

    def to_json(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """JSON-ready dict. Secrets are written as `{"$secret": "…"}` unless `show_secrets`."""
        return {"version": FORMAT_VERSION, **_record_to_json(self, show_secrets)}

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Graph:
        """The inverse of `to_json(show_secrets=True)`.

        Raises:
            ValueError: the data was written by another version of the format.
        """
        if data.get("version") != FORMAT_VERSION:
            raise ValueError(f"graph format {data.get('version')!r}, this program reads {FORMAT_VERSION}")
        return Graph(
            project=data["project"],
            stack=data["stack"],
            mode=data["mode"],
            resources=tuple(resource_from_json(r) for r in data["resources"]),
            outputs=properties_from_json(data["outputs"]),
            invokes=tuple(_invoke_from_json(i) for i in data["invokes"]),
            diagnostics=tuple(Diagnostic(**d) for d in data["diagnostics"]),
        )


# ---- values ----------------------------------------------------------------------------------------------------------


def reveal(value: Value) -> Value:
    """The value without any secret wrapper, at every depth."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, Mapping):
        return {k: reveal(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [reveal(v) for v in value]
    return value


def contains_unknown(value: Value) -> bool:
    """Whether any part of the value is not known."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    if isinstance(value, Mapping):
        return any(contains_unknown(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return any(contains_unknown(v) for v in value)
    return False


def value_to_json(value: Value, *, show_secrets: bool = False) -> Any:
    """One value as JSON-ready data (see the module's docstring)."""
    match value:
        case Unknown():
            return {"$unknown": True}
        case Secret(inner):
            return {"$secret": value_to_json(inner, show_secrets=True) if show_secrets else "…"}
        case Asset(kind, content, sha256):
            return {"$asset": {_ASSET_KEYS[kind]: content, "sha256": sha256}}
        case Archive(kind, content, sha256):
            body = content if isinstance(content, str) else {k: value_to_json(v) for k, v in content.items()}
            return {"$archive": {_ARCHIVE_KEYS[kind]: body, "sha256": sha256}}
        case ResourceReference(urn):
            return {"$resource": urn}
        case Mapping():
            return {k: value_to_json(v, show_secrets=show_secrets) for k, v in value.items()}
        case list() | tuple():
            return [value_to_json(v, show_secrets=show_secrets) for v in value]
        case _:
            return value


def value_from_json(data: Any) -> Value:
    """The inverse of `value_to_json(…, show_secrets=True)`."""
    if isinstance(data, list):
        return [value_from_json(v) for v in cast("list[Any]", data)]
    if not isinstance(data, dict):
        return cast(Value, data)
    mapping = cast("dict[str, Any]", data)
    match mapping:
        case {"$unknown": True}:
            return UNKNOWN
        case {"$secret": inner}:
            return Secret(value_from_json(inner))
        case {"$asset": body}:
            asset_kind = next(k for k, key in _ASSET_KEYS.items() if key in body)
            return Asset(asset_kind, body[_ASSET_KEYS[asset_kind]], body.get("sha256", ""))
        case {"$archive": body}:
            kind = next(k for k, key in _ARCHIVE_KEYS.items() if key in body)
            content = body[_ARCHIVE_KEYS[kind]]
            if kind == "assets":
                content = {k: cast("Asset | Archive", value_from_json(v)) for k, v in content.items()}
            return Archive(kind, content, body.get("sha256", ""))
        case {"$resource": urn}:
            return ResourceReference(urn)
        case _:
            return {k: value_from_json(v) for k, v in mapping.items()}


def properties_from_json(data: Mapping[str, Any]) -> Properties:
    """A property bag from its JSON form."""
    return {k: value_from_json(v) for k, v in data.items()}


_ASSET_KEYS: Final[dict[Literal["file", "text", "remote"], str]] = {"file": "path", "text": "text", "remote": "uri"}
_ARCHIVE_KEYS: Final[dict[Literal["file", "remote", "assets"], str]] = {
    "file": "path",
    "remote": "uri",
    "assets": "entries",
}


# ---- records ---------------------------------------------------------------------------------------------------------


def resource_to_json(resource: Resource, *, show_secrets: bool = False) -> dict[str, Any]:
    """One resource as JSON-ready data."""
    return _record_to_json(resource, show_secrets)


def resource_from_json(data: Mapping[str, Any]) -> Resource:
    """The inverse of `resource_to_json(…, show_secrets=True)`."""
    plain = dict(data)
    plain["id"] = value_from_json(plain["id"])
    plain["inputs"] = properties_from_json(plain["inputs"])
    plain["outputs"] = properties_from_json(plain["outputs"])
    plain["dependencies"] = tuple(plain["dependencies"])
    plain["property_dependencies"] = {k: tuple(v) for k, v in plain["property_dependencies"].items()}
    plain["options"] = Options(**{k: _tuple_if_list(v) for k, v in plain["options"].items()})
    plain["source"] = _position_from_json(plain["source"])
    plain["stack"] = tuple(SourcePosition(**p) for p in plain["stack"])
    return Resource(**plain)


def _tuple_if_list(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


def _invoke_from_json(data: Mapping[str, Any]) -> Invoke:
    return Invoke(
        token=data["token"],
        args=properties_from_json(data["args"]),
        result=properties_from_json(data["result"]),
        provider=data["provider"],
        source=_position_from_json(data["source"]),
    )


def _position_from_json(data: Mapping[str, Any] | None) -> SourcePosition | None:
    return None if data is None else SourcePosition(**data)


def _record_to_json(record: Any, show_secrets: bool) -> dict[str, Any]:
    def convert(value: Any) -> Any:
        if hasattr(value, "__dataclass_fields__") and not isinstance(
            value, (Secret, Asset, Archive, ResourceReference)
        ):
            return _record_to_json(value, show_secrets)
        if isinstance(value, tuple):
            return [convert(v) for v in cast("tuple[Any, ...]", value)]
        return value_to_json(value, show_secrets=show_secrets)

    return {name: convert(getattr(record, name)) for name in record.__dataclass_fields__}


def dumps(graph: Graph, *, show_secrets: bool = False) -> str:
    """The graph as indented JSON text."""
    return json.dumps(graph.to_json(show_secrets=show_secrets), indent=2, ensure_ascii=False)
