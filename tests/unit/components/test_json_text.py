from __future__ import annotations

import json

import pulumi
import pytest

from stackwright.components.json_text import json_text


def resolved(run, make):
    found = {}

    async def read(output):
        found.update(value=await output.future(), secret=await output.is_secret(), known=await output.is_known())

    def program():
        output = make()
        pulumi.Output.from_input(read(output))

    run(program)
    return found


@pytest.mark.parametrize("document", [{}, [], "text", {"a": [1, 2.5, None, True, {"b": "c"}]}])
def test_without_outputs_it_is_plain_json(run, document):
    assert json.loads(resolved(run, lambda: json_text(document))["value"]) == document


def test_outputs_at_any_depth_get_their_own_values(run):
    def make():
        one, two = pulumi.Output.from_input("one"), pulumi.Output.from_input({"deep": ["two"]})
        return json_text({"x": [one, {"y": two}], "again": one, "z": ("t", two)})

    assert json.loads(resolved(run, make)["value"]) == {
        "x": ["one", {"y": {"deep": ["two"]}}],
        "again": "one",
        "z": ["t", {"deep": ["two"]}],
    }


def test_a_secret_makes_the_text_secret(run):
    assert resolved(run, lambda: json_text({"a": pulumi.Output.secret("s")}))["secret"] is True
    assert resolved(run, lambda: json_text({"a": pulumi.Output.from_input("s")}))["secret"] is False
