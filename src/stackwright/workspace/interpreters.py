"""One interpreter for many runs of programs, and what it had better import before the first."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackwright.engine.project.pulumi_yaml import Project
from stackwright.rules.lines import python_files
from stackwright.workspace import known_modules

if TYPE_CHECKING:
    from stackwright.engine.program.child import Start

_MODULES: Final = re.compile(r"^(?:from|import) +(pulumi_\w+|stackwright\.components)", re.MULTILINE)
_ALIAS: Final = re.compile(r"^import +pulumi_aws +as +(\w+)|^import +(pulumi_aws)\b", re.MULTILINE)
_LISTED: Final = re.compile(r"^from +pulumi_aws +import +(?:\(([^)]*)\)|([^(\n]*)$)", re.MULTILINE)


@contextmanager
def forking(interpreter: str, wanted: Sequence[str]) -> Generator[Start]:
    """Starts programs as forks of one interpreter that has imported the SDK; as new processes where none can be forked.

    Args:
        wanted: modules that the programs are known to import.

    Raises:
        ProgramError: the interpreter cannot be started.
    """
    from stackwright.engine.program import child, forks

    if not forks.CAN_FORK:
        yield child.start
        return
    with forks.Forks(interpreter, wanted) as running:
        yield running.start


def sources(project: Project) -> list[Path]:
    """The project's own Python files; of a program that is one file, that file."""
    if project.location.is_file():
        return [project.location]
    return list(python_files(project.directory))


def files_of(project: Project) -> list[str]:
    """The same, relative to the project."""
    return [str(path.relative_to(project.directory)) for path in sources(project)]


def modules(project: Project) -> list[str]:
    """What the program is known to import of Pulumi's SDKs: as it did the last time, or by a look at its text."""
    found = set(known_modules.of(project))
    for path in sources(project):
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found.update(_MODULES.findall(text))
        used: set[str] = set()
        for alias in _ALIAS.finditer(text):
            used.update(re.findall(rf"\b{alias[1] or alias[2]}\.([a-z]\w*)\.", text))
        for several, one_line in _LISTED.findall(text):
            used.update(re.findall(r"(?:^|,)\s*([a-z]\w*)", several or one_line))
        found.update(f"pulumi_aws.{name}" for name in used)
    return sorted(found)
