"""A program hears of what it uses and a local run does not show."""

from __future__ import annotations

from stackwright.graph import Graph, Resource
from stackwright.provider import fidelity


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


def test_a_case_is_said_in_the_words_of_the_ledger() -> None:
    entry = fidelity.about("lambda/function:Function")["runtime", "needs a container"]
    java = Resource(
        "u1", "aws:lambda/function:Function", "f", inputs={"runtime": "java21"}, simulated={"runtime": entry.says}
    )
    python = Resource("u2", "aws:lambda/function:Function", "g", inputs={"runtime": "python3.13"})
    assert entry in fidelity.limits(Graph("p", "s", "emulator", (java,)))
    assert entry not in fidelity.limits(Graph("p", "s", "emulator", (python,)))


def test_what_only_the_provider_reads_is_no_limit() -> None:
    bucket = Resource(
        "u1", "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "b", inputs={"region": "eu-west-1"}
    )
    queue = Resource("u2", "aws:s3/bucketVersioning:BucketVersioning", "v", inputs={"mfa": "1 2"})
    assert [e.property for e in fidelity.limits(Graph("p", "s", "emulator", (bucket, queue)))] == ["mfa"]


def test_the_page_names_a_case_and_links_the_tests() -> None:
    page = fidelity.page()
    assert "`runtime` (needs a container)" in page
    assert "[a locked version cannot be deleted](../../tests/e2e/services/test_enforced_data.py)" in page
