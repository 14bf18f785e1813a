"""One stack made so: its program runs, and its resources follow."""

from __future__ import annotations

import functools
import os
import shlex
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stackwright.engine.program.standby import Standby
from stackwright.engine.project.pulumi_yaml import Config, Project
from stackwright.errors import EnvironmentFailed, StackwrightError
from stackwright.graph import Graph, Resource
from stackwright.workspace.accounts import home_account, whereabouts
from stackwright.workspace.connection import Connection
from stackwright.workspace.packages import PackageNotes
from stackwright.workspace.pages import pages
from stackwright.workspace.references import outputs_of
from stackwright.workspace.results import UpOptions, UpResult
from stackwright.workspace.several import Others
from stackwright.workspace.state import ProjectState

if TYPE_CHECKING:
    from stackwright.engine.deployment.deployment import Deployment
    from stackwright.engine.deployment.dispatch import Routes
    from stackwright.engine.deployment.events import Observer
    from stackwright.engine.provider import Provider
    from stackwright.provider.aws import Endpoint


@dataclass(frozen=True)
class Application:
    """What is applied, and where. Whoever runs it holds `state.lock()`.

    Attributes:
        connecting: the endpoint; the program runs while it starts.
        remark: what the user should know of the state.
        others: the stacks that are brought up in the same run.
    """

    project: Project
    options: UpOptions
    state: ProjectState
    connecting: Future[Connection]
    stack: str
    config: Config
    remark: str
    others: Others

    def run(self, standby: Standby, observe: Observer, elapsed: Callable[[], float]) -> UpResult:
        """Make the stack so.

        Args:
            standby: the interpreter that runs the program.
            elapsed: seconds since the user has been waiting.

        Raises:
            StackwrightError: whatever stopped it; what was done until then is kept.
        """
        deployment, program_seconds = self._deploy(standby, observe)
        connection = self.connecting.result()
        endpoint, emulator = connection.endpoint, connection.emulator
        graph = deployment.graph()
        place = whereabouts(graph, self._account, endpoint.region)
        packages = packages_of(self.state, self.options)
        return UpResult(
            project=self.project.name,
            stack=self.stack,
            endpoint=endpoint.url,
            account=place.account,
            region=place.region,
            pid=emulator.pid if emulator else os.getpid(),
            graph=graph,
            counts=dict(deployment.counts),
            program_seconds=program_seconds,
            provision_seconds=deployment.provider_seconds.total,
            total_seconds=elapsed(),
            notices=(*filter(None, [self.remark]), *connection.notices, *packages.notices()),
            pages=pages(graph, endpoint.url) if emulator else {},
            libraries=packages.libraries(),
            ordering=tuple(deployment.ordering.missing()),
        )

    def _deploy(self, standby: Standby, observe: Observer) -> tuple[Deployment, float]:
        from stackwright.engine.deployment.deployment import Deployment
        from stackwright.engine.deployment.dispatch import Dispatch
        from stackwright.engine.program.dynamic_package import DynamicPackage
        from stackwright.provider.order_rules import order_rules

        def warn(message: str, resource: Resource) -> None:
            where = f"{resource.source}: " if resource.source else ""
            deployment.diagnose("warning", f"{where}{message}", resource.urn)

        account = self._account  # before there is a journal, which would make the stack look like an old one
        with (
            closing(self.state.journal(self.stack)) as journal,
            DynamicPackage(self.project, self.config, lambda line: deployment.diagnose("info", line)) as dynamic,
        ):
            deployment = Deployment(
                project=self.project.name,
                stack=self.stack,
                mode="emulator",
                provider=Dispatch(
                    lambda: routes(
                        self.project, self.options, self.connecting.result().endpoint, account, dynamic, warn
                    )
                ),
                previous=self._previous(),
                settings=self.config.of,
                journal=journal,
                interpreter=self.project.interpreter,
                account=account,
                observe=observe,
                order=self.options.order,
                rules=order_rules(),
                stack_outputs=lambda name: outputs_of(name, self.state.key, self.others),
            )
            try:
                deployment.retire()
                seconds = self._run_program(deployment, standby)
                deployment.finish()
            except BaseException as error:
                self._rescue(deployment, error)
                raise
        self.state.save(deployment.graph())
        return deployment, seconds

    @functools.cached_property
    def _account(self) -> str:
        """Somebody else's endpoint has the accounts that its keys lead to."""
        if self.options.endpoint:
            return self.connecting.result().endpoint.account
        return home_account(self.project, self.state, self.stack)

    def _previous(self) -> Graph | None:
        if self.stack not in self.state.stacks():
            return None
        # Whether its resources still exist is known only when the emulator is there.
        self.connecting.result()
        return self.state.load(self.stack)

    def _run_program(self, deployment: Deployment, standby: Standby) -> float:
        from stackwright.engine.program.runner import run_program

        packages_of(self.state, self.options).clear()
        run = run_program(
            self.project,
            self.stack,
            self.config,
            deployment,
            dry_run=False,
            parallel=self.options.parallel,
            standby=standby,
        )
        if list(run.modules) != self.state.modules:
            self.state.modules = run.modules
        return run.seconds

    def _rescue(self, deployment: Deployment, error: BaseException) -> None:
        """Keep what was done; if the emulator is gone, say that rather than what its absence broke."""
        if not self.connecting.done():
            return
        connection = self.connecting.result()
        emulator = connection.emulator
        if isinstance(error, StackwrightError) and emulator and emulator.ends(0.2):
            self.state.forget()
            raise EnvironmentFailed(
                "the emulator ended in the middle of the run; its data is lost",
                where=str(emulator.log_path),
                fix="Run the command again; everything is created anew.",
            ) from error
        graph = deployment.graph()
        self.state.save(graph)
        kept = sum(r.custom and not r.type.startswith("pulumi:") for r in graph.resources)
        if isinstance(error, StackwrightError) and kept:
            error.add_note(self._how_to_go_on(connection, kept))

    def _how_to_go_on(self, connection: Connection, kept: int) -> str:
        what = "1 resource is kept" if kept == 1 else f"{kept} resources are kept"
        stops = connection.ends_with_us
        where = "with the data of the emulator, which stops" if stops else f"at {connection.endpoint.url}"
        return (
            f"{what}, {where}. To go on, run the command again; to drop them: "
            f"stackwright down {shlex.quote(str(self.project.location))} --purge"
        )


def packages_of(state: ProjectState, options: UpOptions) -> PackageNotes:
    """What a run of the program notes of its packages."""
    return PackageNotes(state.directory / "packages", functions_run_here=not options.endpoint)


def routes(
    project: Project,
    options: UpOptions,
    endpoint: Endpoint,
    account: str,
    dynamic: Provider,
    warn: Callable[[str, Resource], None],
) -> Routes:
    """Who answers for which package."""
    from stackwright.engine.simulated.provider import Simulated
    from stackwright.engine.simulated.random_package import RandomPackage
    from stackwright.provider.provider import EndpointProvider

    fallback = Simulated(account, interpreter=project.interpreter)
    aws = EndpointProvider(
        endpoint, fallback, root=project.program_directory, strict=options.strict, warn=warn, account=account
    )
    return {"aws": aws, "pulumi-python": dynamic, "random": RandomPackage()}, fallback
