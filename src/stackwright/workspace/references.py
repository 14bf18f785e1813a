"""What a stack reference finds: the outputs of another stack on this machine."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from stackwright.engine.project.pulumi_yaml import Project
from stackwright.errors import ResourceError
from stackwright.graph import Properties
from stackwright.names import is_name
from stackwright.workspace import projects
from stackwright.workspace.several import Others
from stackwright.workspace.state import ProjectKey, ProjectState


def project_key(project: Project, endpoint: str = "") -> ProjectKey:
    """What tells the project from others when it is brought up on that endpoint."""
    short = endpoint.split("://", 1)[-1].strip("/").replace(":", "-").replace("/", "-")
    return ProjectKey(project.name, project.location, project.directory, short)


def outputs_of(reference: str, asking: ProjectKey, others: Others | None = None) -> Properties:
    """Outputs of `stack`, `project/stack` or `organization/project/stack`; the organization says nothing here.

    A project's own name means itself. Of several others with the name, the one that shares most of its path with the
    project that asks is meant, as in two checkouts of one repository; what was brought up on the same endpoint comes
    before what was not.

    Args:
        others: the stacks that are being brought up together with the one that asks.

    Raises:
        ResourceError: that stack has not been brought up on this machine, or it is not clear which is meant.
    """
    *qualified, stack = reference.split("/")
    name = qualified[-1] if qualified else asking.name
    if name == asking.name and others is not None:
        others.look(stack)
    found = [state for state in projects.known() if state.project == name] if is_name(stack) else []
    if name == asking.name:
        own = [state for state in found if state.key.location == asking.location]
        found = own or found
    for endpoint in dict.fromkeys((asking.endpoint, "")):
        there = [s for s in found if s.key.endpoint == endpoint and stack in s.stacks()]
        if there:
            graph = _nearest(there, reference, asking).load(stack)
            assert graph is not None
            if name == asking.name and others is not None:
                others.accept(stack, graph)
            return graph.outputs
    raise ResourceError(
        f"the program refers to the stack {reference!r}, which has not been brought up on this machine",
        fix=f"Bring it up first: stackwright up <directory of {name}> -s {stack} --detach",
    )


def _nearest(found: list[ProjectState], reference: str, asking: ProjectKey) -> ProjectState:
    shared = {state.directory: _shared(state.key.location, asking.location) for state in found}
    nearest = [state for state in found if shared[state.directory] == max(shared.values())]
    if len(nearest) > 1:
        places = [str(state.key.location) for state in nearest]
        raise ResourceError(
            f"the program refers to the stack {reference!r}, which is up from several places: {', '.join(places)}",
            fix=f"Delete one that is not meant: stackwright down {shlex.quote(places[0])} --purge",
        )
    return nearest[0]


def _shared(one: Path, other: Path) -> int:
    return len(Path(os.path.commonpath((one, other))).parts)
