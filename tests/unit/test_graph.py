"""Graphs are frozen, and go to JSON and back without loss."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from stackwright.graph import (
    UNKNOWN,
    Archive,
    Asset,
    Diagnostic,
    Graph,
    Invoke,
    Options,
    Resource,
    ResourceReference,
    Secret,
    SourcePosition,
    Unknown,
    contains_unknown,
    resource_from_json,
    resource_to_json,
    reveal,
    value_from_json,
    value_to_json,
)

VALUES: list[Any] = [
    None,
    True,
    0,
    -3,
    2.5,
    "",
    "text",
    [],
    {},
    [1, [2, {"a": None}]],
    UNKNOWN,
    Secret("s"),
    Secret({"a": [UNKNOWN]}),
    Asset("file", "a.txt", "12"),
    Asset("text", "hello", "34"),
    Asset("remote", "https://x", "56"),
    Archive("file", "dir", "78"),
    Archive("remote", "https://x", "9a"),
    Archive("assets", {"a": Asset("text", "t", "1"), "b": Archive("file", "d", "2")}, "bc"),
    ResourceReference("urn:pulumi:s::p::t::n"),
    {"$secret": "a mapping of the user's"},
    {"$mapping": 1},
    {"$unknown": True, "and": "more"},
    {"plain": {"nested": Secret(1)}},
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_survive_json(value: Any) -> None:
    text = json.dumps(value_to_json(value, show_secrets=True))
    assert value_from_json(json.loads(text)) == value


def test_secrets_are_masked_unless_asked_for() -> None:
    value = {"a": Secret("hunter2"), "b": [Secret({"c": "hunter2"})]}
    assert "hunter2" not in json.dumps(value_to_json(value))
    assert value_to_json(value) == {"a": {"$secret": "…"}, "b": [{"$secret": "…"}]}
    assert "hunter2" not in repr(value)


def full_resource() -> Resource:
    return Resource(
        urn="urn:pulumi:dev::p::t::n",
        type="aws:sqs/queue:Queue",
        name="n",
        id="id",
        inputs={"a": Secret(1), "b": UNKNOWN},
        outputs={"c": [Asset("text", "x", "1")]},
        parent="urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
        provider="urn:pulumi:dev::p::pulumi:providers:aws::default",
        dependencies=("x", "y"),
        property_dependencies={"a": ("x",)},
        options=Options(
            protect=True,
            ignore_changes=("a",),
            aliases=("u",),
            replace_with=("v",),
            replacement_trigger=[1, {"b": Secret(2)}],
            custom_timeouts={"create": "5m"},
            hooks={"before_create": ("h",)},
        ),
        source=SourcePosition("__main__.py", 3),
        stack=(SourcePosition("__main__.py", 3), SourcePosition("lib.py", 9)),
        external=True,
        simulated={"b": "why"},
        seed="seed",
        pending_delete=True,
    )


def full_graph() -> Graph:
    return Graph(
        project="p",
        stack="dev",
        mode="emulator",
        resources=(full_resource(), Resource("u", "my:c:C", "c", custom=False, id=UNKNOWN)),
        outputs={"url": Secret("x")},
        invokes=(
            Invoke("aws:index/getRegion:getRegion", {}, {"name": "r"}, "urn"),
            Invoke("aws:ec2/getVpc:getVpc", {}, {"id": "vpc-1"}, "urn", "why"),
        ),
        diagnostics=(Diagnostic("warning", "careful", "u"),),
    )


def test_graphs_survive_json() -> None:
    graph = full_graph()
    text = json.dumps(graph.to_json(show_secrets=True))
    assert Graph.from_json(json.loads(text)) == graph
    resource = full_resource()
    assert resource_from_json(json.loads(json.dumps(resource_to_json(resource, show_secrets=True)))) == resource


def test_what_was_written_before_made_up_answers_were_marked_is_read() -> None:
    data = full_graph().to_json(show_secrets=True)
    for invoke in data["invokes"]:
        del invoke["simulated"]
    assert [i.simulated for i in Graph.from_json(data).invokes] == ["", ""]


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="graph format 99"):
        Graph.from_json({**full_graph().to_json(), "version": 99})


def test_graphs_are_frozen_and_can_be_searched() -> None:
    graph = full_graph()
    assert [r.name for r in graph] == ["n", "c"]
    assert [r.name for r in graph.of_type("my:c:C")] == ["c"]
    assert graph.by_urn()["u"].name == "c"
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.project = "q"  # type: ignore[misc]
    with pytest.raises(TypeError):
        graph.by_urn()["u"] = graph.resources[0]  # type: ignore[index]


def test_unknown_is_one_value_and_has_no_truth() -> None:
    assert Unknown() is UNKNOWN
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)


def test_reveal_and_contains_unknown() -> None:
    assert reveal({"a": Secret([Secret(1), {"b": Secret("x")}])}) == {"a": [1, {"b": "x"}]}
    assert contains_unknown({"a": [Secret({"b": UNKNOWN})]})
    assert not contains_unknown({"a": [Secret({"b": 1})], "c": (1, 2)})
