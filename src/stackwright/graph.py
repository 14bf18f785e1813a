"""What a program registered, as plain frozen values. Standard library only.

A `Graph` is all that rules, pictures, proofs and tests see of a program. It goes to JSON and back without loss; values
that JSON has no word for are written as an object with one key that starts with `$`:

    {"$unknown": true}                                  a value that is not known yet
    {"$secret": value}                                  a value that must not be shown
    {"$asset": {"path"|"text"|"uri": …, "sha256": …}}   a file, a text, a remote address
    {"$archive": {"path"|"uri"|"entries": …, "sha256": …}}  a directory or archive file, an address, assets by name
    {"$resource": urn}                                  a reference to a resource of this graph
    {"$mapping": {…}}                                   a mapping that itself has one key that starts with `$`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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

    Attributes:
        ignore_changes: property paths in the spelling of the provider, as in `replace_on_changes`.
        aliases: URNs the resource went by before.
        deleted_with: URN of the resource whose deletion takes this one along.
        replace_with: URNs of resources whose replacement replaces this one.
        replacement_trigger: a value whose change replaces the resource.
        import_id: id of the existing resource that was taken over.
        custom_timeouts: step (`create`, `update`, `delete`, `read`) -> duration as the program wrote it, such as `5m`.
        hooks: moment (`before_create`, `after_delete`, `on_error`, …) -> names of the program's hooks.
    """

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deleted_with: str = ""
    replace_with: tuple[str, ...] = ()
    replacement_trigger: Value = None
    import_id: str = ""
    custom_timeouts: Mapping[str, str] = field(default_factory=dict[str, str])
    hooks: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


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
        pending_delete: what a replacement left over and an interrupted run has not deleted; its URN ends in
            `::pending#` and a number.
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
    pending_delete: bool = False


@dataclass(frozen=True, slots=True)
class Invoke:
    """A function call to a provider, such as `aws:index/getCallerIdentity:getCallerIdentity`.

    Attributes:
        simulated: why the result is made up, as that of a look-up in an account; empty when it was found or computed.
    """

    token: str
    args: Properties
    result: Properties
    provider: str = ""
    simulated: str = ""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A line that the program or the engine reported."""

    severity: Literal["debug", "info", "warning", "error"]
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """All that one run of a program registered.

    Resources stand in an order that depends on the program alone: what a resource needs comes before it, otherwise the
    line that registered it decides. So the same program gives the same bytes, run after run.
    """

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
    match value:
        case Secret(inner):
            return reveal(inner)
        case Mapping():
            return {k: reveal(v) for k, v in _items(value)}
        case list() | tuple():
            return [reveal(v) for v in _elements(value)]
        case _:
            return value


def contains_unknown(value: Value) -> bool:
    """Whether any part of the value is not known."""
    match value:
        case Unknown():
            return True
        case Secret(inner):
            return contains_unknown(inner)
        case Mapping():
            return any(contains_unknown(v) for _, v in _items(value))
        case list() | tuple():
            return any(contains_unknown(v) for v in _elements(value))
        case _:
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
            plain = {k: value_to_json(v, show_secrets=show_secrets) for k, v in _items(value)}
            return {"$mapping": plain} if _looks_special(plain) else plain
        case list() | tuple():
            return [value_to_json(v, show_secrets=show_secrets) for v in _elements(value)]
        case _:
            return value


def value_from_json(data: Any) -> Value:
    """The inverse of `value_to_json(…, show_secrets=True)`."""
    match data:
        case list():
            return [value_from_json(v) for v in _elements(data)]
        case dict() if not _looks_special(cast("dict[str, Any]", data)):
            return {k: value_from_json(v) for k, v in _items(data)}
        case {"$unknown": True}:
            return UNKNOWN
        case {"$secret": inner}:
            return Secret(value_from_json(inner))
        case {"$asset": {"sha256": sha256, **body}}:
            ((key, content),) = _items(body)
            return Asset(_ASSET_KINDS[key], content, sha256)
        case {"$archive": {"sha256": sha256, **body}}:
            ((key, content),) = _items(body)
            if key == "entries":
                content = {k: value_from_json(v) for k, v in _items(content)}
            return Archive(_ARCHIVE_KINDS[key], content, sha256)
        case {"$resource": urn}:
            return ResourceReference(urn)
        case {"$mapping": inner}:
            return {k: value_from_json(v) for k, v in _items(inner)}
        case _:
            return data


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return cast("Mapping[str, Any]", value).items()


def _elements(value: Any) -> Iterable[Any]:
    return cast("Iterable[Any]", value)


def _looks_special(mapping: Mapping[str, Any]) -> bool:
    return len(mapping) == 1 and next(iter(mapping)).startswith("$")


def properties_from_json(data: Mapping[str, Any]) -> Properties:
    """A property bag from its JSON form."""
    return {k: value_from_json(v) for k, v in data.items()}


_AssetKind: TypeAlias = Literal["file", "text", "remote"]
_ArchiveKind: TypeAlias = Literal["file", "remote", "assets"]
_ASSET_KEYS: Final[dict[_AssetKind, str]] = {"file": "path", "text": "text", "remote": "uri"}
_ARCHIVE_KEYS: Final[dict[_ArchiveKind, str]] = {"file": "path", "remote": "uri", "assets": "entries"}
_ASSET_KINDS: Final[dict[str, _AssetKind]] = {key: kind for kind, key in _ASSET_KEYS.items()}
_ARCHIVE_KINDS: Final[dict[str, _ArchiveKind]] = {key: kind for kind, key in _ARCHIVE_KEYS.items()}


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
    plain["options"] = _options_from_json(plain["options"])
    plain["source"] = _position_from_json(plain["source"])
    plain["stack"] = tuple(SourcePosition(**p) for p in plain["stack"])
    return Resource(**plain)


def _options_from_json(data: Mapping[str, Any]) -> Options:
    plain: dict[str, Any] = {k: tuple(_elements(v)) if isinstance(v, list) else v for k, v in data.items()}
    plain["replacement_trigger"] = value_from_json(data["replacement_trigger"])
    plain["hooks"] = {k: tuple(v) for k, v in data["hooks"].items()}
    return Options(**plain)


def _invoke_from_json(data: Mapping[str, Any]) -> Invoke:
    return Invoke(
        token=data["token"],
        args=properties_from_json(data["args"]),
        result=properties_from_json(data["result"]),
        provider=data["provider"],
        simulated=data.get("simulated", ""),
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
