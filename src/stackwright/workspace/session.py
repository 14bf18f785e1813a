"""A project brought up on an AWS endpoint, and kept there.

    with open_project(project, options).connect(stack, overrides) as session:
        result = session.apply(stack, overrides)

Each step gives what the next one needs: a project with its state, a session whose endpoint is starting, a result.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stackwright.defaults import REGION
from stackwright.engine.program.standby import Standby
from stackwright.engine.project.pulumi_yaml import Project
from stackwright.workspace import projects
from stackwright.workspace.applying import Application, packages_of
from stackwright.workspace.connection import Connection, connect
from stackwright.workspace.references import project_key
from stackwright.workspace.results import UpOptions, UpResult
from stackwright.workspace.several import Others
from stackwright.workspace.state import ProjectState

if TYPE_CHECKING:
    from stackwright.engine.deployment.events import Observer
    from stackwright.workspace.denials import Denials
    from stackwright.workspace.logs import Logs

PAUSE_SECONDS: Final = 20.0


def open_project(project: Project, options: UpOptions) -> OpenProject:
    """A project with its state on this machine.

    Raises:
        EnvironmentFailed: its state cannot be kept.
    """
    return OpenProject(project, options, *projects.enter(project_key(project, options.endpoint)))


@dataclass(frozen=True)
class OpenProject:
    """A project that can be connected.

    Attributes:
        remark: where the state comes from, if that is worth a word.
    """

    project: Project
    options: UpOptions
    state: ProjectState
    remark: str

    @contextmanager
    def connect(
        self, stack: str | None = None, overrides: Mapping[str, str] | None = None
    ) -> Generator[Session, None, None]:
        """Start what takes long, for that stack first. At the end everything stops that was started, unless detached.

        Raises:
            Busy: another process is applying to this project.
            ProjectError: the stack or its config is wrong.
        """
        config = self.project.config(stack or self.project.default_stack(), overrides)
        region = config.of("aws").get("region") or os.environ.get("AWS_REGION") or REGION
        with ExitStack() as closing:
            turn = closing.enter_context(_Turn(self.state))
            connecting = _in_background(self, region)
            closing.callback(_disconnect, connecting)
            session = Session(self, connecting, turn)
            closing.callback(session.close)
            session.stand_by()
            yield session


class Session:
    """A project with an AWS endpoint under it, which may still be starting.

    The project is held from the beginning until the first `apply` has ended, after that while something is applied.
    """

    def __init__(self, opened: OpenProject, connecting: Future[Connection], first: _Turn) -> None:
        self.project = opened.project
        self._opened = opened
        self._connecting = connecting
        self._first: _Turn | None = first
        self._standby: Standby | None = None

    def apply(
        self,
        stack: str | None = None,
        overrides: Mapping[str, str] | None = None,
        observe: Observer = lambda _: None,
        others: Others | None = None,
    ) -> UpResult:
        """Make the stack so.

        Args:
            others: the stacks that are brought up in the same run; see `several.apply_all`.

        Raises:
            Busy: another process is applying to this project.
            StackwrightError: whatever stopped it; what was done until then is kept.
        """
        opened = self._opened
        name = stack or self.project.default_stack()
        config = self.project.config(name, overrides)
        turn, self._first = self._first or _Turn(opened.state), None
        with turn:
            standby, self._standby = self._standby or self._new_standby(), None
            application = Application(
                opened.project,
                opened.options,
                opened.state,
                self._connecting,
                name,
                config,
                opened.remark,
                others or Others(),
            )
            return application.run(standby, observe, turn.elapsed)

    def logs(self, results: Iterable[UpResult], *, since: float) -> Logs:
        """What these stacks have to say from a time on (seconds since the epoch)."""
        from stackwright.workspace.logs import logs

        connection = self._connecting.result()
        return logs(connection.endpoint, connection.emulator, [r.graph for r in results], since=since)

    def denials(self, results: Sequence[UpResult]) -> Denials | None:
        """Calls that are denied from now on; None for another endpoint, which tells nothing of them."""
        from stackwright.workspace.denials import Denials

        emulator = self._connecting.result().emulator
        return None if emulator is None else Denials(emulator, results)

    def stand_by(self) -> None:
        """Get an interpreter ready for the next apply."""
        self._standby = self._standby or self._new_standby()

    def detach(self) -> None:
        """Leave the emulator running when the session ends."""
        emulator = self._connecting.result().emulator
        if emulator is not None:
            emulator.detach()

    def alive(self) -> bool:
        """Whether the emulator still runs (always, for another endpoint)."""
        emulator = self._connecting.result().emulator
        return emulator is None or emulator.alive()

    def ends(self) -> bool:
        """Whether the emulator has ended, or is about to; asked when it no longer answers."""
        emulator = self._connecting.result().emulator
        return emulator is not None and emulator.ends()

    def pause_requests(self) -> None:
        """Keep requests to the program's APIs waiting until `resume_requests`: a change is about to be applied."""
        emulator = self._connecting.result().emulator
        if emulator is not None:
            emulator.pause_requests(PAUSE_SECONDS)

    def resume_requests(self) -> None:
        """Let the requests go on."""
        emulator = self._connecting.result().emulator
        if emulator is not None:
            emulator.resume_requests()

    @property
    def log_path(self) -> Path | None:
        """The emulator's own log."""
        emulator = self._connecting.result().emulator
        return None if emulator is None else emulator.log_path

    def close(self) -> None:
        """End the interpreter that waits for an apply."""
        if self._standby is not None:
            self._standby.stop()

    def _new_standby(self) -> Standby:
        state = self._opened.state
        environment = packages_of(state, self._opened.options).environment
        return Standby(self.project, modules=state.modules, environment=environment)


class _Turn:
    """A project held for one apply; no other process applies to it meanwhile.

    Raises:
        Busy: another process holds it.
    """

    def __init__(self, state: ProjectState) -> None:
        self._lock = ExitStack()
        self._lock.enter_context(state.lock())
        self._since = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since it was taken."""
        return time.monotonic() - self._since

    def __enter__(self) -> _Turn:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()


def _in_background(opened: OpenProject, region: str) -> Future[Connection]:
    pool = ThreadPoolExecutor(max_workers=2)
    connecting = pool.submit(connect, opened.state, opened.options, region)
    pool.submit(_import_aws)
    pool.shutdown(wait=False)
    return connecting


def _import_aws() -> None:
    """Import what makes resources while the emulator starts."""
    from stackwright.provider import provider

    assert provider


def _disconnect(connecting: Future[Connection]) -> None:
    if connecting.exception() is None:
        connecting.result().close()
