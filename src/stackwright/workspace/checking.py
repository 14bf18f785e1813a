"""Checks programs: reads them, runs them with known and with unknown values, and asks all rules about it.

Both runs are forks of one interpreter and run at the same time; meanwhile the source is read.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackwright.defaults import ACCOUNT
from stackwright.engine.program.reports import OF_COMMAND
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import ProgramError, ProjectError, ResourceError, StackwrightError
from stackwright.graph import UNKNOWN, Graph, Properties, Unknown
from stackwright.processes import Cancel
from stackwright.rules import registry
from stackwright.rules.finding import NOWHERE, NotChecked, Place, Report
from stackwright.rules.known import Known
from stackwright.rules.lines import Lines
from stackwright.rules.rule import Subject
from stackwright.rules.runner import Done, Subjects, ask, report
from stackwright.rules.runs import Failure, FailureKind, Run, Runs
from stackwright.rules.settings import Settings
from stackwright.rules.view import View
from stackwright.source.reader import read
from stackwright.workspace import known_modules
from stackwright.workspace.confinement import harmless
from stackwright.workspace.interpreters import files_of, forking, modules, sources
from stackwright.workspace.made_up import MadeUp
from stackwright.workspace.required import had, is_declared, is_older, name_of
from stackwright.workspace.taken_for_granted import Granted, taken_for_granted

if TYPE_CHECKING:
    from stackwright.engine.deployment.deployment import Mode
    from stackwright.engine.program.child import Start

_SECONDS: Final = 60.0
_NO_MODULE: Final = re.compile(r"ModuleNotFoundError: No module named '([^']+)'")
_RUN: Final[frozenset[Subject]] = frozenset(("graph", "runs"))  # subjects for which the program must run


@dataclass(frozen=True)
class CheckOptions:
    """How a program is run for its check.

    Attributes:
        stack: whose config is used; the project's default when empty.
        overrides: config values of this check.
        seconds: how long each of the two runs may take.
        network: whether the program may use it.
        current_python: take the interpreter at hand, whatever environment the project names.
        cancel: ends the runs before their time; what is reported then means nothing.
    """

    stack: str = ""
    overrides: Mapping[str, str] | None = None
    seconds: float = _SECONDS
    network: bool = False
    current_python: bool = False
    cancel: Cancel | None = None


def check(
    project: Project, settings: Settings, options: CheckOptions | None = None, *, known: frozenset[str] = frozenset()
) -> Report:
    """Read the program, run it twice, and ask the rules.

    Args:
        known: fingerprints of findings that are known already.

    Raises:
        StackwrightError: the stack or its config is wrong, or this machine failed; what is wrong with the program is a
            finding.
    """
    options = options or CheckOptions()
    runnable, remarks = with_interpreter(project, current=options.current_python)
    if not _subjects(settings) & _RUN:
        return Checker(None).check(runnable, settings, options, known=known, remarks=remarks)
    with checker(runnable.interpreter, modules(runnable)) as of_one:
        return of_one.check(runnable, settings, options, known=known, remarks=remarks)


def read_source(project: Project, settings: Settings) -> Done:
    """Read the source, and ask the rules about it."""
    entry = project.program if project.program.is_file() else project.program / "__main__.py"
    reading = read(project.directory, entry, packages_of(project.interpreter), known_modules.cache() / "sdk")
    older = "" if project.environment else is_older(project)
    gone = [fact for fact in reading.facts if older and had(fact)]
    reading = replace(reading, facts=tuple(fact for fact in reading.facts if fact not in gone))
    chosen = [rule for rule in settings.chosen(registry.rules().values()) if rule.subject == "source"]
    done = ask(chosen, Subjects(Lines(project.directory), source=reading, files=files_of(project)), settings)
    if older:
        names = sorted({name_of(fact) for fact in gone})
        reason = "it is not installed here, so the program was read and run with another one"
        if names:
            reason += f"; that has no {', '.join(names)}"
        done.not_checked.append(NotChecked("RUN101", "program-fails", f"pulumi_aws {older}", reason, NOWHERE))
    if not reading.is_whole:
        place = Place("", str(entry.relative_to(project.directory)), 1)
        reason = "reading it takes too long; the rest of it was not read"
        done.not_checked.append(NotChecked("RUN101", "program-fails", "the source", reason, place))
    return done


def report_on(
    project: Project, settings: Settings, source: Done, graph: Graph | None = None, *, known: frozenset[str]
) -> Report:
    """What is to be said of a source that has been read, and of what a run of the program has registered.

    Args:
        known: fingerprints of findings that are known already.
    """
    lines = Lines(project.directory)
    subjects = Subjects(lines, graph=View(graph, lines) if graph else None, files=files_of(project))
    return report(registry.rules().values(), subjects, settings, known=known, more=[source])


def with_interpreter(project: Project, *, current: bool = False) -> tuple[Project, list[tuple[str, str]]]:
    """The project with an interpreter that is there, and what to say when it is not the project's own.

    Nothing is installed: a check leaves the project as it is.
    """
    environment = project.environment
    is_there = environment is not None and environment.exists()
    if is_there and _has_sdk(Path(project.interpreter).parent.parent) and not current:
        return project, []
    runnable = replace(project, interpreter=sys.executable, environment=None)
    if environment is None or current:
        return runnable, []
    why = "it has no pulumi" if is_there else "it is not there"
    reason = f"{why}, so the program was run with Stackwright's own packages; {_versions()}"
    return runnable, [(f"the environment {environment.directory}", reason)]


def _has_sdk(environment: Path) -> bool:
    """Whether programs can run there; one that a repository has brought along may be empty."""
    if any(environment.glob("lib*/python*/site-packages/pulumi")):
        return True
    of_system = environment / "pyvenv.cfg"
    return of_system.is_file() and "include-system-site-packages = true" in of_system.read_text(encoding="utf-8")


@contextmanager
def checker(interpreter: str, wanted: Sequence[str]) -> Generator[Checker]:
    """Checks any number of programs of one interpreter.

    Args:
        wanted: modules that the programs are known to import.
    """
    with forking(interpreter, wanted) as start:
        yield Checker(start)


class Checker:
    """See `checker`."""

    def __init__(self, start: Start | None) -> None:
        self._start = start

    def check(
        self,
        project: Project,
        settings: Settings,
        options: CheckOptions | None = None,
        *,
        known: frozenset[str] = frozenset(),
        remarks: Sequence[tuple[str, str]] = (),
    ) -> Report:
        """As the function `check`.

        Args:
            remarks: what this check leaves open, and why.
        """
        options, of_stack = _with_stack(project, options or CheckOptions())
        remarks = [*remarks, *of_stack]
        rules = registry.rules()
        asked = _subjects(settings)
        lines = Lines(project.directory)
        files = files_of(project)
        home = _granted(project)
        with ThreadPoolExecutor(2, thread_name_prefix="run") as pool:
            needed: dict[Mode, bool] = {"simulated": bool(asked & _RUN), "unknown": "runs" in asked}
            running = {
                mode: pool.submit(self.run_whole, project, options, mode, lines, home)
                for mode in needed
                if needed[mode]
            }
            # In pure Python, while the programs wait for their imports.
            source = read_source(project, settings) if "source" in asked else None
            runs = {mode: run.result() for mode, run in running.items()}
        simulated, unknown = runs.get("simulated"), runs.get("unknown")
        subjects = Subjects(
            lines,
            graph=_view(simulated, unknown, lines) if simulated and not simulated.failure else None,
            runs=Runs(simulated, unknown) if simulated and unknown else None,
            files=files,
            failure=simulated.failure if simulated else None,
            remarks=[*remarks, *(simulated.made_up if simulated else ())],
        )
        return report(rules.values(), subjects, settings, known=known, more=[source] if source else [])

    def run_whole(
        self, project: Project, options: CheckOptions, mode: Mode, lines: Lines, home: Granted | None = None
    ) -> Run:
        """Run the program until it is not a missing setting that ends it."""
        home = home or _granted(project)
        made_up = MadeUp(older="" if project.environment else is_older(project))
        while True:
            run = _placed(self._run(project, options, mode, made_up, home), project, lines)
            failure = run.failure
            if failure is None or not made_up.helps(failure, lines.text(failure.place.file, failure.place.line)):
                if failure is not None and (made_up.is_cause(failure) or _is_of_command(failure)):
                    run = replace(run, failure=replace(failure, kind="setting"))
                undeclared = {m.name: m for m in made_up.missing if not is_declared(m.name, project)}
                places = [(name, _placed_in(project, lines, m.file, m.line)) for name, m in undeclared.items()]
                return replace(
                    run, made_up=tuple(made_up.remarks()), assumed=made_up.values(), undeclared=tuple(places)
                )

    def _run(self, project: Project, options: CheckOptions, mode: Mode, made_up: MadeUp, home: Granted) -> Run:
        # What takes long to import is not needed by whoever only reads.
        from stackwright.engine.deployment.deployment import Deployment
        from stackwright.engine.program.child import start
        from stackwright.engine.program.runner import Limits, run_program
        from stackwright.engine.program.standby import Standby
        from stackwright.engine.simulated.invokes import UNANSWERED
        from stackwright.engine.simulated.provider import Simulated

        stack = options.stack
        given = {**(options.overrides or {}), **made_up.config}
        config = project.config(stack, given, made_up.declared)
        if home.region and "region" not in config.of("aws"):
            config = project.config(stack, {"aws:region": home.region, **given}, made_up.declared)
        account = home.account or ACCOUNT
        deployment = Deployment(
            project=project.name,
            stack=stack,
            mode=mode,
            provider=Simulated(account, interpreter=project.interpreter, unread=True, secret_keys=made_up.secret_keys),
            settings=config.of,
            interpreter=project.interpreter,
            account=account,
            stack_outputs=lambda reference: _outputs_of(reference, project),
        )
        standby = Standby(
            project,
            environment=made_up.variables,
            inherited=harmless(os.environ, network=options.network),
            start=self._start or start,
        )
        own = project.environment is None  # ours, not the project's
        older = tuple(made_up.names) if made_up.older else None
        limits = Limits(
            options.seconds,
            options.network,
            missing_files=True,
            cancel=options.cancel,
            missing_packages=own,
            older=older,
            made_up=tuple(made_up.config),
        )
        try:
            ran = run_program(
                project,
                stack,
                config,
                deployment,
                dry_run=True,
                parallel=1,
                standby=standby,
                limits=limits,
                missing=made_up.missing,
            )
        except (ProgramError, ResourceError) as error:
            graph, failure = deployment.graph(), _failure(error)
            unread = [invoke.simulated for invoke in graph.invokes if UNANSWERED in invoke.simulated]
            if unread or UNANSWERED in failure.message:
                reason = "; ".join([failure.message, *dict.fromkeys(unread)])
                failure = replace(failure, kind="setting", message=reason)
            return Run(graph, failure)
        known_modules.remember(project, ran.modules)
        return Run(deployment.graph())


def _granted(project: Project) -> Granted:
    return taken_for_granted(path.read_text(encoding="utf-8", errors="replace") for path in sources(project))


def _view(simulated: Run, unknown: Run | None, lines: Lines) -> View:
    known = Known(simulated.graph, unknown.graph if unknown else None, simulated.assumed)
    return View(simulated.graph, lines, known)


def _outputs_of(reference: str, project: Project) -> Properties | Unknown:
    """Outputs of another stack, if it is up on this machine; otherwise they are not known."""
    from stackwright.workspace.references import outputs_of, project_key

    try:
        return outputs_of(reference, project_key(project))
    except ResourceError:
        return UNKNOWN


def _with_stack(project: Project, options: CheckOptions) -> tuple[CheckOptions, list[tuple[str, str]]]:
    """The options with a stack, and what to say when somebody should have named one."""
    if options.stack:
        return options, []
    try:
        return replace(options, stack=project.default_stack()), []
    except ProjectError:
        first, *others = project.stacks()
        reason = f"nobody has named a stack, so the config of {first} was used; name one with -s"
        return replace(options, stack=first), [(f"the program with the config of {', '.join(others)}", reason)]


def _subjects(settings: Settings) -> set[Subject]:
    """What the rules that are asked ask about."""
    return {rule.subject for rule in settings.chosen(registry.rules().values())}


def _versions() -> str:
    found = [f"{name} {metadata.version(name)}" for name in ("pulumi", "pulumi_aws")]
    return f"`pulumi install` makes it, or `uv`; these are {' and '.join(found)}"


def packages_of(interpreter: str) -> list[Path]:
    """Where an interpreter's packages are, and then our own, for programs whose environment has none."""
    prefix = Path(interpreter).absolute().parent.parent
    own = [Path(path) for path in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))]
    return list(dict.fromkeys([*sorted(prefix.glob("lib*/python*/site-packages")), *own]))


