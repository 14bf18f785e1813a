"""What is up on this machine: projects, their stacks, and what can be asked of one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stackwright.emulator import process as emulators
from stackwright.emulator.process import Emulator
from stackwright.errors import UsageError
from stackwright.graph import Graph
from stackwright.workspace import projects
from stackwright.workspace.accounts import Whereabouts, whereabouts
from stackwright.workspace.pages import pages
from stackwright.workspace.state import ProjectState

if TYPE_CHECKING:
    from stackwright.provider.aws import Endpoint
    from stackwright.workspace.invocations import Invocation
    from stackwright.workspace.logs import Logs


@dataclass(frozen=True)
class RunningProject:
    """A project whose emulator runs."""

    state: ProjectState
    emulator: Emulator

    @property
    def name(self) -> str:
        """The project's name."""
        return self.state.project

    @property
    def location(self) -> Path:
        """The directory of Pulumi.yaml, or the .py file that is the whole project."""
        return self.state.key.location

    @property
    def directory(self) -> Path:
        """Where its files lie."""
        return self.state.key.directory

    @property
    def endpoint(self) -> Endpoint:
        """Where its AWS services answer."""
        from stackwright.provider.aws import Endpoint

        return Endpoint.of(self.emulator)

    def stacks(self) -> list[str]:
        """Names of its stacks."""
        return self.state.stacks()

    def stack(self, name: str = "") -> RunningStack:
        """One of its stacks, or the only one.

        Raises:
            UsageError: it is unknown or ambiguous.
        """
        stacks = self.stacks()
        if name and name not in stacks:
            raise UsageError(f"{self.name} has no stack {name!r} up", fix=f"Up are: {', '.join(stacks) or 'none'}.")
        if not stacks:
            raise UsageError(f"{self.name} has no stack up", fix="Bring one up: stackwright up PROJECT --detach")
        if not name and len(stacks) > 1:
            raise UsageError(f"{self.name} has several stacks up: {', '.join(stacks)}", fix="Name one with --stack.")
        graph = self.state.load(name or stacks[0])
        assert graph is not None
        return RunningStack(self, graph)

    def all_stacks(self) -> list[RunningStack]:
        """All of its stacks."""
        return [self.stack(name) for name in self.stacks()]

    def environment(self, stack: str = "") -> Mapping[str, str]:
        """Variables with which the AWS CLI and SDKs reach the account of a stack as its deployer, for twelve hours.

        Raises:
            UsageError: no stack is named, and they are in several accounts or regions.
        """
        stacks = self.all_stacks()
        endpoint = self.endpoint
        if stack or len({each.whereabouts for each in stacks}) > 1:
            endpoint = self.stack(stack).endpoint
        elif stacks:
            endpoint = stacks[0].endpoint
        deployer = endpoint.deployer()
        return {
            "AWS_ENDPOINT_URL": endpoint.url,
            # Both are read, by different tools.
            "AWS_REGION": endpoint.region,
            "AWS_DEFAULT_REGION": endpoint.region,
            "AWS_ACCESS_KEY_ID": deployer.access_key,
            "AWS_SECRET_ACCESS_KEY": deployer.secret_key,
            "AWS_SESSION_TOKEN": deployer.token,
        }

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.emulator.alive()

    def ends(self) -> bool:
        """Whether it has ended, or is about to; asked when it no longer answers."""
        return self.emulator.ends()

    def to_json(self, stack: str = "") -> dict[str, Any]:
        """The object `status --json` prints, with one stack only if it is named."""
        url = self.emulator.endpoint
        stacks = [each for each in self.all_stacks() if stack in ("", each.graph.stack)]
        graphs = [stack.graph for stack in stacks]
        return {
            "project": self.name,
            "directory": str(self.directory),
            "endpoint": url,
            "pid": self.emulator.pid,
            "account": self.emulator.account,
            "region": self.emulator.region,
            "stacks": {g.stack: sum(r.custom for r in g.resources) for g in graphs},
            "accounts": {stack.graph.stack: stack.whereabouts.account for stack in stacks},
            "pages": {name: page for g in graphs for name, page in pages(g, url).items()},
        }


@dataclass(frozen=True)
class RunningStack:
    """A stack that is up."""

    project: RunningProject
    graph: Graph

    @property
    def whereabouts(self) -> Whereabouts:
        """The account and region of its resources, or of most of them."""
        emulator = self.project.emulator
        home = self.project.state.accounts.get(self.graph.stack, emulator.account)
        return whereabouts(self.graph, home, emulator.region)

    @property
    def endpoint(self) -> Endpoint:
        """Where its AWS services answer, with its account and region for what names no other."""
        place = self.whereabouts
        return self.project.endpoint.within(place.account, place.region)

    def logs(self, *, since: float, function: str = "") -> Logs:
        """What its functions write and its topics announce from a time on (seconds since the epoch).

        Args:
            function: this one's log only.

        Raises:
            UsageError: there is no such function.
        """
        from stackwright.workspace.logs import logs

        return logs(self.project.endpoint, self.project.emulator, [self.graph], since=since, function=function)

    def invoke(self, function: str, payload: str) -> Invocation:
        """Invoke a function with its own role.

        Args:
            payload: JSON.

        Raises:
            UsageError: no such function, or the payload is not JSON.
        """
        from stackwright.workspace.invocations import invoke

        return invoke(self.project.endpoint, self.graph, function, payload)


def running_projects() -> list[RunningProject]:
    """All projects that are up on this machine."""
    found = ((state, emulators.attach(state.emulator_directory)) for state in projects.known())
    return [RunningProject(state, emulator) for state, emulator in found if emulator is not None]


def pick_project(name: str = "") -> RunningProject:
    """The project of a name or directory, else the one of this directory, or the only one that is up.

    Raises:
        UsageError: none is up, or it is not clear which.
    """
    up = running_projects()
    if name:
        chosen = named(name, [project.state for project in up])
        found = [project for project in up if project.state in chosen]
    else:
        here = Path.cwd()
        found = [project for project in up if project.directory == here] or up
    if len(found) == 1:
        return found[0]
    places = ", ".join(str(project.state.key) for project in up)
    if not found:
        raise UsageError(
            f"project {name!r} is not up" if name else "nothing is up",
            fix=f"Up are: {places}." if places else "Bring a project up first: stackwright up PROJECT --detach",
        )
    raise UsageError(f"several projects are up: {places}", fix="Name one, by its name or directory.")


def pick(project: str = "", stack: str = "") -> RunningStack:
    """A stack of a project that is up.

    Raises:
        UsageError: see `pick_project` and `RunningProject.stack`.
    """
    return pick_project(project).stack(stack)


def named(name: str, states: Sequence[ProjectState]) -> list[ProjectState]:
    """Those of the states that a name or a path means: they belong to one project, or there are none.

    Raises:
        UsageError: several projects have that name.
    """
    path = Path(name).resolve()
    chosen = [state for state in states if path in (state.key.location, state.key.directory)]
    chosen = chosen or [state for state in states if state.project == name]
    places = sorted({str(state.key.location) for state in chosen})
    if len(places) > 1:
        raise UsageError(
            f"several projects are meant by {name!r}: {', '.join(places)}",
            fix=f"Name one by its place, such as {shlex.quote(places[0])}",
        )
    return chosen
