"""Inputs without effect are found by what nobody reads, and worded by the ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stackwright.graph import Resource
from stackwright.provider import fidelity
from stackwright.provider.provisioner import Inputs

FUNCTION = "aws:lambda/function:Function"


def resource(type_token: str = FUNCTION, /, **inputs: Any) -> Resource:
    return Resource("u", type_token, "r", inputs=inputs)


def updated(old: Resource, /, **inputs: Any) -> Inputs:
    return Inputs(replace(old, inputs=inputs), Path(), old)


def says(key: str, case: str = "", type_name: str = "lambda/function:Function") -> str:
    return fidelity.about(type_name)[key, case].says


def test_what_nobody_reads_is_listed() -> None:
    inputs = Inputs(resource(newer="x", name="f", absent=None), Path())
    inputs["name"]
    assert inputs.simulated() == {"newer": fidelity.NOT_LOOKED_AT}


def test_the_ledger_words_what_is_not_emulated_whether_read_or_not() -> None:
    inputs = Inputs(resource(codeSigningConfigArn="arn", sourceKmsKeyArn="key"), Path())
    inputs.get("codeSigningConfigArn")
    expected = {key: says(key) for key in ("codeSigningConfigArn", "sourceKmsKeyArn")}
    assert inputs.simulated() == expected


def test_what_is_stored_is_listed_only_when_nobody_stores_it() -> None:
    inputs = Inputs(resource(memorySize=512, snapStart={"applyOn": "PublishedVersions"}), Path())
    inputs.get("memorySize")
    assert inputs.simulated() == {"snapStart": says("snapStart")}


def test_what_speaks_to_the_provider_is_not_listed() -> None:
    assert Inputs(resource(sourceCodeHash="x", timeouts={"create": "5m"}, region="us-east-1"), Path()).simulated() == {}


def test_a_case_is_listed_when_the_provisioner_finds_it() -> None:
    inputs = Inputs(resource(runtime="java21"), Path())
    inputs.limit("runtime", "needs a container")
    assert inputs.simulated() == {"runtime": says("runtime", "needs a container")}


def test_a_case_that_the_ledger_lacks_is_a_defect() -> None:
    with pytest.raises(KeyError):
        Inputs(resource(runtime="x"), Path()).limit("runtime", "no such case")


def test_an_update_keeps_what_was_said_of_inputs_that_it_does_not_change() -> None:
    old = replace(resource(name="f", newer="x", runtime="python3.13"), simulated={"newer": fidelity.NOT_LOOKED_AT})
    assert updated(old, name="f", newer="x", runtime="python3.13").simulated() == {"newer": fidelity.NOT_LOOKED_AT}


def test_a_change_that_the_update_does_not_read_is_listed_and_so_is_a_removal() -> None:
    old = resource(name="f", description="a", handler="a.b")
    changed = updated(old, name="f", description="b")
    assert changed.simulated() == {"description": fidelity.NOT_CHANGED, "handler": fidelity.NOT_CHANGED}
    changed.get("description")
    changed.get("handler")
    assert changed.simulated() == {}


def test_a_case_that_a_change_ends_is_no_longer_listed() -> None:
    old = replace(resource(runtime="java21"), simulated={"runtime": says("runtime", "needs a container")})
    changed = updated(old, runtime="python3.13")
    changed.get("runtime")
    assert changed.simulated() == {}
