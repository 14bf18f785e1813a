"""What is read off the code of a system's functions is what their list of permissions says, which tests prove on the
running system: every action, and none besides."""

import json
from pathlib import Path
from typing import Any

import pytest

from stackwright.iam.functions import FunctionCode, Permissions
from stackwright.iam.resource_policies import ResourcePolicies
from stackwright.iam.roles import Roles
from stackwright.testing.program import Program

SYSTEMS = Path(__file__).parents[2] / "systems"
# What the code does not show: a bucket that may be listed answers 404 for what it has not.
SILENT = {"s3:ListBucket"}


def _listed(project: Path, function: str) -> set[str]:
    listed: Any = json.loads((project / "handlers/permissions.json").read_text("utf-8"))
    of_function = listed if isinstance(listed, list) else listed[function.removesuffix("-function")]
    return {one["action"] for one in of_function}


@pytest.mark.parametrize("name", ["uploads", "storefront"])
def test_the_calls_of_the_code_are_the_listed_permissions(name: str) -> None:
    project = SYSTEMS / name
    graph = Program.of(project).graph
    roles, policies = Roles(graph), ResourcePolicies(graph)
    permissions = Permissions(graph, roles, policies)
    for function in graph.of_type("aws:lambda/function:Function"):
        code = FunctionCode(function, graph, project)
        role = roles.of(function.outputs["role"])
        assert role
        assert (code.package.missing, code.unfollowed) == ("", [])
        needed = [need for need in permissions.with_keys(code.needs()) if need.certain]
        assert [need for need in needed if permissions.ask(role, need).outcome == "denied"] == []
        assert {a for n in needed for a in n.actions} - SILENT == _listed(project, function.name) - SILENT, (
            function.name
        )
