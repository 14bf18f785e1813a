"""The account of a stack that names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from stackwright.accounts import made_up_account
from stackwright.defaults import ACCOUNT
from stackwright.engine.project import pulumi_yaml
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.graph import Graph, Resource
from stackwright.workspace import projects
from stackwright.workspace.accounts import Whereabouts, home_account, whereabouts
from stackwright.workspace.references import project_key
from stackwright.workspace.state import ProjectState

PROVIDER = "pulumi:providers:aws"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("STACKWRIGHT_HOME", str(tmp_path / "home"))
    directory = tmp_path / "shop"
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (directory / "__main__.py").touch()
    return pulumi_yaml.load(directory)


@pytest.fixture
def state(project: Project) -> ProjectState:
    return projects.enter(project_key(project))[0]


def test_dev_has_the_default_account_and_each_other_stack_its_own(project: Project, state: ProjectState) -> None:
    found = {stack: home_account(project, state, stack) for stack in ("prod", "dev", "staging")}
    assert found == {"dev": ACCOUNT, **{s: made_up_account("shop", s) for s in ("prod", "staging")}}


def test_the_only_stack_has_the_default_account_and_keeps_it(project: Project, state: ProjectState) -> None:
    (project.directory / "Pulumi.prod.yaml").touch()
    assert home_account(project, state, "prod") == ACCOUNT
    (project.directory / "Pulumi.dev.yaml").touch()
    assert home_account(project, state, "prod") == ACCOUNT
    assert home_account(project, state, "dev") == made_up_account("shop", "dev")


def test_what_was_up_before_stays_where_it_is(project: Project, state: ProjectState) -> None:
    state.save(Graph("shop", "prod", "emulator"))
    assert home_account(project, state, "prod") == ACCOUNT


def test_most_of_a_stack_says_where_it_is() -> None:
    def provider(name: str, **inputs: str) -> Resource:
        return Resource(name, PROVIDER, name, inputs=inputs)

    def queue(name: str, of: str) -> Resource:
        return Resource(name, "aws:sqs/queue:Queue", name, provider=of)

    one = provider("one", region="eu-west-1", allowedAccountIds='["111111111111"]')
    two = provider("two")
    mostly_one = Graph("shop", "dev", "emulator", (one, two, queue("a", "one"), queue("b", "one"), queue("c", "two")))
    assert whereabouts(mostly_one, ACCOUNT, "us-east-1") == Whereabouts("111111111111", "eu-west-1")
    only_two = Graph("shop", "dev", "emulator", (one, two, queue("c", "two")))
    assert whereabouts(only_two, ACCOUNT, "us-east-1") == Whereabouts(ACCOUNT, "us-east-1")
