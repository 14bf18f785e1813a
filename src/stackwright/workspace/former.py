"""State in the first layout: `<home>/<name>/origin` beside `<stack>.json`; projects were told apart by name alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stackwright.emulator.launcher.directory import taken
from stackwright.errors import EnvironmentFailed
from stackwright.private import read_private


@dataclass(frozen=True)
class Old:
    """A project's state in that layout, and what is known of the project; `state` is where it lies."""

    state: Path
    name: str
    location: Path
    directory: Path
    endpoint: str


def directories(home: Path) -> Iterator[Old]:
    """All there are.

    Raises:
        EnvironmentFailed: an emulator still runs on one of them.
    """
    for origin in sorted(home.glob("*/origin")):
        state = origin.parent
        emulator = state / "emulator"
        if emulator.is_dir() and taken(emulator):
            pid = json.loads(read_private(emulator / "emulator.json") or "{}").get("pid", "")
            raise EnvironmentFailed(
                f"an emulator that an earlier version of Stackwright started for {state.name} still runs",
                where=str(state),
                fix=f"Stop it, which keeps its data, then run the command again: kill {pid}",
            )
        name, _, endpoint = state.name.partition("@")
        directory = Path(read_private(origin) or ".")
        yield Old(state, name, _location(directory, name), directory, endpoint)


def convert(directory: Path) -> None:
    """Bring what lies in a project's directory into today's order."""
    stacks = directory / "stacks"
    stacks.mkdir(mode=0o700, exist_ok=True)
    for path in [*directory.glob("*.json"), *directory.glob("*.journal")]:
        path.rename(stacks / path.name)
    (directory / "origin").unlink()


def _location(directory: Path, name: str) -> Path:
    """A project without Pulumi.yaml is a single file, whose name it has."""
    if any((directory / file).is_file() for file in ("Pulumi.yaml", "Pulumi.yml")):
        return directory
    candidates = [*directory.glob("*.py")] if directory.is_dir() else []
    return next((file for file in candidates if file.stem.replace("_", "-") == name), directory)
