"""Which projects have state on this machine.

A project is told from others by where it lies, its name, and the endpoint it was brought up on: two checkouts of one
project are two things. Each has a directory with a file that says whose it is:

    <home>/lock                                     held while directories are made, moved and looked for
    <home>/projects/<name>-<digest>/project.json    name, location, directory, endpoint

The home is `$STACKWRIGHT_HOME`, by default `~/.stackwright`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from stackwright.errors import EnvironmentFailed
from stackwright.private import private_append, private_directory, read_private, write_private
from stackwright.workspace import former
from stackwright.workspace.state import ProjectKey, ProjectState, writing

_RECORD: Final = "project.json"


def home() -> Path:
    """Where state is kept."""
    configured = os.environ.get("STACKWRIGHT_HOME")
    return Path(configured).expanduser().absolute() if configured else Path.home() / ".stackwright"


def known() -> list[ProjectState]:
    """All projects with state, by name and location.

    Raises:
        EnvironmentFailed: the home is not the user's own, or holds what cannot be read.
    """
    if not home().exists():
        return []
    with _held():
        return _known()


def enter(key: ProjectKey) -> tuple[ProjectState, str]:
    """The state of a project, made when there is none, and a remark about where it comes from, mostly empty.

    A directory that has been moved takes its state along.

    Raises:
        EnvironmentFailed: it cannot be made, or is not the user's own.
    """
    with _held():
        projects = _known()
        for state in projects:
            if _same(state.key, key):
                return _entered(key, state.directory), ""
        for state in projects:
            if _is_moved(state, key):
                remark = f"This lay at {state.key.location} before; its data came along."
                return _entered(key, state.directory), remark
        directory = _new_directory(key)
        with writing(directory):
            private_directory(directory)
        return _entered(key, directory), ""


def discard(state: ProjectState) -> None:
    """Delete a project's state and data. Whoever does this holds `state.lock()`.

    Raises:
        EnvironmentFailed: something cannot be deleted.
    """
    with writing(state.directory):
        shutil.rmtree(state.directory)


def discard_strays() -> int:
    """Delete what lies among the projects and is none, as a crash leaves it behind; how many there were."""
    if not home().exists():
        return 0
    with _held():
        named = {state.directory for state in _known()}
        strays = [path for path in _projects().iterdir() if path not in named]
        for path in strays:
            with writing(path):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return len(strays)


def _projects() -> Path:
    return home() / "projects"


@contextmanager
def _held() -> Generator[None, None, None]:
    """Hold the home, whose state of an earlier layout is brought into this one."""
    with writing(home()):
        private_directory(home())
        private_directory(_projects())
        lock = private_append(home() / "lock")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for old in former.directories(home()):
            _take_over(old)
        yield


def _known() -> list[ProjectState]:
    found: list[ProjectState] = []
    for directory in _projects().iterdir():
        record = _read(directory)
        if record is not None:
            paths = (Path(record["location"]), Path(record["directory"]))
            found.append(ProjectState(ProjectKey(record["name"], *paths, record["endpoint"]), directory))
    return sorted(found, key=lambda state: (state.project, str(state.key.location), state.key.endpoint))


def _read(directory: Path) -> dict[str, Any] | None:
    if not directory.is_dir():
        return None
    private_directory(directory)
    try:
        text = read_private(directory / _RECORD)
        return None if text is None else json.loads(text)
    except ValueError as error:
        raise EnvironmentFailed(
            f"the record of a project cannot be read: {error}",
            where=str(directory / _RECORD),
            fix=f"Remove what it belongs to: rm -r {directory}",
        ) from error


def _entered(key: ProjectKey, directory: Path) -> ProjectState:
    record = {name: str(value) for name, value in asdict(key).items()}
    # A directory that is moved keeps this.
    text = json.dumps({**record, "identity": _identity(key.location)}, indent=2) + "\n"
    with writing(directory):
        if read_private(directory / _RECORD) != text:
            write_private(directory / _RECORD, text)
    return ProjectState(key, directory)


def _same(one: ProjectKey, other: ProjectKey) -> bool:
    return (one.name, one.location, one.endpoint) == (other.name, other.location, other.endpoint)


def _is_moved(state: ProjectState, now: ProjectKey) -> bool:
    before = state.key
    if (before.name, before.endpoint) != (now.name, now.endpoint) or before.location.exists():
        return False
    identity = _identity(now.location)
    return identity is not None and identity == (_read(state.directory) or {}).get("identity")


def _identity(path: Path) -> list[int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_dev, found.st_ino]


def _new_directory(key: ProjectKey) -> Path:
    text = "\0".join((key.name, str(key.location), key.endpoint))
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:10]
    first = _projects() / f"{key.name[:40]}-{digest}"
    directory, number = first, 2
    # One that has moved away may have left its directory's name behind.
    while directory.exists():
        directory, number = first.with_name(f"{first.name}-{number}"), number + 1
    return directory


def _take_over(old: former.Old) -> None:
    key = ProjectKey(old.name, old.location, old.directory, old.endpoint)
    if any(_same(state.key, key) for state in _known()):
        return
    with writing(old.state):
        directory = _new_directory(key)
        old.state.rename(directory)
        former.convert(directory)
    _entered(key, directory)
