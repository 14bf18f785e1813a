"""What goes into `up` and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from stackwright.graph import Graph, Properties, Secret, value_to_json

if TYPE_CHECKING:
    from stackwright.engine.deployment.deployment import Step
    from stackwright.engine.deployment.ordering import MissingDependency
    from stackwright.engine.deployment.waiting import Order
    from stackwright.rules.finding import Finding

_PARALLEL: Final = 24
SECRET: Final = "[secret]"


def outputs_to_json(outputs: Properties, *, show_secrets: bool = False) -> dict[str, Any]:
    """Stack outputs as people and scripts see them: plain JSON, secrets masked as the Pulumi CLI masks them."""

    def shown(value: Any) -> Any:
        if isinstance(value, Secret):
            return shown(value.value) if show_secrets else SECRET
        if isinstance(value, Mapping):
            return {k: shown(v) for k, v in cast("Mapping[str, Any]", value).items()}
        if isinstance(value, list | tuple):
            return [shown(v) for v in cast("list[Any]", value)]
        return value_to_json(value)

    return {name: shown(value) for name, value in sorted(outputs.items())}


@dataclass(frozen=True)
class UpOptions:
    """How to bring a project up.

    Attributes:
        port: TCP port of the emulator on 127.0.0.1; 0 takes the last one, or a free one.
        endpoint: another AWS endpoint to use in place of the embedded emulator.
        strict: refuse types that would be simulated.
        parallel: how many resources may be under way at once.
        order: `eager`, every resource as soon as what it depends on is there; `worst`, one at a time and as late as its
            dependencies allow.
    """

    port: int = 0
    endpoint: str = ""
    strict: bool = False
    parallel: int = _PARALLEL
    order: Order = "eager"


@dataclass(frozen=True)
class UpResult:
    """What an apply did; times in seconds, `pages` as `stackwright.workspace.pages` gives them.

    `libraries` are folders and files outside the project that functions were packed from; `ordering` is what came right
    by luck only, for want of a dependency; `findings` is what will break nevertheless, as `check` says.
    """

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
    pages: Mapping[str, str] = field(default_factory=dict[str, str])
    libraries: tuple[Path, ...] = ()
    ordering: tuple[MissingDependency, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def packages(self) -> Mapping[str, str]:
        """SHA-256 of the package of each function, by its name in the program."""
        from stackwright.environments.report import packages_of

        return packages_of(self.graph)

    def simulated_types(self) -> list[str]:
        """Types of which at least one resource is made up, sorted."""
        return sorted({r.type for r in self.graph.resources if "" in r.simulated})

    def simulated_functions(self) -> list[str]:
        """Functions of which at least one answer is made up, sorted."""
        return sorted({i.token for i in self.graph.invokes if i.simulated})

    def to_json(self) -> dict[str, Any]:
        """The object `up --json` prints."""
        counts = self.counts
        return {
            "project": self.project,
            "stack": self.stack,
            "endpoint": self.endpoint,
            "account": self.account,
            "region": self.region,
            "outputs": outputs_to_json(self.graph.outputs),
            "pages": dict(self.pages),
            "resources": {
                "created": counts["create"] + counts["replace"] + counts["read"],
                "updated": counts["update"],
                "unchanged": counts["same"],
                "deleted": counts["delete"],
                "simulated": self.simulated_types(),
            },
            "functions": {"simulated": self.simulated_functions()},
            "packages": dict(self.packages),
            "ordering": [missing.to_json() for missing in self.ordering],
            "findings": [finding.to_json() for finding in self.findings],
            "seconds": {
                "program": round(self.program_seconds, 3),
                "provision": round(self.provision_seconds, 3),
                "total": round(self.total_seconds, 3),
            },
            "pid": self.pid,
        }


@dataclass(frozen=True)
class Explanation:
    """What `check` says when a stack was not brought up.

    Attributes:
        of_refusal: findings that speak of the resource that was refused.
        others: what else will break.
    """

    of_refusal: tuple[Finding, ...] = ()
    others: tuple[Finding, ...] = ()
