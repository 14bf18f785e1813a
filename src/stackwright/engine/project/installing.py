"""Makes the virtual environment that a project names, as `pulumi install` does, but with uv.

Facts: https://www.pulumi.com/docs/iac/cli/commands/pulumi_install/ and what the CLI does, read in sdk/python/toolchain
of pulumi/pulumi on 2026-11-28: the environment is made where Pulumi.yaml says, and gets pip, setuptools and wheel;
`pip` installs requirements.txt, `uv` runs `uv sync`, `poetry` runs `poetry install`.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from stackwright.engine.project.environments import LOCK, Environment
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import EnvironmentFailed, ProjectError, StackwrightError
from stackwright.processes import signal_group

Python = Literal["project", "current"]
Tell = Callable[[str], None]

_POETRY: Final = "poetry>=2,<3"
_BASICS: Final = ("pip", "setuptools", "wheel")
_LAST_LINES: Final = 25
_NETWORK: Final = re.compile(
    r"failed to fetch|error sending request|connection (?:refused|reset|error)|timed? ?out|dns error|name resolution"
    r"|newconnectionerror|no space left|permission denied",
    re.IGNORECASE,
)


def ready(project: Project, tell: Tell, *, install: bool = True, python: Python = "project") -> Project:
    """The project, with an interpreter that can run it.

    Args:
        tell: told what is done, and what the installer says.
        install: make the environment when it is not there, and renew one made here when its requirements have changed.
        python: `current` leaves the project's environment alone and takes the interpreter at hand.

    Raises:
        ProjectError: there is no environment and none may be made, or its requirements cannot be met.
        EnvironmentFailed: it cannot be made: network, disk, permissions.
    """
    environment = project.environment
    if python == "current" or environment is None:
        return replace(project, interpreter=sys.executable, environment=None)
    if environment.is_whole():
        return project
    if not install:
        if environment.exists():
            return project
        raise _missing(environment)
    with _held(environment, tell) as lock:
        if not environment.is_whole():
            _Installer(environment, tell, lock).install()
    return project


@contextmanager
def _held(environment: Environment, tell: Tell) -> Generator[int, None, None]:
    """Hold the environment, so that two at once do not install into it."""
    environment.is_ours()
    try:
        environment.directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(environment.directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot(environment, error.strerror or str(error)) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"Waiting for another process that installs into {environment.directory}.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


@dataclass
class _Installer:
    environment: Environment
    tell: Tell
    lock: int

    def install(self) -> None:
        environment = self.environment
        requirements = environment.requirements
        self.tell(f"Installing {requirements or 'nothing but pip'} into {environment.directory}, this once.")
        try:
            environment.begin()
            for path in environment.contents():
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            uv = find_uv()
            if uv is None:
                self._with_pip(requirements)
            else:
                self._with_uv(uv, requirements)
            environment.finish()
        except OSError as error:
            raise _cannot(environment, error.strerror or str(error)) from error

    def _with_uv(self, uv: str, requirements: Path | None) -> None:
        toolchain, root = self.environment.toolchain, self.environment.root
        version = ["--python", _python()] if toolchain == "pip" and not (root / ".python-version").exists() else []
        self._run(uv, "venv", "--quiet", "--allow-existing", *version, self.environment.directory)
        match toolchain:
            case "uv" if requirements and requirements.suffix == ".toml":
                self._run(uv, "sync", UV_PROJECT_ENVIRONMENT=str(self.environment.directory))
            case "poetry" if requirements and requirements.suffix == ".toml":
                poetry = shutil.which("poetry")
                command = [poetry] if poetry else [uv, "tool", "run", "--from", _POETRY, "poetry"]
                # An environment that is active is the one poetry installs into.
                active = str(self.environment.directory)
                self._run(*command, "install", "--no-ansi", "--no-interaction", VIRTUAL_ENV=active)
            case _:
                wanted = ["-r", requirements] if requirements else []
                self._run(uv, "pip", "install", "--python", self.environment.python, *_BASICS, *wanted)

    def _with_pip(self, requirements: Path | None) -> None:
        if self.environment.toolchain != "pip":
            raise ProjectError(
                f"the project's toolchain is {self.environment.toolchain}, and there is no uv to install it with",
                where=self.environment.where,
                fix="Install uv, https://docs.astral.sh/uv/, or run `pulumi install`.",
            )
        self.tell("There is no uv; pip does it, which takes longer.")
        self._run(_python(), "-m", "venv", self.environment.directory)
        python = self.environment.python
        self._run(python, "-m", "pip", "install", "--upgrade", *_BASICS)
        if requirements is not None and requirements.suffix == ".txt":
            self._run(python, "-m", "pip", "install", "-r", requirements)

    def _run(self, *command: str | Path, **variables: str) -> None:
        said: list[str] = []

        def listen(line: str) -> None:
            said.append(line)
            self.tell(f"  {line}")

        if _run(command, self.environment.root, variables, self.lock, listen):
            raise self._failed(command, said)

    def _failed(self, command: Sequence[str | Path], said: Sequence[str]) -> StackwrightError:
        text = "\n".join(said[-_LAST_LINES:])
        what = f"the project's requirements cannot be installed; {Path(command[0]).name} says:\n{text}"
        where = str(self.environment.requirements or self.environment.where)
        if _NETWORK.search(text):
            return EnvironmentFailed(
                what, where=where, fix="Mend the network, the package index or the disk, then run the command again."
            )
        return ProjectError(what, where=where, fix="Correct the requirements, or use --python current.")


def _run(command: Sequence[str | Path], directory: Path, variables: Mapping[str, str], lock: int, tell: Tell) -> int:
    dropped = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT", "POETRY_ACTIVE", "CONDA_PREFIX")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=directory,
        env={**environment, **_pip_settings(environment), **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        pass_fds=(lock,),  # an installer that outlives us still holds the environment
    )
    assert process.stdout is not None
    try:
        with process.stdout:
            for line in process.stdout:
                if line.strip():
                    tell(line.rstrip())
        return process.wait()
    except BaseException:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
        raise


def find_uv() -> str | None:
    """The uv that came with us, or the one on the PATH."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def _python() -> str:
    """What makes an environment: what Pulumi is told to use, or the interpreter at hand."""
    command = os.environ.get("PULUMI_PYTHON_CMD")
    return (command and shutil.which(command)) or sys.executable


