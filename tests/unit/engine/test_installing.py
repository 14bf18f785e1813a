"""The project's virtual environment is made, renewed and kept whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from stackwright.engine.project import installing
from stackwright.engine.project.installing import ready
from stackwright.engine.project.pulumi_yaml import load
from stackwright.errors import EnvironmentFailed, ProjectError
from stackwright.testing.eventually import eventually

OPTIONS = "name: shop\nruntime:\n  name: python\n  options: {{{}}}\n"


def wheel(directory: Path, name: str, requires: str = "") -> Path:
    """A package with one module, which gives its own name."""
    path = directory / f"{name}-1.0-py3-none-any.whl"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{name}.py", f"name = '{name}'\n")
        info = f"{name}-1.0.dist-info"
        file.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}")
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def project(directory: Path, options: str = "virtualenv: venv", **files: str) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "Pulumi.yaml").write_text(OPTIONS.format(options))
    (directory / "__main__.py").write_text("")
    for name, text in files.items():
        (directory / name.replace("_", ".")).write_text(text)
    return directory


def modules(interpreter: str, *names: str) -> list[str]:
    """Those of the modules that the interpreter has."""
    code = "import importlib.util as u, sys; print(*[n for n in sys.argv[1:] if u.find_spec(n)])"
    return subprocess.run([interpreter, "-c", code, *names], capture_output=True, text=True, check=True).stdout.split()


def test_made_once_and_renewed_when_requirements_change(tmp_path: Path) -> None:
    one, two = wheel(tmp_path, "one"), wheel(tmp_path, "two")
    directory = project(tmp_path / "p", requirements_txt="-r more.txt\n", more_txt=f"{one}\n")
    said: list[str] = []
    found = ready(load(directory), said.append)
    assert found.interpreter == str(directory / "venv" / "bin" / "python")
    assert modules(found.interpreter, "one", "two", "pip", "setuptools", "boto3") == ["one", "pip", "setuptools"]
    assert said[0] == f"Installing {directory / 'requirements.txt'} into {directory / 'venv'}, this once."

    said.clear()
    assert ready(load(directory), said.append) == found
    assert said == []

    (directory / "more.txt").write_text(f"{two}\n")
    assert ready(load(directory), said.append, install=False) == found
    assert said == []
    ready(load(directory), said.append)
    assert modules(found.interpreter, "one", "two") == ["two"]


def test_what_the_user_has_made_is_the_users(tmp_path: Path) -> None:
    directory = project(tmp_path / "p", requirements_txt=f"{wheel(tmp_path, 'one')}\n")
    venv.create(directory / "venv")
    said: list[str] = []
    found = ready(load(directory), said.append)
    assert (said, modules(found.interpreter, "one")) == ([], [])


def test_without_an_environment_or_with_the_current_one(tmp_path: Path) -> None:
    directory = project(tmp_path / "p", "toolchain: pip", requirements_txt="nonsense(\n")
    assert ready(load(directory), pytest.fail).interpreter == sys.executable
    named = project(tmp_path / "n", requirements_txt="nonsense(\n")
    assert ready(load(named), pytest.fail, python="current").interpreter == sys.executable
    with pytest.raises(ProjectError, match="virtual environment does not exist") as caught:
        ready(load(named), pytest.fail, install=False)
    assert "--no-install" in caught.value.fix
    assert "python3 -m venv venv" in caught.value.fix
    assert not (named / "venv").exists()


@pytest.mark.parametrize(
    ("entries", "what"),
    [(("notes.txt",), "no virtual environment"), (("pyvenv.cfg",), "an environment without a Python"), ((), "a file")],
)
def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path, entries: tuple[str], what: str) -> None:
    directory = project(tmp_path / "p", requirements_txt="")
    place = directory / "venv"
    if entries:
        place.mkdir()
    for path in [place / entry for entry in entries] or [place]:
        path.write_text("mine")
    with pytest.raises(ProjectError, match="no virtual environment" if what == "a file" else what):
        ready(load(directory), pytest.fail)
    for path in [place / entry for entry in entries] or [place]:
        assert path.read_text() == "mine"


def test_requirements_that_cannot_be_met(tmp_path: Path) -> None:
    directory = project(tmp_path / "p", requirements_txt=f"{wheel(tmp_path, 'one', 'packaging<0.1')}\n")
    with pytest.raises(ProjectError, match="cannot be installed; uv says") as caught:
        ready(load(directory), lambda _: None)
    assert "packaging<0.1" in caught.value.what
    assert caught.value.where == str(directory / "requirements.txt")
    (directory / "requirements.txt").write_text(f"{wheel(tmp_path, 'one')}\n")
    found = ready(load(directory), lambda _: None)
    assert modules(found.interpreter, "one") == ["one"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    directory = project(tmp_path / "p", f"virtualenv: {tmp_path}/file/venv", requirements_txt="")
    with pytest.raises(EnvironmentFailed, match="cannot be made") as caught:
        ready(load(directory), lambda _: None)
    assert "--python current" in caught.value.fix


def test_with_pip_where_there_is_no_uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "find_uv", lambda: None)
    directory = project(tmp_path / "p", requirements_txt=f"{wheel(tmp_path, 'one')}\n")
    said: list[str] = []
    found = ready(load(directory), said.append)
    assert said[1] == "There is no uv; pip does it, which takes longer."
    assert modules(found.interpreter, "one", "wheel") == ["one", "wheel"]
    other = project(tmp_path / "u", "toolchain: uv", pyproject_toml="[project]\n")
    with pytest.raises(ProjectError, match="no uv to install it with"):
        ready(load(other), said.append)


PYPROJECT = """
[project]
name = "shop"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["one @ file://{wheel}"]
"""


@pytest.mark.parametrize("toolchain", ["uv", "poetry"])
def test_other_toolchains(tmp_path: Path, toolchain: str) -> None:
    text = PYPROJECT.format(wheel=wheel(tmp_path, "one"))
    extra = "[tool.poetry]\npackage-mode = false\n" if toolchain == "poetry" else ""
    (tmp_path / "pyproject.toml").write_text(text + extra)
    directory = project(tmp_path / "infra", f"toolchain: {toolchain}")
    found = ready(load(directory), lambda _: None)
    assert found.interpreter == str(tmp_path / ".venv" / "bin" / "python")
    assert modules(found.interpreter, "one") == ["one"]
    assert (tmp_path / f"{toolchain}.lock").is_file()
    assert ready(load(directory), pytest.fail) == found


def test_toolchain_uv_with_requirements_txt_only(tmp_path: Path) -> None:
    directory = project(tmp_path / "p", "toolchain: uv, virtualenv: here", requirements_txt=str(wheel(tmp_path, "one")))
    found = ready(load(directory), lambda _: None)
    assert found.interpreter == str(directory / "here" / "bin" / "python")
    assert modules(found.interpreter, "one") == ["one"]
    assert sorted(p.name for p in directory.glob("*.t*")) == ["requirements.txt"]


# ---- interrupted, and two at once ------------------------------------------------------------------------------------

DRIVER = """
import sys
from pathlib import Path
from stackwright.engine.project.installing import ready
from stackwright.engine.project.pulumi_yaml import load