def _is_of_command(failure: Failure) -> bool:
    """Whether it is a command that the program runs, such as a build, that has failed here or takes its time."""
    return "CalledProcessError" in failure.message or failure.message.endswith(OF_COMMAND)


def _failure(error: StackwrightError) -> Failure:
    file, line = error.where.partition(", ")[0], 0
    placed = re.fullmatch(r"(.*):(\d+)", file)
    if placed:
        file, line = placed[1], int(placed[2])
    traceback = error.traceback if isinstance(error, ProgramError) else ""
    fix = error.fix
    missing = _NO_MODULE.search(error.what)
    if missing is not None and not fix:
        fix = f"Install {missing[1]} into the environment that runs the program, and name that in Pulumi.yaml."
    place = Place(error.urn, "" if file.startswith("urn:") else file, line)
    return Failure(_kind(error), error.what, fix, place, traceback)


def _kind(error: StackwrightError) -> FailureKind:
    if isinstance(error, ResourceError):
        return "refused"
    for start, kind in _KINDS.items():
        if error.what.startswith(start):
            return kind
    return "exception"


_KINDS: Final[Mapping[str, FailureKind]] = {
    "the program is not valid Python": "syntax",
    "the program did not end": "time",
    "the program ended": "exit",
    "the program called sys.exit": "exit",
}


def _placed(run: Run, project: Project, lines: Lines) -> Run:
    """With the failure's file relative to the project, and the column of its line."""
    if run.failure is None:
        return run
    place = run.failure.place
    found = _placed_in(project, lines, place.file, place.line, place.urn, place.path)
    return replace(run, failure=replace(run.failure, place=found))


def _placed_in(project: Project, lines: Lines, file: str, line: int, urn: str = "", path: str = "") -> Place:
    if Path(file).is_absolute() and Path(file).is_relative_to(project.directory):
        file = str(Path(file).relative_to(project.directory))
        file = "" if file == "." else file
    return lines.place(urn, file, line or (1 if file else 0), path)