# What pip's settings are called in uv, which does not read them: https://docs.astral.sh/uv/reference/environment/
_SETTINGS: Final = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}


def _pip_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """pip's package index for uv; what is said to uv itself comes first."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False, env=environment
    )
    found: dict[str, str] = {}
    # Later lines are nearer to the user: https://pip.pypa.io/en/stable/topics/configuration/#precedence-override-order
    for section in ("global", "install", ":env:"):
        for key, value in re.findall(rf"^{section}\.([\w-]+)='(.*)'$", asked.stdout, re.MULTILINE):
            if key in _SETTINGS:
                separator = "," if key == "find-links" else " "
                found[_SETTINGS[key]] = separator.join(value.replace("\\n", " ").split())
    return {name: value for name, value in found.items() if name not in environment}


def _missing(environment: Environment) -> ProjectError:
    name = environment.directory.name
    return ProjectError(
        f"the project's virtual environment does not exist: {environment.directory}",
        where=environment.where,
        fix=f"Leave out --no-install, or create it: cd {environment.directory.parent} && python3 -m venv {name} && "
        f"{name}/bin/pip install -r requirements.txt",
    )


def _cannot(environment: Environment, reason: str) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"the project's virtual environment cannot be made: {reason}",
        where=str(environment.directory),
        fix="Make room or mend the permissions there, or use --python current.",
    )
