"""A project brought up on an AWS endpoint, and kept there."""

from __future__ import annotations

import os
import shlex
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from stackwright.engine.project import Config, Project
from stackwright.engine.standby import Standby
from stackwright.errors import EnvironmentFailed, StackwrightError, UsageError
from stackwright.graph import Graph, Resource
from stackwright.local import emulator as emulators
from stackwright.local import projects
from stackwright.local.emulator import Emulator, EmulatorSettings
from stackwright.local.pages import pages
from stackwright.local.state import ProjectState, moved
from stackwright.workspace.graphs import ACCOUNT
from stackwright.workspace.packages import PackageNotes
from stackwright.workspace.references import outputs_of, place_of
from stackwright.workspace.results import UpOptions, UpResult

if TYPE_CHECKING:
    from stackwright.engine.deployment import Deployment, Observer
    from stackwright.engine.provider import Provider
    from stackwright.local.aws import Endpoint
    from stackwright.local.logs import Source

DEFAULT_REGION: Final = "us-east-1"
HOLD_SECONDS: Final = 20.0


@dataclass
class Session:
    """A project with an AWS endpoint under it. Use as a context: leaving it stops what it started, unless detached."""

    project: Project
    options: UpOptions
    state: ProjectState
    notices: list[str] = field(default_factory=list[str])
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=2))
    _lock: ExitStack = field(default_factory=ExitStack)
    _begun: float = 0.0
    _standby: Standby | None = None
    _starting: Future[Endpoint] | None = None
    _emulator: Emulator | None = None
    _owned: bool = False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._standby is not None:
                self._standby.stop()
            if self._starting is not None and self._starting.exception() is None and self._emulator and self._owned:
                self._emulator.stop()
        finally:
            self._lock.close()
            self._pool.shutdown()

    def begin(self, stack: str | None = None, overrides: Mapping[str, str] | None = None) -> None:
        """Start what takes long, and return at once. `apply` does so by itself when nobody has before.

        Raises:
            Busy: another process is applying to this project.
            ProjectError: the stack or its config is wrong.
        """
        self._prepare(self._config(stack, overrides))

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
        name = stack or self.project.default_stack()
        config = self._config(stack, overrides)
        started = self._prepare(config)
        with self._lock.pop_all():
            self._begun = 0.0
            deployment, program_seconds = self._run(name, config, observe)
            endpoint = self.endpoint()
        graph = deployment.graph()
        return UpResult(
            project=self.project.name,
            stack=name,
            endpoint=endpoint.url,
            account=endpoint.account,
            region=endpoint.region,
            pid=self._emulator.pid if self._emulator else os.getpid(),
            graph=graph,
            counts=dict(deployment.counts),
            program_seconds=program_seconds,
            provision_seconds=deployment.provider_seconds.total,
            total_seconds=time.monotonic() - started,
            notices=(*self.notices, *self._packages.notices()),
            pages=pages(graph, endpoint.url) if self._emulator else {},
            libraries=self._packages.libraries(),
            ordering=tuple(deployment.ordering.missing()),
        )

    def endpoint(self) -> Endpoint:
        """The endpoint in use; waits until it answers.

        Raises:
            EnvironmentFailed: the emulator did not start.
        """
        assert self._starting is not None
        return self._starting.result()

    def logs(self, results: Iterable[UpResult], *, since: float) -> list[Source]:
        """What these stacks have to say from a time on (seconds since the epoch)."""
        from stackwright.local.logs import sources

        return [s for r in results for s in sources(self.endpoint(), self._emulator, r.graph, since=since)]

    def stand_by(self) -> None:
        """Get an interpreter ready for the next apply."""
        if self._standby is None:
            self._standby = Standby(self.project, modules=self.state.modules, environment=self._packages.environment)

    def detach(self) -> None:
        """Leave the emulator running when the session ends."""
        self._owned = False
        if self._emulator is not None:
            self._emulator.detach()

    def alive(self) -> bool:
        """Whether the emulator still runs (always, for another endpoint)."""
        return self._emulator is None or self._emulator.alive()

    def hold(self) -> None:
        """Keep requests to the program's APIs waiting until `release`, because a change is about to be applied."""
        if self._emulator is not None:
            self._emulator.hold(HOLD_SECONDS)

    def release(self) -> None:
        """Let the requests go on."""
        if self._emulator is not None:
            self._emulator.release()

    def ends(self) -> bool:
        """Whether the emulator has ended, or is about to; asked when it no longer answers."""
        return self._emulator is not None and self._emulator.ends()

    # ---- applying ----------------------------------------------------------------------------------------------------

    def _config(self, stack: str | None, overrides: Mapping[str, str] | None) -> Config:
        return self.project.config(stack or self.project.default_stack(), overrides)

    def _prepare(self, config: Config) -> float:
        """Hold the project and start the emulator; the time when this was first done for the coming apply."""
        if not self._begun:
            self._lock.enter_context(self.state.lock())
            self._begun = time.monotonic()
        if self._starting is None:
            self._starting = self._pool.submit(self._connect, config.of("aws").get("region"))
            self._pool.submit(_import_aws)
        self.stand_by()
        return self._begun

    def _run(self, stack: str, config: Config, observe: Observer) -> tuple[Deployment, float]:
        from stackwright.engine.deployment import Deployment
        from stackwright.engine.dynamic_package import DynamicPackage
        from stackwright.local.order_rules import order_rules
        from stackwright.workspace.late import Late

        def warn(message: str, resource: Resource) -> None:
            where = f"{resource.source}: " if resource.source else ""
            deployment.diagnose("warning", f"{where}{message}", resource.urn)

        with (
            closing(self.state.journal(stack)) as journal,
            DynamicPackage(self.project, config, lambda line: deployment.diagnose("info", line)) as dynamic,
        ):
            deployment = Deployment(
                project=self.project.name,
                stack=stack,
                mode="emulator",
                provider=Late(lambda: self._provider(dynamic, warn)),
                previous=self._previous(stack),
                settings=config.of,
                journal=journal,
                interpreter=self.project.interpreter,
                observe=observe,
                order=self.options.order,
                rules=order_rules(),
                stack_outputs=lambda name: outputs_of(name, self.state.place),
            )
            try:
                deployment.retire()
                seconds = self._run_program(stack, config, deployment)
                deployment.finish()
            except BaseException as error:
                self._rescue(deployment, error)
                raise
        self.state.save(deployment.graph())
        return deployment, seconds

    def _run_program(self, stack: str, config: Config, deployment: Deployment) -> float:
        from stackwright.engine.runner import run_program

        standby, self._standby = self._standby, None
        self._packages.clear()
        parallel = self.options.parallel
        run = run_program(self.project, stack, config, deployment, dry_run=False, parallel=parallel, standby=standby)
        if list(run.modules) != self.state.modules:
            self.state.modules = run.modules
        return run.seconds

    @property
    def _packages(self) -> PackageNotes:
        return PackageNotes(self.state.directory / "packages", functions_run_here=not self.options.endpoint)

    def _previous(self, stack: str) -> Graph | None:
        if stack not in self.state.stacks():
            return None
        # Whether its resources still exist is known only when the emulator is there.
        self.endpoint()
        return self.state.load(stack)

    def _rescue(self, deployment: Deployment, error: BaseException) -> None:
        """Keep what was done; if the emulator is gone, say that rather than what its absence broke."""
        assert self._starting is not None
        if not self._starting.done():
            return
        self._starting.result()
        if isinstance(error, StackwrightError) and self._emulator and self._emulator.ends(0.2):
            self.state.forget()
            raise EnvironmentFailed(
                "the emulator ended in the middle of the run; its data is lost",
                where=str(self._emulator.log_path),
                fix="Run the command again; everything is created anew.",
            ) from error
        graph = deployment.graph()
        self.state.save(graph)
        if isinstance(error, StackwrightError):
            self._say_how_to_go_on(error, sum(r.custom and not r.type.startswith("pulumi:") for r in graph.resources))

    def _say_how_to_go_on(self, error: StackwrightError, kept: int) -> None:
        if kept:
            what = "1 resource is kept" if kept == 1 else f"{kept} resources are kept"
            where = "with the data of the emulator, which stops" if self._owned else f"at {self.endpoint().url}"
            error.add_note(
                f"{what}, {where}. To go on, run the command again; to drop them: "
                f"stackwright down {shlex.quote(str(self.project.location))} --purge"
            )

    def _provider(self, dynamic: Provider, warn: Callable[[str, Resource], None]) -> Provider:
        from stackwright.engine.dispatch import Dispatch
        from stackwright.engine.random_package import RandomPackage
        from stackwright.engine.simulated import Simulated
        from stackwright.local.provider import EndpointProvider

        endpoint = self.endpoint()
        fallback = Simulated(endpoint.account, interpreter=self.project.interpreter)
        root = self.project.program_directory
        aws = EndpointProvider(endpoint, fallback, root=root, strict=self.options.strict, warn=warn)
        return Dispatch({"aws": aws, "pulumi-python": dynamic, "random": RandomPackage()}, fallback)

    # ---- the endpoint ------------------------------------------------------------------------------------------------

    def _connect(self, region: str | None) -> Endpoint:
        where = region or os.environ.get("AWS_REGION") or DEFAULT_REGION
        if not self.options.endpoint:
            self._emulator = self._attach() or self._start(where)
        from stackwright.local.aws import Endpoint

        if self._emulator is not None:
            endpoint = Endpoint.of(self._emulator)
        else:
            url = self.options.endpoint.rstrip("/")
            other = _running_at(url)
            endpoint = Endpoint.at(url, ACCOUNT, where)
            if other is not None:
                endpoint = Endpoint(url, other.account, where, other.root)
        endpoint.client("sts")  # makes the deployer role, which every resource needs
        return endpoint

    def _attach(self) -> Emulator | None:
        running = emulators.attach(self.state.emulator_directory)
        if running is not None and self.options.port not in (0, running.port):
            raise UsageError(
                f"{self.project.name} is already up on port {running.port}",
                fix=f"Stop it first: stackwright down {shlex.quote(str(self.project.location))}",
            )
        return running

    def _start(self, region: str) -> Emulator:
        last = self.state.port
        port = self.options.port or (last if last and _is_free(last) else 0)
        settings = EmulatorSettings(
            state_dir=self.state.emulator_directory, port=port, account=ACCOUNT, region=region, persist=True
        )
        emulator = emulators.start(settings, lifeline=True)
        self._owned = True
        if emulator.state_lost:
            self._forget()
        elif last and last != emulator.port:
            self._move(f"http://{emulators.HOST}:{last}", emulator.endpoint)
        self.state.port = emulator.port
        return emulator

    def _forget(self) -> None:
        if self.state.stacks():
            self.state.forget()
            self.notices.append("The emulator had been killed and its data is lost; everything was created anew.")

    def _move(self, old_url: str, new_url: str) -> None:
        for stack in self.state.stacks():
            graph = self.state.load(stack)
            if graph is not None:
                self.state.save(moved(graph, old_url, new_url))
        self.notices.append(f"Port {old_url.rsplit(':', 1)[1]} was taken; the addresses now start with {new_url}.")


def session(project: Project, options: UpOptions) -> Session:
    """A session for a project.

    Raises:
        EnvironmentFailed: its state cannot be kept.
    """
    state, remark = projects.enter(place_of(project, options.endpoint))
    return Session(project, options, state, [remark] if remark else [])


def _import_aws() -> None:
    """Import what makes resources while the emulator starts."""
    from stackwright.local import provider

    assert provider


def _running_at(url: str) -> Emulator | None:
    """The emulator of another project of this user, which gives out its keys."""
    for state in projects.known():
        running = emulators.attach(state.emulator_directory)
        if running is not None and running.endpoint == url:
            return running
    return None


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex((emulators.HOST, port)) != 0
