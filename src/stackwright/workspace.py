"""Puts the parts together: find a project, load its graph, bring it up. The command line and the console call this."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import stackwright
from stackwright.engine import project as projects
from stackwright.engine.deployment import Deployment, Mode, Observer, Step
from stackwright.engine.dispatch import Dispatch
from stackwright.engine.project import Project
from stackwright.engine.provider import Provider
from stackwright.engine.runner import run_program
from stackwright.engine.simulated import Simulated
from stackwright.errors import EnvironmentFailed, ProjectError, UsageError
from stackwright.graph import Graph, Properties, Resource, value_to_json
from stackwright.local import emulator as emulators
from stackwright.local.aws import Endpoint
from stackwright.local.emulator import Emulator, EmulatorSettings
from stackwright.local.provider import EndpointProvider
from stackwright.local.state import ProjectState, moved

ACCOUNT: Final = "123456789012"
DEFAULT_REGION: Final = "us-east-1"
_PARALLEL: Final = 24


# ---- projects --------------------------------------------------------------------------------------------------------


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
    """Start a project of one's own from a bundled system.

    Raises:
        UsageError: no such system, or the directory is not empty.
    """
    systems = bundled_systems()
    if system not in systems:
        raise UsageError(f"there is no system {system!r}", fix=f"One of: {', '.join(systems)}.")
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty", fix="Name a new directory.")
    shutil.copytree(
        systems[system], directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
    )


# ---- graphs ----------------------------------------------------------------------------------------------------------


def load(
    project: Project,
    stack: str | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
    mode: Mode = "simulated",
    observe: Observer = lambda _: None,
) -> Graph:
    """Run the program against made-up answers and return what it registers.

    Args:
        mode: `simulated`, every value known; or `unknown`, as in a first preview.

    Raises:
        StackwrightError: the project, its config or the program is wrong.
    """
    name = stack or project.default_stack()
    config = project.config(name, overrides)
    deployment = Deployment(
        project=project.name,
        stack=name,
        mode=mode,
        provider=Simulated(ACCOUNT),
        settings=config.of,
        observe=observe,
    )
    # One at a time, so that the order of registration is the program's own.
    run_program(project, name, config, deployment, dry_run=True, parallel=1)
    return deployment.graph()


# ---- up --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UpOptions:
    """How to bring a project up.

    Attributes:
        port: TCP port of the emulator on 127.0.0.1; 0 takes the last one, or a free one.
        endpoint: another AWS endpoint to use in place of the embedded emulator.
        strict: refuse types that would be simulated.
        parallel: how many resources may be under way at once.
    """

    port: int = 0
    endpoint: str = ""
    strict: bool = False
    parallel: int = _PARALLEL


@dataclass(frozen=True)
class UpResult:
    """What an apply did; times in seconds."""

    project: str
    stack: str
    endpoint: str
    account: str
    region: str
    pid: int
    graph: Graph
    counts: Mapping[Step, int]
    program_seconds: float
    provision_seconds: float
    total_seconds: float
    notices: tuple[str, ...] = ()

    def simulated_types(self) -> list[str]:
        """Types of which at least one resource is made up, sorted."""
        return sorted({r.type for r in self.graph.resources if "" in r.simulated})

    def to_json(self) -> dict[str, Any]:
        """The object `up --json` prints."""
        counts = self.counts
        return {
            "project": self.project,
            "stack": self.stack,
            "endpoint": self.endpoint,
            "account": self.account,
            "region": self.region,
            "outputs": {k: value_to_json(v) for k, v in self.graph.outputs.items()},
            "resources": {
                "created": counts["create"] + counts["replace"] + counts["read"],
                "updated": counts["update"],
                "unchanged": counts["same"],
                "deleted": counts["delete"],
                "simulated": self.simulated_types(),
            },
            "seconds": {
                "program": round(self.program_seconds, 3),
                "provision": round(self.provision_seconds, 3),
                "total": round(self.total_seconds, 3),
            },
            "pid": self.pid,
        }


@dataclass
class Session:
    """A project with an AWS endpoint under it. Use as a context: leaving it stops what it started, unless detached."""

    project: Project
    options: UpOptions
    state: ProjectState
    notices: list[str] = field(default_factory=list[str])
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))
    _starting: Future[Endpoint] | None = None
    _emulator: Emulator | None = None
    _owned: bool = False

    def __enter__(self) -> Session:
        self.state.prepare(self.project.directory)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._starting is not None and self._starting.exception() is None and self._emulator and self._owned:
            self._emulator.stop()
        self._pool.shutdown()

    def apply(
        self,
        stack: str | None = None,
        overrides: Mapping[str, str] | None = None,
        observe: Observer = lambda _: None,
    ) -> UpResult:
        """Make the stack so.

        Raises:
            Busy: another process is applying to this project.
            StackwrightError: whatever stopped it; what was done until then is kept.
        """
        started = time.monotonic()
        name = stack or self.project.default_stack()
        config = self.project.config(name, overrides)
        with self.state.lock():
            if self._starting is None:
                # The emulator starts while the program imports its packages.
                self._starting = self._pool.submit(self._connect, config.of("aws").get("region"))
            previous = self.state.load(name)
            if previous is not None:
                # Whether its resources still exist is known only when the emulator is there.
                self._starting.result()
                previous = self._still_there(name, previous)
            deployment, run_seconds = self._run(name, config, previous, observe)
            endpoint = self._starting.result()
        return UpResult(
            project=self.project.name,
            stack=name,
            endpoint=endpoint.url,
            account=endpoint.account,
            region=endpoint.region,
            pid=self._emulator.pid if self._emulator else os.getpid(),
            graph=deployment.graph(),
            counts=dict(deployment.counts),
            program_seconds=run_seconds,
            provision_seconds=deployment.provider_seconds.total,
            total_seconds=time.monotonic() - started,
            notices=tuple(self.notices),
        )

    def endpoint(self) -> Endpoint:
        """The endpoint in use; waits until it answers."""
        assert self._starting is not None
        return self._starting.result()

    def detach(self) -> None:
        """Leave the emulator running when the session ends."""
        self._owned = False
        if self._emulator is not None:
            self._emulator.detach()

    def alive(self) -> bool:
        """Whether the emulator still runs (always, for another endpoint)."""
        return self._emulator is None or self._emulator.alive()

    # ---- steps -----------------------------------------------------------------------------------------------------

    def _run(
        self, stack: str, config: projects.Config, previous: Graph | None, observe: Observer
    ) -> tuple[Deployment, float]:
        journal = self.state.journal(stack)
        deployment = Deployment(
            project=self.project.name,
            stack=stack,
            mode="emulator",
            provider=_Late(self._provider),
            previous=previous,
            settings=config.of,
            journal=journal,
            observe=observe,
        )
        try:
            run = run_program(self.project, stack, config, deployment, dry_run=False, parallel=self.options.parallel)
            deployment.finish()
        except BaseException as error:
            self._rescue(deployment, error)
            raise
        finally:
            journal.close()
        self.state.save(deployment.graph())
        return deployment, run.seconds

    def _rescue(self, deployment: Deployment, error: BaseException) -> None:
        """Keep what was done; if the emulator is gone, say that rather than what its absence broke."""
        assert self._starting is not None
        if not self._starting.done():
            return
        self._starting.result()
        if not self.alive():
            assert self._emulator is not None
            self.state.forget()
            raise EnvironmentFailed(
                "the emulator ended in the middle of the run; its data is lost",
                where=str(self._emulator.log_path),
                fix="Run the command again; everything is created anew.",
            ) from error
        self.state.save(deployment.graph())

    def _still_there(self, stack: str, previous: Graph) -> Graph | None:
        # `_connect` has dropped all state when the emulator's data was lost.
        return self.state.load(stack) and previous

    def _provider(self) -> Provider:
        assert self._starting is not None
        endpoint = self._starting.result()
        fallback = Simulated(endpoint.account)
        aws = EndpointProvider(endpoint, fallback, root=self.project.program_directory, strict=self.options.strict)
        return Dispatch({"aws": aws}, fallback)

    def _connect(self, region: str | None) -> Endpoint:
        where = region or os.environ.get("AWS_REGION") or DEFAULT_REGION
        if self.options.endpoint:
            return Endpoint(self.options.endpoint.rstrip("/"), ACCOUNT, where)
        running = emulators.attach(self.state.emulator_directory)
        if running is not None:
            if self.options.port not in (0, running.port):
                raise UsageError(
                    f"{self.project.name} is already up on port {running.port}",
                    fix=f"Stop it first: stackwright down {self.project.name}",
                )
            self._emulator = running
        else:
            self._emulator = self._start(where)
            self._owned = True
        return Endpoint(self._emulator.endpoint, self._emulator.account, self._emulator.region)

    def _start(self, region: str) -> Emulator:
        port_file = self.state.directory / "port"
        last = int(port_file.read_text()) if port_file.exists() else 0
        port = self.options.port or (last if last and _is_free(last) else 0)
        settings = EmulatorSettings(
            state_dir=self.state.emulator_directory, port=port, account=ACCOUNT, region=region, persist=True
        )
        emulator = emulators.start(settings, lifeline=True)
        if emulator.state_lost:
            self.state.forget()
            self.notices.append("The emulator had been killed and its data is lost; everything was created anew.")
        elif last and last != emulator.port:
            self._move(f"http://{emulators.HOST}:{last}", emulator.endpoint)
        port_file.write_text(str(emulator.port))
        return emulator

    def _move(self, old_url: str, new_url: str) -> None:

        for stack in self.state.stacks():
            graph = self.state.load(stack)
            if graph is not None:
                self.state.save(moved(graph, old_url, new_url))
        self.notices.append(f"Port {old_url.rsplit(':', 1)[1]} was taken; the addresses now start with {new_url}.")


def session(project: Project, options: UpOptions) -> Session:
    """A session for a project."""
    return Session(project, options, ProjectState(project.name, _variant(options.endpoint)))


class _Late:
    """A provider that is made when it is first asked, because its emulator is still starting."""

    def __init__(self, make: Callable[[], Provider]) -> None:
        self._make = make
        self._made: Provider | None = None

    def _get(self) -> Provider:
        # Several threads may get here at once; each then waits for the same emulator, and any of the results will do.
        if self._made is None:
            self._made = self._make()
        return self._made

    def create(self, new: Resource, config: Properties) -> Resource:
        return self._get().create(new, config)

    def update(self, new: Resource, old: Resource, config: Properties) -> Resource:
        return self._get().update(new, old, config)

    def delete(self, old: Resource, config: Properties) -> None:
        self._get().delete(old, config)

    def read(self, wanted: Resource, config: Properties) -> Resource:
        return self._get().read(wanted, config)

    def replacing(self, new: Resource, old: Resource, changed: frozenset[str]) -> frozenset[str]:
        return self._get().replacing(new, old, changed)

    def invoke(self, token: str, args: Properties, config: Properties) -> Properties:
        return self._get().invoke(token, args, config)


def _variant(endpoint: str) -> str:
    return endpoint.split("://", 1)[-1].strip("/").replace(":", "-").replace("/", "-")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex((emulators.HOST, port)) != 0