found = ready(load(Path(sys.argv[1])), lambda line: print(line, flush=True))
print("ready", found.interpreter, flush=True)
"""

SLOW = """
import time
from pathlib import Path
from setuptools import setup

place = Path({place!r})
with (place / "started").open("a") as file:
    file.write("x")
while not (place / "go").exists():
    time.sleep(0.01)
setup(name="slow", version="1.0", py_modules=["slow"])
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A project one of whose requirements is being built until the file `go` is there."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "slow.py").touch()
    (package / "setup.py").write_text(SLOW.format(place=str(tmp_path)))
    return project(tmp_path / "p", requirements_txt=f"{wheel(tmp_path, 'one')}\n{package}\n")


def start(directory: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", DRIVER, str(directory)], stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_install_is_not_taken_for_a_whole_one(
    slow: Path, tmp_path: Path, number: signal.Signals
) -> None:
    running = start(slow)
    eventually((tmp_path / "started").exists)
    os.kill(running.pid, number)
    running.communicate(timeout=60)
    environment = load(slow).environment
    assert environment is not None
    assert environment.exists()
    assert not environment.is_whole()
    stray = slow / "venv" / "lib" / "stray"
    stray.touch()
    (tmp_path / "go").touch()
    found = ready(load(slow), lambda _: None)  # waits for an installer that has been left behind
    assert modules(found.interpreter, "one", "slow") == ["one", "slow"]
    assert not stray.exists()


def test_two_at_once_install_once(slow: Path, tmp_path: Path) -> None:
    first = start(slow)
    eventually((tmp_path / "started").exists)
    second = start(slow)
    assert second.stdout is not None
    assert second.stdout.readline().startswith("Waiting for another process")
    (tmp_path / "go").touch()
    outputs = [running.communicate(timeout=120)[0] for running in (first, second)]
    assert [running.returncode for running in (first, second)] == [0, 0]
    assert all(f"ready {slow}/venv/bin/python" in output for output in outputs)
    assert "Installing" not in outputs[1]
