"""Running a project's own verification, here or on AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stackwright.graph import reveal
from stackwright.provider.aws import Endpoint
from stackwright.verify import Outcome, Verification, run
from stackwright.workspace.running import RunningStack, pick, running_projects
from stackwright.workspace.systems import locate


def verify(project: str, stack: str) -> Iterator[Outcome]:
    """Verify a stack that is up; one outcome per step, as it finishes.

    Args:
        project: a directory, a bundled system, or a name; may be empty when only one project is up.

    Raises:
        UsageError: it is not up, or has no verification.
    """
    target = pick(_meant(project), stack)
    return run(target.project.directory, _verification(target))


def verify_on_aws(project: str, outputs: Mapping[str, Any]) -> Iterator[Outcome]:
    """Verify a stack on AWS, with the credentials of the environment.

    Args:
        outputs: as `pulumi stack output --json` gives them.

    Raises:
        ProjectError: there is no such project.
        UsageError: it has no verification, or there are no credentials.
    """
    directory = locate(project).directory
    return run(directory, Verification(outputs, Endpoint.on_aws()))


def _verification(stack: RunningStack) -> Verification:
    outputs = {name: reveal(value) for name, value in stack.graph.outputs.items()}
    return Verification(outputs, stack.endpoint, others=lambda name: _verification(stack.project.stack(name)))


def _meant(project: str) -> str:
    """A bundled system is meant by its name where nothing else is up that has it."""
    if not project or Path(project).exists():
        return project
    location = locate(project).location
    return str(location) if any(each.location == location for each in running_projects()) else project
