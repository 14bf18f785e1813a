"""What a stack reference finds: the outputs of another stack on this machine."""

from __future__ import annotations

from stackwright.errors import ResourceError
from stackwright.graph import Properties
from stackwright.local.state import ProjectState


def outputs_of(reference: str, project: str, variant: str = "") -> Properties:
    """Outputs of `stack`, `project/stack` or `organization/project/stack`; the organization says nothing here.

    Args:
        project: the project that asks, meant when the reference names none.
        variant: the endpoint that the asking run uses (see `ProjectState`); what was brought up there comes first.

    Raises:
        ResourceError: that stack has not been brought up on this machine.
    """
    *others, stack = reference.split("/")
    name = others[-1] if others else project
    for state in (ProjectState(name, variant), ProjectState(name)):
        graph = state.load(stack)
        if graph is not None:
            return graph.outputs
    raise ResourceError(
        f"the program refers to the stack {reference!r}, which has not been brought up on this machine",
        fix=f"Bring it up first: stackwright up <directory of {name}> -s {stack} --detach",
    )
