"""Checks of one project, as the command does them, by an interpreter that is kept ready."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

from stackwright.engine.project import pulumi_yaml
from stackwright.errors import Defect, EnvironmentFailed, StackwrightError
from stackwright.processes import Cancel
from stackwright.rules import baseline
from stackwright.rules.finding import Report
from stackwright.rules.settings import Settings
from stackwright.workspace.check_settings import settings_of
from stackwright.workspace.checking import (
    Checker,
    CheckOptions,
    checker,
    modules,
    packages_of,
    with_interpreter,
)


@dataclass(frozen=True)
class Outcome:
    """A report, or why there is none.

    Attributes:
        entry: the program's file, relative to the project.
    """

    report: Report | None = None
    error: StackwrightError | None = None
    entry: str = ""


class Runner:
    """Runs checks; close it.

    Args:
        options: of every check.
        adapt: changes the project's settings for its check.
    """

    def __init__(
        self, options: CheckOptions, adapt: Callable[[Settings], Settings] = lambda settings: settings
    ) -> None:
        self._options = options
        self._adapt = adapt
        self._ready: dict[str, tuple[object, Checker, ExitStack]] = {}

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the interpreters."""
        for interpreter in list(self._ready):
            self._end(interpreter)

    def run(self, location: Path, cancel: Cancel) -> Outcome:
        """Check the project that is there, a directory or a file."""
        entry = ""
        try:
            project = pulumi_yaml.load(location)
            entry = os.path.relpath(project.program, project.directory) if project.program.is_file() else "__main__.py"
            runnable, remarks = with_interpreter(project, current=self._options.current_python)
            one = self._checker(runnable.interpreter, modules(runnable))
            options = replace(self._options, cancel=cancel)
            settings = self._adapt(settings_of(project))
            known = baseline.known(settings.baseline)
            return Outcome(one.check(runnable, settings, options, known=known, remarks=remarks), entry=entry)
        except EnvironmentFailed as error:
            self.close()  # the interpreter may have ended; the next check starts another one
            return Outcome(error=error, entry=entry)
        except StackwrightError as error:
            return Outcome(error=error, entry=entry)
        except Exception as error:  # noqa: BLE001 - the server goes on, and says it
            return Outcome(error=Defect.of(error, f"the check of {location}"), entry=entry)

    def _checker(self, interpreter: str, wanted: list[str]) -> Checker:
        """One that has imported the SDK, unless something has been installed since."""
        stamp = [(str(path), path.stat().st_mtime_ns) for path in packages_of(interpreter) if path.is_dir()]
        if interpreter in self._ready and self._ready[interpreter][0] != stamp:
            self._end(interpreter)
        if interpreter not in self._ready:
            stack = ExitStack()
            self._ready[interpreter] = (stamp, stack.enter_context(checker(interpreter, wanted)), stack)
        return self._ready[interpreter][1]

    def _end(self, interpreter: str) -> None:
        _, _, stack = self._ready.pop(interpreter)
        stack.close()
