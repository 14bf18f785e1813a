"""The AWS endpoint under a project: its emulator, which runs or is started, or an endpoint of somebody else's."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackwright.defaults import ACCOUNT
from stackwright.emulator import process as emulators
from stackwright.emulator.process import Emulator, EmulatorSettings
from stackwright.errors import UsageError
from stackwright.workspace import projects
from stackwright.workspace.results import UpOptions
from stackwright.workspace.resuming import last_port, resume
from stackwright.workspace.state import ProjectState

if TYPE_CHECKING:
    from stackwright.provider.aws import Endpoint


@dataclass(frozen=True)
class Connection:
    """An endpoint that answers.

    Attributes:
        emulator: the embedded one, unless the endpoint is somebody else's.
        notices: what the user should know of it.
    """

    endpoint: Endpoint
    emulator: Emulator | None = None
    notices: tuple[str, ...] = ()

    @property
    def ends_with_us(self) -> bool:
        """Whether the emulator stops when this process ends."""
        return self.emulator is not None and self.emulator.has_lifeline

    def close(self) -> None:
        """Stop the emulator, if this process has started it and not let it go."""
        if self.emulator is not None and self.emulator.has_lifeline:
            self.emulator.stop()


def connect(state: ProjectState, options: UpOptions, region: str) -> Connection:
    """Find the endpoint or start it, and wait until it answers. Whoever does this holds `state.lock()`.

    Raises:
        EnvironmentFailed: the emulator did not start, or the endpoint does not answer.
        UsageError: the project is up on another port.
    """
    if options.endpoint:
        connection = Connection(_elsewhere(options.endpoint.rstrip("/"), region))
    else:
        connection = _attach(state, options.port) or _start(state, options.port, region)
    try:
        connection.endpoint.client("sts")  # makes the deployer role, which every resource needs
    except BaseException:
        connection.close()
        raise
    return connection


def _attach(state: ProjectState, port: int) -> Connection | None:
    running = emulators.attach(state.emulator_directory)
    if running is None:
        return None
    if port not in (0, running.port):
        raise UsageError(
            f"{state.project} is already up on port {running.port}",
            fix=f"Stop it first: stackwright down {shlex.quote(str(state.key.location))}",
        )
    return _on(running)


def _start(state: ProjectState, port: int, region: str) -> Connection:
    settings = EmulatorSettings(
        state_dir=state.emulator_directory, port=port or last_port(state), region=region, persist=True
    )
    emulator = emulators.start(settings, lifeline=True)
    return _on(emulator, resume(state, emulator))


def _on(emulator: Emulator, notices: tuple[str, ...] = ()) -> Connection:
    from stackwright.provider.aws import Endpoint

    return Connection(Endpoint.of(emulator), emulator, notices)


def _elsewhere(url: str, region: str) -> Endpoint:
    from stackwright.provider.aws import Endpoint

    running = _running_at(url)
    if running is None:
        return Endpoint.at(url, ACCOUNT, region)
    return Endpoint(url, running.account, region, running.root)


def _running_at(url: str) -> Emulator | None:
    """The emulator of another project of this user, which gives out its keys."""
    for state in projects.known():
        running = emulators.attach(state.emulator_directory)
        if running is not None and running.endpoint == url:
            return running
    return None
