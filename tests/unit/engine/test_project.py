"""Pulumi.yaml."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stackwright.engine.project.pulumi_yaml import load
from stackwright.errors import ProjectError
from stackwright.names import is_name


def project(directory: Path, text: str, main: str = "__main__.py") -> Path:
    (directory / "Pulumi.yaml").write_text(text)
    (directory / main).parent.mkdir(parents=True, exist_ok=True)
    (directory / main).write_text("")
    return directory


def test_a_plain_project(tmp_path: Path) -> None:
    found = load(project(tmp_path, "name: shop\nruntime: python\n"))
    assert (found.name, found.directory, found.program) == ("shop", tmp_path, tmp_path)
    assert found.interpreter == sys.executable
    assert found.source_directories == (tmp_path,)
    assert load(tmp_path / "Pulumi.yaml") == found


def test_a_single_file(tmp_path: Path) -> None:
    (tmp_path / "my_stack.py").write_text("")
    found = load(tmp_path / "my_stack.py")
    assert (found.name, found.program_directory) == ("my-stack", tmp_path)
    assert found.default_stack() == "dev"
    assert found.config("anything").values == {}
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__main__.py").write_text("")
    assert load(tmp_path / "shop" / "__main__.py").name == "shop"


@pytest.mark.parametrize("main", ["infra/", "infra", "infra/app.py"])
def test_main(tmp_path: Path, main: str) -> None:
    file = main if main.endswith(".py") else "infra/__main__.py"
    found = load(project(tmp_path, f"name: shop\nruntime: python\nmain: {main}\n", file))
    assert found.program_directory == tmp_path / "infra"


def test_main_outside_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    project(tmp_path, "", "src/__main__.py")
    (tmp_path / "deploy" / "Pulumi.yaml").write_text("name: shop\nruntime: python\nmain: ../src\n")
    found = load(tmp_path / "deploy")
    assert found.source_directories == (tmp_path / "deploy", tmp_path / "src")


@pytest.mark.parametrize("key", ["stackConfigDir", "config"])
def test_stack_files_in_another_directory(tmp_path: Path, key: str) -> None:
    project(tmp_path, f"name: shop\nruntime: python\n{key}: stacks\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.prod.yaml").write_text("config: {a: 1}")
    (tmp_path / "stacks" / "Pulumi.eu.west.yml").write_text("")
    found = load(tmp_path)
    assert found.stacks() == ["eu.west", "prod"]
    assert found.config("prod").values == {"shop:a": "1"}


def test_default_stack(tmp_path: Path) -> None:
    found = load(project(tmp_path, "name: shop\nruntime: python\n"))
    assert found.default_stack() == "dev"
    (tmp_path / "Pulumi.prod.yaml").touch()
    assert found.default_stack() == "prod"
    (tmp_path / "Pulumi.test.yaml").touch()
    with pytest.raises(ProjectError, match="several stacks: prod, test"):
        found.default_stack()
    (tmp_path / "Pulumi.dev.yaml").touch()
    assert found.default_stack() == "dev"
    with pytest.raises(ProjectError, match="no stack 'nope'; it has: dev, prod, test"):
        found.config("nope")


def environment(directory: Path, name: str) -> Path:
    python = directory / name / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_virtual_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = environment(tmp_path, "venv")
    text = "name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: {}\n"
    assert load(project(tmp_path, text.format("venv"))).interpreter == str(python)
    assert load(project(tmp_path, text.format(tmp_path / "venv"))).interpreter == str(python)
    monkeypatch.setenv("WHERE", "venv")
    assert load(project(tmp_path, text.format("$WHERE"))).interpreter == str(python)
    # It need not be there: see test_installing.
    assert load(project(tmp_path, text.format("elsewhere"))).interpreter == str(tmp_path / "elsewhere/bin/python")
    with pytest.raises(ProjectError, match="no toolchain 'conda'"):
        load(project(tmp_path, text.format("venv\n    toolchain: conda")))


@pytest.mark.parametrize("toolchain", ["uv", "poetry"])
def test_toolchains(tmp_path: Path, toolchain: str) -> None:
    inner = tmp_path / "workspace" / "infra"
    inner.mkdir(parents=True)
    project(inner, f"name: shop\nruntime:\n  name: python\n  options: {{toolchain: {toolchain}}}\n")
    assert load(inner).interpreter == str(inner / ".venv/bin/python")
    above = environment(tmp_path / "workspace", ".venv")
    assert load(inner).interpreter == str(above)
    own = environment(inner, ".venv")
    assert load(inner).interpreter == str(own)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("runtime: python", "has no `name`"),
        ("name: shop", "has no `runtime`"),
        ("name: shop\nruntime: nodejs", "runtime is 'nodejs'"),
        ("name: shop\nruntime: python\nmain: elsewhere", "the program is missing"),
        ("name: shop\nruntime: python\nconfig: [1]", "must be a mapping"),
        ("name: [", "cannot read Pulumi.yaml"),
        ("just text", "must be a mapping"),
    ],
)
def test_projects_that_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ProjectError, match=what) as caught:
        load(project(tmp_path, text))
    assert caught.value.exit_code == 2
    assert caught.value.where


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"no Pulumi\.yaml"):
        load(tmp_path)
    with pytest.raises(ProjectError, match="there is no project"):
        load(tmp_path / "nowhere")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    with pytest.raises(ProjectError, match="the program is missing"):
        load(tmp_path)


NO_NAMES = ["../x", "/etc/x", "..", ".", "a/b", "a\\0b", "a\\eb", "x" * 101, "ä", "a b"]


@pytest.mark.parametrize("name", NO_NAMES)
def test_names_that_pulumi_would_not_take(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="no name of a project"):
        load(project(tmp_path, f'name: "{name}"\nruntime: python\n'))
    found = load(project(tmp_path, "name: shop\nruntime: python\n"))
    with pytest.raises(ProjectError, match="no name of a stack"):
        found.config(name)


def test_a_stack_file_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.x").mkdir()
    (tmp_path / "secrets.yaml").write_text("config: {a: 1}")
    found = load(project(tmp_path, "name: shop\nruntime: python\n"))
    with pytest.raises(ProjectError, match="no name of a stack"):
        found.config("x/../secrets")


@pytest.mark.parametrize("stem", ["my stack", "ä", "..", "x" * 200, "a\nb"])
def test_any_file_can_be_a_program(tmp_path: Path, stem: str) -> None:
    (tmp_path / f"{stem}.py").write_text("")
    found = load(tmp_path / f"{stem}.py")
    assert is_name(found.name)
    assert found.location == tmp_path / f"{stem}.py"
