"""Where projects come from: a directory, a file, or one of the systems that come along."""

from __future__ import annotations

import shutil
from pathlib import Path

import stackwright
from stackwright.engine.project import pulumi_yaml as projects
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import ProjectError, UsageError


def bundled_systems() -> dict[str, Path]:
    """The complete systems that come along, by name."""
    package = Path(stackwright.__file__).parent
    for directory in (package / "systems", package.parents[1] / "systems"):
        if directory.is_dir():
            return {p.parent.name: p.parent for p in sorted(directory.glob("*/Pulumi.yaml"))}
    return {}


def locate(name: str) -> Project:
    """The project in a directory or file, or the bundled system of that name.

    Raises:
        ProjectError: there is no such thing.
    """
    path = Path(name)
    if not path.exists() and name in bundled_systems():
        return projects.load(bundled_systems()[name])
    if not path.exists():
        known = ", ".join(bundled_systems()) or "none"
        raise ProjectError(
            f"there is no project {name!r}",
            where=str(path.absolute()),
            fix=f"Name a directory with a Pulumi.yaml, a .py file, or a bundled system ({known}).",
        )
    return projects.load(path)


def copy_system(system: str, directory: Path) -> None:
    """Start a project of one's own from a bundled system, its tests included.

    Raises:
        UsageError: no such system, or the directory is not empty.
    """
    systems = bundled_systems()
    if system not in systems:
        raise UsageError(f"there is no system {system!r}", fix=f"One of: {', '.join(systems)}.")
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty", fix="Name a new directory.")
    left = shutil.ignore_patterns("__pycache__", "*.pyc", ".pytest_cache")
    shutil.copytree(systems[system], directory, dirs_exist_ok=True, ignore=left)
