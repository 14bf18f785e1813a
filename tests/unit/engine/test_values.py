"""Graph values to and from the protocol's property structs, compared with what the SDK itself makes of them."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pulumi
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from stackwright.engine.protocol import values
from stackwright.graph import UNKNOWN, Archive, Asset, ResourceReference, Secret

CASES: list[Any] = [
    None,
    True,
    False,
    0,
    7,
    -1.5,
    "",
    "text",
    [],
    [1, "two", None],
    {},
    {"a": {"b": [True]}},
    UNKNOWN,
    Secret("s"),
    Secret(UNKNOWN),
    Secret({"a": [1]}),
    Asset("file", "a.txt", "#"),
    Asset("text", "", "#"),
    Asset("text", "hello", "#"),
    Asset("remote", "https://x", "#"),
    Archive("file", "dir", "#"),
    Archive("remote", "https://x", "#"),
    Archive("assets", {}, "#"),
    Archive("assets", {"a": Asset("text", "t", "#"), "b": Archive("file", "d", "#")}, "#"),
    ResourceReference("urn:pulumi:s::p::t::n"),
]


def digest(item: Asset | Archive) -> str:
    return "#"


@pytest.mark.parametrize("value", CASES, ids=repr)
def test_values_survive_the_protocol(value: Any) -> None:
    struct = struct_pb2.Struct.FromString(values.encode({"v": value}).SerializeToString())
    assert values.decode(struct, digest) == {"v": value}
    assert values.decode_value(struct.fields["v"], digest) == value


def test_what_the_sdk_sends_is_understood() -> None:
    given = {
        "file": pulumi.FileAsset("a.txt"),
        "text": pulumi.StringAsset("t"),
        "archive": pulumi.AssetArchive({"x": pulumi.FileArchive("d")}),
        "plain": [1, {"a": None, "b": 2.5}],
    }
    struct = asyncio.run(rpc.serialize_properties(given, {}))
    assert values.decode(struct, digest) == {
        "file": Asset("file", "a.txt", "#"),
        "text": Asset("text", "t", "#"),
        "archive": Archive("assets", {"x": Archive("file", "d", "#")}, "#"),
        "plain": [1, {"a": None, "b": 2.5}],
    }


def test_what_we_send_is_understood_by_the_sdk() -> None:
    struct = values.encode({"a": [1, "x"], "s": Secret("hidden"), "u": UNKNOWN, "t": Asset("text", "t")})
    found = rpc.deserialize_properties(struct, keep_unknowns=True)
    assert found["a"] == [1, "x"]
    assert rpc.is_rpc_secret(found["s"])
    assert rpc.unwrap_rpc_secret(found["s"]) == "hidden"
    assert rpc.contains_unknowns(found["u"])
    assert isinstance(found["t"], pulumi.StringAsset)


def test_output_values() -> None:
    struct = struct_pb2.Struct()
    known, unknown = struct.fields["known"].struct_value, struct.fields["unknown"].struct_value
    for output in (known, unknown):
        output.fields[rpc._special_sig_key].string_value = rpc._special_output_value_sig
    known.fields["value"].string_value = "v"
    known.fields["secret"].bool_value = True
    assert values.decode(struct, digest) == {"known": Secret("v"), "unknown": UNKNOWN}


@pytest.mark.parametrize(
    ("number", "expected"), [(3.0, 3), (3.5, 3.5), (1e300, 1e300), (-2.0, -2), (2.0**53, 2.0**53), (math.inf, math.inf)]
)
def test_numbers(number: float, expected: Any) -> None:
    found = values.decode_value(struct_pb2.Value(number_value=number), digest)
    assert found == expected
    assert type(found) is type(expected)


def test_keys_are_sorted() -> None:
    struct = values.encode({"b": 1, "a": {"d": 1, "c": 2}})
    assert list(values.decode(struct, digest)) == ["a", "b"]
    assert list(values.decode(struct, digest)["a"]) == ["c", "d"]


def test_every_kind_of_unknown_is_known_by_its_marker() -> None:
    for marker in ("04da6b54-80e4-46f7-96ec-b56ff0331ba9", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"):
        assert values.decode_value(struct_pb2.Value(string_value=marker), digest) is UNKNOWN


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no protocol form for object"):
        values.encode({"x": object()})
