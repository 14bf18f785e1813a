"""Which projects a file has to do with."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

from stackwright.engine.project.documents import read_yaml
from stackwright.errors import StackwrightError

NAMES: Final = ("Pulumi.yaml", "Pulumi.yml")
_SKIPPED: Final = ("__pycache__", "node_modules", "site-packages")


def is_of_interest(path: Path) -> bool:
    """Whether a check may say something else when this file has changed."""
    is_pulumi = path.name.startswith("Pulumi.") and path.suffix in (".yaml", ".yml")
    return path.suffix == ".py" or is_pulumi or path.name == "pyproject.toml"


def projects_of(path: Path, folders: Iterable[Path]) -> list[Path]:
    """The project that a file lies in; otherwise all projects below the folder of the workspace that it lies in.

    Code that a project packs often lies beside it.
    """
    for directory in path.parents:
        file = project_file(directory)
        if file is not None:
            return [directory] if _is_python(file) else []
    around = [folder for folder in folders if path.is_relative_to(folder)]
    return sorted({found for folder in around for found in _below(folder)})


def project_file(directory: Path) -> Path | None:
    """Its Pulumi.yaml, if it has one."""
    return next((directory / name for name in NAMES if (directory / name).is_file()), None)


def _below(folder: Path) -> Iterator[Path]:
    for place, directories, files in os.walk(folder):
        here = Path(place)
        if "pyvenv.cfg" in files:
            directories.clear()
            continue
        directories[:] = [name for name in directories if not name.startswith(".") and name not in _SKIPPED]
        file = project_file(here) if set(NAMES) & set(files) else None
        if file is not None and _is_python(file):
            yield here


def _is_python(file: Path) -> bool:
    try:
        runtime: Any = read_yaml(file).get("runtime")
    except StackwrightError:
        return True  # what is wrong with it shall be said
    if isinstance(runtime, Mapping):
        runtime = cast("Mapping[str, Any]", runtime).get("name")
    return runtime in ("python", None)
