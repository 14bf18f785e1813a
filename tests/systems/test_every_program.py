"""What holds for the program of every bundled system."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path

import pytest

from stackwright.engine.deployment.ordering import Ordering
from stackwright.environments.declaration import declaration
from stackwright.graph import reveal
from stackwright.provider.order_rules import order_rules
from stackwright.rules.settings import Settings
from stackwright.rules.view import View
from stackwright.testing.program import Program, texts
from stackwright.workspace import bundled_systems, locate
from stackwright.workspace.checking import CheckOptions, check
from tests.support.config_table import config_keys

SYSTEMS = bundled_systems()
# S3 asks whether it may invoke this function, and whom else the function lets invoke it nobody need wait for.
PAUSES = {"product-import-notification"}
# The gateway's own answers: to preflights, and to methods that a path does not have.
ANSWERED = ("OPTIONS", "ANY")
JSON_TEXTS = ("policy", "assumeRolePolicy", "eventPattern", "definition", "dashboardBody", "schema", "input")


@pytest.fixture(scope="session", params=SYSTEMS.values(), ids=SYSTEMS.keys())
def project(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="session")
def program(project: Path) -> Program:
    return Program.of(project)


def test_every_resource_and_call_uses_the_one_provider(project, program):
    aws = [r for r in program.resources if r.type.startswith("aws:")]

    assert {r.provider.rpartition("::")[2] for r in aws} == {f"{project.name}-provider"}
    assert {i.provider.rpartition("::")[2] for i in program.graph.invokes} == {f"{project.name}-provider"}
    provider = program.graph.of_type("pulumi:providers:aws")
    assert [reveal(p.inputs)["region"] for p in provider] == ["us-east-1"]


def test_a_first_preview_registers_the_same_resources(project, program):
    unknown = Program.of(project, mode="unknown")

    assert {r.urn for r in unknown.graph} == {r.urn for r in program.graph}


def test_a_variable_of_the_shell_does_not_rename_the_stacks_resources(project, program, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "production")

    assert {r.urn: reveal(r.inputs).get("name") for r in Program.of(project).resources} == {
        r.urn: reveal(r.inputs).get("name") for r in program.resources
    }


def test_the_accounts_role_for_api_logs_outlives_the_stack(project, program):
    kept = {r.type for r in program.resources if r.options.retain_on_delete}
    accounts = [r for r in program.resources if r.type == "aws:apigateway/account:Account"]
    if not program.all("apigateway/stage:Stage"):
        assert kept == set()
        return
    (example,) = project.glob("Pulumi.prod.yaml.example")

    assert accounts, "API Gateway refuses a stage with an access log in a fresh account"
    assert "manage_api_account_role" not in example.read_text(encoding="utf-8")
    assert kept == {
        "aws:apigateway/account:Account",
        "aws:iam/role:Role",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    }
    for account in accounts:
        role = reveal(account.inputs)["cloudwatchRoleArn"]
        (owner,) = [r for r in program.resources if r.type == "aws:iam/role:Role" and reveal(r.outputs)["arn"] == role]
        assert owner.options.retain_on_delete


def test_bringing_it_up_stops_everything_else_for_nothing(program):
    """What may decide whether a step is accepted, and is no dependency of it, is taken back for the first try, while
    nothing else is under way."""
    ordering, view = Ordering(order_rules(), lambda *_: None), View(program.graph)
    for resource in program.graph:
        ordering.add(resource)
        ordering.did((), resource, lambda: None, lambda: None)

    pauses = {
        resource.name: rival.urn
        for resource in program.resources
        for rival in ordering.ticket(resource).rivals()
        if resource.urn not in view.before(rival.urn)
    }

    assert {name: urn for name, urn in pauses.items() if name not in PAUSES} == {}


def test_no_output_became_text(program):
    for resource in program.graph:
        for text in texts(resource.inputs):
            assert "Output[" not in text, resource.urn
            assert "Calling __str__" not in text, resource.urn


def test_what_is_registered_is_what_would_go_to_aws(program):
    text = json.dumps(program.graph.to_json(show_secrets=True))

    assert not re.search(r"localhost|127\.0\.0\.1|ministack|localstack|4566", text, re.IGNORECASE)


def test_every_policy_and_pattern_is_json_and_no_statement_is_empty(program):
    found = [(name, json.loads(r.inputs[name])) for r in program.resources for name in JSON_TEXTS if r.inputs.get(name)]

    assert len(found) > 7
    statements = [s for name, document in found if "olicy" in name for s in document["Statement"]]
    assert all(s["Action"] and s.get("Resource", ["of a trust policy"]) for s in statements)


def test_pulumi_has_nothing_to_warn_about(program):
    assert not [m for m in program.graph.diagnostics if m.severity != "info"]


def test_a_check_finds_nothing_and_leaves_nothing_open(project):
    found = check(locate(str(project)), Settings(profile="stackwright"), CheckOptions(stack="dev"))

    assert [(f.code, str(f.place.file), f.place.line, f.message) for f in found.findings] == []
    assert [n.reason for n in found.not_checked] == []


def test_the_readme_names_every_route_and_output_that_it_uses(project, program):
    text = (project / "README.md").read_text(encoding="utf-8")
    paths = {r.id: (r.inputs["parentId"], r.inputs["pathPart"]) for r in program.all("apigateway/resource:Resource")}

    def path(resource_id: str) -> str:
        parent, part = paths[resource_id]
        return f"{path(parent) if parent in paths else ''}/{part}"

    methods = [reveal(m.inputs) for m in program.all("apigateway/method:Method")]
    routes = {f"{m['httpMethod']} {path(m['resourceId'])}" for m in methods if m["httpMethod"] not in ANSWERED}
    assert len(routes) > 3 or not program.all("apigateway/stage:Stage")
    assert {route for route in routes if f"`{route}" not in text} == set()
    assert set(re.findall(r"stackwright outputs (?:-s \w+ )?(\w+)", text)) <= program.graph.outputs.keys()


def test_settings_that_may_differ_are_settings(project):
    declared = declaration(locate(str(project)).stackwright, project.name, "Pulumi.yaml")

    assert declared.is_given
    keys = {f"{project.name}:{key}" for key in config_keys(project)}
    unknown = [pattern for pattern in declared.settings if not fnmatch.filter(keys, pattern)]
    assert unknown == []
