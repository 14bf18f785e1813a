"""Graph values to and from the property structs of Pulumi's protocol.

The markers are those of https://www.pulumi.com/docs/ "resource protocol"; see `protocol`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from google.protobuf import struct_pb2

from stackwright.engine.protocol import messages as protocol
from stackwright.graph import (
    UNKNOWN,
    Archive,
    Asset,
    Properties,
    ResourceReference,
    Secret,
    Unknown,
    Value,
    contains_unknown,
)

# One marker per JSON kind; the SDK sends only the string's, other engines' components may send the rest.
_UNKNOWNS: Final = frozenset(
    {
        protocol.UNKNOWN,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)

UNKNOWN_TEXT: Final = protocol.UNKNOWN
_EXACT: Final = 2**53  # from here on a float no longer tells neighbouring integers apart

Digest = Callable[[Asset | Archive], str]
"""Gives an asset's or archive's content hash; the engine knows the directory that paths are relative to."""


def decode(struct: struct_pb2.Struct, digest: Digest) -> dict[str, Value]:
    """A property struct as graph values; sorted by key, because a struct has no order that lasts."""
    return {key: _decode(value, digest) for key, value in sorted(struct.fields.items())}


def decode_value(value: struct_pb2.Value, digest: Digest) -> Value:
    """One protocol value as a graph value."""
    return _decode(value, digest)


def marked(properties: Properties) -> dict[str, Any]:
    """The properties with texts for what is not known: a function's result that is put together with one is not known.

    The SDK takes them for plain texts, so that a result has the types that it declares.
    """
    return {key: _marked(value) for key, value in properties.items()}


def _marked(value: Value) -> Any:
    match value:
        case Unknown():
            return f"{protocol.UNKNOWN}-0"
        case Secret(inner):
            return Secret(_marked(inner))
        case Mapping():
            return marked(cast("Properties", value))
        case list() | tuple():
            return [_marked(item) for item in cast("list[Value]", value)]
        case _:
            return value


def encode(properties: Properties) -> struct_pb2.Struct:
    """Graph values as a property struct."""
    struct = struct_pb2.Struct()
    for key, value in properties.items():
        _encode(value, struct.fields[key])
    return struct


def _decode(value: struct_pb2.Value, digest: Digest) -> Value:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if _is_unknown(value.string_value) else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() and abs(number) < _EXACT else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(v, digest) for v in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value, digest)
        case _:
            return None


def _is_unknown(text: str) -> bool:
    """Whether it is a marker, or is put together with the text of a value that is not known."""
    return text in _UNKNOWNS or protocol.UNKNOWN in text


def _decode_struct(struct: struct_pb2.Struct, digest: Digest) -> Value:
    fields = struct.fields
    if protocol.SIGNATURE not in fields:
        return decode(struct, digest)
    match fields[protocol.SIGNATURE].string_value:
        case sig if sig == protocol.SECRET:
            return Secret(_decode(fields["value"], digest))
        case sig if sig == protocol.OUTPUT:
            inner = _decode(fields["value"], digest) if "value" in fields else UNKNOWN
            is_secret = "secret" in fields and fields["secret"].bool_value
            return Secret(inner) if is_secret else inner
        case sig if sig == protocol.RESOURCE:
            return ResourceReference(fields["urn"].string_value)
        case sig if sig == protocol.ASSET:
            asset = _decode_asset(fields)
            return UNKNOWN if _is_unknown(str(asset.content)) else _with_digest(asset, digest)
        case sig if sig == protocol.ARCHIVE:
            archive = _decode_archive(fields, digest)
            of_unknown = archive.kind != "assets" and _is_unknown(str(archive.content))
            return UNKNOWN if of_unknown or contains_unknown(archive.content) else _with_digest(archive, digest)
        case _:
            return decode(struct, digest)


def _decode_asset(fields: Mapping[str, struct_pb2.Value]) -> Asset:
    if fields.get("path", struct_pb2.Value()).string_value:
        return Asset("file", fields["path"].string_value)
    if fields.get("uri", struct_pb2.Value()).string_value:
        return Asset("remote", fields["uri"].string_value)
    return Asset("text", fields["text"].string_value if "text" in fields else "")


def _decode_archive(fields: Mapping[str, struct_pb2.Value], digest: Digest) -> Archive:
    if fields.get("path", struct_pb2.Value()).string_value:
        return Archive("file", fields["path"].string_value)
    if fields.get("uri", struct_pb2.Value()).string_value:
        return Archive("remote", fields["uri"].string_value)
    entries = fields["assets"].struct_value.fields if "assets" in fields else {}
    return Archive("assets", {name: cast("Asset | Archive", _decode(v, digest)) for name, v in sorted(entries.items())})


def _with_digest(item: Asset | Archive, digest: Digest) -> Asset | Archive:
    if isinstance(item, Asset):
        return Asset(item.kind, item.content, digest(item))
    return Archive(item.kind, item.content, digest(item))


def _encode(value: Value, into: struct_pb2.Value) -> None:
    match value:
        case None:
            into.null_value = struct_pb2.NULL_VALUE
        case bool():
            into.bool_value = value
        case int() | float():
            into.number_value = value
        case str():
            into.string_value = value
        case Unknown():
            into.string_value = protocol.UNKNOWN
        case Secret(inner):
            _signed(into, protocol.SECRET, {"value": inner})
        case ResourceReference(urn):
            _signed(into, protocol.RESOURCE, {"urn": urn})
        case Asset(kind, content, _):
            _signed(into, protocol.ASSET, {{"file": "path", "text": "text", "remote": "uri"}[kind]: content})
        case Archive(kind, content, _):
            _signed(into, protocol.ARCHIVE, {{"file": "path", "assets": "assets", "remote": "uri"}[kind]: content})
        case Mapping():
            into.struct_value.SetInParent()
            for key, item in cast("Mapping[str, Any]", value).items():
                _encode(item, into.struct_value.fields[key])
        case list() | tuple():
            into.list_value.SetInParent()
            for item in cast("list[Any]", value):
                _encode(item, into.list_value.values.add())
        case _:
            raise TypeError(f"no protocol form for {type(value).__name__}")


def _signed(into: struct_pb2.Value, signature: str, body: Mapping[str, Any]) -> None:
    into.struct_value.fields[protocol.SIGNATURE].string_value = signature
    for key, item in body.items():
        _encode(item, into.struct_value.fields[key])
