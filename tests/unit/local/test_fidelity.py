"""The ledger's data is sound, and a program hears only of what it uses."""

from __future__ import annotations

from stackwright.engine import sdk
from stackwright.graph import Graph, Resource
from stackwright.local import fidelity


def test_every_entry_names_a_real_type_and_says_a_sentence() -> None:
    for entry in fidelity.ledger():
        assert sdk.resource_type(f"aws:{entry.type}").folder, entry
        assert entry.says.endswith("."), entry


def test_no_entry_twice() -> None:
    keys = [(e.type, e.property) for e in fidelity.ledger()]
    assert len(keys) == len(set(keys))


def test_a_program_is_told_of_properties_it_sets_only() -> None:
    function = Resource("u1", "aws:lambda/function:Function", "f", inputs={"vpcConfig": {"subnetIds": ["s"]}})
    plain = Resource("u2", "aws:lambda/function:Function", "g")
    with_vpc = fidelity.limits(Graph("p", "s", "emulator", (function,)))
    without = fidelity.limits(Graph("p", "s", "emulator", (plain,)))
    assert "vpcConfig" in {e.property for e in with_vpc}
    assert "vpcConfig" not in {e.property for e in without}


def test_inputs_without_effect_are_listed_once() -> None:
    one = Resource("u1", "t", "a", simulated={"x": "why", "": "whole"})
    two = Resource("u2", "t", "b", simulated={"x": "why"})
    found = fidelity.limits(Graph("p", "s", "emulator", (one, two)))
    assert found == [fidelity.Entry("t", "x", "not-emulated", "Why.")]


def test_the_ledger_has_the_last_word() -> None:
    said = {"vpcConfig": "not passed on"}
    function = Resource(
        "u1", "aws:lambda/function:Function", "f", inputs={"vpcConfig": {"subnetIds": ["s"]}}, simulated=said
    )
    (entry,) = [e for e in fidelity.limits(Graph("p", "s", "emulator", (function,))) if e.property == "vpcConfig"]
    assert entry in fidelity.ledger()
