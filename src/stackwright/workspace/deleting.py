"""Deleting one stack of a project, while the others stay as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from stackwright.defaults import REGION
from stackwright.engine.deployment.deployment import Deployment
from stackwright.engine.deployment.dispatch import Dispatch
from stackwright.engine.program.dynamic_package import DynamicPackage
from stackwright.engine.project.pulumi_yaml import Config
from stackwright.errors import UsageError
from stackwright.graph import Graph, Options, Resource
from stackwright.workspace.accounts import home_account
from stackwright.workspace.applying import routes
from stackwright.workspace.connection import connect
from stackwright.workspace.results import UpOptions
from stackwright.workspace.state import ProjectState
from stackwright.workspace.systems import locate

_BUCKETS: Final = "aws:s3/bucket"


def delete_stack(state: ProjectState, stack: str) -> None:
    """Delete what a stack has made, and its state, also what its program protects. Starts the emulator if it has to.

    Raises:
        UsageError: there is no such stack.
        StackwrightError: something cannot be deleted; the rest stays in the state.
    """
    with state.lock():
        graph = state.load(stack) if stack in state.stacks() else None
        if graph is None:
            known = ", ".join(state.stacks()) or "none"
            raise UsageError(f"{state.project} has no stack {stack!r} on this machine", fix=f"There are: {known}.")
        project, options = locate(str(state.key.location)), UpOptions()
        account = home_account(project, state, stack)
        connection = connect(state, options, REGION)
        try:
            with DynamicPackage(project, Config()) as dynamic:
                deployment = Deployment(
                    project=state.project,
                    stack=stack,
                    mode="emulator",
                    provider=Dispatch(lambda: routes(project, options, connection.endpoint, account, dynamic, _ignore)),
                    previous=_unprotected(graph),
                    account=account,
                    interpreter=project.interpreter,
                )
                try:
                    deployment.finish()
                except BaseException:
                    state.save(deployment.graph())
                    raise
            state.remove(stack)
        finally:
            connection.close()


def _ignore(message: str, resource: Resource) -> None:
    """What deserves a look deserves none when it goes."""


def _unprotected(graph: Graph) -> Graph:
    return replace(graph, resources=tuple(map(_deletable, graph.resources)))


def _deletable(resource: Resource) -> Resource:
    inputs = dict(resource.inputs)
    if resource.type.startswith(_BUCKETS):
        inputs["forceDestroy"] = True
    return replace(resource, inputs=inputs, options=Options(deleted_with=resource.options.deleted_with))
