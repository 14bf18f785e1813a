"""A copy of a project, to see what comes of a change before anybody's files are touched."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from stackwright.engine.project.pulumi_yaml import Project

_MOST_NEIGHBOURS: Final = 1000


class Copy:
    """A copy whose files may be written.

    Attributes:
        project: as it is in the other place.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._written: dict[str, bytes] = {}
        self._time = time.time()

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, by path in the project."""
        for file, content in files.items():
            if self._written.get(file) == content:
                continue
            path = self.project.directory / file
            path.write_bytes(content)
            self._written[file] = content
            # Python takes a compiled module for current by its second and its size.
            self._time += 1
            os.utime(path, (self._time, self._time))


@contextmanager
def copied(project: Project, files: Mapping[str, bytes]) -> Generator[Copy]:
    """The project in another place: these files are written there, and all others are linked.

    What lies beside the project is linked, too, since programs pack `../handlers`.

    Args:
        files: by path in the project.
    """
    origin = project.directory.resolve()
    with tempfile.TemporaryDirectory(prefix="stackwright-") as made:
        parent = Path(made).resolve()
        _link_neighbours(origin, parent)
        place = parent / (origin.name or "project")
        inner = {Path(file).parent for file in files}
        _mirror(
            origin, place, {origin / p for each in inner for p in (each, *each.parents)}, {origin / f for f in files}
        )

        def moved(path: Path) -> Path:
            resolved = path.resolve()
            return place / resolved.relative_to(origin) if resolved.is_relative_to(origin) else path

        copy = Copy(
            replace(
                project,
                location=moved(project.location),
                directory=place,
                program=moved(project.program),
                stack_directory=moved(project.stack_directory),
            )
        )
        copy.write(files)
        yield copy


def _link_neighbours(origin: Path, parent: Path) -> None:
    neighbours = [path for path in origin.parent.iterdir() if path != origin] if origin.parent != origin else []
    if len(neighbours) <= _MOST_NEIGHBOURS:
        for path in neighbours:
            (parent / path.name).symlink_to(path)


def _mirror(origin: Path, place: Path, directories: set[Path], written: set[Path]) -> None:
    """Real directories where something is written, links everywhere else."""
    place.mkdir()
    for path in origin.iterdir():
        if path in directories and not path.is_symlink():
            _mirror(path, place / path.name, directories, written)
        elif path not in written and path.name != "__pycache__":  # what is written there is not of these files
            (place / path.name).symlink_to(path)
